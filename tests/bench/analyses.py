"""Statistics: CPU time in yardsticks, that is relative to a plain Python loop in the same run; one BLAS thread.

`python -m tests.bench.analyses` prints the figures as JSON: a process of its own, as threads are counted when numpy
starts.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from item_bank.statistics import dif
from item_bank.statistics.classical import analyse
from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.irt.item_fit import score_fit
from item_bank.statistics.irt.models import Nominal
from item_bank.statistics.item_moments import score
from item_bank.statistics.options import distractors
from item_bank.statistics.responses import Responses
from item_bank.statistics.similarity.matches import similarity
from item_bank.statistics.similarity.pairs import all_pairs
from tests.bench.report import Figure

RUNS = 3
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ITEMS = 50
SEED = 20260101

Answers = NDArray[np.uint8]


def figures() -> dict[str, Figure]:
    command = [sys.executable, "-m", "tests.bench.analyses"]
    told = subprocess.run(command, env=os.environ | ONE_THREAD, check=True, capture_output=True, text=True).stdout
    return {name: Figure(**one) for name, one in json.loads(told).items()}


def answers(persons: int, *, guessing: bool) -> Answers:
    """(persons, ITEMS) of the 2PL or 3PL with abilities N(0, 1): the sets that other programs were timed on."""
    rng = np.random.Generator(np.random.PCG64(SEED + persons + 7 * ITEMS))
    slopes, difficulties = np.exp(rng.normal(0.1, 0.3, ITEMS)), rng.normal(0, 1, ITEMS)
    guess = rng.beta(8, 32, ITEMS) if guessing else np.zeros(ITEMS)
    abilities = rng.normal(0, 1, persons)
    right = np.empty((persons, ITEMS), np.uint8)
    for start in range(0, persons, 20_000):
        exponent = -slopes * (abilities[start : start + 20_000, None] - difficulties)
        chance = guess + (1 - guess) / (1 + np.exp(exponent))
        right[start : start + 20_000] = rng.random(chance.shape) < chance
    return right


def _calibration(persons: int, model: str) -> Callable[[], str]:
    data = answers(persons, guessing=model == "3pl")

    def run() -> str:
        made = calibrate(data, model, standard_errors=False)
        return f"log-likelihood {made.loglik:.4f}" + ("" if made.converged else ", not converged")

    return run


def _with_errors(persons: int) -> Callable[[], str]:
    data = answers(persons, guessing=False)

    def run() -> str:
        made = calibrate(data, "2pl")
        return f"with standard errors, that of the first slope {made.errors[0].a:.4f}"  # type: ignore[union-attr]

    return run


def _abilities(persons: int) -> Callable[[], str]:
    data = answers(persons, guessing=False)
    made = calibrate(data[:10_000], "2pl", standard_errors=False)

    def run() -> str:
        return (
            f"variance of EAP {expected_a_posteriori(data.astype(np.int64), made.items, made.grid()).theta.var():.3f}"
        )

    return run


def _score_fit(persons: int) -> Callable[[], str]:
    data = answers(persons, guessing=False).astype(np.int64)
    made = calibrate(data, "2pl", standard_errors=False)

    def run() -> str:
        found = score_fit(data, made.items, made.grid())
        return f"{(found.p < 0.05).sum()} of {found.p.size} items with p below .05"

    return run


def _groups(persons: int, method: dif.Method) -> Callable[[], str]:
    data = answers(persons, guessing=False)
    groups = np.arange(persons) % 2

    def run() -> str:
        found = dif.analyse(data, groups, methods=[method])
        return f"{sum(one.adjusted[method] < 0.05 for one in found.items)} items flagged of equal groups"

    return run


def _report(persons: int, items: int) -> Callable[[], str]:
    """Classical statistics with five options an item: all of `analyse` and of `distractors`."""
    rng = np.random.Generator(np.random.PCG64(SEED + persons + 7 * items))
    right = rng.random((persons, items)) < expit(rng.normal(0, 1, (persons, 1)) - rng.normal(0, 1, items))
    chosen = np.where(right, 0, rng.integers(1, 5, right.shape))
    data = Responses(right.astype(np.float64), np.zeros(right.shape, np.int8), np.ones(items))

    def run() -> str:
        scored = score(data)
        found = analyse(scored)
        options = distractors(chosen, [5] * items, scored, [[0]] * items)
        return f"alpha {found.reliability.alpha:.3f}, {sum(len(one.options) for one in options)} options"

    return run


def _similarity(persons: int, items: int) -> Callable[[], str]:
    """All pairs, answers to items with four options of which the right one rises with ability."""
    rng = np.random.Generator(np.random.PCG64(SEED + persons + 7 * items))
    slopes, intercepts = rng.normal(-0.5, 0.4, (items, 4)), rng.normal(-0.4, 0.5, (items, 4))
    key = rng.integers(0, 4, items)
    slopes[np.arange(items), key], intercepts[np.arange(items), key] = rng.normal(1.1, 0.3, items), 0.9
    curves = [Nominal(tuple(slope), tuple(intercept)) for slope, intercept in zip(slopes, intercepts, strict=True)]
    abilities = rng.normal(0, 1, persons)
    chances = np.stack([curve.curves(abilities).probability for curve in curves], axis=1)
    chosen = (rng.random((persons, items, 1)) > chances.cumsum(axis=2)[:, :, :-1]).sum(axis=2)
    first, second = all_pairs(persons)

    def run() -> str:
        found = similarity(chosen, curves, abilities, first, second, key=key.tolist())
        return f"{found.m4_p.size} pairs, {(found.m4_p < 0.01).mean():.4f} of them below .01 by M4"

    return run


#: What is measured, made ready, and run for a word about its result.
MEASURED: Mapping[str, Callable[[], Callable[[], str]]] = {
    "irt.2pl_10000x50_yardsticks": lambda: _calibration(10_000, "2pl"),
    "irt.2pl_100000x50_yardsticks": lambda: _calibration(100_000, "2pl"),
    "irt.2pl_se_10000x50_yardsticks": lambda: _with_errors(10_000),
    "irt.2pl_se_100000x50_yardsticks": lambda: _with_errors(100_000),
    "irt.3pl_10000x50_yardsticks": lambda: _calibration(10_000, "3pl"),
    "irt.3pl_100000x50_yardsticks": lambda: _calibration(100_000, "3pl"),
    "irt.eap_100000x50_yardsticks": lambda: _abilities(100_000),
    "irt.sx2_10000x50_yardsticks": lambda: _score_fit(10_000),
    "dif.mh_10000x50_yardsticks": lambda: _groups(10_000, "mantel_haenszel"),
    "dif.logistic_10000x50_yardsticks": lambda: _groups(10_000, "logistic"),
    "statistics.report_3000x40_yardsticks": lambda: _report(3_000, 40),
    "statistics.report_100000x50_yardsticks": lambda: _report(100_000, 50),
    "similarity.1000x40_yardsticks": lambda: _similarity(1_000, 40),
}


def _cost(run: Callable[[], object]) -> float:
    before = time.process_time()
    run()
    return time.process_time() - before


def _yardstick() -> float:
    return _cost(lambda: sum(i * i for i in range(10_000_000)))


def _measured(ready: Callable[[], Callable[[], str]]) -> dict[str, object]:
    run = ready()
    said = run()
    values = [_cost(run) / _yardstick() for _ in range(RUNS)]
    note = f"median of {RUNS}, {min(values):.3f}–{max(values):.3f}; {said}"
    return {"value": statistics.median(values), "unit": "", "note": note}


if __name__ == "__main__":
    print(json.dumps({name: _measured(ready) for name, ready in MEASURED.items()}))
