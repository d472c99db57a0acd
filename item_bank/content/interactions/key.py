"""What an interaction asks of whoever corrects its key, and how what they fill in is read: pages need no other
knowledge of the type. Option and statement ids never change, so that every response given stays a response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from item_bank.content.model import Markup

#: Field name → what was sent under it.
Filled = Mapping[str, Sequence[str]]


class InvalidKey(ValueError):
    """What was filled in is no key; the message is a Sentence for the person."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tick: an option with its letter and markup, or a word (an msgid)."""

    value: str
    chosen: bool = False
    mark: str = ""
    markup: Markup | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class KeyField:
    """`label` is an msgid, `mark` and `markup` what it is about (a statement). one: a radio button of `choices`; many:
    check boxes; lines: one value a line; text: one short value."""

    name: str
    label: str
    kind: Literal["one", "many", "lines", "text"]
    choices: tuple[Choice, ...] = ()
    text: str = ""
    mark: str = ""
    markup: Markup | None = None


def ticked(filled: Filled, name: str, allowed: Sequence[str]) -> list[str]:
    """What was ticked and exists, in the author's order."""
    sent = set(filled.get(name, ()))
    return [value for value in allowed if value in sent]


def lines(filled: Filled, name: str) -> list[str]:
    """The lines that hold anything, with single spaces, each once."""
    found = (" ".join(line.split()) for text in filled.get(name, ()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in found if line))


class WithoutKey:
    """For interactions that a person marks: there is no key to correct."""

    def key_fields(self, item: object) -> Sequence[KeyField]:
        return ()

    def second_fields(self, item: object) -> Sequence[KeyField]:
        return ()
