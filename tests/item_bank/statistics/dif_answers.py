"""Simulated answers of two groups."""

from __future__ import annotations

import numpy as np

from item_bank.statistics.dif.strata import Study, study


def answers(persons: int = 600, items: int = 10, harder: float = 0.0, points: int = 1, seed: int = 1) -> np.ndarray:
    """The second half of the persons finds the first item harder. `points` statements make an item's score."""
    rng = np.random.default_rng(seed)
    theta, b = rng.normal(size=persons), rng.normal(0, 0.8, size=items)
    b = np.tile(b, (persons, 1))
    b[persons // 2 :, 0] += harder
    chance = 1 / (1 + np.exp(b - theta[:, None]))
    return np.asarray((rng.random((points, persons, items)) < chance).sum(axis=0), dtype=np.float64)


def halves(persons: int = 600) -> list[str]:
    return ["reference"] * (persons // 2) + ["focal"] * (persons - persons // 2)


def compared(harder: float = 0.0, points: int = 1) -> Study:
    return study(answers(harder=harder, points=points), halves(), reference="reference")
