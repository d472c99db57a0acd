from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_engine.delivery.deadline import SETTLING, TimeRule, closing, deadline, expires
from exam_engine.delivery.saving import PATIENCE_S

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def rule(timing: str = "individual", **changes: object) -> TimeRule:
    values = {"timing": timing, "starts_at": START, "closes_at": START + minutes(60), "duration_s": 45 * 60} | changes
    return TimeRule(**values)  # type: ignore[arg-type]


@pytest.mark.pitfall("T2")
def test_individual_time_is_not_cut_by_the_windows_end() -> None:
    assert deadline(rule(), START + minutes(50)) == START + minutes(95)


def test_a_late_start_may_lose_its_time() -> None:
    assert deadline(rule(late_start_keeps_time=False), START + minutes(20)) == START + minutes(45)


def test_a_common_end_is_common() -> None:
    assert (
        deadline(rule("common_end"), START) == deadline(rule("common_end"), START + minutes(40)) == START + minutes(60)
    )


@pytest.mark.pitfall("T1", "T5")
@pytest.mark.parametrize("timing", ["individual", "common_end"])
def test_accommodations_belong_to_one_candidate(timing: str) -> None:
    plain = deadline(rule(timing), START)
    assert deadline(rule(timing, extra_percent=25), START) - plain == minutes(11.25)
    assert deadline(rule(timing, extra_minutes=10), START) - plain == minutes(10)
    assert deadline(rule(timing, extra_percent=25, extra_minutes=10), START, 90) - plain == minutes(22.75)


@given(percent=st.integers(0, 300), seconds=st.integers(1, 4 * 3600))
def test_a_percentage_is_rounded_up_to_the_second(percent: int, seconds: int) -> None:
    extra = rule(duration_s=seconds, extra_percent=percent).extra.total_seconds()
    assert extra == int(extra)
    assert 0 <= extra - seconds * percent / 100 < 1


def test_a_hold_moves_the_end_but_never_back() -> None:
    assert closing(START, None) == closing(START, START - minutes(1)) == START
    assert closing(START, START + minutes(5)) == START + minutes(5)
    assert expires(START, None, 120) == START + minutes(2) + SETTLING


def test_the_sweep_waits_longer_than_a_save_may_wait_for_its_commit() -> None:
    assert SETTLING.total_seconds() > PATIENCE_S
