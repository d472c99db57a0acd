"""An answer as people read it in a terminal: figures, what is worth a look, then every table, aligned."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from exam_engine.measuring.printing import aligned, looking
from exam_engine.measuring.printing.flat import Flat, Path, Row
from exam_engine.measuring.printing.looking import Reason
from exam_engine.measuring.printing.ranges import by_range
from exam_engine.measuring.printing.steps import of_thresholds
from exam_engine.measuring.printing.views import LOOK, VIEWS, View, by_form, plain, title, unknown, words

NARROWEST, WIDEST = 80, 120
#: Figures of the test itself stand together.
_TEST = ((), ("classical",))
#: Which figures come first.
_HEAD: tuple[Path, ...] = (
    (), ("classical", "scores"), ("irt",), ("irt", "reliability"), ("times",), ("dif_matching",), ("link",),
)  # fmt: skip
_BY_FORM = "position_items"
#: Its columns say what its figure of this name does.
_HEADS = ("position_forms",)
#: Counted below everything else.
_LAST = "persons"
#: These are told when they are not defined, too.
_LABELS = {
    "n_persons": "persons", "n_items": "items", "alpha": "alpha", "sem": "SEM", "kr20": "KR-20", "kr21": "KR-21",
    "aic": "AIC", "bic": "BIC", "loglik": "log-likelihood", "n_x": "n of form X", "n_y": "n of form Y",
    "samples": "bootstrap samples", "n_flagged": "flagged",
}  # fmt: skip
#: Their values are codes.
_CODES = ("design", "reason")
#: A longer text gets lines of its own.
_SHORT = 24


def width() -> int:
    """Of the terminal, where it is one; a file may be as wide as a page across."""
    there = shutil.get_terminal_size((WIDEST, 24)).columns if sys.stdout.isatty() else WIDEST
    return max(NARROWEST, min(WIDEST, there))


def lines(document: Mapping[str, Any], found: Flat, wide: int) -> Iterator[str]:
    """document: what `found` was made of, figures that are not defined as NaN."""
    found = replace(found, tables=found.tables | by_range(found.tables, document))
    groups = _groups(found)
    for path in [one for one in _HEAD if one in groups]:
        yield from _figures(path, groups.pop(path), wide)
    reasons = looking.reasons(document)
    yield from _worth_a_look(found, reasons, [*looking.cautions(document)], wide)
    forms = by_form(document.get("forms", {}).get("position_forms", ()))
    for name in [one for one in VIEWS if one in found.tables and one != _LAST]:
        view = forms if name == _BY_FORM else None
        yield from _table(name, found.tables[name], _marks(name, found.tables[name], reasons), wide, view)
        yield from _wrapped(of_thresholds(document, str) if name == "items" else "", wide)
    yield from _further(found, groups, wide)
    if _LAST in found.tables:
        yield from _table(_LAST, found.tables[_LAST], found.tables[_LAST], wide)


def _further(found: Flat, groups: Mapping[Path, Sequence[tuple[str, str]]], wide: int) -> Iterator[str]:
    """Figures and tables of each part together; a table belongs to the part with the longest name that begins its own.
    Then the tables that belong to none."""
    parts: dict[str, list[str]] = {_name_of(path): [] for path in groups}
    alone: list[str] = []
    for name in [one for one in found.tables if one not in VIEWS]:
        of_part = [part for part in parts if f"{name}_".startswith(f"{part}_")]
        (parts[max(of_part, key=len)] if of_part else alone).append(name)
    for path, entries in groups.items():
        yield from _figures(path, entries, wide)
        for name in parts[_name_of(path)]:
            yield from _table(name, found.tables[name], found.tables[name], wide)
    for name in alone:
        yield from _table(name, found.tables[name], found.tables[name], wide)


def _name_of(path: Path) -> str:
    return "_".join(path[1:] or path)


def _groups(found: Flat) -> dict[Path, list[tuple[str, str]]]:
    """Labels and values, by the mapping that they stand in."""
    groups: dict[Path, list[tuple[str, str]]] = {}
    for path, value in found.figures.items():
        parent, name = path[:-1], path[-1]
        if name not in ("warnings", *_HEADS) and (name in _LABELS or value not in (None, "")):
            _tell(groups.setdefault(() if parent in _TEST else parent, []), name, value)
    return groups


def _figures(path: Path, entries: Sequence[tuple[str, str]], wide: int) -> Iterator[str]:
    if path:
        yield from _title(title(_name_of(path)))
    yield from _packed([one for one in entries if len(one[1]) <= _SHORT], wide)
    for label, text in entries:
        if len(text) > _SHORT:
            yield from _wrapped(f"{label}: {text}", wide)


def _tell(entries: list[tuple[str, str]], name: str, value: Any) -> None:
    """Limits and errors stand beside the figure that they belong to."""
    text = words(value) if name in _CODES and value else plain(name).cells([{name: value}])[0]
    before = entries[-1][0] if entries else ""
    stem, _, end = name.rpartition("_")
    if before and (not stem or _label(stem) == before) and end in ("lower", "upper", "error", "se"):
        shape = {"lower": "{} ({}", "upper": "{} to {})"}.get(end, "{} ± {}")
        entries[-1] = (before, shape.format(entries[-1][1], text))
    else:
        entries.append((_label(name), text))


def _label(name: str) -> str:
    return _LABELS.get(name, words(name))


def _packed(entries: Sequence[tuple[str, str]], wide: int) -> Iterator[str]:
    """Label and value in as many columns as fit, read downwards."""
    if not entries:
        return
    label = max(aligned.width_of(one) for one, _text in entries)
    value = max(aligned.width_of(text) for _one, text in entries)
    side = max(1, (wide + 4) // (label + value + 6))
    deep = -(-len(entries) // side)
    for start in range(deep):
        cells = (f"{one:<{label}}  {text:<{value}}" for one, text in entries[start::deep])
        yield "    ".join(cells).rstrip()


def _worth_a_look(found: Flat, reasons: Sequence[Reason], cautions: Sequence[str], wide: int) -> Iterator[str]:
    judged = {"items", "dif"} & found.tables.keys()
    if not (reasons or cautions or judged):
        return
    yield from _title("Worth a look")
    for one in dict.fromkeys(cautions):
        yield from _wrapped(f"! {one}", wide)
    for reason in reasons:
        yield from _wrapped(f"! {reason.text}", wide)
        names = (_name(found.tables[reason.table][place]) for place in reason.rows)
        yield from _wrapped("  " + ", ".join(dict.fromkeys(names)), wide)
    if not (reasons or cautions):
        yield "Nothing stands out."


def _name(row: Row) -> str:
    """Blanks in it do not break: it stays in one line."""
    return aligned.cut(aligned.told(row["item"] if "item" in row else f"set {row['set']}")).replace(" ", _KEPT)


def _marks(name: str, rows: Sequence[Row], reasons: Sequence[Reason]) -> list[Row]:
    """Rows with a mark: options with what they are, others where there is a reason to look."""
    if name in ("options", "numbers"):
        return [row | {LOOK: "key" if row["key"] else "key?" if row["suspect"] else ""} for row in rows]
    marked = {place for reason in reasons if reason.table == name for place in reason.rows}
    doubtful = ("flagged", "suspect", "differs_on")
    marked |= {place for place, row in enumerate(rows) if any(row.get(one) for one in doubtful)}
    return [row | {LOOK: "!"} if place in marked else row for place, row in enumerate(rows)]


def _table(
    name: str, rows: Sequence[Row], marked: Sequence[Row], wide: int, known: View | None = None
) -> Iterator[str]:
    view = known or VIEWS.get(name) or unknown(name, rows)
    yield from _title(view.title)
    if not rows:
        yield "None."
        return
    most = len(rows) if view.most is None else view.most
    if most:
        yield from aligned.table(view.of(marked), marked[:most], wide, view.first, blocks=view.blocks)
    if len(rows) > most:
        more = f"{len(rows) - most} more" if most else f"{len(rows)}, not listed here"
        yield f"{'… ' if most else ''}{more}: --csv DIR or --json has them all."


def _title(text: str) -> Iterator[str]:
    yield ""
    yield click.style(text, bold=True)
    yield "-" * len(text)


def _wrapped(text: str, wide: int) -> Iterator[str]:
    for line in textwrap.wrap(text, wide, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False):
        yield line.replace(_KEPT, " ")


#: Stands for a blank while lines are broken.
_KEPT = "\x00"
