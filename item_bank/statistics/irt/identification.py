"""Which parameters the answers identify: a likelihood may have a maximum that is level in some direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from item_bank.statistics.irt.exponents import Unordered
from item_bank.statistics.irt.layout import Layout
from item_bank.statistics.responses import Floats

#: A standard error of a logit with which an estimate says nothing: 95 % of what it may be reaches from 0.0001 to 0.9999
#: in probability.
HARDLY = 5.0
#: A slope over a standard deviation of abilities from which answers could as well follow the item without exception:
#: between 2 and 98 % there are 0.4 standard deviations.
STEEP = 20.0
#: A standard deviation of abilities that is none (`layout.SMALLEST`).
NONE = 0.021
#: That many items are named in a warning.
NAMED = 5

#: By group and item.
Marks = tuple[tuple[bool, ...], ...]


def identified_items(layout: Layout, covariance: Floats | None, full: Floats) -> Marks:
    """Whether an item was calibrated and, but for None, the covariance (p, p) of estimated parameters shows that the
    answers determine it. full: (f,) the whole parameter vector."""

    def known(slot: int, group: int) -> bool:
        if slot < 0 or covariance is None:
            return slot >= 0
        _, sd = layout.population(full, group)
        return _determined(layout, slot, covariance, sd)

    return tuple(tuple(known(int(slot), group) for slot in slots) for group, slots in enumerate(layout.slot_of))


def _determined(layout: Layout, slot: int, covariance: Floats, sd: float) -> bool:
    """By standard errors of slopes, for a standard deviation of abilities, and of the other parameters given the
    slopes: of logits at the ability where they are known best. So origin and unit of the scale do not matter."""
    first, kind = layout.first_parameter[slot], layout.slots[slot].kind
    places = layout.index[first : first + kind.size]
    slope = np.arange(kind.size) < (kind.size // 2 if isinstance(kind, Unordered) else 1)
    slopes, others = places[slope & (places >= 0)], places[~slope & (places >= 0)]
    own = covariance[np.ix_(np.append(slopes, others), np.append(slopes, others))]
    if not np.isfinite(own).all():
        return False
    steep, cross = covariance[np.ix_(slopes, slopes)], covariance[np.ix_(slopes, others)]
    left = covariance[np.ix_(others, others)] - cross.T @ np.linalg.pinv(steep, hermitian=True) @ cross
    return bool((np.diag(steep) * sd**2 <= HARDLY**2).all() and (np.diag(left) <= HARDLY**2).all())


def endless(layout: Layout, covariance: Floats, full: Floats) -> bool:
    """Whether a slope has no end: it is steep, and its standard error says that any steeper one would do as well, so
    that the search stopped on a plateau and not at a maximum."""
    for group, slots in enumerate(layout.slot_of):
        _, sd = layout.population(full, group)
        for slot in slots[slots >= 0]:
            first, kind = layout.first_parameter[slot], layout.slots[slot].kind
            places = layout.index[first : first + kind.size]
            count = kind.size // 2 if isinstance(kind, Unordered) else 1
            slopes = np.abs(full[first : first + count]) * sd
            variances = np.array([covariance[place, place] if place >= 0 else 0.0 for place in places[:count]]) * sd**2
            if np.any((slopes > STEEP) & ~(variances <= slopes**2)):
                return True
    return False


def doubts(
    layout: Layout, identified: Marks, covariance: Floats | None, full: Floats, converged: bool
) -> Iterator[str]:
    """What to warn of: items and groups that are hardly identified. Of a calibration that did not converge those that
    may be why, if they are not all."""
    sure = np.asarray(identified, dtype=np.bool_)
    if not converged and not sure.any():
        return
    loose = np.flatnonzero((~sure & (layout.slot_of >= 0)).any(axis=0))
    if loose.size:
        yield (
            f"the answers hardly determine {_some(loose)} (a standard error above {HARDLY:g} logits, or none): use a "
            "model with equal slopes, leave such items out, or collect more answers"
        )
    if covariance is not None and not all(
        _spread_known(layout, group, covariance, full) for group in range(layout.groups)
    ):
        yield (
            "the answers hardly determine a group's mean or variance of abilities: use items that more of its persons "
            "answered, or that other groups answered, too"
        )


def _spread_known(layout: Layout, group: int, covariance: Floats, full: Floats) -> bool:
    """Whether the standard errors of mean and spread are below 5 standard deviations of the group. Of one whose
    abilities do not differ something else is said."""
    places = layout.index[layout.item_parameters + 2 * group :][:2]
    _, sd = layout.population(full, group)
    return sd < NONE or bool((np.diag(covariance)[places[places >= 0]] <= (HARDLY * sd) ** 2).all())


def _some(items: Iterable[int]) -> str:
    names = [f"item {item}" for item in items]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
