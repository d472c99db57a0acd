"""What in an answer deserves a second look, as the terminal tells it: each reason once, with the rows it holds for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from exam_engine.kit import languages
from exam_engine.measuring.printing.cautions import of_forms, sentences
from exam_engine.measuring.printing.second_look import BY_FORM, TONES, of_groups, rank, second_look
from exam_engine.measuring.printing.views import words
from exam_engine.reports.hints import Hint

_TABLES = ("items", "dif", "dif_sets")
_DOUBT = "its figures are not to be relied on"
#: Part → what did not come to rest.
_UNSETTLED = {
    "irt": "not converged",
    "": "not converged",  # of similarity: its response model
    "factor": "the factor model did not come to rest: omega is not to be relied on",
    "link": f"the link of the scales did not come to rest: {_DOUBT}",
    "times": f"the model of response times did not come to rest: {_DOUBT}",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """rows: places in the table of this name. grave: as `rank` tells it."""

    text: str
    table: str
    grave: tuple[int, int]
    rows: list[int] = field(default_factory=list)


def reasons(document: Mapping[str, Any]) -> list[Reason]:
    """Of items, the gravest first, then of groups. document: of a command, figures that are not defined as NaN."""
    found: dict[tuple[str, str], Reason] = {}
    for grave, text, table, place in (*_of_items(document), *_of_groups(document)):
        found.setdefault((table, text), Reason(text, table, grave)).rows.append(place)
    return sorted(found.values(), key=lambda one: (_TABLES.index(one.table), one.grave))


def cautions(document: Mapping[str, Any], part: str = "") -> Iterator[str]:
    """Warnings of all parts as sentences. part: the key that the document stands under."""
    for name, value in document.items():
        if name == "warnings":
            yield from map(_sentence, value)
        elif name == "converged" and value is False and part != "standard":  # which says why among its warnings
            yield _sentence(_UNSETTLED.get(part, f"the steps of “{words(part)}” did not come to rest: {_DOUBT}"))
        elif name == "forms" and "classical" in document:
            yield from map(_sentence, of_forms(document))
        elif isinstance(value, dict):
            yield from cautions(value, name)


def _sentence(warning: str) -> str:
    name, colon, text = warning.partition(":")
    keys = all(one.isidentifier() for one in name.split(", "))
    told = words(name) + colon + text if keys else warning
    known = next(sentences(warning, languages.translator("en")), told)
    return known[:1].upper() + known[1:] + ("" if known.endswith((".", "!", "?")) else ".")


def _of_items(document: Mapping[str, Any]) -> Iterator[tuple[tuple[int, int], str, str, int]]:
    if not document.get("classical", {}).get("items"):
        return
    say = languages.translator("en")
    # Groups are told of below, with smaller differences, too.
    for place, of_item in enumerate(second_look({**document, "dif": ()}).values()):
        for one in of_item:
            text = _text(one, say)
            whole = text if one.label == BY_FORM else f"{one.label.capitalize()}. {text}"
            yield rank(one), whole, "items", place
    for place, row in enumerate(document.get("fit", ())):
        for warning in row.get("sx2", {}).get("warnings", ()):
            yield (TONES.index(""), 0), _sentence(warning), "items", place


def _text(hint: Hint, say: Any) -> str:
    return str(say(hint.text, **hint.params))


def _of_groups(document: Mapping[str, Any]) -> Iterator[tuple[tuple[int, int], str, str, int]]:
    """Of `analyse`, and of `dif`, whose document is about nothing else."""
    say, alone = languages.translator("en"), "matched_on" in document
    tables = {"dif": "items" if alone else "dif", "dif_sets": "sets" if alone else "dif_sets"}
    for table, key in tables.items():
        for place, row in enumerate(document.get(key, ())):
            for hint in of_groups(row):
                yield rank(hint), _text(hint, say), table, place
