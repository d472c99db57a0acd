"""Which demands can't be met together."""

from __future__ import annotations

import time

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from item_bank.assembly.optimal.model import GOAL, RULES, Model

#: A row that gives way by less than this is met.
_MET = 1e-6


def smallest_conflict(model: Model, *, seconds: float = 60.0) -> tuple[tuple[str, ...], bool]:
    """The names of a smallest set of demands that can't be met together, in the model's order, and whether it is
    proven that no smaller set and no part of it is impossible (False where time ran out first).

    Smallest by implicit hitting sets (Ignatiev, Previti, Liffiton & Marques-Silva 2015, *Smallest MUS extraction with
    minimal hitting set dualization*): whatever a relaxed solution has to break, a conflict must name one of it. The
    goal can always be missed, so it is never named. The model must be impossible.
    """
    deadline = time.monotonic() + seconds
    names = list(dict.fromkeys(name for name in model.demand if name not in (RULES, GOAL)))
    broken: list[frozenset[int]] = []
    while (left := deadline - time.monotonic()) > 0:
        core = _least_hitting(broken, len(names))
        gave_way = _relaxed(model, names, core, left)
        if gave_way is None:
            return tuple(names[one] for one in sorted(core)), True
        if not gave_way:
            break  # time ran out, or the relaxation meets all demands: nothing is known about fewer of them
        broken.append(frozenset(gave_way))
    return tuple(names), False


def _relaxed(model: Model, names: list[str], core: frozenset[int], seconds: float) -> list[int] | None:
    """The demands, apart from those in `core`, that give way when as little as possible does; None when not even
    those in `core` can be met."""
    number = {name: at for at, name in enumerate(names)}
    of_row = np.array([number.get(name, -1) for name in model.demand])
    soft = np.flatnonzero((of_row >= 0) & ~np.isin(of_row, list(core)))
    count = soft.size
    slack = sparse.csr_array((np.ones(count), (soft, np.arange(count))), (of_row.size, count))
    matrix = sparse.hstack([model.matrix, slack, -slack], format="csr")
    scale = np.maximum(abs(model.matrix[soft]).max(axis=1).toarray().ravel(), 1e-9) if count else np.zeros(0)
    answer = milp(
        np.concatenate([np.zeros(model.upper.size), 1 / scale, 1 / scale]),
        constraints=LinearConstraint(matrix, model.low, model.high),
        integrality=np.concatenate([model.integral, np.zeros(2 * count, np.intp)]),
        bounds=Bounds(0, np.concatenate([model.upper, np.full(2 * count, np.inf)])),
        options={"time_limit": max(seconds, 0.1), "mip_rel_gap": 0.5},
    )
    if answer.status == 2:
        return None
    if answer.x is None:
        return []
    slacks = answer.x[model.upper.size :].reshape(2, count).max(axis=0) if count else np.zeros(0)
    return sorted({int(of_row[row]) for row in soft[slacks > _MET]})


def _least_hitting(sets: list[frozenset[int]], count: int) -> frozenset[int]:
    """As few numbers below `count` as have one in each of the sets."""
    if not sets:
        return frozenset()
    member = np.array([[one in group for one in range(count)] for group in sets], float)
    answer = milp(
        np.ones(count),
        constraints=LinearConstraint(member, 1, np.inf),
        integrality=np.ones(count, np.intp),
        bounds=Bounds(0, 1),
    )
    assert answer.x is not None, "all numbers together hit every set"
    return frozenset(np.flatnonzero(answer.x > 0.5).tolist())
