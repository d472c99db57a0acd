"""Rules of one sitting as data that an officer edits; shown to candidates where they concern them."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

SIGNALS = ("focus_lost", "hidden", "full_screen_left", "paste", "second_tab", "second_device", "address_changed")


class SittingPolicy(msgspec.Struct, frozen=True, omit_defaults=True):
    """`grace_s`: how long after the deadline a queue of unsent answers, written in time, may still arrive and count.
    `device_change`: "invigilator" allows each move by hand, "free" lets a candidate move by signing in again.
    `admission`: "invigilator" admits each candidate in the waiting room. `has_officer`: someone decides about credit
    after an outage; without one it is granted by itself. `earliest_submit_s` counts from the start."""

    grace_s: int = 120
    device_change: Literal["invigilator", "free"] = "invigilator"
    admission: Literal["automatic", "invigilator"] = "automatic"
    has_officer: bool = True
    earliest_submit_s: int = 0
    late_start_keeps_time: bool = True
    feedback: Literal["none", "item"] = "none"  # "item": after each answer, for practice
    formal: bool = True  # wording: thí sinh / cán bộ coi thi, else học sinh (em) / giáo viên
    sealed_download: bool = True
    signals: tuple[str, ...] = ()
    signal_days: int = 30
    schema: int = 1


def encode(policy: SittingPolicy) -> dict[str, object]:
    found: dict[str, object] = msgspec.to_builtins(policy)
    return found


def decode(value: object) -> SittingPolicy:
    """From the column, as SQLAlchemy gives it or as the JSON text that raw connections read."""
    return _of_text(value) if isinstance(value, str) else msgspec.convert(value or {}, SittingPolicy)


@lru_cache(maxsize=256)
def _of_text(text: str) -> SittingPolicy:
    return msgspec.json.decode(text, type=SittingPolicy)
