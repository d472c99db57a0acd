"""Answers of known items, and the likelihood of answers, for tests of calibration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.irt.indicators import indicators
from item_bank.statistics.irt.layout import Slot, kind_of, lay_out
from item_bank.statistics.irt.marginal import GuessingPrior, Marginal
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit, probabilities
from item_bank.statistics.irt.quadrature import lattice_for

Answers = NDArray[np.int_]


def answers(items: list[Item], theta: NDArray[np.float64], seed: int = 1) -> Answers:
    rng = np.random.default_rng(seed)
    drawn = [
        (rng.random((len(theta), 1)) > np.cumsum(p, axis=1)[:, :-1]).sum(axis=1) for p in probabilities(items, theta)
    ]
    return np.stack(drawn, axis=1)


def abilities(n: int, mean: float = 0.0, sd: float = 1.0, seed: int = 2) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(mean, sd, n)


def some_items(model: str, k: int = 8, seed: int = 3) -> list[Item]:
    rng = np.random.default_rng(seed)
    slopes = np.ones(k) if model in ("rasch", "1pl", "pcm") else np.exp(rng.normal(0.1, 0.25, k))
    steps = [tuple(np.sort(rng.normal(0, 0.4) + np.array([-0.9, 0.1, 1.0])).tolist()) for _ in range(k)]
    match model:
        case "grm":
            return [Graded(float(a), b) for a, b in zip(slopes, steps, strict=True)]
        case "pcm" | "gpcm":
            return [PartialCredit(float(a), b) for a, b in zip(slopes, steps, strict=True)]
        case "nominal":
            made = rng.normal(0, 0.8, (k, 2, 3))
            made -= made.mean(axis=2, keepdims=True)
            return [Nominal(tuple(np.sort(one[0]).tolist()), tuple(one[1].tolist())) for one in made]
    guess = 0.2 if model == "3pl" else 0.0
    return [Logistic(float(a), float(b), guess) for a, b in zip(slopes, rng.normal(0, 1, k), strict=True)]


def marginal(responses: Answers, model: str) -> Marginal:
    slots = [
        Slot(j, (0,), kind_of(model, int(responses[:, j].max()) + 1), model, None) for j in range(responses.shape[1])
    ]
    layout = lay_out(slots, 1, responses.shape[1])
    one = indicators(responses, np.ones(len(responses)), layout, 0)
    return Marginal(layout, (one,), lattice_for([0.0], [1.0], 0.4), GuessingPrior() if model == "3pl" else None)
