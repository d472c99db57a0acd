"""What an analysis found, as a report needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exam_engine.measuring.files.marked import Marked
from exam_engine.reports.hints import Hint
from item_bank.statistics.irt.ability import Abilities
from item_bank.statistics.irt.calibration import Calibration
from item_bank.statistics.item_moments import Scored


@dataclass(frozen=True, slots=True)
class Analysed:
    """What `analyse` told, and what curves are drawn from; without a model there are none. looks: item → its hints,
    where others than `second_look`'s rules decide about them. groups: how many score groups tables of answers have."""

    name: str
    marked: Marked
    scored: Scored
    told: dict[str, Any]
    calibration: Calibration | None = None
    persons: Abilities | None = None
    looks: Mapping[str, list[Hint]] | None = None
    groups: int = 3
