"""What an analysis found, as a report needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exam_engine.measuring.files.marked import Marked
from item_bank.statistics.irt.ability import Abilities
from item_bank.statistics.irt.calibration import Calibration
from item_bank.statistics.item_moments import Scored


@dataclass(frozen=True, slots=True)
class Analysed:
    """What `analyse` told, and what curves are drawn from; without a model there are none."""

    name: str
    marked: Marked
    scored: Scored
    told: dict[str, Any]
    calibration: Calibration | None = None
    persons: Abilities | None = None
