"""Does an item behave as its model says: S-X² by sum scores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from item_bank.statistics.irt.cells import merged
from item_bank.statistics.irt.complete import complete_persons
from item_bank.statistics.irt.likelihood import Categories, check, determined
from item_bank.statistics.irt.models import Item, Logistic, Nominal, probabilities
from item_bank.statistics.irt.quadrature import Grid
from item_bank.statistics.irt.sums import score_distribution, without_each
from item_bank.statistics.responses import Floats

#: Fewer persons reject items that fit more often than they should (docs/statistics/ability.md).
FEWEST = 100


@dataclass(frozen=True, slots=True)
class ScoreFit:
    """(k,) each. statistic: S-X²; degrees: of freedom, 0 = not testable, and p and rmsea NaN; p: upper tail.
    rmsea: √(max(0, S-X²/df − 1) / (n − 1)). n: persons who answered every item, the only ones counted.
    reasons: why an item is not testable, empty where it is. warnings: few persons, or few of all."""

    n: int
    statistic: Floats
    degrees: NDArray[np.int_]
    p: Floats
    rmsea: Floats
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]


def score_fit(
    responses: Categories,
    items: Sequence[Item],
    density: Grid,
    free: Sequence[int] | None = None,
    least: float = 1.0,
) -> ScoreFit:
    """S-X² (Orlando & Thissen 2000, eq. 3; for ordered categories Kang & Chen 2008, eq. 5).

    Persons with sum score s are counted by their category on the item, against N_s ∫ P_k S₋ᵢ(s − k) / ∫ S(s), S by
    Lord and Wingersky over `density`. The lowest and the highest score are left out, sparse cells are merged
    (`irt.cells`) until each expects `least` persons or more.
    free: (k,) estimated parameters of each item, by default all that its kind has. For a Rasch calibration that is
    one too many: mirt counts the common latent variance with every item, and so does the default. 0 for fixed ones.
    """
    check(responses, items)
    if not determined(items).all():
        raise ValueError("an item has no parameters (NaN): leave it out of the responses and the items")
    complete, warnings = complete_persons(responses, FEWEST)
    n = len(complete)
    cost = np.array([parameters(item) for item in items] if free is None else free, dtype=np.int_)
    statistic, degrees = np.full(len(items), np.nan), np.zeros(len(items), dtype=np.int_)
    reasons = []
    for column, (observed, expected) in enumerate(score_tables(complete, items, density)):
        seen, model = merged(observed, expected, least)
        cells = model > 0
        if model.size:
            statistic[column] = float(((seen - model)[cells] ** 2 / model[cells]).sum())
        degrees[column] = max(0, cells.sum() - model.shape[0] - cost[column])
        reasons.append("" if degrees[column] else _untestable(n, model.shape[0], int(cost[column])))
    testable = degrees > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(testable, chi2.sf(statistic, np.maximum(degrees, 1)), np.nan)
        excess = np.maximum(statistic / degrees - 1, 0.0)
        rmsea = np.where(testable, np.sqrt(excess / (n - 1)), np.nan)
    return ScoreFit(n, statistic, degrees, p, rmsea, tuple(reasons), warnings)


def _untestable(n: int, groups: int, cost: int) -> str:
    if n == 0:
        return "nobody answered every item"
    return (
        f"{cost} parameters, and score groups with enough of the {n} persons: {groups}. Take more persons, more items, "
        "or a model with fewer parameters"
    )


def score_tables(complete: Categories, items: Sequence[Item], density: Grid) -> Iterator[tuple[Floats, Floats]]:
    """Per item the counts of persons and what the model expects, (scores, categories), for all sum scores but the
    lowest and the highest. complete: responses without a missing one."""
    if not items:
        return
    shares = probabilities(items, density.points)
    weighted = score_distribution(shares) * density.weights[:, None]
    totals = complete.sum(axis=1)
    top = weighted.shape[1] - 1
    persons = np.bincount(totals, minlength=top + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.nan_to_num(persons / weighted.sum(axis=0))
    for column, (share, others) in enumerate(zip(shares, without_each(shares), strict=True)):
        size = share.shape[1]
        joint = (share * density.weights[:, None]).T @ others
        expected = np.zeros((top + 1, size))
        for category in range(size):
            expected[category : category + others.shape[1], category] = joint[category]
        cells = totals * size + complete[:, column]
        observed = np.bincount(cells, minlength=(top + 1) * size).reshape(top + 1, size).astype(np.float64)
        yield observed[1:-1], (expected * scale[:, None])[1:-1]


def parameters(item: Item) -> int:
    """How many a calibration estimates of such an item, where it holds none."""
    match item:
        case Logistic():
            return 3 if item.c > 0 else 2
        case Nominal():
            return 2 * (item.categories - 1)
    return item.categories
