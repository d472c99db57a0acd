"""Names of people: stored NFC as written, ordered by given, family and middle name, found without diacritics."""

from __future__ import annotations

from dataclasses import dataclass

from item_bank.content.composing import composed
from item_bank.content.folding import fold, name_key


@dataclass(frozen=True, slots=True)
class Name:
    full_name: str
    sort_key: str
    search: str


def arranged(full_name: str, code: str = "") -> Name:
    """Vietnamese order: family name first, given name last. The code joins what a search looks through."""
    clean = " ".join(composed(full_name).split())
    family, _space, rest = clean.partition(" ")
    middle, _space, given = rest.rpartition(" ")
    if not given:
        given, family = family, ""
    return Name(clean, name_key(given, family, middle), fold(f"{clean} {code}"))
