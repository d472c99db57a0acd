from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.statistics.irt.models import Graded, Item, Logistic
from item_bank.statistics.standards import angoff, booklet, bookmark, contrasting_groups

ITEMS: list[Item] = [Logistic(1.0, 0.5), Logistic(1.5, -1.0), Logistic(1.2, 0.0, 0.2), Graded(1.0, (-0.5, 1.0))]


def test_angoff_by_hand() -> None:
    ratings = np.array([[0.5, 0.8, 0.6], [0.7, 0.8, 0.9]])
    found = angoff(ratings, np.array([1.0, 1.0, 2.0]), np.array([0.4, 0.9, 0.5]))
    assert found.by_judge == pytest.approx((2.5, 3.3))
    assert found.cut == pytest.approx(2.9)
    assert found.error == pytest.approx(0.4)
    assert found.expected == pytest.approx((0.6, 0.8, 1.5))
    assert found.with_facility[0] == pytest.approx(np.corrcoef(ratings[0], [0.4, 0.9, 0.5])[0, 1])
    assert found.agreement[0] == pytest.approx(found.agreement[1])


def test_one_judge_has_a_cut_without_error() -> None:
    found = angoff(np.array([[0.5, 0.5]]))
    assert found.cut == 1
    assert np.isnan(found.error)
    assert np.isnan(found.agreement[0])


def test_pages_stand_where_points_are_reached_with_two_thirds() -> None:
    pages = booklet(ITEMS)
    assert len(pages) == 5
    assert [page.ability for page in pages] == sorted(page.ability for page in pages)
    # 1PL: b + ln 2 / a; with guessing (2/3 − c)/(1 − c) takes the place of 2/3.
    places = {(page.item, page.score): page.ability for page in pages}
    assert places[0, 1] == pytest.approx(0.5 + np.log(2))
    assert places[2, 1] == pytest.approx(np.log((7 / 12) / (5 / 12)) / 1.2)
    assert places[3, 2] == pytest.approx(1 + np.log(2))


def test_a_point_that_guessing_reaches_has_no_page() -> None:
    assert booklet([Logistic(1.0, 0.0, 0.7)]) == ()


def test_bookmark_takes_the_last_page_mastered() -> None:
    pages = booklet(ITEMS)
    found = bookmark(ITEMS, [2, 3, 3])
    assert found.ability == pages[2].ability
    assert found.mean == pytest.approx((pages[1].ability + 2 * pages[2].ability) / 3)
    assert 0 < found.points < 5
    with pytest.raises(ValueError, match="page 1 to 5"):
        bookmark(ITEMS, [0])


def test_contrasting_groups_recover_even_odds() -> None:
    rng = np.random.default_rng(4)
    scores = rng.normal(50, 10, 4000)
    masters = rng.random(4000) < 1 / (1 + np.exp(-(scores - 55) / 4))
    found = contrasting_groups(scores, masters)
    assert found.converged
    assert abs(found.cut - 55) < 3 * found.error
    assert 0.1 < found.error < 0.4
    assert found.fewest_errors == pytest.approx(55, abs=2)
    assert found.errors < 1000


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=2, max_size=25), st.floats(0.1, 5))
def test_the_scale_of_points_only_scales_the_cut(people: list[tuple[int, bool]], unit: float) -> None:
    scores = np.array([score for score, _ in people], dtype=float)
    masters = np.array([master for _, master in people])
    if masters.all() or not masters.any():
        with pytest.raises(ValueError, match="competent"):
            contrasting_groups(scores, masters)
        return
    one, other = contrasting_groups(scores, masters), contrasting_groups(scores * unit, masters)
    assert one.errors == other.errors
    assert one.discriminating == other.discriminating
    if one.converged and abs(one.cut - scores.mean()) < 20:
        assert other.cut == pytest.approx(one.cut * unit, rel=1e-4, abs=1e-3)


def test_groups_apart_have_a_cut_in_the_gap() -> None:
    found = contrasting_groups(np.array([1.0, 2, 6, 7]), np.array([False, False, True, True]))
    assert (found.cut, found.errors, found.converged) == (4, 0, False)
    assert found.fewest_errors == 4
    backwards = contrasting_groups(np.array([7.0, 6, 2, 1]), np.array([False, False, True, True]))
    assert not backwards.discriminating
    assert np.isnan(backwards.cut)


def test_ratings_beyond_the_scale_are_refused() -> None:
    with pytest.raises(ValueError, match="shares"):
        angoff(np.array([[1.2]]))
    with pytest.raises(ValueError, match="missing"):
        angoff(np.array([[np.nan]]))
