"""Answer similarity: counting by hand, edges, and what must not matter."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from item_bank.statistics.irt.models import Nominal
from item_bank.statistics.similarity import ability_table, k_index, matches, survey
from item_bank.statistics.similarity.k_index import KIndices, k_indices
from item_bank.statistics.similarity.matches import copying, similarity
from item_bank.statistics.similarity.model import given_answered
from item_bank.statistics.similarity.pairs import NumberedPairs, all_pairs, pairs_within, screened
from item_bank.statistics.similarity.poisson_binomial import upper_tails
from item_bank.statistics.similarity.rare import pooled, separated
from item_bank.statistics.similarity.trinomial import unlikeliness

seeds = st.integers(0, 2**32 - 1)


def drawn(
    seed: int, n: int = 6, k: int = 7, options: int = 4
) -> tuple[np.ndarray, list[Nominal], np.ndarray, list[int]]:
    rng = np.random.default_rng(seed)
    slopes, intercepts = rng.normal(0, 0.7, (k, options)), rng.normal(0, 0.7, (k, options))
    items = [Nominal(tuple(a - a.mean()), tuple(b - b.mean())) for a, b in zip(slopes, intercepts, strict=True)]
    theta = rng.normal(0, 1, n)
    chances = np.stack([item.curves(theta).probability for item in items], axis=1)
    answers = (rng.random((n, k, 1)) > np.cumsum(chances, axis=2)[:, :, :-1]).sum(axis=2)
    return answers, items, theta, rng.integers(0, options, k).tolist()


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_tails_by_counting_all_outcomes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances = rng.random((5, 3))
    observed = rng.integers(0, 6, 3)
    expected = np.zeros(3)
    for outcome in product((0, 1), repeat=5):
        successes = np.array(outcome)[:, None]
        probability = np.where(successes == 1, chances, 1 - chances).prod(axis=0)
        expected += probability * (sum(outcome) >= observed)
    np.testing.assert_allclose(upper_tails(chances, observed), expected, rtol=1e-12)


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_m4_by_counting_all_outcomes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet([1, 1, 2], 5)
    counts = np.zeros((6, 6))
    for outcome in product(range(3), repeat=5):
        counts[outcome.count(0), outcome.count(1)] += chances[np.arange(5), outcome].prod()
    tails = counts[::-1, ::-1].cumsum(0).cumsum(1)[::-1, ::-1]
    for rights, wrongs in product(range(6), range(6)):
        if rights + wrongs > 5:
            continue
        expected = counts[tails <= tails[rights, wrongs] * (1 + 1e-12)].sum()
        found = unlikeliness(chances[:, :1], chances[:, 1:2], np.array([rights]), np.array([wrongs]))
        np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_very_small_tails_keep_their_digits() -> None:
    chances = np.full((30, 1), 0.01)
    np.testing.assert_allclose(upper_tails(chances, np.array([30])), 1e-60, rtol=1e-10)
    extreme = unlikeliness(chances, chances, np.array([0]), np.array([30]))
    # As unlikely as 30 of the second kind is 30 of the first; all others are likelier.
    np.testing.assert_allclose(extreme, 2e-60, rtol=1e-10)


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_order_of_persons_items_and_options_does_not_matter(seed: int) -> None:
    answers, items, theta, key = drawn(seed)
    rng = np.random.default_rng(seed)
    persons, places, options = rng.permutation(6), rng.permutation(7), rng.permutation(4)
    back = np.argsort(options)
    moved = [
        Nominal(tuple(np.array(items[i].slopes)[options]), tuple(np.array(items[i].intercepts)[options]))
        for i in places
    ]
    first, second = all_pairs(6)
    before = similarity(answers, items, theta, persons[first], persons[second], key=key)
    after = similarity(
        back[answers[persons][:, places]], moved, theta[persons], second, first, key=[int(back[key[i]]) for i in places]
    )
    for name in ("omega", "weighted_omega", "gbt_p", "m4_p", "matches", "right", "expected"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-8, atol=1e-10)


def test_items_without_an_answer_are_left_out() -> None:
    answers, items, theta, key = drawn(3)
    blank = answers.copy()
    blank[0, 2] = blank[1, 5] = -1
    kept = [0, 1, 3, 4, 6]
    found = similarity(blank, items, theta, [0], [1], key=key)
    fewer = similarity(answers[:, kept], [items[i] for i in kept], theta, [0], [1], key=[key[i] for i in kept])
    assert found.compared.tolist() == [5]
    np.testing.assert_allclose(
        [found.omega[0], found.gbt_p[0], found.m4_p[0]], [fewer.omega[0], fewer.gbt_p[0], fewer.m4_p[0]]
    )
    one_way = copying(blank, items, theta, [0], [1])
    assert one_way.compared.tolist() == [5]


def test_nothing_to_compare_is_not_a_number() -> None:
    answers, items, theta, key = drawn(4)
    answers[0] = -1
    found = similarity(answers, items, theta, [0], [1], key=key)
    assert np.isnan([found.omega[0], found.weighted_omega[0], found.gbt_p[0], found.m4_p[0]]).all()
    assert np.isnan(copying(answers, items, theta, [0], [1]).gbt_p).all()
    empty = similarity(answers, items, theta, [], [])
    assert empty.omega.size == 0
    assert np.isnan(similarity(answers, items, theta, [1], [2]).m4_p).all()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"responses": np.full((6, 7), 9)}, "category numbers"),
        ({"theta": np.full(6, np.inf)}, "finite ability"),
        ({"theta": np.zeros(5)}, "do not fit"),
        ({"first": [0], "second": [0]}, "themselves"),
        ({"first": [0], "second": [6]}, "outside"),
        ({"first": [0, 1], "second": [2]}, "two persons"),
        ({"key": [4] * 7}, "key"),
    ],
)
def test_what_does_not_fit_is_told(change: dict[str, object], complaint: str) -> None:
    answers, items, theta, key = drawn(5)
    right: dict[str, object] = {"responses": answers, "theta": theta, "first": [0], "second": [1], "key": key}
    with pytest.raises(ValueError, match=complaint):
        similarity(**{**right, **change}, items=items)  # type: ignore[arg-type]


def test_independent_persons_seldom_look_alike() -> None:
    answers, items, theta, key = drawn(6, n=80, k=30)
    found = similarity(answers, items, theta, *all_pairs(80), key=key)
    for p in (found.omega_p, found.gbt_p, found.m4_p):
        assert 0.02 < (p < 0.05).mean() < 0.08


def test_m4_of_many_pairs_is_that_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, items, theta, key = drawn(7, n=150, k=12)
    answers[3] = answers[4]
    answers[5, 2] = -1
    first, second = all_pairs(150)
    one_by_one = similarity(answers, items, theta, first, second, key=key)
    monkeypatch.setattr(ability_table, "PAYS", 1e-9)
    monkeypatch.setattr(matches, "MANY", 1)
    together = similarity(answers, items, theta, second, first, key=key)
    np.testing.assert_allclose(together.m4_p, one_by_one.m4_p, rtol=1e-6, atol=1e-9)
    assert (together.m4_p != one_by_one.m4_p).any()


def test_a_table_that_would_not_pay_or_not_be_right_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    _, items, theta, key = drawn(8, n=150, k=12)
    assert matches.ability_table(items, theta, np.array(key), 20_000) is None
    steep = [Nominal((0.0, 40.0), (0.0, 0.0))] * 12
    monkeypatch.setattr(ability_table, "PAYS", 1e-9)
    assert matches.ability_table(steep, theta, np.zeros(12, dtype=np.int64), 20_000) is None


def test_pairs_of_a_room() -> None:
    first, second = pairs_within(["b", "a", "b", "b", "c"])
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [(0, 2), (0, 3), (2, 3)]
    assert pairs_within([])[0].size == 0
    assert all_pairs(1)[0].size == 0


def test_k_by_hand() -> None:
    # The source has items 2 to 4 wrong; of the four with two wrong answers one has two of these mistakes, one has one.
    answers = np.array([[0, 0, 1, 1, 1], [0, 0, 0, 1, 1], [0, 2, 0, 0, 1], [2, 2, 0, 0, 0], [3, 3, 0, 0, 0]])
    found = k_indices(answers, [0] * 5, [1], [0], options=4)
    share = (2 + 1 + 0 + 0) / 4 / 3
    assert (found.source_wrong[0], found.matches[0], found.group[0]) == (3, 2, 4)
    np.testing.assert_allclose(found.k, 3 * share**2 * (1 - share) + share**3)


def test_k_of_a_source_without_mistakes_is_not_a_number() -> None:
    answers = np.array([[0, 0, 0], [0, 1, 1], [1, 1, 2], [-1, -1, -1]])
    found = k_indices(answers, [0, 0, 0], [1, 1, 3], [0, 3, 0], options=3)
    for name in ("k", "k1", "k2", "s1", "s2"):
        assert np.isnan(getattr(found, name)).all()


@given(seeds)
@settings(max_examples=10, deadline=None)
def test_k_is_the_same_in_any_order(seed: int) -> None:
    answers, _, _, key = drawn(seed, n=40, k=12)
    persons, places = np.random.default_rng(seed).permutation(40), np.random.default_rng(seed).permutation(12)
    first, second = all_pairs(12)
    before = k_indices(answers, key, persons[first], persons[second], options=4)
    after = k_indices(answers[persons][:, places], [key[i] for i in places], first, second, options=4)
    for name in ("matches", "group", "k", "k1", "k2", "s1", "s2"):
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"answers": np.full((3, 2), 4)}, "options"),
        ({"key": [0]}, "key"),
        ({"copier": [1], "source": [1]}, "different"),
        ({"copier": [1], "source": [3]}, "outside"),
    ],
)
def test_what_k_cannot_use_is_told(change: dict[str, object], complaint: str) -> None:
    right: dict[str, object] = {"answers": np.zeros((3, 2), dtype=int), "key": [0, 0], "copier": [0], "source": [1]}
    with pytest.raises(ValueError, match=complaint):
        k_indices(**{**right, **change}, options=4)  # type: ignore[arg-type]


def test_only_pairs_beyond_chance_are_flagged() -> None:
    p = np.array([1e-9, 0.5, np.nan, 0.02, 0.9])
    found = screened(p)
    assert found.tested == 4
    assert found.flagged.tolist() == [True, False, False, False, False]
    np.testing.assert_allclose(found.adjusted, [4e-9, 2 / 3, np.nan, 0.04, 0.9])
    assert screened(p, level=0.05).flagged.sum() == 2
    with pytest.raises(ValueError, match="level"):
        screened(p, level=5)


@pytest.mark.parametrize("index", ["gbt", "omega", "m4"])
def test_a_survey_tells_what_all_pairs_at_once_do(monkeypatch: pytest.MonkeyPatch, index: survey.Index) -> None:
    answers, items, theta, key = drawn(9, n=40, k=15)
    answers[3], answers[5] = answers[4], -1
    answers[20, :14] = answers[21, :14]
    monkeypatch.setattr(survey, "BLOCK", 100)
    told: list[int] = []
    found = survey.survey(
        answers, items, theta, NumberedPairs.within(np.zeros(40)), key=key, index=index, level=0.05, least=7,
        progress=lambda done, pairs: told.append(done),
    )  # fmt: skip
    everything = similarity(answers, items, theta, *all_pairs(40), key=key)
    p = getattr(everything, f"{index}_p")
    judged, order = screened(p, 0.05), np.argsort(p, kind="stable")[:7]
    assert (found.compared, found.tested, told[-1]) == (780, 780 - 39, 780)
    assert found.n_flagged == judged.flagged.sum() > 0
    np.testing.assert_array_equal(found.nearest.first, everything.first[order])
    np.testing.assert_allclose(getattr(found.nearest, f"{index}_p"), p[order], rtol=1e-9)
    np.testing.assert_allclose(found.adjusted, judged.adjusted[order], rtol=1e-9)
    np.testing.assert_array_equal(found.flagged, judged.flagged[order])


def test_a_survey_of_many_pairs_is_that_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, items, theta, _ = drawn(7, n=150, k=12)
    answers[3, :11] = answers[4, :11]
    answers[5, 2] = -1
    monkeypatch.setattr(ability_table, "PAYS", 1e-9)
    first, second = all_pairs(150)
    few, many = (
        survey._tests(answers, items, theta, None, "gbt", pairs)(first, second) for pairs in (10, matches.MANY)
    )
    np.testing.assert_allclose(many, few, rtol=1e-7)
    np.testing.assert_array_equal(many[few < 0.0009], few[few < 0.0009])
    assert (many != few).any()


def test_a_survey_lists_all_that_are_flagged_up_to_a_limit() -> None:
    answers, items, theta, _ = drawn(10, n=30, k=15)
    answers[:] = answers[0]
    for most, listed in ((1000, 435), (50, 50)):
        found = survey.survey(answers, items, theta, NumberedPairs.within(np.zeros(30)), most=most)
        assert (found.n_flagged, found.nearest.first.size, found.flagged.all()) == (435, listed, True)


def test_a_survey_of_nobody_is_empty() -> None:
    answers, items, theta, _ = drawn(10, n=2, k=5)
    found = survey.survey(answers, items, theta, NumberedPairs.within(["a", "b"]))
    assert (found.compared, found.tested, found.nearest.first.size) == (0, 0, 0)
    answers[:] = -1
    assert survey.survey(answers, items, theta, NumberedPairs.within(["a", "a"])).nearest.first.size == 0
    with pytest.raises(ValueError, match="given a key"):
        survey.survey(answers, items, theta, NumberedPairs.within(["a", "a"]), index="m4")


@given(st.lists(st.integers(0, 3), max_size=12))
def test_numbered_pairs_are_all_pairs_within_groups(groups: list[int]) -> None:
    pairs = NumberedPairs.within(groups)
    first, second = pairs.at(np.arange(pairs.count))
    expected = {(a, b) for b in range(len(groups)) for a in range(b) if groups[a] == groups[b]}
    assert pairs.count == len(expected)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_an_item_among_those_who_answered_it() -> None:
    item = Nominal((-0.9, 0.1, 0.8, 0.0), (0.2, -0.3, 0.5, -0.4))
    whole = item.curves(np.array([-1.0, 0.7])).probability
    answered = given_answered(item, 1).curves(np.array([-1.0, 0.7])).probability
    np.testing.assert_allclose(answered, whole[:, [0, 2, 3]] / (1 - whole[:, [1]]), rtol=1e-12)


def test_k_of_many_sources_is_that_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, _, _, key = drawn(11, n=20, k=12)
    copier, source = (side.ravel()[np.arange(400) % 21 > 0] for side in np.indices((20, 20)))
    before = k_indices(answers, key, copier, source, options=4)
    monkeypatch.setattr(k_index, "SOURCES", 3)
    after = k_indices(answers, key, copier, source, options=4)
    for name in KIndices.__slots__:
        np.testing.assert_allclose(getattr(after, name), getattr(before, name), rtol=1e-9)


@pytest.mark.parametrize(
    ("counts", "right", "pools"),
    [
        ([50, 20, 30, 40], 0, [0, 1, 2, 3]),
        ([50, 2, 30, 9], 0, [0, 1, 2, 1]),  # two rare ones, together enough
        ([3, 2, 30, 40], 0, [0, 1, 1, 2]),  # one is too few: with the next; the key stays by itself
        ([50, 2], 0, [0, 1]),
        ([1, 2, 50], 2, [0, 0, 1]),
    ],
)
def test_rare_options_are_taken_together(counts: list[int], right: int, pools: list[int]) -> None:
    assert pooled(counts, right, 10).tolist() == pools


def test_options_of_a_pool_are_chosen_as_often_as_they_were() -> None:
    together = Nominal((0.6, -0.4, -0.2), (0.5, -0.2, -0.3))
    theta = np.array([-1.5, 0.0, 2.0])
    pools, counts = np.array([0, 1, 2, 1]), [60, 6, 20, 3]
    alone = separated(together, pools, counts).curves(theta).probability
    whole = together.curves(theta).probability
    np.testing.assert_allclose(alone, whole[:, pools] * [1, 6 / 9, 1, 3 / 9], rtol=1e-12)
    with pytest.raises(ValueError, match="somebody who chose it"):
        separated(together, pools, [60, 0, 20, 3])
