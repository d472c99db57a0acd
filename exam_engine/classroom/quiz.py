"""What a test of one class is, as rules and moments: quick quiz, homework, practice. Pure.

A quiz has the time of each pupil from the own start. Homework lies in a window, with a time of its own or none; without
one the window's end is the end for all. Practice has no time and can be done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import msgspec

from exam_engine.authoring.definition import Afterwards, ExamDefinition, FixedItem, Section
from exam_engine.kit.errors import _
from exam_engine.kit.forms import Reading
from exam_engine.sittings.policy import SittingPolicy
from item_bank.content.model import Item

Kind = Literal["quiz", "homework", "practice"]

KINDS: Mapping[Kind, str] = {"quiz": _("Quick quiz"), "homework": _("Homework"), "practice": _("Practice")}
KIND_HINTS: Mapping[Kind, str] = {
    "quiz": _("Now, in the classroom. Marks count."),
    "homework": _("Until a date that you set. Marks count."),
    "practice": _("As often as a pupil likes, with the answer after each question. Never counts."),
}

PERMISSION = "sittings.manage"
MINUTES = 15
#: How long after the start a pupil may still begin a quiz; the teacher can let in later ones.
LATEST_START = timedelta(minutes=30)
HOMEWORK_DAYS, PRACTICE_DAYS = 3, 30
EVENING = time(22)
LONGEST_DAYS = 200
#: Numbers of parts; there are fewer types of items.
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


@dataclass(frozen=True, slots=True)
class Window:
    opens_at: datetime
    closes_at: datetime
    duration_s: int
    timing: Literal["individual", "common_end"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the teacher has chosen. `minutes` None: no time of one's own; `closes_at` None: the usual one."""

    title: str
    kind: Kind
    minutes: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    guests: bool
    at_once: bool
    mixed: bool


def policy_for(kind: Kind) -> SittingPolicy:
    """No officer and no invigilator: outages are credited by themselves, and a pupil whose device fails goes on
    elsewhere with the own PIN. The PIN keeps a neighbour from doing so."""
    return SittingPolicy(
        grace_s=60,
        device_change="free",
        has_officer=False,
        formal=False,
        sealed_download=False,
        feedback="item" if kind == "practice" else "none",
    )


def afterwards_for(kind: Kind, *, at_once: bool) -> Afterwards:
    """Keys wait for the teacher's word, lest who is done tells who is not; practice hides nothing."""
    if kind == "practice":
        return Afterwards(score="at_submission", responses="at_submission", key="at_submission")
    score: Literal["at_submission", "after_release"] = "at_submission" if at_once else "after_release"
    return Afterwards(score=score, responses="after_release", key="after_release")


def blank(title: str, language: str) -> ExamDefinition:
    """One form; every pupil meets its questions and options in an order of the own."""
    return ExamDefinition(
        title,
        (Section(title),),
        language="en" if language == "en" else "vi",
        minutes=MINUTES,
        forms=1,
        first_form=1,
        individual=True,
        afterwards=afterwards_for("quiz", at_once=False),
    )


def only_section(definition: ExamDefinition) -> Section:
    """A test of a class has one section; of a longer exam that was copied, all fixed items come into it."""
    items = tuple(one for section in definition.sections for one in section.items)
    first = definition.sections[0] if definition.sections else Section(definition.title)
    return msgspec.structs.replace(first, title=definition.title, items=items, draws=(), choose=None)


def in_parts(definition: ExamDefinition, items: Mapping[int, Item]) -> ExamDefinition:
    """A section for each type of item where there are several and pupils get an order of their own, so that it stays
    within the part; types in the order in which the teacher has them. Items of one passage stay together."""
    whole = only_section(definition)
    parts: dict[str, list[FixedItem]] = {}
    home: dict[str, str] = {}
    for one in whole.items:
        content = items.get(one.version)
        passage, type_ = (content.passage or "", content.type) if content else ("", "")
        type_ = home.setdefault(passage, type_) if passage else type_
        parts.setdefault(type_, []).append(one)
    if not whole.shuffle_items or len(parts) < 2:
        return msgspec.structs.replace(definition, sections=(whole,))
    word = "Part" if definition.language == "en" else "Phần"
    sections = tuple(
        msgspec.structs.replace(whole, title=f"{word} {roman}", items=tuple(part))
        for roman, part in zip(ROMAN, parts.values(), strict=False)
    )
    return msgspec.structs.replace(definition, sections=sections)


def again(old: Mapping[Any, Any], definition: ExamDefinition) -> Settings:
    """An earlier test for another day: its own minutes, or none; the usual window."""
    return Settings(
        title=old["title"],
        kind=old["kind"],
        minutes=None if old["timing"] == "common_end" else old["duration_s"] // 60,
        opens_at=None,
        closes_at=None,
        guests=old["guests"],
        at_once=definition.afterwards.score == "at_submission",
        mixed=definition.individual,
    )


