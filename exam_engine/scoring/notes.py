"""What candidates are told about decisions on items after the fact. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exam_engine.kit.errors import _

#: By the kind of the decision; the places are the item's number for this candidate and the reason.
_TEXTS = {
    "key": _("The key of question %(n)s was corrected: %(reason)s"),
    "full_marks": _("Everybody gets the full points of question %(n)s: %(reason)s"),
    "dropped": _("Question %(n)s does not count: %(reason)s"),
    "as_written": _("Question %(n)s counts again as it was: %(reason)s"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """`text` is an msgid with places `n` and `reason`; `before` and `after` only where the candidate had seen the
    former mark and it is another one now."""

    text: str
    n: int
    reason: str
    before: Decimal | None
    after: Decimal | None


def notes(rows: Sequence[Mapping[str, Any]], *, score: bool, at_submission: bool) -> list[Note]:
    """From `queries.notes_for_attempts`. `score`: the candidate may see the mark now; `at_submission`: did so from
    the hand-in on."""
    return [_note(row, score=score, seen=at_submission or row["after_release"]) for row in rows]


def _note(row: Mapping[str, Any], *, score: bool, seen: bool) -> Note:
    told = score and seen and row["before"] is not None and row["before"] != row["after"]
    before, after = (row["before"], row["after"]) if told else (None, None)
    return Note(_TEXTS[row["kind"]], row["place"], _sentence(row["reason"]), before, after)


def _sentence(reason: str) -> str:
    """What follows stands apart from it, however the person ended it."""
    return reason if reason.endswith((".", "!", "?", "…")) else f"{reason}."
