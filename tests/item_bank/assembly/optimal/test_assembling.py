"""Forms that keep what they were asked, and demands that can't be kept, against counting every possibility."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.assembly.optimal.assembling import TOLERANCE, Infeasible, assemble
from item_bank.assembly.optimal.conflicts import smallest_conflict
from item_bank.assembly.optimal.model import FIXED, OVERLAP, USES, build
from item_bank.assembly.optimal.request import Aim, Bound, Enemies, Floats, Goal, ItemSet, Request


class Bank(NamedTuple):
    information: Floats
    topic: Floats
    ones: Floats


@pytest.fixture(scope="module")
def bank() -> Bank:
    """300 items of the 2PL in five topics: information at −1, 0, 1."""
    rng = np.random.default_rng(20261123)
    slope, difficulty = np.exp(rng.normal(0, 0.3, 300)), rng.normal(0, 1, 300)
    right = 1 / (1 + np.exp(-slope[:, None] * (np.array([-1.0, 0.0, 1.0]) - difficulty[:, None])))
    return Bank(slope[:, None] ** 2 * right * (1 - right), rng.integers(0, 5, 300).astype(float), np.ones(300))


def content(bank: Bank, each: int = 4) -> list[Bound]:
    cells = [Bound(f"topic {one}", (bank.topic == one).astype(float), each, each) for one in range(5)]
    return [Bound("length", bank.ones, 5 * each, 5 * each), *cells]


def keeps(request: Request, forms: tuple[np.ndarray, ...]) -> None:
    """Every demand of the request, said anew without matrices."""
    used = np.zeros(request.items, int)
    for form in forms:
        assert np.unique(request.item[form]).size == form.size
        assert set(request.fixed) <= set(form.tolist())
        used[np.setdiff1d(request.item[form], request.item[list(request.fixed)])] += 1
        for bound in request.bounds:
            assert bound.low - 1e-9 <= bound.weights[form].sum() <= bound.high + 1e-9, bound.name
        for group in request.sets:
            there = np.isin(group.columns, form).sum()
            assert there == 0 or group.low <= there <= group.high, group.name
        for foes in request.enemies:
            assert np.isin(foes.columns, form).sum() <= 1, foes.name
    assert (used <= request.uses).all()
    fixed = request.item[list(request.fixed)]
    for one, other in combinations(forms, 2):
        shared = np.setdiff1d(np.intersect1d(request.item[one], request.item[other]), fixed)
        assert request.overlap is None or shared.size <= request.overlap


@pytest.mark.parametrize("aim", Aim)
def test_forms_share_no_item_and_measure_alike(bank: Bank, aim: Aim) -> None:
    amounts = {Aim.ALIKE: None, Aim.MOST: np.ones(3), Aim.TARGET: np.array([3.6, 4.4, 4.0])}[aim]
    request = Request(300, 4, content(bank), Goal(bank.information, aim, amounts))
    found = assemble(request)
    keeps(request, found.forms)
    assert found.finished == (found.distance.max() <= found.possible + TOLERANCE + 1e-9)
    assert found.finished or aim is Aim.MOST
    sums = np.array([bank.information[form].sum(axis=0) for form in found.forms])
    assert np.ptp(sums, axis=0) / sums.mean(axis=0) == pytest.approx(0, abs=0.03 if aim is Aim.MOST else 0.01)
    assert found.target is not None
    if aim is Aim.TARGET:
        assert found.target == pytest.approx(amounts)
    if aim is Aim.ALIKE:
        assert found.target == pytest.approx(bank.information.mean(axis=0) * 20, rel=0.05)
    if aim is Aim.MOST:
        best = assemble(Request(300, 1, content(bank), Goal(bank.information, Aim.MOST, np.ones(3))))
        assert (sums.min(axis=1) > 1.3 * bank.information.mean() * 20).all()
        assert sums.min() < bank.information[best.forms[0]].sum(axis=0).min() + 1e-9


def test_sets_enemies_fixed_items_and_the_overlap_are_kept(bank: Bank) -> None:
    sets = [ItemSet(f"passage {one}", np.arange(one * 6, one * 6 + 6), 3, 4) for one in range(10)]
    enemies = [Enemies(f"enemies {one}", np.arange(60 + one * 3, 63 + one * 3)) for one in range(40)]
    some = Bound("from passages", (np.arange(300) < 60).astype(float), 3, np.inf)
    request = Request(
        300,
        5,
        [*content(bank), some],
        Goal(bank.information),
        sets=sets,
        enemies=enemies,
        fixed=[299, 298],
        overlap=3,
        uses=np.full(300, 3),
    )
    found = assemble(request, tolerance=0.02)
    keeps(request, found.forms)
    assert len({tuple(form) for form in found.forms}) == 5


def test_an_item_that_may_stand_in_two_sections_stands_in_one() -> None:
    """Items 0 to 5 may stand in either section; each section wants three of its own columns."""
    columns = np.arange(12)
    first, second = (columns < 6).astype(float), (columns >= 6).astype(float)
    bounds = [Bound("I", first, 3, 3), Bound("II", second, 3, 3)]
    request = Request(12, 1, bounds, item=np.tile(np.arange(6), 2))
    (form,) = assemble(request).forms
    assert sorted(request.item[form].tolist()) == [0, 1, 2, 3, 4, 5]
    with pytest.raises(Infeasible) as stopped:
        assemble(Request(12, 1, [Bound("I", first, 4, 4), Bound("II", second, 3, 3)], item=np.tile(np.arange(6), 2)))
    assert stopped.value.conflict == ("I", "II")


def test_a_target_beyond_the_bank_is_come_as_near_to_as_can_be(bank: Bank) -> None:
    wanted = np.full(3, 100.0)
    found = assemble(Request(300, 2, content(bank), Goal(bank.information, Aim.TARGET, wanted)), tolerance=0.01)
    assert found.possible > 0.8
    assert (found.distance <= found.possible + 0.01 + 1e-9).all()


def test_items_left_out_are_in_no_form(bank: Bank) -> None:
    uses = np.ones(300, int)
    uses[::2] = 0
    found = assemble(Request(300, 2, content(bank), uses=uses))
    assert all((form % 2 == 1).all() for form in found.forms)


def test_the_smallest_set_of_demands_in_conflict_is_named(bank: Bank) -> None:
    short = Bound("short", bank.ones, 0, 10)
    many = Bound("many of topic 0", (bank.topic == 0).astype(float), 9, np.inf)
    with pytest.raises(Infeasible) as stopped:
        assemble(Request(300, 3, [*content(bank), many], Goal(bank.information)))
    assert stopped.value.conflict == ("topic 0", "many of topic 0")
    assert stopped.value.proven
    with pytest.raises(Infeasible) as stopped:
        assemble(Request(300, 3, [*content(bank), short], Goal(bank.information)))
    assert set(stopped.value.conflict) == {"length", "short"}


def test_a_bank_too_small_for_so_many_forms_is_the_conflict(bank: Bank) -> None:
    with pytest.raises(Infeasible) as stopped:
        assemble(Request(300, 16, content(bank), Goal(bank.information)))
    assert stopped.value.conflict in (("length", USES), *((f"topic {one}", USES) for one in range(5)))


def test_an_overlap_too_small_is_named() -> None:
    request = Request(6, 3, [Bound("length", np.ones(6), 4, 4)], overlap=1, uses=np.full(6, 3))
    with pytest.raises(Infeasible) as stopped:
        assemble(request)
    assert stopped.value.conflict == ("length", OVERLAP)
    assert stopped.value.form == 2


def test_two_fixed_enemies_are_a_conflict() -> None:
    request = Request(
        5, 1, [Bound("length", np.ones(5), 3, 3)], enemies=[Enemies("foes", np.array([0, 1]))], fixed=[0, 1]
    )
    with pytest.raises(Infeasible) as stopped:
        assemble(request)
    assert stopped.value.conflict == ("foes", FIXED)


@st.composite
def small_requests(draw: st.DrawFn) -> Request:
    columns = draw(st.integers(4, 8))
    weights = st.lists(st.integers(0, 2), min_size=columns, max_size=columns)
    bounds = []
    for number in range(draw(st.integers(1, 4))):
        low = draw(st.integers(0, 5))
        bounds.append(Bound(f"bound {number}", np.array(draw(weights), float), low, low + draw(st.integers(0, 2))))
    picked = st.lists(st.integers(0, columns - 1), min_size=2, max_size=3, unique=True)
    enemies = [Enemies("enemies", np.array(draw(picked)))] if draw(st.booleans()) else []
    sets = [ItemSet("set", np.array(draw(picked)), 2, 3)] if draw(st.booleans()) else []
    return Request(columns, draw(st.integers(1, 2)), bounds, sets=sets, enemies=enemies)


def possible(request: Request, left_out: frozenset[str] = frozenset()) -> bool:
    """Whether there are forms at all, by trying every one: for a request without a goal, overlap and fixed items."""
    choices = ((np.arange(2**request.columns)[:, None] >> np.arange(request.columns)) & 1).astype(bool)
    fits = np.ones(len(choices), bool)
    for bound in request.bounds:
        if bound.name not in left_out:
            sums = choices @ bound.weights
            fits &= (bound.low <= sums) & (sums <= bound.high)
    for foes in request.enemies:
        fits &= (choices[:, foes.columns].sum(axis=1) <= 1) | (foes.name in left_out)
    for group in request.sets:
        there = choices[:, group.columns].sum(axis=1)
        fits &= (there == 0) | ((group.low <= there) & (there <= group.high)) | (group.name in left_out)
    forms = choices[fits]
    if request.forms == 1 or USES in left_out or not len(forms):
        return bool(len(forms))
    return bool(((forms.astype(int) @ forms.T) == 0).any())


@given(small_requests())
def test_forms_are_found_if_and_only_if_there_are_any(request: Request) -> None:
    try:
        found = assemble(request)
    except Infeasible:
        assert not possible(request)
    else:
        keeps(request, found.forms)
        assert possible(request)


@given(small_requests())
def test_of_a_conflict_nothing_can_be_left_out_and_none_is_smaller(request: Request) -> None:
    """All forms at once, where the model is exact."""
    if possible(request):
        return
    model = build(request, forms=request.forms, shadow=0, target=None, uses=request.uses)
    conflict, proven = smallest_conflict(model)
    assert proven
    demands = dict.fromkeys((*(bound.name for bound in request.bounds), USES))
    demands |= dict.fromkeys([*(one.name for one in request.sets), *(one.name for one in request.enemies)])
    others = frozenset(demands) - set(conflict)
    assert not possible(request, others)
    for fewer in combinations(demands, len(conflict) - 1):
        assert possible(request, frozenset(demands) - set(fewer))
