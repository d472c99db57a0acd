"""The statements below a true/false cluster. The cluster is the item: statements enter neither alpha nor any matching
nor a response model one by one, because they are marked, and were read, together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.correlation import correlation_error
from item_bank.statistics.options import OMITTED, coded_options, outdoes
from item_bank.statistics.responses import Floats


@dataclass(frozen=True, slots=True)
class StatementStatistics:
    """n persons who reached the cluster, `omitted` of them left this statement blank, which is not right. right: share
    right, `right_error` its standard error. rest: Pearson's r of being right with the total without the whole cluster,
    `rest_error` its large-sample standard error; NaN without variance.

    against: share who judged it against the key; against_rest: r of that with the same rest. shares, against_shares:
    (groups,) of each score group, from the lowest up, who judged it by and against the key; NaN for an empty group.
    """

    n: int
    omitted: int
    right: float
    right_error: float
    rest: float
    rest_error: float
    against: float
    against_rest: float
    shares: tuple[float, ...]
    against_shares: tuple[float, ...]

    @property
    def key_suspect(self) -> bool:
        """Whether the key may be the wrong way round: judging against it goes with the rest by the rule of options
        (`options.outdoes`), and the highest score group mostly does so. One of two answers is chosen by many even
        where it is wrong, so that r alone would also name what is merely badly put."""
        mostly = self.against_shares[-1] > self.shares[-1]
        return bool(mostly) and outdoes(self.against_rest, [self.rest], self.n)


def statements(
    right: Floats, cluster_scores: Floats, totals: Floats, groups: int = 3, rest: Floats | None = None
) -> tuple[StatementStatistics, ...]:
    """right: (n, s) 1 = judged rightly, 0 = wrongly, NaN = blank, of those who reached the cluster. cluster_scores,
    totals: (n,) their points on the cluster and on the whole test. groups: as many score groups of these persons. rest:
    (n,) the total without the cluster where it is not the difference of the two, as where persons were presented with
    different items; NaN for who has none. Raises ValueError for shapes that do not fit."""
    if right.ndim != 2 or not len(right) == cluster_scores.size == totals.size:
        raise ValueError(f"shapes do not fit: {right.shape}, {cluster_scores.shape}, {totals.shape}")
    without = totals - cluster_scores if rest is None else rest
    return tuple(_statement(column, totals, without, groups) for column in right.T)


def _statement(right: Floats, totals: Floats, rest: Floats, groups: int) -> StatementStatistics:
    codes = np.where(np.isnan(right), OMITTED, np.where(right > 0, 0, 1))
    found = coded_options(codes, ("right", "wrong"), totals, rest, ("right",), groups)
    by_key, against = found.options
    error = float(np.sqrt(by_key.share * (1 - by_key.share) / found.n)) if found.n else float("nan")
    return StatementStatistics(
        n=found.n,
        omitted=found.omitted.n,
        right=by_key.share,
        right_error=error,
        rest=by_key.rest,
        rest_error=correlation_error(by_key.rest, found.n),
        against=against.share,
        against_rest=against.rest,
        shares=by_key.shares,
        against_shares=against.shares,
    )


def number_right(right: Floats) -> NDArray[np.int_]:
    """(n, s) as above → (n,) number of right statements, the ordered category that a response model takes for the
    cluster; −1 (missing) for a person with nothing but blanks."""
    blank = np.isnan(right)
    return np.asarray(np.where(blank.all(axis=1), -1, np.where(blank, 0.0, right).sum(axis=1)), dtype=np.int_)
