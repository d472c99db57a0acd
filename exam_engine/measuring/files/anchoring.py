"""Item parameters that are given: of an earlier calibration, or of a bank."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from exam_engine.measuring.files.documents import is_json, read_json
from exam_engine.measuring.files.numbers import number
from exam_engine.measuring.files.tables import FileUnusable, listed, read
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit

#: Item, where it stands in the file, and its cells.
Row = tuple[str, str, Mapping[str, Any]]
_LISTS = ("thresholds", "slopes", "intercepts", "categories")
_NUMBERS = ("a", "b", "c")
#: Columns of a table that tell of parameters.
PARAMETERS = (*_NUMBERS, *_LISTS)
_EXAMPLE = "an item has a and b (and c), a and thresholds, or slopes and intercepts"


@dataclass(frozen=True, slots=True)
class Known:
    """categories: what each category is, as `analyse` tells it; by default 0, 1, …"""

    item: Item
    categories: tuple[float, ...]


def read_parameters(path: Path, items: Sequence[str] | None, model: str) -> dict[str, Known]:
    """Of those of `items` (None: of all) that the file has: a .json of `exam-engine analyse --json`, or a table with
    columns item, a, b, c, thresholds, slopes, intercepts, categories. Thresholds are a graded item's where the model
    (that of the file, if it says one) is grm, else steps of partial credit. Raises FileUnusable, also where none of
    the items is there."""
    rows, model = _of_json(path, model) if is_json(path) else (_of_table(path), model)
    found = {}
    for name, where, cells in rows:
        if name in found:
            raise FileUnusable(f"{where}: item “{name}” has parameters already")
        if (items is None or name in items) and not _undetermined(cells):
            try:
                found[name] = known(cells, graded=model == "grm")
            except ValueError as error:
                raise FileUnusable(f"{where}: {error}") from None
    if not found:
        those = f"; those of the responses are {listed(items)}" if items else ""
        raise FileUnusable(f"{path}: parameters of none of the items{those}")
    return found


def _of_json(path: Path, model: str) -> tuple[list[Row], str]:
    document = read_json(path)
    if isinstance(document, dict):
        document = document.get("irt", document)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise FileUnusable(f"{path}: expected the document of “exam-engine analyse --model … --json”, with irt.items")
    rows = document["items"]
    if not all(isinstance(row, dict) and isinstance(row.get("item"), str) for row in rows):
        raise FileUnusable(f'{path}: every item is {{"item": name, …}}')
    return [(row["item"], f"{path}, item “{row['item']}”", row) for row in rows], str(document.get("model", model))


def _of_table(path: Path) -> list[Row]:
    table = read(path)
    columns = {column.name.casefold(): column for column in table.columns}
    unknown = set(columns) - {"item", *PARAMETERS}
    if "item" not in columns or unknown:
        what = f"column “{min(unknown)}” is not known" if unknown else "no column “item”"
        raise FileUnusable(f"{path}: {what}. Parameters have columns item, {', '.join(PARAMETERS)}")
    rows: list[Row] = []
    for row in range(table.n):
        where = f"{path}, line {table.lines[row]}"
        texts = {name: column.values[column.codes[row]] for name, column in columns.items()}
        try:
            cells = cells_of({name: text for name, text in texts.items() if name != "item"})
        except ValueError as error:
            raise FileUnusable(f"{where}: {error}") from None
        rows.append((texts["item"], where, cells))
    return rows


def cells_of(texts: Mapping[str, str]) -> dict[str, float | list[float]]:
    """Of columns of parameters what those say that hold anything. Raises ValueError."""
    return {name: _cell(name, text) for name, text in texts.items() if text}


def _cell(name: str, text: str) -> float | list[float]:
    if name not in _LISTS:
        return number(text, computed=True)
    return [number(one, computed=True) for one in re.split(r"[\s|;]+", text) if one]


def _undetermined(cells: Mapping[str, Any]) -> bool:
    """An earlier calibration tells null of an item that did not vary."""
    given = [cells[name] for name in ("a", "slopes") if name in cells]
    return any(one is None or (isinstance(one, list) and None in one) for one in given)


def known(cells: Mapping[str, Any], *, graded: bool) -> Known:
    """Raises ValueError for what makes no item."""
    try:
        return _known(cells, graded)
    except (TypeError, KeyError):
        raise ValueError(_EXAMPLE) from None


def _known(cells: Mapping[str, Any], graded: bool) -> Known:
    item = _item(
        {name: _finite(name, cells[name]) for name in (*_NUMBERS, *_LISTS) if cells.get(name) is not None}, graded
    )
    told = cells.get("categories") or range(item.categories)
    categories = tuple(round(float(one), 9) for one in told)
    if len(categories) != item.categories or len(set(categories)) < len(categories):
        raise ValueError(f"{item.categories} different categories belong to these parameters, not {len(categories)}")
    return Known(item, categories)


def _item(cells: Mapping[str, Any], graded: bool) -> Item:
    if "slopes" in cells:
        slopes, intercepts = cells["slopes"], cells["intercepts"]
        if len(slopes) != len(intercepts) or len(slopes) < 2:
            raise ValueError("slopes and intercepts: one of each for every category, at least two")
        return Nominal(_centred(slopes), _centred(intercepts))
    slope = cells.get("a", 1.0)
    if not slope:
        raise ValueError("a slope a of 0 tells nothing of abilities: leave the item out")
    if "thresholds" in cells:
        steps = tuple(cells["thresholds"])
        if not steps or (graded and any(low >= high for low, high in pairwise(steps))):
            raise ValueError("thresholds: at least one, and those of a graded item ascend")
        return Graded(slope, steps) if graded else PartialCredit(slope, steps)
    guessed = cells.get("c", 0.0)
    if not 0 <= guessed < 1:
        raise ValueError("c lies from 0 up to, but not including, 1")
    return Logistic(slope, cells["b"], guessed)


def _finite(name: str, value: Any) -> Any:
    values = value if name in _LISTS else [value]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in values):
        raise ValueError(
            f"{name}: expected {'numbers' if name in _LISTS else 'a number'}, not {json.dumps(value)[:40]}"
        )
    return value


def _centred(values: Sequence[float]) -> tuple[float, ...]:
    middle = sum(values) / len(values)
    return tuple(one - middle for one in values)
