"""The references' own calibrations as items: what works on given parameters is tested apart from calibrating."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.irt.models import Graded, Item, Logistic, PartialCredit
from item_bank.statistics.irt.quadrature import Grid, normal_grid
from tests.reference.peers import reference, table

#: Data set → models of irt_mirt_NAME, as the file calls them.
MIRT = {
    "abortion": ("Rasch", "2PL"),
    "lsat6": ("Rasch", "2PL"),
    "lsat7": ("Rasch", "2PL"),
    "sat12_scored": ("Rasch", "2PL", "3PL_prior"),
    "science": ("graded", "gpcm", "pcm_Rasch"),
    "sim_2pl_2000x40": ("Rasch", "2PL"),
    "sim_2pl_missing_2000x40": ("Rasch", "2PL"),
    "sim_3pl_5000x30": ("3PL_prior", "3PL"),
    "sim_gpcm_1500x12": ("gpcm", "graded", "pcm_Rasch"),
    "sim_grm_1500x15": ("graded",),
    "verbal": ("Rasch", "2PL"),
}
CALIBRATIONS = [(name, model) for name, models in MIRT.items() for model in models]
#: sim_3pl has only some of the figures.
WHOLE = [(name, model) for name, model in CALIBRATIONS if name != "sim_3pl_5000x30"]
COMPLETE = [(name, model) for name, model in WHOLE if name != "sim_2pl_missing_2000x40"]


def categories(shared: Path, name: str) -> NDArray[np.int64]:
    """Category numbers from 0, −1 for missing."""
    _, cells = table(shared, name)
    lowest = 1 if name == "science" else 0
    return np.where(np.isnan(cells), -1, cells - lowest).astype(np.int64)


def calibration(shared: Path, name: str, model: str) -> tuple[list[Item], float, Any]:
    """Items, latent variance and the whole block of irt_mirt_NAME."""
    block = reference(shared, f"irt_mirt_{name}")["results"][model]
    if "items" in block and isinstance(block["items"], dict):
        return columns_of_items(block["items"], model), 1.0, block
    rows = [one["par"] for one in block["parameters_IRT"].values()]
    names = {key for row in rows for key in row}
    columns = {key: [row.get(key, np.nan) for row in rows] for key in names}
    return columns_of_items(columns, model), float(block["latent_var"]), block


def columns_of_items(columns: dict[str, list[float]], model: str) -> list[Item]:
    """Columns a, b, g or a, b1, b2, … of parameters as items."""
    if "b" in columns:
        return [Logistic(a, b, c) for a, b, c in zip(columns["a"], columns["b"], columns["g"], strict=True)]
    steps = sorted(name for name in columns if name[0] == "b" and name[1:].isdigit())
    kind = Graded if model == "graded" else PartialCredit
    return [
        kind(a, tuple(columns[step][row] for step in steps if np.isfinite(columns[step][row])))
        for row, a in enumerate(columns["a"])
    ]


def peer_density(nodes: int, limit: float, variance: float) -> Grid:
    """A peer's grid: equally spaced from −limit to limit, however wide the abilities are."""
    return normal_grid(nodes, limit / float(np.sqrt(variance)), 0.0, variance)


def apart(ours: ArrayLike, theirs: ArrayLike) -> float:
    """Largest difference; equal infinities and missing on both sides are none."""
    first, second = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    same = (first == second) | (np.isnan(first) & np.isnan(second))
    with np.errstate(invalid="ignore"):
        return float(np.max(np.where(same, 0.0, np.abs(first - second)), initial=0.0))


def partial_credit_of_tam(columns: dict[str, list[float]]) -> list[PartialCredit]:
    """TAM's steps: beta of the item, plus tau of the category."""
    steps = sorted(name for name in columns if name.startswith("tau"))
    return [
        PartialCredit(
            a, tuple(columns["beta"][row] + columns[step][row] for step in steps if np.isfinite(columns[step][row]))
        )
        for row, a in enumerate(columns["alpha"])
    ]
