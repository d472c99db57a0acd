"""Observed-score equating against the package equate, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.equating.circle_arc import CircleArc
from item_bank.statistics.equating.concordance import equate
from item_bank.statistics.equating.designs import Neat, RandomGroups, neat
from item_bank.statistics.equating.frequencies import BraunHolland, ChainedEquipercentile, FrequencyEstimation
from item_bank.statistics.equating.loglinear import Smoothing, smooth
from item_bank.statistics.equating.neat import ChainedLinear, Levine, NominalWeights, Tucker
from item_bank.statistics.equating.observed import Equipercentile, Identity, Linear, Mean, Method
from item_bank.statistics.equating.tables import Scale, Table
from tests.reference.peers import reference, table

EXACT, SMOOTHED = 1e-6, 1e-3

RANDOM: list[tuple[str, Method, float]] = [
    ("identity", Identity(), EXACT),
    ("mean", Mean(), EXACT),
    ("linear", Linear(), EXACT),
    ("equipercentile", Equipercentile(), EXACT),
    ("circle-arc", CircleArc(), EXACT),
    ("equipercentile_loglinear3", Equipercentile(Smoothing(3)), SMOOTHED),
    ("equipercentile_loglinear6", Equipercentile(Smoothing(6)), SMOOTHED),
]

#: Rows without a weight, and with: by default in proportion to the groups, or one half.
CHAINED: list[tuple[str, Method, float]] = [
    ("linear__chained__ws_default", ChainedLinear(), EXACT),
    ("equipercentile__chained__ws_default", ChainedEquipercentile(), EXACT),
]
WEIGHTED: list[tuple[str, Method, float]] = [
    (f"{row}__ws{'_default' if weight is None else weight}", method, EXACT)
    for weight in (None, 0.5)
    for row, method in {
        "mean__tucker": Tucker(weight, mean_only=True),
        "mean__levine": Levine(weight, mean_only=True),
        "linear__tucker": Tucker(weight),
        "linear__levine": Levine(weight),
        "linear__braun_holland": BraunHolland(weight),
        "equipercentile__frequency_estimation": FrequencyEstimation(weight=weight),
    }.items()
]
THROUGH_ANCHOR = [
    ("mean__nominal_weights__ws_default", NominalWeights(), EXACT),
    *WEIGHTED,
    *CHAINED,
    ("equipercentile__FE__loglinear_4422", FrequencyEstimation(Smoothing(joint=(4, 4, 2, 2))), SMOOTHED),
]


@pytest.fixture(scope="module")
def actmath(shared: Path) -> RandomGroups:
    cells = table(shared, "actmath")[1]
    return RandomGroups(Table(Scale(40), cells[:, 1]), Table(Scale(40), cells[:, 2]))


@pytest.fixture(scope="module")
def anchored(shared: Path) -> dict[str, Neat]:
    x, y = (table(shared, f"kbneat_{form}")[1] for form in "xy")
    kbneat = neat((x[:, 0], x[:, 1]), (y[:, 0], y[:, 1]), (Scale(36), Scale(36), Scale(12)), internal=True)
    x, y = (table(shared, f"sim_forms_{form}")[1] for form in "XY")
    totals = (x.sum(axis=1), x[:, 20:].sum(axis=1)), (y.sum(axis=1), y[:, :10].sum(axis=1))
    return {"kbneat": kbneat, "sim_forms": neat(*totals, (Scale(30), Scale(30), Scale(10)), internal=True)}


@pytest.mark.parametrize(("row", "method", "tolerance"), RANDOM, ids=[row for row, _, _ in RANDOM])
def test_random_groups(shared: Path, actmath: RandomGroups, row: str, method: Method, tolerance: float) -> None:
    expected = reference(shared, "equating_actmath")["results"][row]["concordance"]
    found = equate(actmath, method)
    np.testing.assert_allclose(found.equivalent, expected["yx"], rtol=0, atol=tolerance)
    if np.isfinite(found.error).all() and "se" in expected:
        np.testing.assert_allclose(found.error, expected["se"], rtol=0, atol=EXACT)


@pytest.mark.parametrize("form", ["x", "y"])
@pytest.mark.parametrize("degree", [3, 6])
def test_smoothed_counts(shared: Path, actmath: RandomGroups, form: str, degree: int) -> None:
    expected = reference(shared, "equating_actmath")["results"][f"presmoothed_loglinear{degree}"][form]
    np.testing.assert_allclose(smooth(getattr(actmath, form), degree).counts, expected, rtol=0, atol=SMOOTHED)


@pytest.mark.parametrize("form", ["x", "y"])
def test_moments(shared: Path, actmath: RandomGroups, form: str) -> None:
    expected: dict[str, Any] = reference(shared, "equating_actmath")["results"]["moments"][form]
    one: Table = getattr(actmath, form)
    assert (one.n, one.mean, one.variance**0.5) == pytest.approx((expected["n"], expected["mean"], expected["sd"]))


@pytest.mark.parametrize("data", ["kbneat", "sim_forms"])
@pytest.mark.parametrize(("row", "method", "tolerance"), THROUGH_ANCHOR, ids=[row for row, _, _ in THROUGH_ANCHOR])
def test_neat(shared: Path, anchored: dict[str, Neat], data: str, row: str, method: Method, tolerance: float) -> None:
    expected = reference(shared, f"equating_{data}")["results"][row]["concordance"]["yx"]
    np.testing.assert_allclose(equate(anchored[data], method).equivalent, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("data", ["actmath", "kbneat", "sim_forms"])
def test_no_row_is_left_out(shared: Path, data: str) -> None:
    rows = set(reference(shared, f"equating_{data}")["results"])
    listed = RANDOM if data == "actmath" else THROUGH_ANCHOR
    others = {"presmoothed_loglinear3", "presmoothed_loglinear6", "moments"} if data == "actmath" else set()
    assert rows == {row for row, _, _ in listed} | others
