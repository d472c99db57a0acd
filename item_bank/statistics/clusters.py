"""The statements below a true/false cluster. The cluster is the item: statements enter neither alpha nor any matching
nor a response model one by one, because they are marked, and were read, together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.correlation import correlation, correlation_error
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class StatementStatistics:
    """n persons who reached the cluster, `omitted` of them left this statement blank, which is not right. right: share
    right, `right_error` its standard error. rest: Pearson's r of being right with the total without the whole cluster,
    `rest_error` its large-sample standard error; NaN without variance."""

    n: int
    omitted: int
    right: float
    right_error: float
    rest: float
    rest_error: float


def statements(right: Floats, cluster_scores: Floats, totals: Floats) -> tuple[StatementStatistics, ...]:
    """right: (n, s) 1 = judged rightly, 0 = wrongly, NaN = blank, of those who reached the cluster. cluster_scores,
    totals: (n,) their points on the cluster and on the whole test."""
    if right.ndim != 2 or not len(right) == cluster_scores.size == totals.size:
        raise ValueError(f"shapes do not fit: {right.shape}, {cluster_scores.shape}, {totals.shape}")
    n = len(right)
    rest = totals - cluster_scores
    found = []
    for column in right.T:
        blank = np.isnan(column)
        told = np.where(blank, 0.0, column)
        share = float(told.mean()) if n else float("nan")
        r = correlation(told, rest)
        error = float(np.sqrt(share * (1 - share) / n)) if n else float("nan")
        found.append(StatementStatistics(n, int(blank.sum()), share, error, r, correlation_error(r, n)))
    return tuple(found)


def number_right(right: Floats) -> NDArray[np.int_]:
    """(n, s) as above → (n,) number of right statements, the ordered category that a response model takes for the
    cluster; −1 (missing) for a person with nothing but blanks."""
    blank = np.isnan(right)
    return np.asarray(np.where(blank.all(axis=1), -1, np.where(blank, 0.0, right).sum(axis=1)), dtype=np.int_)
