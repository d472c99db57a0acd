"""A file of answers as the options of a command say it is to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from exam_engine.measuring.files.forms import Forms, keyed, pooled
from exam_engine.measuring.files.key_files import read_keys
from exam_engine.measuring.files.marked import Marked, Missing, marked
from exam_engine.measuring.files.numbers import holds_numbers
from exam_engine.measuring.files.suspects import suspects
from exam_engine.measuring.files.tables import Column, Table, listed, read


@dataclass(frozen=True, slots=True)
class Asked:
    """items: patterns of their names, none for all columns. ids, count, form: columns; aside: others that are no items,
    as of groups. key, form_map: files. asks: options of the command that could yet say what a column is."""

    responses: Path
    missing: Missing
    items: Sequence[str] = ()
    ids: str | None = None
    count: str | None = None
    key: Path | None = None
    form: str | None = None
    form_map: Path | None = None
    aside: frozenset[str] = frozenset()
    asks: frozenset[str] = frozenset()


def read_answers(asked: Asked) -> tuple[Table, Marked]:
    """Raises FileUnusable."""
    table = replace(read(asked.responses), asks=asked.asks)
    table = table.repeated(asked.count) if asked.count else table
    named = table.ids(table.column(asked.ids)) if asked.ids else []
    table, forms = pooled(table, asked.form, asked.form_map, asked.missing)
    columns = _items(table, forms, asked)
    names = [one.name for one in columns]
    known = read_keys(asked.key, names, asked.asks, mapped=forms is not None) if asked.key else None
    known = keyed(forms, known, asked.key) if forms else known
    found = replace(marked(table, columns, asked.missing, known), forms=forms)
    doubts = _doubts(table, found, asked)
    ids = tuple(named[row] for row in found.rows) if asked.ids else ()
    return table, replace(found, ids=ids, warnings=(*found.warnings, *doubts))


def _items(table: Table, forms: Forms | None, asked: Asked) -> tuple[Column, ...]:
    of_forms = table.chosen(forms.items) if forms else table.columns
    columns = table.chosen(asked.items) if asked.items else of_forms
    return tuple(column for column in columns if column.name not in {asked.ids, asked.count, *asked.aside})


def _doubts(table: Table, found: Marked, asked: Asked) -> list[str]:
    """Where nobody has named the items: columns that no form has, or that look like no items."""
    if asked.items:
        return []
    if found.forms is None:
        return [*suspects(table, found)]
    known = {asked.form, asked.ids, asked.count, *asked.aside, *found.items}
    unused = [one.name for one in table.columns if one.name not in known and holds_numbers(one.values)]
    what = f"no form has the columns of points {listed(unused)}: they are not used. Add them to the map"
    return [what] if unused else []
