"""Which parameters the answers identify: a likelihood may have a maximum that is level in some direction."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from item_bank.statistics.irt.layout import Layout
from item_bank.statistics.responses import Booleans, Floats

#: A standard error, in slopes and intercepts (logits), with which an estimate says nothing: 95 % of what it may be
#: reaches from 0.0001 to 0.9999 in probability.
HARDLY = 5.0
#: That many items are named in a warning.
NAMED = 5


def identified_parameters(covariance: Floats) -> Booleans:
    """(p,) whether each has a standard error, and one below HARDLY."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.diag(covariance) <= HARDLY**2)


def identified_items(layout: Layout, parameters: Booleans) -> tuple[tuple[bool, ...], ...]:
    """By group and item: whether it was calibrated and all its estimated parameters are identified."""

    def known(slot: int) -> bool:
        if slot < 0:
            return False
        first = layout.first_parameter[slot]
        places = layout.index[first : first + layout.slots[slot].kind.size]
        return bool(parameters[places[places >= 0]].all())

    return tuple(tuple(known(int(slot)) for slot in slots) for slots in layout.slot_of)


def doubts(layout: Layout, parameters: Booleans, converged: bool) -> tuple[str, ...]:
    """What to warn of: items and groups that are hardly identified. Of a calibration that did not converge those that
    may be why, if they are not all."""
    sure = np.asarray(identified_items(layout, parameters), dtype=np.bool_)
    loose = np.flatnonzero((~sure & (layout.slot_of >= 0)).any(axis=0))
    populations = layout.index[layout.item_parameters :]
    said = []
    if not converged and not sure.any():
        return ()
    if loose.size:
        said.append(
            f"the answers hardly determine {_some(loose)} (a standard error above {HARDLY:g} logits, or none): use a "
            "model with equal slopes, leave such items out, or collect more answers"
        )
    if not parameters[populations[populations >= 0]].all():
        said.append(
            "the answers hardly determine a group's mean or variance of abilities: use items that more of its persons "
            "answered, or that other groups answered, too"
        )
    return tuple(said)


def _some(items: Iterable[int]) -> str:
    names = [f"item {item}" for item in items]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
