"""Links of calibrations and equating through response models against equateIRT and plink."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.equating.concurrent import Form, calibrate_together
from item_bank.statistics.equating.designs import Design
from item_bank.statistics.equating.irt_linking import Criterion, Link, link
from item_bank.statistics.equating.true_score import equate_observed_scores, equate_true_scores
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.irt.models import Item, Logistic
from item_bank.statistics.irt.quadrature import Grid, even_grid, gauss_hermite
from tests.reference.peers import reference, table

CONSTANT, SCORE = 1e-4, 1e-3
GRIDS = {"": gauss_hermite(30), "_grid40": even_grid(40, -4, 4)}
ROWS = [(criterion, "") for criterion in Criterion]
ROWS += [(Criterion.HAEBARA, "_grid40"), (Criterion.STOCKING_LORD, "_grid40")]
PLINK = [Criterion.MEAN_MEAN, Criterion.MEAN_SIGMA, Criterion.HAEBARA, Criterion.STOCKING_LORD]


@pytest.fixture(scope="module")
def results(shared: Path) -> Any:
    return reference(shared, "linking_sim_forms")["results"]


@pytest.fixture(scope="module")
def forms(results: Any) -> dict[str, dict[str, Item]]:
    blocks = {form: results["calibration_2PL"][form]["items"] for form in "XY"}
    return {
        form: {name: Logistic(a, b) for name, a, b in zip(block["item"], block["a"], block["b"], strict=True)}
        for form, block in blocks.items()
    }


def linked(forms: dict[str, dict[str, Item]], criterion: Criterion, grid: Grid) -> Link:
    anchor = [name for name in forms["X"] if name in forms["Y"]]
    assert len(anchor) == 10
    x, y = ([forms[form][name] for name in anchor] for form in "XY")
    return link(x, y, criterion, grid=grid)


@pytest.mark.parametrize(("criterion", "grid"), ROWS, ids=[f"{criterion}{grid}" for criterion, grid in ROWS])
def test_constants(results: Any, forms: dict[str, dict[str, Item]], criterion: Criterion, grid: str) -> None:
    expected = results[f"equateIRT_{criterion}{grid}"]
    found = linked(forms, criterion, GRIDS[grid])
    assert found.converged
    assert (found.slope, found.intercept) == pytest.approx((expected["A"], expected["B"]), abs=CONSTANT)


@pytest.mark.parametrize("place", range(4), ids=PLINK)
def test_constants_of_plink(results: Any, forms: dict[str, dict[str, Item]], place: int) -> None:
    expected = results["plink"]["constants"]
    found = linked(forms, PLINK[place], GRIDS["_grid40"])
    assert (found.slope, found.intercept) == pytest.approx((expected["A"][place], expected["B"][place]), abs=CONSTANT)


def test_true_scores(results: Any, forms: dict[str, dict[str, Item]]) -> None:
    move = linked(forms, Criterion.STOCKING_LORD, GRIDS[""])
    y = [move.item(item) for item in forms["Y"].values()]
    found = equate_true_scores(list(forms["X"].values()), y, Design.NEAT, n=(1500, 1500))
    expected = results["equateIRT_TSE"]["table"]
    np.testing.assert_allclose(found.equivalent[expected["X"]], expected["Y.as.X"], rtol=0, atol=SCORE)


def test_observed_scores(results: Any, forms: dict[str, dict[str, Item]]) -> None:
    move = linked(forms, Criterion.STOCKING_LORD, GRIDS[""])
    y = [move.item(item) for item in forms["Y"].values()]
    of_x = GRIDS[""]
    of_y = Grid(move.abilities(of_x.points), of_x.weights)
    found = equate_observed_scores(list(forms["X"].values()), y, of_x, of_y, Design.NEAT, n=(1500, 1500))
    expected = results["equateIRT_OSE"]["table"]
    np.testing.assert_allclose(found.equivalent[expected["X"]], expected["Y.as.X"], rtol=0, atol=SCORE)


def test_concurrent_calibration(shared: Path, results: Any) -> None:
    tables = {form: table(shared, f"sim_forms_{form}") for form in "XY"}
    forms = {form: Form(tuple(columns), cells.astype(int)) for form, (columns, cells) in tables.items()}
    expected = results["mirt_concurrent_2PL"]
    found = calibrate_together(forms, Design.NEAT, standard_errors=False)
    population = found.calibration.populations[1]
    assert found.calibration.converged
    assert found.calibration.loglik == pytest.approx(expected["logLik"], abs=0.01)
    assert (population.mean, population.variance) == pytest.approx((expected["meanY"], expected["varY"]), abs=0.005)
    items = dict(zip(found.names, found.calibration.items, strict=True))
    block = expected["items"]
    for name, a, b in zip(block["item"], block["a"], block["b"], strict=True):
        item = items[name]
        assert isinstance(item, Logistic)
        assert (item.a, item.b) == pytest.approx((a, b), abs=0.005)


@pytest.mark.parametrize("form", ["X", "Y"])
@pytest.mark.parametrize("model", ["2PL", "Rasch"])
def test_calibrations(shared: Path, results: Any, model: str, form: str) -> None:
    """Each form by itself, from the data."""
    expected = results[f"calibration_{model}"][form]
    found = calibrate(table(shared, f"sim_forms_{form}")[1].astype(int), model.lower(), standard_errors=False)
    assert found.loglik == pytest.approx(expected["logLik"], abs=0.01)
    assert found.populations[0].variance == pytest.approx(expected["var"], abs=0.005)
    block = expected["items"]
    for item, a, b in zip(found.items, block["a"], block["b"], strict=True):
        assert isinstance(item, Logistic)
        assert (item.a, item.b) == pytest.approx((a, b), abs=0.005)


def test_no_row_is_left_out(results: Any) -> None:
    listed = {f"equateIRT_{criterion}{grid}" for criterion, grid in ROWS} | {"equateIRT_TSE", "equateIRT_OSE", "plink"}
    calibrations = {"calibration_2PL", "calibration_Rasch", "mirt_concurrent_2PL"}
    assert set(results) == listed | calibrations
