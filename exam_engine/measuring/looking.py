"""What in the figures deserves a second look, and why: hints of items, options that may be the key, differences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exam_engine.kit import languages
from exam_engine.measuring.flat import Flat, Row
from exam_engine.measuring.views import words
from exam_engine.reports.hints import Hint, hints

#: Adjusted p values below it are told.
SIGNIFICANT = 0.05
_CAUTIONS = {
    "few_persons": "Fewer than 30 candidates: every figure is rough.",
    "different_items": "Not everybody was presented with the same items: totals are not comparable, and alpha rests on "
    "pairs of items. Use the marginal reliability and the abilities of a response model (--model).",
    "no_alpha": "There is no alpha; the reason stands above.",
    "drawn_items": "Each candidate drew items of his own: there is no alpha and no total to compare. Use the marginal "
    "reliability and the abilities of a response model (--model).",
}
#: Of tables whose rows may be suspect.
_SUSPECTS = {
    "options": "May be the true key. Candidates with higher scores chose it: compare it with the key.",
    "statements": "The key may be the wrong way round. Candidates with higher scores judged against it.",
    "numbers": "May be right. Candidates with higher scores typed it: compare it with the key.",
}
_SIZES = {"B": "moderate", "C": "large"}
_TONES = ("danger", "warning", "")


@dataclass(frozen=True, slots=True)
class Reason:
    """rows: places in the table of this name."""

    text: str
    table: str
    rows: list[int] = field(default_factory=list)


def item_hints(row: Mapping[str, Any]) -> Sequence[Hint]:
    """Of a row of `classical.items`. As the pages have a row: a figure that is not defined is None."""
    share = row["not_reached"] / row["presented"] if row["presented"] else None
    known = {name: _defined(row[name]) for name in ("facility", "item_rest")}
    return hints({**known, "n": row["n"], "not_reached_share": share})


def reasons(found: Flat) -> list[Reason]:
    """Those for which there are rows, the gravest of each table first."""
    tables = found.tables
    return [
        *_of_items(tables.get("items", [])),
        *_of_model(tables.get("items", [])),
        *(one for name in _SUSPECTS for one in _suspects(name, tables.get(name, []))),
        *_of_groups(tables.get("dif", [])),
    ]


def cautions(document: Mapping[str, Any]) -> Iterator[str]:
    """Warnings of all parts as sentences."""
    for name, value in document.items():
        if name == "warnings":
            yield from map(_sentence, value)
        elif name == "converged" and value is False:
            yield "The calibration did not come to rest: its figures are not to be relied on."
        elif isinstance(value, dict):
            yield from cautions(value)


def _sentence(warning: str) -> str:
    if warning in _CAUTIONS:
        return _CAUTIONS[warning]
    code, colon, text = warning.partition(":") if " " in warning else (warning, "", "")
    told = (code if " " in code else words(code)) + colon + text
    return told[:1].upper() + told[1:] + ("" if told.endswith((".", "!", "?")) else ".")


def _of_items(rows: Sequence[Row]) -> list[Reason]:
    say, found = languages.translator("en"), [item_hints(row) for row in rows]
    rough = all(any(one.few for one in of_row) for of_row in found)  # said once, by the warning
    ordered: dict[tuple[int, str], Reason] = {}
    for place, of_row in enumerate(found):
        for one in of_row:
            if not (one.few and rough):
                text = f"{say(one.label).capitalize()}. {say(one.text)}"
                reason = ordered.setdefault((_TONES.index(one.tone), one.text), Reason(text, "items"))
                reason.rows.append(place)
    return [ordered[key] for key in sorted(ordered)]


def _suspects(table: str, rows: Sequence[Row]) -> list[Reason]:
    suspects = [place for place, row in enumerate(rows) if row["suspect"]]
    return [Reason(_SUSPECTS[table], table, suspects)] if suspects else []


def _of_model(rows: Sequence[Row]) -> list[Reason]:
    """What is said of single items: that they are not identified, and what their fit rests on."""
    found: dict[str, Reason] = {}
    for place, row in enumerate(rows):
        said = [_sentence(row[key]) for key in row if key.endswith("_warnings") and row[key]]
        if row.get("irt_reliable") is False:
            said.append(
                "The answers hardly determine its parameters: figures that rest on them are not to be relied on."
            )
        for text in said:
            found.setdefault(text, Reason(text, "items")).rows.append(place)
    return list(found.values())


def _of_groups(rows: Sequence[Row]) -> list[Reason]:
    ordered: dict[tuple[int, str], Reason] = {}
    for place, row in enumerate(rows):
        level, text = _difference(row)
        if text:
            ordered.setdefault((level, text), Reason(text, "dif")).rows.append(place)
    return [ordered[key] for key in sorted(ordered)]


def _difference(row: Row) -> tuple[int, str]:
    """How grave, from 0, and why; no text where the row is inconspicuous."""
    letter = str(row.get("mantel_haenszel_ets", row.get("mantel_ets", "A")))[:1]
    if letter in _SIZES:
        effect = row.get("mantel_haenszel_delta", row.get("mantel_smd")) or 0.0
        way = "harder" if effect < 0 else "easier"
        what = f"{_SIZES[letter]} difference between candidates of the same standing".capitalize()
        return "CB".index(letter), f"{what} (class {letter}), {way} for “{row['focal']}”. Have the item reviewed."
    adjusted = [value for key, value in row.items() if key.startswith("adjusted_") and value is not None]
    if min(adjusted, default=1.0) < SIGNIFICANT:
        what = f"Small difference, or one only at some scores; significant (adjusted p below {SIGNIFICANT})."
        return 2, f"{what} Look at the item if there are few such."
    return 3, ""


def _defined(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value
