"""What the form of a sitting says, as moments and rules. Pure; people write local times of the sitting's unit."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

import msgspec

from exam_engine.kit.errors import _
from exam_engine.kit.forms import Reading
from exam_engine.sittings import policy as policies
from exam_engine.sittings.policy import SIGNALS, SittingPolicy
from exam_engine.sittings.words import ADMISSION_LABELS, DEVICE_LABELS, TIMING_LABELS, WORDING_LABELS

Timing = Literal["individual", "common_end"]


@dataclass(frozen=True, slots=True)
class Plan:
    title: str
    opens_at: datetime
    starts_at: datetime
    closes_at: datetime
    minutes: int
    timing: Timing
    policy: SittingPolicy


def read(form: Reading, zone: str, before: SittingPolicy | None = None) -> Plan | None:
    """None when something does not fit; `form.errors` says what. `before` keeps rules that the form does not show."""
    title = form.text("title")
    day = _day(form, "day")
    opens, starts, closes = (_clock(form, name) for name in ("opens", "starts", "closes"))
    closing_day = form.day("closes_day") or day
    minutes = whole(form, "minutes", 1, 600)
    timing = cast("Timing", form.choice("timing", TIMING_LABELS) or "individual")
    policy = _policy(form, before or SittingPolicy())
    if form.errors or day is None or closing_day is None or opens is None or starts is None or closes is None:
        return None
    plan = Plan(
        title, _at(day, opens, zone), _at(day, starts, zone), _at(closing_day, closes, zone), minutes, timing, policy
    )
    _check_order(form, plan)
    return None if form.errors else plan


def _check_order(form: Reading, plan: Plan) -> None:
    if plan.opens_at > plan.starts_at:
        form.errors["opens"] = _("The waiting room opens before the start.")
    if plan.closes_at <= plan.starts_at:
        form.errors["closes"] = _("This lies before the start. For another day, fill in the day too.")
    elif plan.timing == "common_end" and plan.closes_at - plan.starts_at < timedelta(minutes=plan.minutes):
        form.errors["closes"] = _("Between the start and the common end there are fewer minutes than the exam has.")


def _policy(form: Reading, before: SittingPolicy) -> SittingPolicy:
    device = form.choice("device_change", DEVICE_LABELS)
    admission = form.choice("admission", ADMISSION_LABELS)
    wording = form.choice("wording", WORDING_LABELS)
    return msgspec.structs.replace(
        before,
        grace_s=60 * whole(form, "grace", 0, 60),
        device_change="free" if device == "free" else "invigilator",
        admission="invigilator" if admission == "invigilator" else "automatic",
        has_officer=form.form.get("has_officer") == "1",
        earliest_submit_s=60 * whole(form, "earliest", 0, 600),
        late_start_keeps_time=form.form.get("late_start_keeps_time") == "1",
        formal=wording != "class",
        signals=tuple(name for name in SIGNALS if form.form.get(f"signal_{name}") == "1"),
        signal_days=whole(form, "signal_days", 1, 365),
    )


def proposed(title: str, minutes: int, now: datetime, zone: str, policy: SittingPolicy) -> dict[str, Any]:
    """Tomorrow at eight, the waiting room half an hour before, latest start a quarter of an hour after."""
    start = _at((now.astimezone(ZoneInfo(zone)) + timedelta(days=1)).date(), time(8), zone)
    opens, closes = start - timedelta(minutes=30), start + timedelta(minutes=15)
    return _fields(Plan(title, opens, start, closes, minutes, "individual", policy), zone)


def fields(sitting: Mapping[Any, Any], zone: str) -> dict[str, Any]:
    """The form's values of a sitting that exists."""
    moments = (sitting["opens_at"], sitting["starts_at"], sitting["closes_at"])
    policy = policies.decode(sitting["policy"])
    return _fields(Plan(sitting["title"], *moments, sitting["duration_s"] // 60, sitting["timing"], policy), zone)


def _fields(plan: Plan, zone: str) -> dict[str, Any]:
    opens, starts, closes = (one.astimezone(ZoneInfo(zone)) for one in (plan.opens_at, plan.starts_at, plan.closes_at))
    rules = plan.policy
    return {
        "title": plan.title,
        "day": starts.strftime("%d/%m/%Y"),
        "opens": opens.strftime("%H:%M"),
        "starts": starts.strftime("%H:%M"),
        "closes": closes.strftime("%H:%M"),
        "closes_day": closes.strftime("%d/%m/%Y") if closes.date() != starts.date() else "",
        "minutes": plan.minutes,
        "timing": plan.timing,
        "grace": rules.grace_s // 60,
        "device_change": rules.device_change,
        "admission": rules.admission,
        "has_officer": "1" if rules.has_officer else "",
        "earliest": rules.earliest_submit_s // 60,
        "late_start_keeps_time": "1" if rules.late_start_keeps_time else "",
        "wording": "formal" if rules.formal else "class",
        "signal_days": rules.signal_days,
        **{f"signal_{name}": "1" if name in rules.signals else "" for name in SIGNALS},
    }


def mark_of(sitting: Mapping[Any, Any]) -> str:
    """Changes with everything that the form shows: an editor who saves over a newer state is told."""
    names = ("title", "opens_at", "starts_at", "closes_at", "duration_s", "timing", "policy", "definition", "state")
    seen = json.dumps([sitting[name] for name in names], default=_exact, sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:20]


def _exact(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def whole(form: Reading, name: str, low: int, high: int) -> int:
    text = form.text(name)
    if text.isascii() and text.isdigit() and len(text) < 6 and low <= int(text) <= high:
        return int(text)
    form.errors.setdefault(name, _("Write a whole number that fits here."))
    return low


def parse_clock(text: str) -> time:
    """7:30, 07:30, 7h30, 7.30, 0730 or 7h; anything else raises ValueError."""
    match = re.fullmatch(r"(\d{1,2})(?:\s*[:hg.]\s*(\d{2})?|(\d{2}))?", text.strip().lower(), re.ASCII)
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2] or match[3] or 0))


def _clock(form: Reading, name: str) -> time | None:
    text = form.text(name)
    if not text:
        return None
    try:
        return parse_clock(text)
    except ValueError:
        form.errors[name] = _("Write a time like 07:30.")
        return None


def _day(form: Reading, name: str) -> date | None:
    if not form.text(name):
        return None
    return form.day(name)


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))
