"""How the data of an equating were collected. The type of the data is the name of its design."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.equating.tables import Joint, Scale, Table, tally, tally_pairs


class Design(StrEnum):
    """Data collection designs of Kolen & Brennan 2014, chapter 1."""

    SINGLE_GROUP = "single group"
    RANDOM_GROUPS = "random groups"
    NEAT = "non-equivalent groups with anchor test"


@dataclass(frozen=True, slots=True)
class SingleGroup:
    """The same persons took both forms. pairs: form X down, form Y across."""

    pairs: Joint

    design = Design.SINGLE_GROUP

    @property
    def x(self) -> Table:
        return self.pairs.first

    @property
    def y(self) -> Table:
        return self.pairs.second

    def resample(self, rng: np.random.Generator) -> SingleGroup:
        return SingleGroup(self.pairs.resample(rng))


@dataclass(frozen=True, slots=True)
class RandomGroups:
    """Two groups drawn at random from one population took a form each."""

    x: Table
    y: Table

    design = Design.RANDOM_GROUPS

    def resample(self, rng: np.random.Generator) -> RandomGroups:
        return RandomGroups(self.x.resample(rng), self.y.resample(rng))


@dataclass(frozen=True, slots=True)
class Neat:
    """Two groups that may differ took a form each, and both the same anchor items.

    of_x, of_y: total score down, anchor score across. internal: whether the total includes the anchor.
    """

    of_x: Joint
    of_y: Joint
    internal: bool

    design = Design.NEAT

    def __post_init__(self) -> None:
        if self.of_x.across != self.of_y.across:
            raise ValueError("the anchor has one scale: give the same items of it to both groups and score them alike")
        if self.internal:
            for name, joint in (("X", self.of_x), ("Y", self.of_y)):
                _check_internal(name, joint)

    @property
    def x(self) -> Table:
        return self.of_x.first

    @property
    def y(self) -> Table:
        return self.of_y.first

    def resample(self, rng: np.random.Generator) -> Neat:
        return Neat(self.of_x.resample(rng), self.of_y.resample(rng), self.internal)


Data = SingleGroup | RandomGroups | Neat


#: Two forms of a test that correlate less than this over the same persons are none.
UNRELATED = 0.1


def single_group(x: ArrayLike, y: ArrayLike, x_scale: Scale, y_scale: Scale) -> SingleGroup:
    """x, y: (n,) scores of the same persons, in the same order. ValueError for a score off its scale, and for scores
    that do not go together: rows that stand in another order would be taken for persons."""
    data = SingleGroup(tally_pairs(x, y, x_scale, y_scale))
    same_persons(together(data))
    return data


def same_persons(r: float) -> None:
    """ValueError for scores on two forms that correlate as those of different persons do. NaN passes."""
    if r < UNRELATED:
        raise ValueError(
            f"scores on the two forms correlate at {r:z.2f}: these are hardly the same persons in the same order. Put "
            "the rows of both forms in one order, or take random groups if other persons took form Y"
        )


def together(data: SingleGroup) -> float:
    """Pearson's r of the two forms; NaN where one of them does not vary."""
    spread = float(np.sqrt(data.x.variance * data.y.variance))
    return data.pairs.covariance / spread if spread > 0 else float("nan")


def random_groups(x: ArrayLike, y: ArrayLike, x_scale: Scale, y_scale: Scale) -> RandomGroups:
    """x: (n,) scores of the group that took form X; y: (m,) of the other. ValueError for a score off its scale."""
    return RandomGroups(tally(x, x_scale), tally(y, y_scale))


def neat(
    x: tuple[ArrayLike, ArrayLike],
    y: tuple[ArrayLike, ArrayLike],
    scales: tuple[Scale, Scale, Scale],
    *,
    internal: bool,
) -> Neat:
    """x: total and anchor scores (n,) of the group that took form X; y: (m,) of the other. scales: of form X, form Y
    and the anchor. ValueError for a score off its scale, or an internal anchor that cannot be part of its total."""
    of_x, of_y, anchor = scales
    return Neat(tally_pairs(*x, of_x, anchor), tally_pairs(*y, of_y, anchor), internal)


def possible(joint: Joint) -> NDArray[np.bool_]:
    """Cells that an internal anchor allows: neither the anchor nor the other items can score below nothing or above
    what they are worth."""
    total, anchor = joint.down.points[:, None], joint.across.points
    rest = total - anchor
    near = 1e-9
    low = joint.down.minimum - joint.across.minimum
    high = joint.down.maximum - joint.across.maximum
    return np.asarray((rest >= low - near) & (rest <= high + near))


def margins(data: Data, method: str) -> tuple[Table, Table]:
    """Score distributions of both forms in one population; ValueError where there is none."""
    match data:
        case Neat():
            raise ValueError(
                f"{method} takes both groups for one population, and those of a NEAT design may differ: use a method "
                "that goes through the anchor, such as Tucker, chained linear or frequency estimation"
            )
    return data.x, data.y


def anchored(data: Data, method: str) -> Neat:
    """ValueError where the data have no anchor, or it does not vary or not follow the total in a group."""
    match data:
        case SingleGroup() | RandomGroups():
            raise ValueError(
                f"{method} goes through an anchor, and a {data.design} design has none: use mean, linear, circle-arc "
                "or equipercentile equating"
            )
    for name, joint in (("X", data.of_x), ("Y", data.of_y)):
        if not joint.covariance > 0:
            raise ValueError(
                f"the anchor does not rise with the total in the group of form {name} (covariance "
                f"{joint.covariance:.3g} from {joint.n:.0f} persons): it cannot say how the groups differ; check the "
                "anchor's items and key, or use identity"
            )
    return data


def spread(table: Table, what: str) -> float:
    """Standard deviation; ValueError where scores do not vary."""
    sd = float(np.sqrt(table.variance))
    if not sd > 0:
        raise ValueError(
            f"scores on {what} do not vary ({table.n:.0f} persons): mean or identity equating is all they can support"
        )
    return sd


def _check_internal(name: str, joint: Joint) -> None:
    outside = float(joint.counts[~possible(joint)].sum())
    if outside:
        raise ValueError(
            f"{outside:.0f} persons of form {name} have an anchor score that their total cannot include: say "
            "internal=False, or add the anchor to the total"
        )


def difference(data: Neat) -> float:
    """How far the groups lie apart on the anchor, X minus Y, in units of the pooled standard deviation; NaN where
    nobody differs on it within the groups, or one of them is a single person."""
    x, y = data.of_x.second, data.of_y.second
    squares = (x.n - 1) * x.variance + (y.n - 1) * y.variance
    if not squares > 0:
        return float("nan")
    return float((x.mean - y.mean) / np.sqrt(squares / (x.n + y.n - 2)))
