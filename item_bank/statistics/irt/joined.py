"""Whether answers join items to one scale: through persons who met items of both parts, and through known items."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from item_bank.statistics.responses import Booleans


def parts(there: Booleans, known: Iterable[int] = ()) -> tuple[tuple[int, ...], ...]:
    """Items (columns) of each part, in their order; one part where a chain of persons joins all.

    there: (n, k) whether a person met an item; an item that nobody met is in no part. known: items with given
    parameters, which lie on one scale already.
    """
    beside = there.astype(np.float32)
    together = (beside.T @ beside > 0).astype(np.int8)
    given = np.array(sorted(known), dtype=np.intp)
    together[np.ix_(given, given)] = 1
    _, codes = connected_components(csr_matrix(together), directed=False)
    met = np.flatnonzero(there.any(axis=0))
    found: dict[int, list[int]] = {}
    for item in met.tolist():
        found.setdefault(int(codes[item]), []).append(item)
    return tuple(map(tuple, found.values()))
