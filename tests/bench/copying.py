"""How often answer similarity finds a copier: planted copying in simulated sittings. `python -m tests.bench.copying`.

500 candidates, 40 items of four options, half of the answers right, abilities N(0, 1). In each sitting five copiers of
ability −0.5 take a share of their answers, right or wrong, from the next one in their room of 24; all is estimated.
Neighbours: rooms have rows of six; each with whom is at most a row and a place away, both ways, as with --seats.
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np

from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.irt.models import Nominal, probabilities
from item_bank.statistics.responses import Floats
from item_bank.statistics.similarity.matches import copying
from item_bank.statistics.similarity.pairs import NumberedPairs, screened
from item_bank.statistics.similarity.poisson_binomial import Integers
from item_bank.statistics.similarity.survey import survey

PERSONS, ITEMS, OPTIONS, ROOM, COPIERS = 500, 40, 4, 24, 5
COPIER, SOURCES = -0.5, {"average": 0.0, "high": 1.5}
SHARES = (0.3, 0.5, 0.7, 0.9)
LEVEL = 0.01
WAYS = ("all", "rooms", "neighbours")
ROOMS = np.arange(PERSONS) // ROOM


def neighbours() -> Integers:
    """(2, pairs)."""
    row, place = np.divmod(np.arange(PERSONS) % ROOM, 6)
    one, other = (side.astype(np.int64) for side in np.indices((PERSONS, PERSONS)))
    near = (np.abs(row[one] - row[other]) <= 1) & (np.abs(place[one] - place[other]) <= 1)
    return np.stack(np.nonzero(near & (ROOMS[one] == ROOMS[other]) & (one != other)))


BESIDE = neighbours()


def sitting(rng: np.random.Generator, share: float, source: float) -> tuple[Integers, Integers, Integers]:
    """(n, k) answers, and rows of the copiers and of their sources."""
    slopes, intercepts = rng.normal(-0.3, 0.3, (ITEMS, OPTIONS)), rng.normal(-0.3, 0.6, (ITEMS, OPTIONS))
    slopes[:, 0], intercepts[:, 0] = rng.normal(0.9, 0.25, ITEMS), rng.normal(1.0, 0.7, ITEMS)
    items = [Nominal(tuple(a - a.mean()), tuple(c - c.mean())) for a, c in zip(slopes, intercepts, strict=True)]
    theta: Floats = rng.normal(0, 1, PERSONS)
    copiers = ROOM * rng.choice(PERSONS // ROOM, COPIERS, replace=False)
    theta[copiers], theta[copiers + 1] = COPIER, source
    chances = np.stack(probabilities(items, theta), axis=1)
    answers = (rng.random((PERSONS, ITEMS, 1)) > chances.cumsum(axis=2)[:, :, :-1]).sum(axis=2)
    for copier in copiers:
        taken = rng.choice(ITEMS, round(share * ITEMS), replace=False)
        answers[copier, taken] = answers[copier + 1, taken]
    return answers, copiers, copiers + 1


def found_in(answers: Integers, copiers: Integers, sources: Integers, counts: Counter[str]) -> None:
    """Counts the copiers that are found, and innocent pairs that are taken for copiers."""
    fit = calibrate(answers, "nominal", standard_errors=False)
    theta = expected_a_posteriori(answers, fit.items, fit.grid()).theta
    planted = set(zip(copiers.tolist(), sources.tolist(), strict=True))
    for name, groups in (("all", np.zeros(PERSONS)), ("rooms", ROOMS)):
        told = survey(answers, fit.items, theta, NumberedPairs.within(groups), level=LEVEL)
        flagged = told.nearest.first[told.flagged].tolist(), told.nearest.second[told.flagged].tolist()
        hits = len(planted & set(zip(*flagged, strict=True)))
        counts[name] += hits
        counts[f"{name}, innocent"] += told.n_flagged - hits
    p = copying(answers, fit.items, theta, *BESIDE).gbt_p
    pairs = {tuple(sorted(pair)) for pair in BESIDE[:, screened(p, LEVEL).flagged].T.tolist()}
    counts["neighbours"] += len(planted & pairs)
    counts["neighbours, innocent"] += len(pairs - planted)
    counts["named"] += int((copying(answers, fit.items, theta, copiers, sources).gbt_p <= LEVEL).sum())
    innocent = np.setdiff1d(np.arange(PERSONS - 3), np.concatenate((copiers, sources)))
    p = copying(answers, fit.items, theta, innocent, innocent + 3).gbt_p
    counts["named, innocent"] += int((p <= LEVEL).sum())
    counts["tested, innocent"] += p.size


def main(sittings: int) -> None:
    print(f"{sittings} sittings each; found of {COPIERS} copiers in each, and innocent pairs flagged a sitting")
    for name, source in SOURCES.items():
        for share in SHARES:
            rng, counts = np.random.default_rng([int(10 * share), int(10 * source)]), Counter[str]()
            for _ in range(sittings):
                found_in(*sitting(rng, share, source), counts)
            planted = sittings * COPIERS
            shares = ", ".join(f"{way} {counts[way] / planted:.2f}" for way in (*WAYS, "named"))
            innocent = ", ".join(f"{way} {counts[f'{way}, innocent'] / sittings:.2f}" for way in WAYS)
            wrongly = counts["named, innocent"] / counts["tested, innocent"]
            print(f"source {name}, {share:.1f} copied: {shares}; innocent: {innocent}, named {wrongly:.4f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
