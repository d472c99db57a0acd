"""What is shown depends on how many candidates it rests on: the least number for each figure, as data. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from exam_engine.kit.errors import _

#: Figure → fewest candidates. What is not named is shown always: counts, the share earned, who chose what.
FEWEST: Mapping[str, int] = {
    "interval": 20,  # of a share
    "discrimination": 20,
    "reliability": 20,
    "halves": 20,  # options by the upper and lower half
    "flag": 20,
    "thirds": 100,
    "extremes": 100,  # upper minus lower 27 %
    "rasch": 100,
    "verdict": 100,  # below: "have a look at this item", with facts
    "2pl": 500,
    "3pl": 1_000,
    "dif": 500,
    "dif_group": 200,  # of the smaller group
}

#: In place of a figure.
MISSING = _("Not enough data (n = %(n)s, needs ≥ %(fewest)s)")


def enough(figure: str, n: int) -> bool:
    return n >= FEWEST[figure]


def missing(figure: str, n: int) -> dict[str, int]:
    """What `MISSING` tells."""
    return {"n": n, "fewest": FEWEST[figure]}
