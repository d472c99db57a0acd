"""The one state that an invigilator sees, and what asks for attention."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from exam_engine.delivery.attempt import State
from exam_engine.kit.pages import package_path
from proctoring import showing
from proctoring.candidate_state import LOOKS, OFFLINE_AFTER, candidate_state, time_left
from proctoring.showing import View, board

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def row(**values: Any) -> dict[str, Any]:
    return {
        "state": "running",
        "now": NOW,
        "seen_at": NOW - timedelta(seconds=10),
        "started_at": NOW - timedelta(minutes=5),
        "deadline": NOW + timedelta(minutes=40),
        "paused_at": None,
        "ended_at": None,
        "signed_in": True,
        "admitted": True,
        "device_waits": False,
        "flags": 0,
        "full_name": "Nguyễn Thị Ánh",
        "number": "0001",
        "room": "p1",
        "room_name": "P1",
        "public_id": "c1",
        "seat": 1,
        "answered": 2,
        "items": 40,
        "saved_at": None,
    } | values


LONG_AGO = NOW - OFFLINE_AFTER - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("values", "name", "needs"),
    [
        ({}, "working", ()),
        ({"seen_at": LONG_AGO}, "offline", ("offline",)),
        ({"device_waits": True, "flags": 1}, "working", ("device", "flags")),
        ({"state": "paused", "paused_at": NOW, "seen_at": LONG_AGO}, "paused", ()),
        ({"deadline": NOW - timedelta(seconds=1)}, "time_over", ()),
        ({"state": "ready"}, "waiting", ()),
        ({"state": "ready", "admitted": False}, "waiting", ("admission",)),
        ({"state": "ready", "seen_at": None, "admitted": False}, "not_arrived", ()),
        ({"state": "ready", "signed_in": False}, "not_arrived", ()),
        ({"state": "submitted", "device_waits": True}, "handed_in", ()),
        ({"state": "expired"}, "time_over", ()),
        ({"state": "ended"}, "ended", ()),
        ({"state": "absent"}, "absent", ()),
    ],
)
def test_one_state_each(values: dict[str, Any], name: str, needs: tuple[str, ...]) -> None:
    found = candidate_state(row(**values))
    assert (found.name, found.needs) == (name, needs)
    assert name in LOOKS


@pytest.mark.parametrize("state", State)
def test_every_state_of_an_attempt_is_shown(state: State) -> None:
    assert candidate_state(row(state=str(state), paused_at=NOW)).name in LOOKS


def test_a_pause_stops_the_clock_that_is_shown() -> None:
    paused = row(state="paused", paused_at=NOW - timedelta(minutes=10))
    assert time_left(paused, "paused") == timedelta(minutes=50)
    assert time_left(row(), "working") == timedelta(minutes=40)
    assert time_left(row(), "handed_in") is None


def test_who_needs_attention_stands_first_and_filters_count() -> None:
    rows = [row(number="1"), row(number="2", flags=1), row(number="3", device_waits=True), row(number="4", room="p2")]
    shown = board(rows, View())
    assert [seat.row["number"] for seat in shown.seats] == ["3", "2", "1", "4"]
    assert shown.counts == {"": 4, "attention": 2, "working": 4, "not_begun": 0, "finished": 0}
    assert len(board(rows, View(show="attention")).seats) == 2


@pytest.mark.parametrize(("q", "n"), [("anh", 1), ("Ánh nguyen", 1), ("0001", 1), ("bình", 0)])
def test_names_are_found_without_their_marks(q: str, n: int) -> None:
    assert len(board([row()], View(q=q)).seats) == n


def test_of_a_large_sitting_those_who_need_attention_are_shown_and_the_rest_is_counted() -> None:
    rows = [row(number=str(n)) for n in range(150)] + [row(number="away", flags=1)]
    shown = board(rows, View())
    assert (len(shown.seats), shown.hidden) == (100, 51)
    assert shown.seats[0].row["number"] == "away"
    assert shown.counts[""] == 151


def test_a_row_is_shown_anew_when_anything_that_it_shows_has_changed() -> None:
    """A live page keeps rows whose `told` is the same: what the template names must be part of it."""
    template = package_path("templates", "proctoring", "seats.html").read_text(encoding="utf-8")
    named = {one or other for one, other in re.findall(r'\brow(?:\.(\w+)|\["(\w+)"\])', template)} - {"attention"}
    assert named
    assert named <= set(showing._TOLD)
    assert set(re.findall(r"\bseat\.(\w+)", template)) <= {"row", "state", "minutes"}
    before = row()
    [seat] = board([before], View()).seats
    assert board([dict(before)], View()).seats[0].told == seat.told
    assert board([before | {"answered": 3}], View()).seats[0].told != seat.told
