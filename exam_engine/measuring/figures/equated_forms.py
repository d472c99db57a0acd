"""Forms that are to be equated, as their files tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from exam_engine.measuring.files.forms import Forms, keyed, pooled
from exam_engine.measuring.files.key_files import read_keys
from exam_engine.measuring.files.marked import Marked, Missing, marked
from exam_engine.measuring.files.suspects import check_summed
from exam_engine.measuring.files.tables import Column, FileUnusable, Table, read


@dataclass(frozen=True, slots=True)
class Form:
    """How to read a form. total: a column of scores; without it the columns `items` are summed (all by default).
    anchor: columns of the anchor. maximum: of the total, where it is a column and nobody may have reached it.
    count: a column with how many candidates a row stands for. codes, map: the column of numbered forms' codes, and the
    file of what stands where on each; forms: what was put together by them."""

    path: Path
    items: Sequence[str] = ()
    total: str | None = None
    anchor: Sequence[str] = ()
    maximum: float | None = None
    anchor_maximum: float | None = None
    count: str | None = None
    external: bool = False
    missing: Missing = field(default_factory=Missing)
    codes: str | None = None
    map: Path | None = None
    forms: Forms | None = None


def opened(form: Form, side: str) -> tuple[Form, Table]:
    """A row for each candidate, numbered forms of one paper put together. side: x or y, as options are called. Raises
    FileUnusable."""
    unsaid = form.total is None and not form.items
    table = replace(read(form.path), asks=frozenset({"total", "items"} if unsaid else ()))
    table = table.repeated(form.count) if form.count else table
    if form.map:
        table, forms = pooled(table, form.codes, form.map, form.missing)
        return replace(form, forms=forms), table
    if unsaid:
        check_summed([one for one in table.columns if one.name != form.count], table, side)
    return form, table


def items_of(table: Table, form: Form) -> Sequence[Column]:
    every = table.chosen(form.forms.items) if form.forms else table.columns
    chosen = table.chosen(form.items) if form.items else every
    left_out = (
        {form.count, *(one.name for one in table.chosen(form.anchor) if form.external)} if form.anchor else {form.count}
    )
    return [one for one in chosen if one.name not in left_out]


def shared(x: Sequence[Column], y: Sequence[Column]) -> tuple[str, ...]:
    """Items that both files have by name: the anchor where none is named."""
    names = {one.name for one in y}
    return tuple(one.name for one in x if one.name in names)


def of_one_name(items: Sequence[str]) -> str:
    some = ", ".join(items[:3]) + (" …" if len(items) > 3 else "")
    return f"{len(items)} items have the same name in both files ({some})"


def complete(table: Table, columns: Sequence[Column], form: Form, keys: Path | None) -> Marked:
    """Raises FileUnusable where a row was not presented with every item."""
    known = read_keys(keys, [one.name for one in columns], table.asks, mapped=form.forms is not None) if keys else None
    known = keyed(form.forms, known, keys) if form.forms else known
    found = replace(marked(table, columns, form.missing, known), forms=form.forms)
    gaps = table.n - int(found.responses.presented.all(axis=1).sum())
    if gaps:
        what = f"{gaps} rows were not presented with every item, and sums of different items are not comparable"
        raise FileUnusable(f"{table.path}: {what}. If an empty cell is a blank, say --empty omitted.")
    return found
