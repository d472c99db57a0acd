"""Data sets and the numbers that trusted packages give for them (psychometrics/README.md of the shared data)."""

from __future__ import annotations

import json
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


def reference(shared: Path, name: str) -> Any:
    """A file of reference/ whole, its words for numbers replaced."""
    return _numbers(json.loads((shared / "psychometrics" / "reference" / f"{name}.json").read_text(encoding="utf-8")))


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
