"""What a pupil's page says of each test: open now, coming, practice, or past. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from exam_engine.authoring.definition import ExamDefinition
from exam_engine.scoring.disclosure import Disclosed, disclosed

Place = Literal["open", "coming", "practice", "past", "none"]

WORKING = ("running", "paused")
DONE = ("submitted", "expired", "ended")


@dataclass(frozen=True, slots=True)
class Test:
    """A test as the pupil's page shows it. `row`: the query's row; `enters`: one tap leads into it."""

    row: Mapping[Any, Any]
    place: Place
    enters: bool = False
    shows: Disclosed | None = None
    subject: str = ""
    scale: str | None = None
    saw_score_at_once: bool = False

    @property
    def goes_on(self) -> bool:
        return self.row["attempt_state"] in WORKING

    @property
    def sees_score(self) -> bool:
        return self.shows is not None and self.shows.score and self.row["rounded"] is not None


@dataclass(frozen=True, slots=True)
class Week:
    open: list[Test] = field(default_factory=list)
    coming: list[Test] = field(default_factory=list)
    practice: list[Test] = field(default_factory=list)
    past: list[Test] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.open or self.coming or self.practice or self.past)


def week(rows: Iterable[tuple[Mapping[Any, Any], ExamDefinition]], now: datetime) -> Week:
    """What is open and coming: the nearest end or beginning first. What is past: the newest first."""
    found = Week()
    lists = {"open": found.open, "coming": found.coming, "practice": found.practice, "past": found.past}
    for row, definition in rows:
        test = _test(row, definition, now)
        if test.place in lists:
            lists[test.place].append(test)
    found.open.sort(key=lambda one: one.row["closes_at"])
    found.coming.sort(key=lambda one: one.row["starts_at"])
    found.past.sort(key=lambda one: one.row["ended_at"] or one.row["closes_at"], reverse=True)
    return found


def _test(row: Mapping[Any, Any], definition: ExamDefinition, now: datetime) -> Test:
    place = place_of(row, now)
    done = row["attempt_state"] in DONE
    return Test(
        row,
        place,
        enters=row["kind"] != "exam" and place in ("open", "practice"),
        shows=disclosed(definition.afterwards, closed=done, released=row["released_at"] is not None),
        subject=definition.subject,
        scale=definition.scale,
        saw_score_at_once=definition.afterwards.score == "at_submission",
    )


def place_of(row: Mapping[Any, Any], now: datetime) -> Place:
    """A formal exam is never entered here: that takes the ticket, at the site. Who never was on the list of a test
    that is over has not missed it."""
    if row["attempt_state"] in WORKING:
        return "practice" if row["kind"] == "practice" else "open"
    begun, over = now >= row["opens_at"], now >= row["closes_at"] or row["state"] != "confirmed"
    if row["kind"] == "practice":
        return "none" if over else "practice" if begun else "coming"
    if row["attempt_state"] in DONE:
        return "past"
    if over:
        return "past" if row["candidate"] else "none"
    return "open" if begun else "coming"
