"""The transition table of items, and what follows from a verdict."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.review.states import TRANSITIONS, WHO, Act, Part, State, leaving, permitted, state_of, stored
from item_bank.review.verdicts import ANSWERS, CHECKLIST, Accepted, Declined, Given, Rules, Standing, judged
from item_bank.storage.queries import STATUSES

EVERYTHING_WELL = dict.fromkeys(CHECKLIST, "yes")
PARTS = [frozenset(some) for n in range(3) for some in itertools.combinations(Part, n)]


@pytest.mark.parametrize(("state", "act"), list(itertools.product(State, Act)))
def test_every_cell_of_the_table(state: State, act: Act) -> None:
    after = TRANSITIONS.get((state, act))
    if act == Act.CHANGE:
        assert after == (State.RETIRED if state == State.RETIRED else State.DRAFT), "a new version was not vouched for"
    if act == Act.FILE:
        assert after == state, "nobody vouches for the shelf"
    elif after == State.APPROVED:
        assert (state, act) == (State.IN_REVIEW, Act.APPROVE), "nothing is approved past a review"
    if after == State.RETIRED:
        assert act in (Act.RETIRE, Act.CHANGE, Act.FILE)
    for parts in PARTS:
        assert permitted(state, act, parts) == (after is not None and WHO[act] in parts)


def test_what_is_stored_fits_the_column_and_in_use_is_told_from_the_sittings() -> None:
    assert {stored(state) for state in State} == set(STATUSES)
    assert state_of("approved", used=True) == State.IN_USE
    assert state_of("draft", used=True) == State.DRAFT
    assert leaving(Act.CHANGE) == dict.fromkeys(("in_review", "approved", "returned"), "draft")


@given(st.lists(st.sampled_from(Act), max_size=12))
def test_whatever_is_done_approval_follows_a_review_of_what_was_not_changed_since(acts: list[Act]) -> None:
    state, vouched = State.DRAFT, False
    for act in acts:
        after = TRANSITIONS.get((state, act))
        if after is None:
            continue
        vouched = act == Act.APPROVE or (vouched and act in (Act.USE, Act.FILE))
        state = after
        assert (state in (State.APPROVED, State.IN_USE)) == vouched


people = st.integers(1, 4)
standings = st.builds(
    Standing,
    st.sampled_from([state for state in State if state != State.IN_USE]),
    st.integers(1, 2),
    st.frozensets(people, max_size=2),
    st.frozensets(people, max_size=3),
    st.sampled_from([(), ("no description",)]),
)
verdicts = st.builds(
    Given,
    people,
    st.integers(1, 2),
    st.sampled_from([Act.APPROVE, Act.RETURN]),
    st.one_of(st.just(EVERYTHING_WELL), st.dictionaries(st.sampled_from(CHECKLIST), st.sampled_from(ANSWERS))),
    st.sampled_from(["", " ", "Hai đáp án đúng"]),
)
banks = st.builds(Rules, st.integers(0, 3), st.lists(st.sampled_from(CHECKLIST), min_size=1, unique=True).map(tuple))


@given(standings, verdicts, banks)
def test_who_may_say_what(standing: Standing, said: Given, rules: Rules) -> None:
    found = judged(standing, said, rules)
    if isinstance(found, Declined):
        return
    assert said.version == standing.version, "what was not on the screen is not judged"
    assert said.reviewer not in standing.writers
    if said.act == Act.RETURN:
        assert found == Accepted(State.RETURNED)
        assert said.reasons.strip()
        return
    assert standing.state == State.IN_REVIEW
    assert not standing.hindrances
    assert all(said.answers.get(name) in ("yes", "not_applicable") for name in rules.checklist)
    behind = len(standing.approvals | {said.reviewer})
    assert (found.state == State.APPROVED) == (behind >= rules.needed)
    assert found.missing == max(0, rules.needed - behind)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (Given(1, 2, Act.APPROVE, EVERYTHING_WELL), "outdated"),
        (Given(2, 1, Act.APPROVE, EVERYTHING_WELL), "own_item"),
        (Given(3, 1, Act.APPROVE, EVERYTHING_WELL), "reviewed_already"),
        (Given(1, 1, Act.RETURN, EVERYTHING_WELL), "reasons_missing"),
        (Given(1, 1, Act.APPROVE, {**EVERYTHING_WELL, "key": "no"}), "checklist_open"),
        (Given(1, 1, Act.APPROVE, {}), "checklist_open"),
        (Given(1, 1, Act.APPROVE, EVERYTHING_WELL), "not_approvable"),
    ],
)
def test_each_refusal_has_its_reason(changed: Given, reason: str) -> None:
    standing = Standing(State.IN_REVIEW, 1, frozenset({2}), frozenset({3}), ("no description",))
    found = judged(standing, changed, Rules(2))
    assert isinstance(found, Declined)
    assert found.reason == reason
