"""What happened in an attempt, in order: answers with their standing, and what staff did. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import RowMapping

from exam_engine.delivery.entries import ANSWER, VIEWS
from exam_engine.delivery.entry_number import unpacked, written_ms
from exam_engine.reports.slots import described
from exam_engine.scoring.rules import Slot, canonical

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORT = 80


@dataclass(frozen=True, slots=True)
class Moment:
    """One line. `place` is the item's place in the candidate's own order; `written_at` by the device's clock."""

    at: datetime
    place: int | None
    text: str
    standing: int | None = None
    entry: tuple[int, int] | None = None
    written_at: datetime | None = None
    ruled: bool | None = None
    reason: str = ""
    seconds: int = 0

    @property
    def counts(self) -> bool:
        return self.standing == 0 if self.ruled is None else self.ruled


def places(variant: Mapping[str, Any]) -> dict[int, int]:
    """Slot → place in the candidate's own order, from 1."""
    order = [entry[0] for section in variant["sections"] for entry in section["items"]]
    return {slot: place for place, slot in enumerate(order, 1)}


def moments(
    entries: Sequence[RowMapping], acts: Sequence[RowMapping], slots: Sequence[Slot], place_of: Mapping[int, int]
) -> list[Moment]:
    found = [_answer(entry, slots, place_of) for entry in entries if entry["kind"] == ANSWER]
    found += [
        Moment(act["created_at"], None, act["action"], reason=act["reason"], seconds=act["seconds"]) for act in acts
    ]
    return sorted(found, key=lambda moment: moment.at)


def seconds_by_slot(entries: Sequence[RowMapping]) -> dict[int, float]:
    """How long each slot was on the screen, over all visits."""
    found: dict[int, float] = defaultdict(float)
    for entry in entries:
        if entry["kind"] == VIEWS:
            for slot, shown, left in msgspec.json.decode(entry["value"]):
                found[slot] += max(0.0, left - shown) / 1000
    return dict(found)


def _answer(entry: RowMapping, slots: Sequence[Slot], place_of: Mapping[int, int]) -> Moment:
    slot = slots[entry["slot"]] if 0 <= entry["slot"] < len(slots) else None
    text = ""
    if slot is not None:
        # The author's letters, which staff know from the bank.
        text = " ".join(described(slot.item, canonical(slot, msgspec.json.decode(entry["value"]))).split())
    return Moment(
        at=entry["arrived_at"],
        place=place_of.get(entry["slot"]),
        text=text if len(text) <= _SHORT else text[: _SHORT - 1] + "…",
        standing=entry["standing"],
        entry=unpacked(entry["entry"]),
        written_at=_moment(written_ms(entry["arrived_at"], entry["age"])),
        ruled=entry["ruled"],
        reason=entry["ruling_reason"] or "",
    )


def _moment(milliseconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
