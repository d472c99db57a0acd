"""Hints: on sound tests hardly any, on wrong keys nearly always; each needs its whole interval beyond the threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_engine.reports.enough import FEWEST, enough, missing
from exam_engine.reports.hints import hints
from exam_engine.reports.intervals import fisher, wilson
from tests.reports import simulated

TESTS = 60


def row(
    n: int = 200, facility: float = 0.6, rest: float = 0.4, not_reached: float = 0.0, **more: Any
) -> dict[str, Any]:
    figures = {"facility": facility, "item_rest": rest, "not_reached_share": not_reached}
    return {"n": n, "presented": n, "answers": [], **figures, **more}


def labels(of: dict[str, Any]) -> list[str]:
    return [one.label for one in hints(of)]


def test_sound_tests_of_a_class_have_less_than_one_hint_and_wrong_keys_are_found() -> None:
    """The bars are those of `make bench`, which takes 1,000 tests: at most one flagged item on average, and 80 % of the
    wrong keys."""
    rng = np.random.default_rng(20261123)
    flagged, found = 0, []
    for _test in range(TESTS):
        test = simulated.sound(rng, 35, 40)
        flagged += sum(bool(hints(one)) for one in simulated.rows(test, np.zeros(40, dtype=np.int64)))
        for place, keys in simulated.planted(rng, test):
            told = hints(simulated.rows(test, keys)[place])
            found.append(any(one.facts for one in told))
    assert flagged / TESTS <= 1
    assert np.mean(found) >= 0.8


@given(st.integers(0, 3000), st.floats(0, 1), st.floats(-1, 1), st.floats(0, 1))
def test_no_hint_without_its_interval_beyond_the_threshold(n: int, facility: float, rest: float, late: float) -> None:
    told = labels(row(n, facility, rest, late))
    if n < 20:
        assert not told
    elif n < 100:
        assert set(told) <= {"have a look at this item"}
    else:
        assert ("very easy" in told) == (wilson(facility, n)[0] > 0.95)
        assert ("very hard" in told) == (wilson(facility, n)[1] < 0.15)
        assert ("negative discrimination" in told) == (fisher(rest, n)[1] < 0)
        assert ("not reached" in told) == (wilson(late, n)[0] > 0.10)


def answer(letter: str, n: int, rest: float, upper: float, *, right: bool = False) -> dict[str, Any]:
    return {
        "part": "",
        "answer": letter,
        "right": right,
        "n": n,
        "share": n / 40,
        "by_group": [0.2, upper],
        "rest": rest,
    }


def test_a_suspected_key_is_told_with_facts_that_a_teacher_can_check() -> None:
    answers = [answer("A", 6, -0.2, 0.1, right=True), answer("B", 4, -0.1, 0.1), answer("C", 30, 0.4, 0.75)]
    (found, *_further) = hints(row(40, 0.15, -0.2, answers=answers))
    assert found.label == "have a look at this item", "forty are too few for a verdict"
    assert found.facts % found.params == (
        "30 candidates gave C, 6 the key; of those with the highest scores 75 % and 10 %."
    )
    (certain, *_others) = hints(row(400, 0.15, -0.2, answers=[{**one, "n": 10 * one["n"]} for one in answers]))
    assert (certain.label, certain.tone) == ("key suspect", "danger")


def test_what_is_missing_says_how_many_it_needs() -> None:
    assert not enough("extremes", 36)
    assert missing("extremes", 36) == {"n": 36, "fewest": 100}
    assert FEWEST["dif"] == 500


@pytest.mark.parametrize("choosing", [True, False])
def test_a_distractor_that_nobody_takes_is_told_of_choices_alone(choosing: bool) -> None:
    answers = [
        answer("A", 200, 0.4, 0.8, right=True), answer("B", 100, -0.2, 0.1),
        answer("C", 99, -0.2, 0.1), answer("D", 1, 0.0, 0.0),
    ]  # fmt: skip
    told = labels(row(400, 0.5, 0.4, answers=answers, choosing=choosing))
    assert told == (["weak distractor"] if choosing else [])
