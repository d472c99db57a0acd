"""News of scoring."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SittingMarked:
    """The sitting's results changed and no attempt is open; sent when the last one ends, and when all is marked."""

    sitting_id: int
