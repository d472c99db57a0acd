"""Groups of one person, items that all solve or nobody meets: every method answers, without a warning of numpy."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from item_bank.statistics import dif

X = np.nan
RNG = np.random.default_rng(1)
ABILITY = RNG.normal(size=120)
SOUND = np.asarray(ABILITY[:, None] + RNG.normal(size=(120, 6)) > 0, dtype=float)
GROUPS = ["a", "b"] * 60
ONE_SIDED = SOUND.copy()
ONE_SIDED[::2, 2] = X
SCORES: dict[str, Any] = {
    "one person each": SOUND[:2],
    "three persons": SOUND[:3],
    "one item": SOUND[:, :1],
    "all right": np.ones((120, 4)),
    "all wrong": np.zeros((120, 4)),
    "a perfect item": np.column_stack((SOUND, np.ones(120))),
    "groups that part right from wrong": np.tile([[1.0], [0.0]], (60, 4)),
    "more items than persons": RNG.integers(0, 2, (6, 12)),
    "several points": RNG.integers(0, 4, (120, 5)),
    "one category": np.column_stack((RNG.integers(0, 4, (120, 5)), np.full(120, 3))),
    "an item that one group never met": ONE_SIDED,
}


@pytest.fixture(autouse=True)
def strict() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("matched", [False, True])
def test_every_observed_method_answers(name: str, matched: bool) -> None:
    scores = np.asarray(SCORES[name], dtype=float)
    n, k = scores.shape
    # Totals of different items are refused, which is tried elsewhere.
    matching = dif.ability_strata(ABILITY[:n], 4) if matched or np.isnan(scores).any() else None
    found = dif.analyse(scores, GROUPS[:n], matching=matching)
    assert [row.item for row in found.items] == list(range(k))
    assert len(found.warnings) >= 1
    for row in found.items:
        assert row.mantel is not None
        assert not row.mantel.p > 1
        assert row.ordinal is not None
        if scores[:, row.item].std() == 0:
            assert np.isnan([row.mantel.p, row.ordinal.both.lrt_p]).all()
