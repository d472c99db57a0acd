"""Items drawn for each person: what is refused, what serves instead, and what is no draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from item_bank.statistics.classical import Caution, analyse
from item_bank.statistics.reliability import NoAlpha, by_sets, reliability
from item_bank.statistics.responses import ItemDesign, Responses, classify, design_of

PERSONS, ITEMS, DRAWN = 300, 24, 12


def answers(seed: int = 1) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((PERSONS, ITEMS)) + np.linspace(-1, 1, ITEMS)
    return (rng.standard_normal((PERSONS, 1)) + noise > 0).astype(float)


def presented(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.where(rows, np.arange(rows.shape[1]), -1)


def draws(pool: int = ITEMS, number: int = DRAWN) -> np.ndarray[Any, Any]:
    return np.argsort(np.random.default_rng(2).random((PERSONS, pool)), axis=1) < number


def drawn() -> Responses:
    return classify(answers(), position=presented(draws()))


def test_alpha_and_all_that_rests_on_totals_are_refused() -> None:
    found = analyse(drawn())
    whole = found.reliability
    assert found.design is ItemDesign.DRAWN
    assert found.warnings == (Caution.DIFFERENT_ITEMS, Caution.DRAWN_ITEMS)
    assert whole.reason is NoAlpha.DRAWN_ITEMS
    assert np.isnan([whole.alpha, whole.lower, whole.upper, whole.kr20, whole.kr21, whole.sem, *whole.if_deleted]).all()
    assert found.scores.n == PERSONS
    assert np.isnan([found.scores.mean, found.scores.sd, found.scores.median]).all()
    assert np.isnan([(one.effective_weight, one.alpha_if_deleted) for one in found.items]).all()
    assert np.isfinite([(one.facility, one.biserial, one.upper_lower) for one in found.items]).all()


def test_the_criterion_is_the_share_earned_of_the_other_items() -> None:
    rows, points = draws(), answers()
    for place, item in enumerate(analyse(drawn()).items):
        there = rows[:, place]
        others = rows[there] & (np.arange(ITEMS) != place)
        share = (points[there] * others).sum(axis=1) / others.sum(axis=1)
        expected = np.corrcoef(points[there, place], share)[0, 1]
        assert item.item_rest == pytest.approx(expected)
        assert item.item_total == pytest.approx(expected)


def test_forms_gaps_and_marks_to_come_are_no_draws() -> None:
    rng = np.random.default_rng(3)
    forms = np.zeros((PERSONS, ITEMS), dtype=np.bool_)
    for form in range(24):
        forms[form::24, rng.permutation(ITEMS)[:DRAWN]] = True
    gaps = rng.random((PERSONS, ITEMS)) > 0.3
    waiting = np.ones((PERSONS, ITEMS), dtype=np.bool_)
    waiting[: PERSONS * 2 // 3, -1] = False
    waiting[::7, -2] = False
    assert [design_of(rows) for rows in (forms, gaps, waiting)] == [ItemDesign.INCOMPLETE] * 3
    assert design_of(np.ones((5, 3), dtype=np.bool_)) is ItemDesign.SAME_ITEMS
    # As few numbered forms as those, but hardly anybody to each.
    assert design_of(forms[:48]) is ItemDesign.DRAWN
    # Each person has another number of items, most of them few.
    assert design_of(rng.random((PERSONS, ITEMS)) < 0.3) is ItemDesign.DRAWN


def test_the_caller_may_know_better() -> None:
    pairwise = analyse(drawn(), design=ItemDesign.INCOMPLETE)
    assert np.isfinite(pairwise.reliability.alpha)
    assert pairwise.reliability.reason is None
    assert pairwise.warnings == (Caution.DIFFERENT_ITEMS,)
    declared = reliability(classify(answers()), design=ItemDesign.DRAWN)
    assert declared.reason is NoAlpha.DRAWN_ITEMS
    with pytest.raises(ValueError, match="incomplete, or drawn"):
        analyse(drawn(), design=ItemDesign.SAME_ITEMS)


def test_sets_of_drawn_items_are_drawn() -> None:
    rows = np.repeat(draws(ITEMS // 2, DRAWN // 2), 2, axis=1)
    sets = [[item, item + 1] for item in range(0, ITEMS, 2)]
    responses = classify(answers(), position=presented(rows))
    assert by_sets(responses, sets).reason is NoAlpha.DRAWN_ITEMS
    assert np.isfinite(by_sets(responses, sets, design=ItemDesign.INCOMPLETE).alpha)


@pytest.mark.parametrize(
    ("scores", "position", "reason"),
    [
        ([[1], [0]], None, NoAlpha.ONE_ITEM),
        ([[1, 0]], None, NoAlpha.ONE_PERSON),
        ([[1, 0], [0, 1]], None, NoAlpha.NO_VARIANCE),
        ([[1, 0], [0, 1], [1, 1], [0, 0]], [[0, -1], [-1, 0], [0, -1], [-1, 0]], NoAlpha.NEVER_TOGETHER),
    ],
)
def test_why_there_is_no_alpha(scores: Any, position: Any, reason: NoAlpha) -> None:
    assert reliability(classify(scores, position=position)).reason is reason
