"""`doctor --sitting`: whether everything that a sitting needs is there before its day."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.doctor import queries
from exam_engine.doctor.finding import Finding, look, ok, wrong

#: Of the sitting's candidates, the share that a rehearsal has to have played to say something of it.
SMALL = 0.1

#: Only where all start together (loadtests.rehearsal.capacity, which an installation need not have).
RECKONED_FROM = "bell"


async def examine(connection: AsyncConnection, public: str, rehearsal: Path | None) -> list[Finding]:
    found = await queries.sitting(connection, public)
    if found is None:
        told = f"there is none with the public id {public}"
        return [wrong("sitting", told, "the address of the sitting's page ends with its id")]
    return [*_ready(found), _times(found), *_rooms(found), _load(found, rehearsal)]


def _ready(found: Mapping[str, Any]) -> Iterator[Finding]:
    if found["state"] != "confirmed":
        yield wrong("sitting", f"{found['title']} is {found['state']}", "confirm the roster on the sitting's page")
        return
    yield ok("sitting", f"{found['title']}: roster confirmed, {found['candidates']} candidates")
    if found["attempts"] != found["variants"] or found["empty_papers"] or not found["forms"]:
        yield wrong(
            "papers", f"{found['variants']} of {found['attempts']} candidates have one", "confirm the roster again"
        )
    else:
        yield ok("papers", f"{found['forms']} forms, one variant for each of {found['variants']} candidates")
    if not found["journal"]:
        yield wrong("journal", "the sitting has no partition", "exam-engine verify; confirm the roster again")
    if found["ticketless"]:
        yield look("slips", f"{found['ticketless']} candidates have no ticket", "print slips on the sitting's page")


def _times(found: Mapping[str, Any]) -> Finding:
    zone = ZoneInfo(found["zone"])
    moments = [found[name].astimezone(zone) for name in ("opens_at", "starts_at", "closes_at")]
    opens, starts, closes = moments
    shown = [f"{one:%Y-%m-%d %H:%M}" for one in moments]
    common = found["timing"] == "common_end"
    length = timedelta(seconds=int(found["duration_s"]))
    last = f"ends for everybody {shown[2]}" if common else f"latest start {shown[2]}"
    told = f"opens {shown[0]}, starts {shown[1]}, {last} ({found['zone']}); {'at most ' * common}{length} each"
    if closes < found["now"]:
        return wrong("times", f"{told}: over", "other times on the sitting's page")
    if not opens <= starts <= closes:
        return wrong("times", f"{told}: in the wrong order", "other times on the sitting's page")
    return ok("times", told)


def _rooms(found: Mapping[str, Any]) -> Iterator[Finding]:
    if found["kind"] != "exam":
        return
    if not found["rooms"]:
        yield look("rooms", "none: nobody watches", "rooms in the roster, or on the sitting's page")
        return
    if found["roomless"]:
        yield look("rooms", f"{found['roomless']} candidates have no room", "the sitting's page")
    if found["unwatched"]:
        yield look("rooms", f"{found['unwatched']} of {found['rooms']} have no invigilator", "the sitting's page")
    if not found["roomless"] and not found["unwatched"]:
        yield ok("rooms", f"{found['rooms']}, each with an invigilator")


def _load(found: Mapping[str, Any], rehearsal: Path | None) -> Finding:
    wanted = int(found["candidates"]) + int(found["others"])
    told = f"{wanted} candidates at the same time ({found['others']} of other sittings)"
    change = "exam-engine rehearse on this installation, days before"
    known = _rehearsed(rehearsal)
    if known is None:
        return look("load", f"{told}; no rehearsal says what this machine holds", change)
    if known["ended_early"]:
        return look("load", f"{told}; the last rehearsal was ended early", change)
    if not known["passed"]:
        return wrong("load", f"{told}; the last rehearsal failed", change)
    if known["arrival"] != RECKONED_FROM:
        told = f"{told}; the last rehearsal passed with --arrival {known['arrival']}, which tells no capacity"
        return look("load", told, "exam-engine rehearse --arrival bell, days before")
    holds = known["holds"]
    if holds is None:
        return look("load", f"{told}; the last rehearsal passed, and could not reckon a capacity", change)
    told = f"{told}; the last rehearsal, of {known['played'] or 'unknown'} candidates, found room for {holds}"
    if wanted > holds:
        return wrong("load", told, "shifts, or more machines")
    if known["disturbed"]:
        return look("load", f"{told}, on a machine that was busy with other programs", change)
    if known["played"] is not None and known["played"] < SMALL * wanted:
        return look(
            "load", f"{told}: too few to tell of so many", f"{change}, with at least {_least(wanted)} candidates"
        )
    return ok("load", told)


def _least(wanted: int) -> int:
    return math.ceil(SMALL * wanted)


def _rehearsed(path: Path | None) -> Mapping[str, Any] | None:
    if path is None or not path.exists():
        return None
    try:
        found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        plan = found.get("plan", {})
        return {
            "passed": found["passed"],
            "ended_early": bool(found.get("ended_early")),
            "disturbed": bool(found.get("machine", {}).get("disturbed")),
            "arrival": plan.get("arrival", RECKONED_FROM),
            "played": plan.get("candidates"),
            "holds": found["capacity"]["candidates"],
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
