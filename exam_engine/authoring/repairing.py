"""What a person decides about a doubtful item of an import: one click each, each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import Refused, _, invalid
from item_bank.formats.paper.decisions import KINDS, Decision
from item_bank.storage import queries as storage

LONGEST_TEXT = 50_000
_LONGEST_ANSWER = 300
_LONGEST_STEM = 4_000
_MOST_REPAIRED = 2_000
_LETTERS = frozenset("ABCDEFGH")
_STATEMENTS = "abcdefgh"


async def decide(connection: AsyncConnection, run: RowMapping, key: str, act: str, value: str) -> None:
    """`act` as the page's buttons name it (`_ACTS`, or `undo`). Refused once the import is confirmed."""
    if not key or len(key) > 20:
        raise invalid(_("This is not a question of this import."))

    def changed(repairs: dict[str, Any]) -> dict[str, Any]:
        kept = {name: decision for name, decision in repairs.items() if name != key}
        made = _decided(msgspec.convert(repairs.get(key, {}), Decision), act, value)
        if made == Decision():
            return kept
        if len(kept) >= _MOST_REPAIRED:
            raise invalid(_("There are too many decisions about this import; mend the file instead."))
        return kept | {key: msgspec.to_builtins(made)}

    if not await storage.change_repairs(connection, run["id"], changed):
        raise Refused("import_confirmed", 409, _("This import has been confirmed already."))


def _decided(before: Decision, act: str, value: str) -> Decision:
    if act == "undo":
        return Decision()
    change = _ACTS.get(act)
    if change is None:
        raise invalid(_("This way of mending is not known."))
    return change(before, value)


def _answer(before: Decision, value: str) -> Decision:
    """A click on a letter makes it the key; among several right ones it adds or takes away."""
    if value not in _LETTERS:
        raise invalid(_("Choose one of the letters."))
    if before.kind == "multiple":
        letters = set(before.answer) ^ {value}
        return msgspec.structs.replace(before, answer="".join(sorted(letters)))
    return msgspec.structs.replace(before, answer=value)


def _truth(before: Decision, value: str) -> Decision:
    """`b:T` for one statement, `FFFF` for all."""
    name, colon, sign = value.partition(":")
    if colon and name in _STATEMENTS and len(name) == 1 and sign in ("T", "F"):
        at = _STATEMENTS.index(name)
        signs = before.truth.ljust(at + 1, "?")
        return msgspec.structs.replace(before, truth=f"{signs[:at]}{sign}{signs[at + 1 :]}")
    if not colon and 0 < len(value) <= len(_STATEMENTS) and set(value) <= set("TF"):
        return msgspec.structs.replace(before, truth=value)
    raise invalid(_("Choose true or false."))


def _kind(before: Decision, value: str) -> Decision:
    if value not in KINDS:
        raise invalid(_("Choose one of the types."))
    return msgspec.structs.replace(before, kind=value, sure=value == "multiple")


def _typed(before: Decision, value: str) -> Decision:
    answer = " ".join(value.split())
    if not answer or len(answer) > _LONGEST_ANSWER:
        raise invalid(_("Write the answer, at most %(limit)s characters."), limit=_LONGEST_ANSWER)
    return msgspec.structs.replace(before, typed=answer, kind="short")


def _stem(before: Decision, value: str) -> Decision:
    stem = " ".join(value.split())
    if not stem or len(stem) > _LONGEST_STEM or "\0" in stem:
        raise invalid(_("Write the question, at most %(limit)s characters."), limit=_LONGEST_STEM)
    return msgspec.structs.replace(before, stem=stem)


def _text(_before: Decision, value: str) -> Decision:
    """The text anew: what was decided about the old one no longer fits."""
    if not value.strip() or len(value) > LONGEST_TEXT or "\0" in value:
        raise invalid(_("Write the question, at most %(limit)s characters."), limit=LONGEST_TEXT)
    return Decision(text=value.replace("\r\n", "\n"))


def _switched(name: str) -> Callable[[Decision, str], Decision]:
    return lambda before, _value: msgspec.structs.replace(before, **{name: True})


_ACTS: dict[str, Callable[[Decision, str], Decision]] = {
    "answer": _answer,
    "truth": _truth,
    "kind": _kind,
    "typed": _typed,
    "text": _text,
    "stem": _stem,
    "sure": _switched("sure"),
    "join": _switched("join"),
    "split": _switched("split"),
    "leave": _switched("leave"),
}
