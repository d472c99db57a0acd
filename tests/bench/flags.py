"""Hints of an item analysis on simulated tests of a class: how many sound items they name, and how many wrong keys they
find. What `exam_engine.reports.hints.DOUBTED` was set by."""

from __future__ import annotations

import numpy as np

from exam_engine.reports.hints import hints
from tests.bench.report import Figure
from tests.reports import simulated

TESTS, PERSONS, ITEMS = 1000, 35, 40
SEED = 20261123


def figures() -> dict[str, Figure]:
    rng = np.random.default_rng(SEED)
    flagged, found = 0, []
    for _test in range(TESTS):
        test = simulated.sound(rng, PERSONS, ITEMS)
        flagged += sum(bool(hints(one)) for one in simulated.rows(test, np.zeros(ITEMS, dtype=np.int64)))
        for place, keys in simulated.planted(rng, test):
            found.append(any(one.facts for one in hints(simulated.rows(test, keys)[place])))
    size = f"{TESTS} tests of {PERSONS} candidates and {ITEMS} items"
    told = f"{size}; one key each, of an item of facility 0.3 to 0.8, names another option"
    return {
        "flags.false_per_test": Figure(flagged / TESTS, "items", f"flagged, of a sound test; {size}"),
        "flags.wrong_keys_missed_percent": Figure(100 * (1 - float(np.mean(found))), "%", told),
    }
