"""Everything that happened in one attempt, in the order of time: saves, signals, what staff did. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from exam_engine.kit.errors import _
from proctoring.signals import TYPES

#: Saves that follow each other within this time are one line.
TOGETHER = timedelta(minutes=1)

_STANDINGS = {
    1: _("too late"),
    2: _("from a device that was replaced"),
    3: _("after handing in"),
    5: _("after the end by staff"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """`text` and `note` are msgids; `detail` is free text (a reason, a name)."""

    at: datetime
    kind: Literal["save", "signal", "staff", "attempt"]
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    note: str = ""
    detail: str = ""


def time_line(
    row: Mapping[str, Any],
    entries: Sequence[Mapping[str, Any]],
    signals: Sequence[Mapping[str, Any]],
    interventions: Sequence[Mapping[str, Any]],
) -> list[Moment]:
    """The latest first."""
    found = [*_attempt(row), *_saves(entries), *map(_signal, signals), *map(_staff, interventions)]
    return sorted(found, key=lambda moment: moment.at, reverse=True)


def _attempt(row: Mapping[str, Any]) -> list[Moment]:
    ends = {"candidate": _("Handed in"), "deadline": _("Closed when the time was over"), "staff": _("Ended by staff")}
    found = []
    if row["started_at"] is not None:
        found.append(Moment(row["started_at"], "attempt", _("Began")))
    if row["ended_at"] is not None:
        found.append(Moment(row["ended_at"], "attempt", ends.get(row["ended_by"], _("Ended"))))
    return found


def _saves(entries: Sequence[Mapping[str, Any]]) -> list[Moment]:
    ordered = sorted(entries, key=lambda entry: entry["arrived_at"])
    groups: list[list[Mapping[str, Any]]] = []
    for entry in ordered:
        last = groups[-1][-1] if groups else None
        together = last is not None and last["standing"] == entry["standing"] and _kind(last) == _kind(entry)
        if last is not None and together and entry["arrived_at"] - groups[-1][0]["arrived_at"] <= TOGETHER:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return [_save(group) for group in groups]


def _kind(entry: Mapping[str, Any]) -> str:
    return "answers" if entry["kind"] == 0 else "reading"


def _save(group: Sequence[Mapping[str, Any]]) -> Moment:
    at, note = group[-1]["arrived_at"], _STANDINGS.get(group[0]["standing"], "")
    if _kind(group[0]) == "answers":
        slots = len({entry["slot"] for entry in group})
        return Moment(at, "save", _("Answers saved: %(n)s"), {"n": slots}, note)
    return Moment(at, "save", _("Moved between items"), {}, note)


def _signal(row: Mapping[str, Any]) -> Moment:
    at = datetime.fromtimestamp(min(max(row["client_ms"], 0), 4_000_000_000_000) / 1000, UTC)
    data = row["data"]
    known = TYPES.get(row["type"])
    label = known.label if known else row["type"]
    if data.get("phase") == "begin":
        return Moment(at, "signal", label, {}, _("goes on"))
    if "chars" in data:
        return Moment(at, "signal", label, {"n": data["chars"]}, _("%(n)s characters"))
    if "ms" in data:
        return Moment(at, "signal", label, {"n": max(1, round(data["ms"] / 1000))}, _("%(n)s seconds"))
    return Moment(at, "signal", label, {}, "", str(data.get("browser", "")))


STAFF_WORDS = {
    "admit": _("Admitted"),
    "allow_device": _("Another device allowed"),
    "add_time": _("%(n)s minutes added"),
    "pause": _("Paused"),
    "unpause": _("Went on"),
    "end": _("Ended by staff"),
    "reopen": _("Opened again"),
    "mark_absent": _("Marked absent"),
    "outage_credit": _("%(n)s minutes given back for an interruption of the service"),
    "device_changed": _("Moved to another device"),
}


def _staff(row: Mapping[str, Any]) -> Moment:
    words = STAFF_WORDS.get(row["action"], row["action"])
    detail = " · ".join(part for part in (row["reason"], row["by_name"]) if part)
    return Moment(row["created_at"], "staff", words, {"n": round(row["seconds"] / 60)}, "", detail)
