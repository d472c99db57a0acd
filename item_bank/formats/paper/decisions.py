"""What a person decided about a question that the reader doubted; kept beside the file and applied at every reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from item_bank.formats.model import N_, ReadProblem

#: Ways to mend, as `ItemReport.offers` names them.
OFFERS = ("answer", "truth", "kind", "text", "typed", "stem", "join", "join_next", "split", "sure", "leave")
KINDS = ("choice", "multiple", "cluster", "short", "essay")


class Decision(msgspec.Struct, frozen=True, omit_defaults=True):
    """`answer`: letters of the key · `truth`: `TFFT`, `?` where open · `kind`: one of KINDS · `text`: the question's
    lines anew · `typed`: the accepted short answer · `stem`: the stem that was lost · `join`: it belongs to the
    question before · `split`: another question begins where its letters do · `sure`: as it was understood · `leave`:
    not to be added."""

    answer: str = ""
    truth: str = ""
    kind: str = ""
    text: str | None = None
    typed: str = ""
    stem: str = ""
    join: bool = False
    split: bool = False
    sure: bool = False
    leave: bool = False


NOTHING = Decision()


def decisions(repairs: Mapping[str, Any]) -> dict[str, Decision]:
    """Key of an item → decision. What does not fit was not written by this program."""
    try:
        return msgspec.convert(dict(repairs), dict[str, Decision])
    except msgspec.ValidationError as error:
        raise ReadProblem("repairs_unreadable", N_("The decisions about this import can't be read.")) from error
