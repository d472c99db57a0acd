"""Sets: items that share a passage, a table or a figure, as the key file says."""

from __future__ import annotations

from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.named import Found
from item_bank.statistics.reliability import by_sets
from item_bank.statistics.responses import ItemDesign

#: Name → the places of its items.
Sets = dict[str, tuple[int, ...]]


def sets(marked: Marked) -> Sets:
    """Name → the places of its items, of those that have several, in the order of the items."""
    found: dict[str, list[int]] = {}
    for place, item in enumerate(marked.items):
        name = marked.keys[item].set if item in marked.keys else ""
        if name:
            found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items() if len(places) > 1}


def by_set(marked: Marked, design: ItemDesign | None = None) -> Found:
    """Reliability with each set as one item, and alpha of the others without it."""
    known = sets(marked)
    inside = {place for places in known.values() for place in places}
    alone = [(place,) for place in range(len(marked.items)) if place not in inside]
    found = by_sets(marked.responses, [*known.values(), *alone], design=design)
    rows = [
        {"set": name, "items": [marked.items[place] for place in places], "alpha_if_deleted": found.if_deleted[number]}
        for number, (name, places) in enumerate(known.items())
    ]
    reason = found.reason and str(found.reason)
    return {
        "alpha": found.alpha,
        "reason": reason,
        "lower": found.lower,
        "upper": found.upper,
        "sem": found.sem,
        "sets": rows,
    }
