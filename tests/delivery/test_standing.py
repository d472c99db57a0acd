"""The rule for time and place of an entry, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_engine.delivery.attempt import State
from exam_engine.delivery.standing import Facts, Standing, facts, standing

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
END = START + timedelta(minutes=45)
GRACE = 120


def known(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "now": START,
        "state": State.RUNNING,
        "resume": 2,
        "started_at": START,
        "deadline_at": END,
        "held_until": None,
        "grace_s": GRACE,
        "notices": 0,
    }
    return facts(**values | changes)


def judged(which: Facts, after_end_s: float, written_after_end_s: float | None = None, resume: int = 2) -> Standing:
    written = after_end_s if written_after_end_s is None else written_after_end_s
    return standing(which, resume, END + timedelta(seconds=after_end_s), int((END.timestamp() + written) * 1000))


def test_by_the_end_an_entry_counts_whatever_its_clock_says() -> None:
    for written in (-9e9, -60, 0, 60, 9e9):
        assert judged(known(), 0, written) is Standing.COUNTS


@pytest.mark.parametrize(
    ("arrives", "written", "expected"),
    [
        (GRACE, -1, Standing.COUNTS),
        (GRACE, 0, Standing.COUNTS),
        (GRACE, 0.01, Standing.LATE),
        (GRACE + 0.01, -1, Standing.LATE),
        (1, -45 * 60 - 2, Standing.LATE),  # before the start: not to be believed
        (1, -1.7e9, Standing.LATE),  # the clock of 1970
    ],
)
def test_grace_is_for_what_was_written_in_time(arrives: float, written: float, expected: Standing) -> None:
    assert judged(known(), arrives, written) is expected


@pytest.mark.pitfall("O6")
def test_a_hold_keeps_the_attempt_open() -> None:
    held = known(held_until=END + timedelta(minutes=20))
    assert judged(held, 20 * 60) is Standing.COUNTS
    assert judged(held, 20 * 60 + GRACE + 1) is Standing.LATE


def test_while_paused_what_arrives_counts() -> None:
    assert judged(known(state=State.PAUSED), 3600) is Standing.COUNTS


def test_another_device_has_taken_over() -> None:
    assert judged(known(), -60, resume=1) is Standing.SUPERSEDED


@pytest.mark.pitfall("L8")
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.SUBMITTED, Standing.AFTER_SUBMISSION),
        (State.EXPIRED, Standing.LATE),
        (State.ENDED, Standing.AFTER_CLOSING),
        (State.ABSENT, Standing.AFTER_CLOSING),
        (State.READY, Standing.AFTER_CLOSING),
    ],
)
def test_nothing_counts_after_the_end(state: State, expected: Standing) -> None:
    assert judged(known(state=state), -60) is expected


@given(arrives=st.floats(-3000, 3000), written=st.floats(-1e10, 1e10), grace=st.integers(0, 600))
def test_the_devices_clock_is_worth_the_grace_time_at_most(arrives: float, written: float, grace: int) -> None:
    if judged(known(grace_s=grace), arrives, written) is Standing.COUNTS:
        assert arrives <= grace + 1e-3
