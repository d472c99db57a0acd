"""Numbered forms (mã đề) of one paper: answers by position become answers to items, and the forms one sample."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.form_maps import FormMap, Place, natural, own_key, read_map
from exam_engine.measuring.files.keys import NO_LETTER, Key, lettered
from exam_engine.measuring.files.marked import Missing
from exam_engine.measuring.files.origins import Origin
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import Column, FileUnusable, Table, listed
from item_bank.statistics.equating.pooling import Pooled, Sheet, pool
from item_bank.statistics.responses import Status

_LAST_NUMBER = re.compile(r"(\d+)\D*$", re.ASCII)
#: Of a form: what stands where, and the rows of those who took it.
Taken = tuple[tuple[Place, ...], NDArray[np.intp]]
SCORED = (
    "the map does not tell the order of options, and keys differ between forms: items are pooled as points, "
    "and nothing is told of options. Add a column options (Thứ tự phương án) for that"
)


@dataclass(frozen=True, slots=True)
class Forms:
    """Of a pooled table. items: in natural order. keys: of the map. names: of the forms that were taken. form: (n,)
    which of them each row took. places: (forms, k) where each has the item, from 0. scored: cells hold points earned by
    the key of the form, as the order of options is not known. options: of items whose order of options is told."""

    items: tuple[str, ...]
    keys: Mapping[str, Key]
    names: tuple[str, ...]
    form: NDArray[np.int_]
    places: NDArray[np.int_]
    scored: bool = False
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def pooled(table: Table, form: str | None, path: Path | None, missing: Missing) -> tuple[Table, Forms | None]:
    """The table with a column an item in place of one a position; without a map as it is. Raises FileUnusable."""
    if form is None and path is None:
        return table, None
    if form is None or path is None:
        raise ValueError("--form and --forms belong together: the column with form codes, and the map of the forms")
    known = read_map(path)
    column = table.column(form)
    taken = _taken(table, column, known)
    scored = _marked_by_form(known)
    found, words = _put_together(table, known, taken, missing, scored=scored)
    origins = _origins(table, known, found.names, found.form)
    columns = [
        _column(item, words[item], codes, origins[item])
        for item, codes in zip(found.items, found.chosen.T, strict=True)
    ]
    used = {_position(table, known, one) for places in known.forms.values() for one in places}
    others = [one for one in table.columns if one.name not in used]
    again = [one.name for one in others if one.name in found.items]
    if again:
        raise FileUnusable(f"{table.path}: {listed(again)} names a column, and an item of {path}. Rename one of them.")
    options = {one.item: one.shown for places in known.forms.values() for one in places if one.options}
    forms = Forms(found.items, _keys(known, scored), found.names, found.form, found.places, scored, options)
    of_file, warnings = tuple(one.name for one in table.columns), table.warnings
    warnings += _double(table, known, taken, missing) if scored else ()
    return replace(table, columns=(*others, *columns), of_file=of_file, warnings=warnings), forms


def _put_together(
    table: Table, known: FormMap, taken: Mapping[str, Taken], missing: Missing, *, scored: bool
) -> tuple[Pooled, Mapping[str, Sequence[str]]]:
    """Rows as in the table, items in natural order; and of each item the words that its codes stand for."""
    words: dict[str, dict[str, int]] = {}
    sheets, rows = {}, []
    for code, (places, there) in taken.items():
        chosen = np.stack([_codes(table, known, one, there, words, scored, missing) for one in places], axis=1)
        items = tuple(one.item for one in places)
        sheets[code] = Sheet(items, ((),) * len(items), chosen)
        rows.append(there)
    found = pool(sheets)
    order = sorted(range(len(found.items)), key=lambda place: natural(found.items[place]))
    back = np.argsort(np.concatenate(rows))
    items = tuple(found.items[place] for place in order)
    ordered = Pooled(items, found.names, found.chosen[back][:, order], found.form[back], found.places[:, order])
    return ordered, {item: tuple(numbers) for item, numbers in words.items()}


def _origins(table: Table, known: FormMap, names: Sequence[str], form: NDArray[np.int_]) -> dict[str, Origin]:
    """Of each item, by the forms that were taken."""
    there = [{one.item: _position(table, known, one) for one in known.forms[name]} for name in names]
    return {item: Origin(tuple(names), tuple(one[item] for one in there), form) for item in there[0]}


def keyed(forms: Forms, keys: Mapping[str, Key] | None, path: Path | None) -> Mapping[str, Key] | None:
    """The keys of the file, or those of the map; ValueError where they contradict each other."""
    if keys is None:
        return forms.keys or None
    if forms.scored:
        raise FileUnusable(f"{path} names options of items, but {SCORED}. Or leave --key out: the map has keys.")
    for item, key in keys.items():
        other = forms.keys.get(item)
        if other is not None and {*other.answers} != {*key.answers}:
            said = f"{listed(key.answers)} by {path}, but {listed(other.answers)} by the map and its order of options"
            raise FileUnusable(f"the key of item {quoted(item)} is {said}. Correct one of them.")
    return keys


def _taken(table: Table, column: Column, known: FormMap) -> dict[str, Taken]:
    """Form → its places and the rows of those who took it."""
    found: dict[str, Taken] = {}
    for place, code in enumerate(column.values):
        places = known.of(code)
        if places is None:
            what = f"{quoted(code)} is no form of {known.path} (it has {listed(known.forms)})" if code else "no form"
            advice = "Correct it, add the form to the map, or remove the row"
            raise table.fault(column, column.row_with(place), f"{what}. {advice}.")
        name = next(one for one, there in known.forms.items() if there is places)
        rows = np.flatnonzero(column.codes == place)
        before = found[name][1] if name in found else np.empty(0, dtype=np.intp)
        found[name] = places, np.sort(np.concatenate((before, rows)))
    return {name: found[name] for name in known.forms if name in found}


def _codes(
    table: Table,
    known: FormMap,
    place: Place,
    rows: NDArray[np.intp],
    words: dict[str, dict[str, int]],
    scored: bool,
    missing: Missing,
) -> NDArray[np.int_]:
    """Cells of a position as numbers of the item's `words`."""
    column = table.column(_position(table, known, place))
    seen = words.setdefault(place.item, {})
    numbers = np.zeros(len(column.values), dtype=np.int64)
    for code in np.unique(column.codes[rows]).tolist():
        cell = column.values[code]
        if missing.status(cell) == Status.ANSWERED:
            try:
                cell = _points(place.key, cell) if scored and place.key else place.own(cell)
            except ValueError as error:
                row = int(rows[np.argmax(column.codes[rows] == code)])
                raise table.fault(column, row, f"{quoted(cell)}: {error}.") from None
        numbers[code] = seen.setdefault(cell, len(seen))
    return numbers[column.codes[rows]]


