"""What people call a choice, a target or an area: its own words where they are few, else its letter or number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from item_bank.content.interactions.options import letters
from item_bank.content.interactions.parts.handed import named
from item_bank.content.markup import plain_text
from item_bank.content.model import Part, PartChoice
from item_bank.content.processing.declared import Declaration

_FEW, _MOST = 32, 80
#: Of pairs in which the sides differ, and in which they do not.
_ARROW, _DASH = " → ", " – "


def marks(part: Part) -> dict[str, str]:
    """Id → the letter of a choice, or the number of a target or an area."""
    found = dict(zip((one.id for one in part.choices), letters(len(part.choices)), strict=True))
    numbered = [*(one.id for one in part.targets), *(one.id for one in part.spots)]
    return found | {name: str(number) for number, name in enumerate(numbered, 1) if name not in found}


def names(part: Part) -> dict[str, str]:
    """Id → its words, its letter or its number."""
    told = marks(part)
    return told | _words(part.choices, told) | _words(part.targets, told)


def own_words(part: Part) -> dict[str, str]:
    """Id → its words, shortened, for candidates: on their screens letters stand in an order of their own."""
    found = marks(part) | {one.id: one.label for one in part.spots if one.label}
    for one in (*part.choices, *part.targets):
        if text := " ".join(plain_text(one.markup).split()):
            found[one.id] = text if len(text) <= _MOST else f"{text[: _MOST - 1].rstrip()}…"
    return found


def said(part: Part, answer: str | Sequence[str], gives: str, *, words: bool = False) -> str:
    """An answer, or a key, by names, with `words` by words alone; `gives` is what the interaction gives."""
    texts = [answer] if isinstance(answer, str) else answer
    if gives == "file":
        return named(texts)
    known = (own_words(part) if words else names(part)) if gives in ("id", "pair") else {}
    return ", ".join(_one(text, known, gives, part) for text in texts)


def key_said(part: Part, declared: Declaration, gives: str, *, words: bool = False) -> str:
    """The declared key; empty where there is none."""
    return said(part, [field.text for field in declared.correct or ()], gives, words=words)


def _words(choices: Sequence[PartChoice], told: Mapping[str, str]) -> dict[str, str]:
    words = {one.id: " ".join(plain_text(one.markup).split()) for one in choices}
    short = all(0 < len(text) <= _FEW for text in words.values()) and len(set(words.values())) == len(words)
    return words if short else {name: told[name] for name in words}


def _one(text: str, known: Mapping[str, str], gives: str, part: Part) -> str:
    if gives == "id":
        return known.get(text, text)
    if gives == "pair":
        sign = _ARROW if part.targets or (part.choices and part.spots) else _DASH
        return sign.join(known.get(one, one) for one in text.split(" "))
    return " ".join(text.split())
