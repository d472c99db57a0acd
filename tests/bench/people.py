"""What a candidate costs besides saving: signing in, starting, handing in."""

from __future__ import annotations

import os

from loadtests.candidate import Phase, Step
from tests.bench.measured import ROUNDS, WALKERS, Bench, answers_to
from tests.bench.report import Figure, figure

A_ROUND = 240
NEEDED = (2 * ROUNDS + 1) * A_ROUND  # those who are never asked count in the storage of an attempt, as no-shows do
STORED_SAVES = 60
RESULT_PAGE = os.environ.get("EXAM_ENGINE_TEST_RESULT", "/play/result")


def figures(bench: Bench) -> dict[str, Figure]:
    sign_in, start, submit = [], [], []
    whole_round(bench)
    for _round in range(ROUNDS):
        costs = whole_round(bench)
        sign_in.append(costs[0])
        start.append(costs[1])
        submit.append(costs[2])
    note = f"{A_ROUND} candidates over {WALKERS} connections"
    return {
        "sign_in.cpu_ms": figure(sign_in, "ms", f"ticket page and confirmation; {note}"),
        "start.cpu_ms": figure(start, "ms", f"start, page, state, paper and variant of 40 items; {note}"),
        "submit.cpu_ms": figure(submit, "ms", f"hand-in and result page; {note}"),
    }


def whole_round(bench: Bench) -> tuple[float, float, float]:
    people = bench.take(A_ROUND)
    count = len(people)
    sign_in = bench.cost(lambda: bench.walk(people, Phase.STATE), count)
    start = bench.cost(lambda: bench.walk(people, Phase.WORKING, ("/play",)), count)
    for one in people:
        answers = answers_to(one.paper)
        one.plan([Step(float(n), *answers[n % len(answers)]) for n in range(STORED_SAVES)], 1000.0)
    bench.walk(people, Phase.SUBMIT)
    submit = bench.cost(lambda: bench.walk(people, Phase.DONE, (RESULT_PAGE,)), count)
    return sign_in.whole, start.whole, submit.whole
