"""News of scoring."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SittingMarked:
    """The sitting's results changed, and by now every attempt that began has ended and is marked in full."""

    sitting_id: int
