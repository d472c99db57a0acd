"""The figures of an item as a teacher reads them: how many of how many had it right. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exam_engine.scoring.item_rulings import ItemRuling


@dataclass(frozen=True, slots=True)
class Right:
    """`share`: of the points, from 0 to 1. `full`: who earned them all, of `n`; None where the analysis does not say.
    `given`: a decision gives them to everybody. `whole`: nobody earned a part of them, so that the share is that of
    those who had it right."""

    share: float
    n: int
    full: int | None
    given: bool = False

    @property
    def whole(self) -> bool:
        return self.full is not None and not self.given and abs(self.share * self.n - self.full) < 1e-6


def right(row: Mapping[str, Any], ruling: ItemRuling | None = None) -> Right | None:
    if row["facility"] is None or not row["n"]:
        return None
    return Right(row["facility"], row["n"], row.get("full"), ruling is not None and ruling.kind == "full_marks")
