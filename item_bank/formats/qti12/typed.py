"""What a typed gap accepts: a text, or one of the ways that Canvas' New Quizzes write beside a label
(`scoring_algorithm` of their QTI 1.2 export)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from item_bank.content.processing.declared import Node
from item_bank.content.processing.patterns import MOST_CHARACTERS
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_
from item_bank.formats.qti.names import Element, attribute, whole

#: Of misspellings that a pattern can hold; further ones are not accepted.
MOST_ERRORS = 2
#: Texts for which so many errors make no more than some dozen patterns.
_LONGEST = (1_000, 60, 16)


@dataclass(frozen=True, slots=True)
class Typed:
    text: str
    algorithm: str = ""
    errors: int = 0
    case_sensitive: bool = False

    @classmethod
    def of(cls, label: Element, text: str) -> Typed:
        errors = attribute(label, "levenshtein_distance")
        return cls(
            text,
            attribute(label, "scoring_algorithm"),
            1 if (told := whole(errors, 2)) is None else told,
            attribute(label, "ignore_case").lower() == "false",
        )

    def test(self, asked: Node, entry: Entry, line: int | None) -> Node:
        case = "true" if self.case_sensitive else "false"
        text = Node("baseValue", {"baseType": "string"}, text=self.text)
        exact = Node("stringMatch", {"caseSensitive": case}, (asked, text))
        match self.algorithm:
            case "TextContainsAnswer":
                return Node("substring", {"caseSensitive": case}, (text, asked))
            case "TextRegex":
                return Node("patternMatch", {"pattern": f".*(?:{self.text}).*"}, (asked,))
            case "TextCloseEnough":
                patterns = misspelt(self.text, self.errors, self.case_sensitive)
                if patterns:
                    found = tuple(Node("patternMatch", {"pattern": one}, (asked,)) for one in patterns)
                    return found[0] if len(found) == 1 else Node("or", children=found)
                message = N_("Misspellings of %(text)s are not accepted: there are too many.")
                entry.note("misspellings_dropped", message, line=line, text=self.text[:60])
        return exact


@lru_cache(maxsize=1_000)
def misspelt(text: str, errors: int, case_sensitive: bool) -> tuple[str, ...]:
    """Patterns for the text with at most so many letters left out, put in or changed; none where they would be too
    many."""
    if errors > MOST_ERRORS or len(text) > _LONGEST[errors]:
        return ()
    variants = sorted(_variants(tuple(re.escape(one) for one in text), errors))
    several = max(1, (MOST_CHARACTERS - 10) // (max(map(len, variants)) + 1))
    flag = "" if case_sensitive else "(?i)"
    return tuple(flag + "|".join(variants[start : start + several]) for start in range(0, len(variants), several))


def _variants(letters: tuple[str, ...], errors: int) -> set[str]:
    found = {letters}
    for _error in range(errors):
        found |= {one for known in found for one in _changed(known)}
    return {"".join(one) for one in found}


def _changed(letters: tuple[str, ...]) -> set[tuple[str, ...]]:
    """One letter changed or left out, one put in."""
    found = {(*letters[:n], ".?", *letters[n + 1 :]) for n in range(len(letters))}
    return found | {(*letters[:n], ".", *letters[n:]) for n in range(len(letters) + 1)}
