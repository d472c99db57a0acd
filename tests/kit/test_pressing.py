"""When a worker sends newcomers away: a wait that stands, not one that comes and goes."""

from __future__ import annotations

import asyncio

from exam_engine.kit.pressing import STANDING_S, WAIT_S, Pressing


def test_a_pause_sends_nobody_away_and_a_standing_queue_does() -> None:
    found = Pressing(lambda: 0.0)
    told = [found.standing]
    for now, too_long in ((1.0, True), (2.0, False), (3.0, True), (3.9, True), (4.0, True)):
        found.note(now, too_long=too_long)
        told.append(found.standing)
    assert told == [False, False, False, False, False, True]


def test_it_ends_only_when_the_wait_has_been_good_for_a_while() -> None:
    found = Pressing(lambda: 0.0)
    found.note(STANDING_S, too_long=True)
    assert found.standing
    for now in (3.0, 3.5):
        found.note(now, too_long=False)
        assert found.standing, "it was too long a moment ago"
    found.note(4.5, too_long=False)
    assert not found.standing


async def test_while_the_queue_stands_only_those_are_sent_away_who_would_wait_too_long() -> None:
    waited = 0.0
    found = Pressing(lambda: waited)
    found.start()
    try:
        waited = WAIT_S + 1
        assert not found.sends_away(), "this may be a pause"
        found.note(asyncio.get_running_loop().time() + STANDING_S, too_long=True)
        assert found.sends_away()
        waited = 0.1
        assert not found.sends_away()
    finally:
        found.stop()
