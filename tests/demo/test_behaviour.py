"""Invented candidates: reproducible from the one documented seed, and like real ones in their figures."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from exam_engine.demo.behaviour import SEED, Candidate, Work, answers, candidate, generator, play
from exam_engine.demo.difficulty import parameters
from exam_engine.demo.people import pupils
from item_bank.content.interactions import handler_for
from item_bank.content.marking import mark_item
from item_bank.content.model import Item, Numeric, SingleChoice
from tests.demo.bank import items

PAPERS = {"toan/": (22, 5400), "vat-li": (28, 3000), "tieng-anh": (35, 3600)}
CODES = [pupil.code for pupil in pupils(SEED, 200)]


def paper(name: str) -> list[Item]:
    return items(name)[: PAPERS[name][0]]


@cache
def works(name: str) -> list[Work]:
    return [play(candidate(code), paper(name), PAPERS[name][1]) for code in CODES]


@cache
def scores(name: str) -> NDArray[np.float64]:
    """Shape (candidates, items that a program marks): points; an item that was not reached earns none."""
    marked = [(index, item) for index, item in enumerate(paper(name)) if item.type != "essay"]
    shares = [[mark_item(item, work.responses().get(index)).share for index, item in marked] for work in works(name)]
    weights = np.array([float(item.maximum) for _, item in marked])
    matrix: NDArray[np.float64] = np.array([[float(share or 0) for share in row] for row in shares]) * weights
    return matrix


def alpha(matrix: NDArray[np.float64]) -> float:
    """Cronbach (1951), equation 2."""
    count = matrix.shape[1]
    return float(count / (count - 1) * (1 - matrix.var(axis=0, ddof=1).sum() / matrix.sum(axis=1).var(ddof=1)))


@pytest.mark.parametrize("name", PAPERS)
def test_same_seed_same_work_in_any_order(name: str) -> None:
    again = play(candidate(CODES[7]), paper(name), PAPERS[name][1])
    assert again == works(name)[7]
    assert play(candidate(CODES[7], "other"), paper(name), PAPERS[name][1], "other") != again


def test_documented_seed_still_gives_the_documented_school() -> None:
    first = candidate("0000300001")
    assert SEED == "exam-engine-demo-2026"
    assert (round(first.ability, 6), round(first.speed, 6)) == (-1.716825, 0.082825)


@pytest.mark.parametrize("name", PAPERS)
def test_facility_spans_from_hard_to_easy(name: str) -> None:
    facility = scores(name).mean(axis=0) / np.array([float(i.maximum) for i in paper(name) if i.type != "essay"])
    assert facility.min() >= 0.18
    assert facility.max() <= 0.95
    assert facility.max() - facility.min() > 0.45


@pytest.mark.parametrize("name", PAPERS)
def test_reliability_is_that_of_a_decent_test(name: str) -> None:
    assert 0.75 <= alpha(scores(name)) <= 0.9


@pytest.mark.parametrize("name", PAPERS)
def test_items_discriminate(name: str) -> None:
    matrix = scores(name)
    rest = [np.corrcoef(matrix[:, i], np.delete(matrix, i, 1).sum(axis=1))[0, 1] for i in range(matrix.shape[1])]
    assert np.mean(rest) > 0.2
    assert min(rest) > -0.05


@pytest.mark.parametrize("name", PAPERS)
def test_responses_pass_the_check_of_the_player(name: str) -> None:
    for work in works(name)[:40]:
        for index, value in work.responses().items():
            item = paper(name)[index]
            handler = handler_for(item)
            keys = {identifier: identifier for identifier in handler.option_ids(item)}
            body = handler.body(item, lambda markup: markup.html, keys)
            assert handler.parse(value, body) == value


@pytest.mark.parametrize("name", PAPERS)
def test_times_are_ordered_and_within_the_limit(name: str) -> None:
    seconds = PAPERS[name][1]
    for work in works(name):
        shown = [visit.shown for visit in work.visits]
        assert shown == sorted(shown)
        for visit in work.visits:
            moments = [visit.shown, *(moment for moment, _ in visit.values), visit.left]
            assert moments == sorted(moments)
            assert visit.left <= seconds
        assert work.submitted is None or work.visits[-1].left < work.submitted < seconds


@pytest.mark.parametrize("name", PAPERS)
def test_slow_candidates_run_out_of_time_and_some_leave_items_out(name: str) -> None:
    late = [code for code, work in zip(CODES, works(name), strict=True) if work.submitted is None]
    assert 2 <= len(late) <= 40
    assert np.mean([candidate(code).speed for code in late]) < -0.15
    reached = [len(work.responses()) for work in works(name)]
    assert max(reached) == len(paper(name))
    if paper(name)[-1].type != "essay":  # an essay at the end is where the slow ones are stopped
        assert min(reached) < len(paper(name))
    left_out = sum(value is None for work in works(name) for value in work.responses().values())
    assert 0.003 < left_out / sum(reached) < 0.05


def test_minds_are_changed() -> None:
    visits = [visit for work in works("toan/") for visit in work.visits]
    changed = [visit for visit in visits if len(visit.values) > 1]
    assert 0.02 < len(changed) / len(visits) < 0.15
    assert any(len([v for v in work.visits if v.item == 0]) > 1 for work in works("toan/"))


def test_response_times_are_lognormal() -> None:
    log_times = np.array([[np.log(v.left - v.shown) for v in w.visits[:10]] for w in works("vat-li")])
    assert 0.3 < log_times.std(axis=0).mean() < 0.55
    skew = ((log_times - log_times.mean(axis=0)) ** 3).mean(axis=0) / log_times.std(axis=0) ** 3
    assert abs(skew.mean()) < 0.3


def test_each_distractor_attracts_somebody_and_not_all_alike() -> None:
    item = next(one for one in paper("toan/") if isinstance(one.interaction, SingleChoice))
    weak = Candidate("weak", -2.5, 0.0)
    rng = generator("any")
    chosen = [answers(weak, item, rng) for _ in range(600)]
    counts = {letter: chosen.count(letter) for letter in "ABCD"}
    assert min(counts.values()) > 10
    wrong = sorted(count for letter, count in counts.items() if letter != "C")
    assert wrong[-1] > 1.3 * wrong[0]


def test_wrong_numbers_are_those_that_the_author_foresaw() -> None:
    item = next(one for one in paper("toan/") if isinstance(one.interaction, Numeric))
    rng = generator("any")
    wrong = [answers(Candidate("weak", -4.0, 0.0), item, rng) for _ in range(200)]
    said: list[Any] = [value for value in wrong if value is not None]
    assert said.count("9,1") > said.count("12") > 0


def test_ability_decides() -> None:
    item = paper("toan/")[0]
    assert parameters(item).chance(2) > parameters(item).chance(0) > parameters(item).chance(-2) > 0.2


def test_an_essay_is_saved_while_it_grows_and_may_be_cut_off() -> None:
    last = len(paper("tieng-anh")) - 1
    visits = [visit for work in works("tieng-anh") for visit in work.visits if visit.item == last and visit.values]
    for visit in visits:
        texts = [str(value) for _, value in visit.values]
        assert all(later.startswith(sooner) for sooner, later in pairwise(texts))
    assert {len(visit.values) for visit in visits} >= {2, 4}
