"""One line of the doctor: what it looked at, how it is, and the command or setting that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    OK = "ok"
    LOOK = "look"  # an exam can be held; know about it
    WRONG = "wrong"  # put it right before an exam


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    level: Level
    told: str
    change: str = ""


def ok(subject: str, told: str) -> Finding:
    return Finding(subject, Level.OK, told)


def look(subject: str, told: str, change: str = "") -> Finding:
    return Finding(subject, Level.LOOK, told, change)


def wrong(subject: str, told: str, change: str) -> Finding:
    return Finding(subject, Level.WRONG, told, change)


def summary(found: Sequence[Finding]) -> dict[str, Any]:
    """For a script: stable keys."""
    return {
        "ok": all(one.level is not Level.WRONG for one in found),
        "wrong": sum(one.level is Level.WRONG for one in found),
        "look": sum(one.level is Level.LOOK for one in found),
        "findings": [asdict(one) for one in found],
    }


def lines(found: Sequence[Finding]) -> list[str]:
    wide = max((len(one.subject) for one in found), default=0)
    told = []
    for one in found:
        told.append(f"{one.level:<5}  {one.subject:<{wide}}  {one.told}")
        if one.change:
            told.append(f"{'':<5}  {'':<{wide}}  → {one.change}")
    counted = summary(found)
    verdict = "ready" if counted["ok"] else "not ready"
    return [*told, "", f"{verdict}: {counted['wrong']} wrong, {counted['look']} to look at, of {len(found)}"]
