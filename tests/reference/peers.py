"""Data sets and the numbers that trusted packages give for them (psychometrics/README.md of the shared data)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: How JSON says what a number cannot.
WORDS = {"NA": np.nan, "NaN": np.nan, "Inf": np.inf, "-Inf": -np.inf}


def table(shared: Path, name: str) -> tuple[list[str], NDArray[np.float64]]:
    """Columns and cells of a data set, NaN for an empty one. Of verbal the 24 items."""
    path = shared / "psychometrics" / "data" / f"{name}.csv"
    with path.open(encoding="utf-8") as file:
        columns = file.readline().strip().replace('"', "").split(",")
    cells = np.genfromtxt(path, delimiter=",", skip_header=1)
    kept = 24 if name == "verbal" else len(columns)
    return columns[:kept], cells[:, :kept]


def grouped(shared: Path, name: str, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The items of a data set, and the column that says who belongs to which group: items stand before it."""
    path = shared / "psychometrics" / "data" / f"{name}.csv"
    with path.open(encoding="utf-8") as file:
        group = file.readline().strip().replace('"', "").split(",").index(column)
    cells = np.genfromtxt(path, delimiter=",", skip_header=1)
    return cells[:, : 24 if name == "verbal" else group], cells[:, group]


#: file/block/figure of what was looked up since the last emptying; a test's own, since it is emptied before each.
LOOKED_UP: set[str] = set()
#: A figure is a block's part: what lies below it is one row of the table or less.
DEPTH = 3


class Figures(dict[str, Any]):
    """Part of a reference that tells what was looked up in it: `place` leads to it."""

    def __init__(self, place: tuple[str, ...], parts: dict[str, Any]) -> None:
        super().__init__(parts)
        self.place = place

    def __getitem__(self, key: str) -> Any:
        self._look_up(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._look_up(*({key} & self.keys()))
        return super().get(key, default)

    def items(self) -> Any:
        self._look_up(*self)
        return super().items()

    def values(self) -> Any:
        self._look_up(*self)
        return super().values()

    def _look_up(self, *keys: str) -> None:
        LOOKED_UP.update(
            "/".join((*self.place, key))
            for key in keys
            if not isinstance(super(Figures, self).__getitem__(key), Figures)
        )


@cache
def reference(shared: Path, name: str) -> Any:
    """A file of reference/ whole, its words for numbers replaced."""
    return figures(name, json.loads((shared / "psychometrics" / "reference" / f"{name}.json").read_text("utf-8")))


def figures(name: str, content: dict[str, Any]) -> Figures:
    """What is under `results` counts as if it stood in the file itself."""
    found: Figures = _told((name,), _numbers(content))
    if "results" in content:
        dict.__setitem__(found, "results", _told((name,), _numbers(content["results"])))
    return found


def _told(place: tuple[str, ...], value: Any) -> Any:
    if not isinstance(value, dict) or len(place) == DEPTH:
        return value
    return Figures(place, {key: _told((*place, key), part) for key, part in value.items()})


def truth(shared: Path, name: str) -> Any:
    """The parameters that a simulated set was made from."""
    return json.loads((shared / "psychometrics" / "data" / f"truth_{name}.json").read_text(encoding="utf-8"))


def _numbers(value: Any) -> Any:
    match value:
        case dict():
            return {name: _numbers(one) for name, one in value.items()}
        case list():
            return [_numbers(one) for one in value]
        case str() if value in WORDS:
            return WORDS[value]
    return value


def close(ours: Any, theirs: Any, tolerance: float = 1e-8) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
