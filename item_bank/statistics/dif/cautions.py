"""What a reader of a comparison of groups must know; it is computed all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from item_bank.statistics.dif.strata import Purification, Study

#: Fewer persons than these in the smaller group, or in both, leave classes of DIF to chance.
FEW_IN_A_GROUP = 200
FEW_IN_BOTH = 500


@dataclass(frozen=True, slots=True)
class Caution:
    """focal: the group whose rows it is about. of_anchor: it tells how the items were chosen that persons are matched
    on; else it holds of any items of these persons."""

    focal: str
    text: str
    of_anchor: bool = False


def cautions(pairs: Mapping[str, Study], purifications: Mapping[str, Purification]) -> tuple[Caution, ...]:
    """Both by focal group."""
    found = []
    for focal, pair in pairs.items():
        pure = purifications.get(focal)
        both = Caution(focal, _of_sizes(pair)), Caution(focal, _of_matching(pair, pure), pure is not None)
        found += [one for one in both if one.text]
    return tuple(found)


def _of_sizes(pair: Study) -> str:
    sizes = np.bincount(pair.codes, minlength=2).tolist()
    smaller = int(np.argmin(sizes))
    if sizes[smaller] >= FEW_IN_A_GROUP and sum(sizes) >= FEW_IN_BOTH:
        return ""
    have = f"{sizes[smaller]} persons in {pair.names[smaller]}, {sum(sizes)} in both groups"
    least = f"{FEW_IN_A_GROUP} in the smaller group and {FEW_IN_BOTH} in both"
    return f"{pair.names[1]} and {pair.names[0]}: {have}; with fewer than {least} differences are hints at most"


def _of_matching(pair: Study, pure: Purification | None) -> str:
    name = pair.names[1]
    if pair.matching is not None:
        return f"{name}: matched on a given variable: nothing was purified, and items with DIF may have a part in it"
    if pure is None or pure.converged:
        return ""
    if pure.anchor.all():
        return f"{name}: every item was flagged, so persons are matched on the total of all items"
    return f"{name}: after {pure.iterations} rounds purification still changed the items that persons are matched on"