def applied(definition: ExamDefinition, chosen: Settings) -> ExamDefinition:
    section = msgspec.structs.replace(
        only_section(definition), title=chosen.title, shuffle_items=chosen.mixed, shuffle_options=chosen.mixed
    )
    return msgspec.structs.replace(
        definition,
        title=chosen.title,
        sections=(section,),
        minutes=chosen.minutes or MINUTES,
        individual=chosen.mixed,
        afterwards=afterwards_for(chosen.kind, at_once=chosen.at_once),
    )


def read(form: Reading, zone: str) -> Settings | None:
    """None where something does not fit; `form.errors` says what. Times are local times of the class."""
    kind = cast("Kind", form.choice("kind", KINDS) or "quiz")
    chosen = Settings(
        title=form.text("title"),
        kind=kind,
        minutes=_minutes(form, kind),
        opens_at=moment_in(form, "opens", zone) if kind != "quiz" else None,
        closes_at=moment_in(form, "closes", zone) if kind != "quiz" else None,
        guests=form.form.get("guests") == "1",
        at_once=form.form.get("at_once") == "1",
        mixed=form.form.get("mixed") == "1",
    )
    return None if form.errors else chosen


def window(chosen: Settings, now: datetime, zone: str) -> Window:
    """Where and how long the test lies if it is set now."""
    opens = max(chosen.opens_at or now, now)
    if chosen.kind == "quiz":
        minutes = chosen.minutes or MINUTES
        return Window(now, now + timedelta(minutes=minutes) + LATEST_START, 60 * minutes, "individual")
    closes = chosen.closes_at or usual_close(chosen.kind, now, zone)
    if chosen.minutes is None:
        return Window(opens, closes, int((closes - opens).total_seconds()), "common_end")
    return Window(opens, closes, 60 * chosen.minutes, "individual")


def usual_close(kind: Kind, now: datetime, zone: str) -> datetime:
    days = PRACTICE_DAYS if kind == "practice" else HOMEWORK_DAYS
    day = (now.astimezone(ZoneInfo(zone)) + timedelta(days=days)).date()
    return datetime.combine(day, EVENING, ZoneInfo(zone))


def fields(sitting: Mapping[Any, Any], definition: ExamDefinition, now: datetime) -> dict[str, Any]:
    """The form's values of a draft."""
    kind, zone = sitting["kind"], ZoneInfo(sitting["zone"])
    closes = sitting["closes_at"] if kind != "quiz" else usual_close("homework", now, sitting["zone"])
    opens = sitting["opens_at"]
    return {
        "title": sitting["title"],
        "kind": kind,
        "minutes": "" if sitting["timing"] == "common_end" else sitting["duration_s"] // 60,
        "opens": f"{opens.astimezone(zone):%Y-%m-%dT%H:%M}" if kind != "quiz" and opens > now else "",
        "closes": f"{closes.astimezone(zone):%Y-%m-%dT%H:%M}",
        "guests": sitting["guests"],
        "at_once": definition.afterwards.score == "at_submission",
        "mixed": definition.individual,
    }


def carried(form: Mapping[str, Any], sitting: Mapping[Any, Any]) -> dict[str, Any]:
    """The form with the minutes that fit its kind where that is another one than the page showed (`shown`): a quiz's
    minutes would slip into homework, where they are optional, and a quiz has to have some. What was typed along with
    the switch stays."""
    values, kind = dict(form), form.get("kind")
    if form.get("shown") not in KINDS or kind == form.get("shown"):
        return values
    typed = str(form.get("minutes", "")).strip()
    if kind == "homework" and typed == str(sitting["duration_s"] // 60):
        values["minutes"] = ""
    elif kind == "quiz" and not typed:
        values["minutes"] = str(MINUTES)
    return values


def _minutes(form: Reading, kind: Kind) -> int | None:
    text = form.text("minutes", required=kind == "quiz", longest=4)
    if kind == "practice" or not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 300):
        form.errors.setdefault("minutes", _("Write a whole number from 1 to 300."))
        return MINUTES
    return int(text)


def moment_in(form: Reading, name: str, zone: str) -> datetime | None:
    """As the browser's own field writes it: 2026-12-31T22:00. Empty: the usual moment."""
    text = form.text(name, required=False, longest=20)
    if not text:
        return None
    try:
        return datetime.strptime(text[:16], "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        form.errors[name] = _("Please choose a day and a time.")
        return None


def misfit(found: Window, now: datetime) -> str:
    """Why a window can't be; empty when it can."""
    if found.closes_at <= max(now, found.opens_at):
        return _("The end must lie after the beginning, and in the future.")
    if found.closes_at - now > timedelta(days=LONGEST_DAYS):
        return _("Choose an end within the next 200 days.")
    return ""