def _points(key: Key, cell: str) -> str:
    key = replace(key, kind="number") if key.guessed else key  # what is right is so as the number of an option, too
    return cell if key.kind == "points" else f"{key.earned(key.right(cell)):.12g}"


def _double(table: Table, known: FormMap, taken: Mapping[str, Taken], missing: Missing) -> tuple[str, ...]:
    """What is no letter of an option: points do not tell it any more."""
    found = Counter[str]()
    for places, rows in taken.values():
        for place in places:
            if place.key and place.key.kind == "option" and lettered(place.key.answers):
                column = table.column(_position(table, known, place))
                strange = [missing.status(one) == Status.ANSWERED and not lettered((one,)) for one in column.values]
                found[place.item] += int(np.array(strange)[column.codes[rows]].sum())
    items = [f"{quoted(item)} ({found[item]})" for item in sorted(found, key=natural) if found[item]]
    return (f"{listed(items)}: {NO_LETTER}",) if items else ()


def _position(table: Table, known: FormMap, place: Place) -> str:
    """The column of this name, or the only one whose name ends with this number."""
    names = [one.name for one in table.columns]
    if place.position in names:
        return place.position
    wanted = int(place.position) if place.position.isdecimal() else None
    ends = {name: _LAST_NUMBER.search(name) for name in names}
    near = [name for name, end in ends.items() if end and int(end[1]) == wanted]
    if len(near) != 1:
        what = f"{table.path} has {'several columns' if near else 'no column'} for position {quoted(place.position)}"
        advice = f"Write the column's name in place of it: {listed(near or names)}"
        raise FileUnusable(f"{known.path}, line {place.line}: {what}. {advice}.")
    return near[0]


def _marked_by_form(known: FormMap) -> bool:
    """Without the order of options, keys that differ between forms leave of an answer only what it earned."""
    if known.ordered:
        return False
    keys: dict[str, set[tuple[str, ...]]] = {}
    for places in known.forms.values():
        for one in places:
            keys.setdefault(one.item, set()).add(one.key.answers if one.key else ())
    return any(len(answers) > 1 for answers in keys.values())


def _keys(known: FormMap, scored: bool) -> dict[str, Key]:
    found = {}
    for one in next(iter(known.forms.values())):
        key = own_key(one)
        if key:
            found[one.item] = replace(key, kind="points", answers=(), table=(), guessed=False) if scored else key
    return found


def _column(item: str, words: Sequence[str], codes: NDArray[np.int_], origin: Origin) -> Column:
    """Values in the order in which rows have them, as in a file that was never shuffled."""
    there, first, codes = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return Column(item, tuple(words[there[place]] for place in order), np.argsort(order)[codes], origin)
