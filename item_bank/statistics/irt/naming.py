"""Items of a calibration by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence


def named(told: str, items: Sequence[str]) -> str:
    """A warning or an error of a calibration, which counts items from 0, as people read it: they know their names."""
    return re.sub(r"\bitem (\d+)\b", lambda found: f"“{items[int(found[1])]}”", told)
