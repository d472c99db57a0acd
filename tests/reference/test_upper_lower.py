"""Upper minus lower group by other rules than ours: thirds and fifths of two packages, three rules at 27 %."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.classical import analyse
from item_bank.statistics.extremes import Ties, upper_lower
from item_bank.statistics.responses import classify
from tests.reference.peers import close, reference, table

COMPLETE = ["lsat6", "lsat7", "abortion", "sat12_scored", "verbal", "sim_2pl_2000x40", "science", "sim_grm_1500x15"]
#: Too few different totals for fifths: gDiscrim stopped.
TOO_SHORT = ["lsat6", "lsat7", "abortion"]
RULES = {"D_stable_order": Ties.ORDER, "D_fractional_ties": Ties.FRACTION, "D_percentile_groups": Ties.QUANTILE}


def compared(shared: Path, name: str, share: float, ties: Ties, width: Any = 1.0) -> list[float]:
    """Ours of every item: differences of means in units of the width."""
    cells = table(shared, name)[1]
    widths = np.broadcast_to(width, cells.shape[1]).tolist()
    totals = cells.sum(axis=1)
    return [upper_lower(one, totals, wide, share, ties=ties) for one, wide in zip(cells.T, widths, strict=True)]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("name", COMPLETE)
def test_groups_of_27_percent(shared: Path, name: str, rule: str) -> None:
    theirs = reference(shared, f"ctt_{name}")["results"]["upper_lower_27"]
    close(compared(shared, name, 0.27, RULES[rule]), theirs[rule], 1e-10)


@pytest.mark.parametrize("name", COMPLETE)
def test_members_of_the_groups(shared: Path, name: str) -> None:
    """27 % of the persons, and the scores at their boundaries, by quantiles of type 7."""
    theirs = reference(shared, f"ctt_{name}")["results"]["upper_lower_27"]
    totals = table(shared, name)[1].sum(axis=1)
    high, low = np.quantile(totals, [0.73, 0.27])
    assert theirs["k"] == round(0.27 * len(totals))
    close([high, low], [theirs["cut_high"], theirs["cut_low"]])
    assert ((totals >= theirs["cut_high"]).sum(), (totals <= low).sum()) == (theirs["n_high"], theirs["n_low"])


@pytest.mark.parametrize("name", COMPLETE)
def test_facilities_of_the_groups(shared: Path, name: str) -> None:
    """Our difference is that of the two groups' means."""
    theirs = reference(shared, f"ctt_{name}")["results"]["upper_lower_27"]
    difference = np.subtract(theirs["upper_p_fractional"], theirs["lower_p_fractional"])
    close(compared(shared, name, 0.27, Ties.FRACTION), difference, 1e-10)


@pytest.mark.parametrize("name", COMPLETE)
def test_thirds_of_psychometric(shared: Path, name: str) -> None:
    theirs = reference(shared, f"ctt_{name}")["results"]["psychometric_item_exam"]["items"]
    persons = len(table(shared, name)[1])
    close(compared(shared, name, persons // 3 / persons, Ties.ORDER), theirs["Discrimination"], 1e-10)


@pytest.mark.parametrize(("block", "groups"), [("k3", 3), ("k5_l1_u5", 5)])
@pytest.mark.parametrize("name", [name for name in COMPLETE if name not in TOO_SHORT])
def test_thirds_and_fifths_of_shinyitemanalysis(shared: Path, name: str, block: str, groups: int) -> None:
    """Its unit is the range of the points that occur."""
    theirs = reference(shared, f"ctt_{name}")["results"]["ShinyItemAnalysis_gDiscrim"]["value"][block]
    width = np.ptp(table(shared, name)[1], axis=0)
    close(compared(shared, name, 1 / groups, Ties.INTERVAL, width), list(theirs.values()), 1e-10)


@pytest.mark.parametrize("name", TOO_SHORT)
def test_shinyitemanalysis_stopped_where_totals_are_too_few(shared: Path, name: str) -> None:
    assert "error" in reference(shared, f"ctt_{name}")["results"]["ShinyItemAnalysis_gDiscrim"]["value"]


@pytest.mark.parametrize("name", COMPLETE)
def test_correlations_of_psychometric(shared: Path, name: str) -> None:
    theirs = reference(shared, f"ctt_{name}")["results"]["psychometric_item_exam"]["items"]
    found = analyse(classify(table(shared, name)[1])).items
    for ours, column in {"sd": "Sample.SD", "item_total": "Item.total", "item_rest": "Item.Tot.woi"}.items():
        close([getattr(item, ours) for item in found], theirs[column])
