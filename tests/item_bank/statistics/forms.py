"""Two forms to be equated, and the methods that equate them."""

from __future__ import annotations

from typing import Any

import numpy as np

from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.designs import Neat, RandomGroups, neat, random_groups
from item_bank.statistics.equating.frequencies import BraunHolland, ChainedEquipercentile, FrequencyEstimation
from item_bank.statistics.equating.loglinear import Smoothing
from item_bank.statistics.equating.neat import ChainedLinear, Levine, LevineTrue, NominalWeights, Tucker
from item_bank.statistics.equating.observed import Equipercentile, Linear, Mean, Method
from item_bank.statistics.equating.tables import Scale

TEN = Scale(10)
ONE_POPULATION: list[Method] = [Mean(), Linear(), Equipercentile(), Equipercentile(Smoothing(3)), CircleArc()]
ANCHORED: list[Method] = [
    NominalWeights(),
    Tucker(),
    Tucker(mean_only=True),
    Levine(),
    Levine(mean_only=True),
    LevineTrue(),
    BraunHolland(),
    ChainedLinear(),
    ChainedEquipercentile(),
    ChainedEquipercentile(Smoothing()),
    FrequencyEstimation(),
    FrequencyEstimation(Smoothing(structural=True)),
    CircleArc(),
]


def groups(n: int = 800, m: int = 900, seed: int = 1) -> RandomGroups:
    rng = np.random.default_rng(seed)
    return random_groups(rng.binomial(10, 0.55, n), rng.binomial(10, 0.6, m), TEN, TEN)


def with_anchor(n: int = 2000, shift: float = 0.0, harder: float = 0.0, seed: int = 2) -> Neat:
    """Two forms of 20 items with 8 anchor items among them; group Y is better by `shift`, form X harder by `harder`."""
    rng = np.random.default_rng(seed)

    def scores(mean: float, hard: float) -> tuple[Any, Any]:
        theta = rng.normal(mean, 1, n)
        anchor = rng.binomial(8, 1 / (1 + np.exp(-theta)))
        return anchor + rng.binomial(12, 1 / (1 + np.exp(hard - theta))), anchor

    return neat(scores(0, harder), scores(shift, 0), (Scale(20), Scale(20), Scale(8)), internal=True)
