"""Signals in, flags out: what raises a flag, and what never may."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proctoring.rules import RULES, Fact, Thresholds, flags
from proctoring.signals import MOST_SIGNALS, TYPES, read

ESSAYS = frozenset({3})
PAGE_TYPES = sorted(name for name, known in TYPES.items() if known.by_page)


def facts(*reported: tuple[str, int, dict[str, Any]]) -> list[Fact]:
    numbers = count(1)
    return [Fact(1, next(numbers), 0, name, at_ms, data) for name, at_ms, data in reported]


def raised(found: list[Fact]) -> dict[str, dict[str, int]]:
    return {flag.rule: dict(flag.params) for flag in flags(found, ESSAYS)}


def test_five_times_away_is_something_to_look_at_and_four_are_not() -> None:
    away = facts(*(("hidden", 60_000 * n, {"ms": 4000}) for n in range(1, 6)))
    assert raised(away[:4]) == {}
    assert raised(away) == {"away": {"n": 5, "seconds": 20}}


def test_a_minute_in_all_is_too() -> None:
    assert raised(facts(("focus_lost", 100_000, {"ms": 60_000}))) == {"away": {"n": 1, "seconds": 60}}
    assert raised(facts(("focus_lost", 100_000, {"ms": 59_999}))) == {}


def test_one_absence_reported_twice_counts_once() -> None:
    same = facts(("hidden", 100_000, {"ms": 40_000}), ("focus_lost", 100_100, {"ms": 40_100}))
    assert raised(same) == {}


def test_pasting_matters_in_essays_only() -> None:
    assert raised(facts(*(("paste", n, {"slot": 3, "chars": 10}) for n in range(3)))) == {
        "essay_paste": {"n": 3, "chars": 30}
    }
    assert raised(facts(*(("paste", n, {"slot": 2, "chars": 1000}) for n in range(9)))) == {}
    assert "essay_paste" in raised(facts(("paste", 1, {"slot": 3, "chars": 300})))


@pytest.mark.parametrize(
    ("rule", "name", "times"),
    [
        ("full_screen", "full_screen_left", 3),
        ("tabs", "second_tab", 3),
        ("devices", "second_device", 2),
        ("addresses", "address_changed", 3),
    ],
)
def test_what_is_counted_by_times(rule: str, name: str, times: int) -> None:
    found = facts(*((name, n, {}) for n in range(times)))
    assert raised(found[:-1]) == {}
    assert raised(found) == {rule: {"n": times}}


def test_a_flag_names_its_evidence_and_its_measure() -> None:
    found = flags(facts(*(("second_tab", 1000 * n, {}) for n in range(1, 4))))[0]
    evidence = found.evidence(Thresholds())
    assert [signal[3:5] for signal in evidence["signals"]] == [["second_tab", 1000 * n] for n in range(1, 4)]
    assert evidence["thresholds"]["tabs"] == 3
    assert found.version == RULES["tabs"].version
    json.dumps(evidence)


signal_facts = st.builds(
    Fact,
    resume=st.integers(1, 3),
    counter=st.integers(1, 40),
    position=st.just(0),
    type=st.sampled_from(sorted(TYPES)),
    at_ms=st.integers(0, 3_600_000),
    data=st.fixed_dictionaries(
        {}, optional={"ms": st.integers(0, 90_000), "n": st.integers(1, 5), "slot": st.integers(0, 4)}
    ),
)
many = st.lists(signal_facts, max_size=25, unique_by=lambda fact: fact.key)


@given(many, st.randoms())
def test_order_and_repeats_change_nothing(found: list[Fact], random: Any) -> None:
    mixed = [*found, *random.sample(found, len(found) // 2)]
    random.shuffle(mixed)
    assert flags(mixed, ESSAYS) == flags(found, ESSAYS)


@given(many)
def test_less_evidence_never_raises_more(found: list[Fact]) -> None:
    fewer = {flag.rule for flag in flags(found[1:], ESSAYS)}
    assert fewer <= {flag.rule for flag in flags(found, ESSAYS)}


@given(many, st.integers(0, 7_200_000))
def test_an_outage_is_no_signal(found: list[Fact], gap: int) -> None:
    """Whatever time passes between signals, none is made of it: only what the device reported counts."""
    later = [replace(fact, at_ms=fact.at_ms + 2 * gap) for fact in found]
    assert {f.rule: f.params for f in flags(later, ESSAYS)} == {f.rule: f.params for f in flags(found, ESSAYS)}
    assert flags([], ESSAYS) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_anything_is_read_without_an_error(value: Any) -> None:
    good, foreign = read(json.dumps(value))
    assert good == []
    assert foreign >= 0


@given(st.text())
def test_also_what_is_no_json(text: str) -> None:
    assert all(one.type in PAGE_TYPES for one in read(text)[0])


def test_what_is_read_is_what_is_announced_and_nothing_else() -> None:
    sent = {"signal": "paste", "chars": 12, "slot": 3, "text": "bí mật", "ms": 5, "n": True}
    assert [(one.type, dict(one.data)) for one in read(json.dumps(sent))[0]] == [("paste", {"slot": 3, "chars": 12})]
    assert read(json.dumps({"signal": "second_device"})) == ([], 1)
    assert read(json.dumps({"signal": "hidden", "ms": 1e30}))[0][0].data == {}
    assert len(read(json.dumps([{"signal": "hidden"}] * 99))[0]) == MOST_SIGNALS
    assert read("[" * 100_000) == ([], 1)
