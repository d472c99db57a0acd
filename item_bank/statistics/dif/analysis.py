"""All methods in one call: one row for each item and focal group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from item_bank.statistics.dif.breslow_day import BreslowDay, breslow_day
from item_bank.statistics.dif.cautions import Caution, cautions
from item_bank.statistics.dif.delta_plot import DeltaPoint, delta_plot
from item_bank.statistics.dif.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from item_bank.statistics.dif.logistic import LogisticDif, logistic
from item_bank.statistics.dif.lord import Estimates, LordItem, lord, purified_lord
from item_bank.statistics.dif.mantel_haenszel import MantelHaenszel, mantel_haenszel, purified_mantel_haenszel
from item_bank.statistics.dif.multiplicity import Adjustment, adjusted
from item_bank.statistics.dif.ordinal import OrdinalDif, ordinal
from item_bank.statistics.dif.polytomous import Generalised, Mantel, generalised, mantel, purified_mantel
from item_bank.statistics.dif.sibtest import Sibtest, sibtest
from item_bank.statistics.dif.standardisation import Standardisation, standardisation
from item_bank.statistics.dif.strata import Purification, Study, as_sets, study
from item_bank.statistics.irt.calibration import calibrate
from item_bank.statistics.responses import Booleans

Method = Literal[
    "mantel_haenszel",
    "standardisation",
    "breslow_day",
    "delta_plot",
    "logistic",
    "sibtest",
    "mantel",
    "generalised",
    "ordinal",
    "lord",
    "likelihood_ratio",
]
METHODS: tuple[Method, ...] = get_args(Method)
#: Methods that match on an observed score, the default; the last two calibrate a response model.
OBSERVED = METHODS[:-2]
#: Methods for items of 0 and 1 only.
DICHOTOMOUS = {"mantel_haenszel", "standardisation", "breslow_day", "delta_plot", "logistic"}


@dataclass(frozen=True, slots=True)
class ItemDif:
    """One item (its column, from 0) and one focal group. reference_persons, focal_persons: who answered it.

    in_anchor: whether it counts in the total that the other items are matched on; false where it was purified away,
    None under a matching variable, which has no anchor.
    A method's result is None where it was not asked for, and where it does not apply: those for right and wrong on
    an item of several points, SIBTEST under a matching variable. `generalised` compares all groups, whatever the
    focal one. adjusted: by method, p adjusted over the items; that of logistic and ordinal regression is of `both`.
    """

    item: int
    focal: str
    reference_persons: int
    focal_persons: int
    in_anchor: bool | None
    mantel_haenszel: MantelHaenszel | None
    standardisation: Standardisation | None
    breslow_day: BreslowDay | None
    delta_plot: DeltaPoint | None
    logistic: LogisticDif | None
    sibtest: Sibtest | None
    mantel: Mantel | None
    generalised: Generalised | None
    ordinal: OrdinalDif | None
    lord: LordItem | None
    likelihood_ratio: LikelihoodRatio | None
    adjusted: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Dif:
    """reference: the group that the others are compared with. items: every item of the first focal group, then of the
    next. purifications: how the anchor was chosen, by focal group; empty if it was given or nothing was purified.
    warnings: groups too small to be relied on, and matching that is not what was asked for."""

    reference: str
    items: tuple[ItemDif, ...]
    purifications: Mapping[str, Purification]
    warnings: tuple[Caution, ...] = ()


def analyse(
    scores: ArrayLike,
    groups: Sequence[object] | NDArray[np.generic],
    *,
    reference: object | None = None,
    methods: Iterable[Method] = OBSERVED,
    model: str | Sequence[str] = "2pl",
    sets: Iterable[Sequence[int]] | None = None,
    matching: ArrayLike | None = None,
    anchor: Sequence[int] | None = None,
    purified: bool = True,
    correction: bool = True,
    level: float = 0.05,
    adjustment: Adjustment = "benjamini-hochberg",
) -> Dif:
    """Compares every group with the reference on every item.

    scores, groups, reference, matching: as of `strata.study`. sets: columns to be studied as one item each, whose
    columns in the result are then the sets'. anchor: items (or sets) known to be free of DIF, to be matched on.
    Otherwise, if `purified`, items with p < `level` are taken out of the total again and again: p by
    Mantel–Haenszel, by Mantel if an item has several points. All methods are matched on the total so found, the
    generalised one on the items that stayed for every focal group, or on all if there are none.
    model: of lord and likelihood_ratio, as of `irt.calibration.calibrate`. Lord purifies its link by its own p, and
    the likelihood ratio links by all other items.
    correction: for continuity, of Mantel–Haenszel. adjustment: of p over the items of a focal group, by method.

    Raises ValueError for fewer than two groups, an unknown reference, scores that are not whole numbers from 0, and
    scores missing without a matching variable; with a model also as `calibrate` does.
    """
    asked = _known(methods)
    whole = study(scores if sets is None else as_sets(scores, sets), groups, reference=reference, matching=matching)
    given = None if anchor is None else _mask(anchor, whole.items)
    pairs = {focal: whole.pair(focal) for focal in whole.names[1:]}
    purifications = {}
    if purified and given is None and whole.matching is None:
        purifications = {focal: _purification(pair, correction, level) for focal, pair in pairs.items()}
    of_all = generalised(whole.tables(_common(purifications, given))) if "generalised" in asked else None
    found: list[ItemDif] = []
    for focal, pair in pairs.items():
        chosen = purifications[focal].anchor if focal in purifications else given
        columns = _columns(pair, chosen, asked, correction)
        columns |= _by_model(pair, given, asked, model, purified, level)
        if of_all is not None:
            columns["generalised"] = of_all
        found.extend(_rows(pair, focal, chosen, columns, adjustment))
    return Dif(whole.names[0], tuple(found), purifications, cautions(pairs, purifications))


def _known(methods: Iterable[Method]) -> list[Method]:
    asked = list(dict.fromkeys(methods))
    unknown = set(asked) - set(METHODS)
    if unknown:
        raise ValueError(f"no method is called {', '.join(sorted(unknown))}: there are {', '.join(METHODS)}")
    return asked


def _columns(pair: Study, anchor: Booleans | None, asked: list[Method], correction: bool) -> dict[str, tuple[Any, ...]]:
    """By method its result for every item, None where it does not apply."""
    tables = pair.tables(anchor)
    make: dict[str, Callable[[], tuple[Any, ...]]] = {
        "mantel_haenszel": lambda: mantel_haenszel(tables, correction=correction),
        "standardisation": lambda: standardisation(tables),
        "breslow_day": lambda: breslow_day(tables),
        "delta_plot": lambda: delta_plot(tables).items,
        "logistic": lambda: logistic(tables),
        "sibtest": lambda: sibtest(pair, anchor) if pair.matching is None else (None,) * pair.items,
        "mantel": lambda: mantel(tables),
        "ordinal": lambda: ordinal(tables),
    }
    binary = tables.dichotomous
    columns: dict[str, tuple[Any, ...]] = {}
    for method in asked:
        if method in make:
            result = make[method]()
            fits = binary if method in DICHOTOMOUS else np.ones_like(binary)
            columns[method] = tuple(row if fit else None for row, fit in zip(result, fits, strict=True))
    return columns


def _by_model(
    pair: Study, anchor: Booleans | None, asked: list[Method], model: str | Sequence[str], purified: bool, level: float
) -> dict[str, tuple[Any, ...]]:
    columns: dict[str, tuple[Any, ...]] = {}
    if "lord" in asked:
        one, other = (Estimates.of(calibrate(pair.scores[pair.codes == group], model)) for group in (0, 1))
        pure = purified and anchor is None
        columns["lord"] = (purified_lord(one, other, level=level)[0] if pure else lord(one, other, anchor)).items
    if "likelihood_ratio" in asked:
        found = likelihood_ratio(pair.scores, pair.codes, model, reference=0)
        columns["likelihood_ratio"] = tuple(found.items.values())
    return columns


def _rows(
    pair: Study, focal: str, anchor: Booleans | None, columns: dict[str, tuple[Any, ...]], adjustment: Adjustment
) -> list[ItemDif]:
    changed = {
        method: adjusted([_p(row) for row in column], adjustment)
        for method, column in columns.items()
        if method not in ("standardisation", "delta_plot")
    }
    answered = [(pair.scores[pair.codes == group] >= 0).sum(axis=0).tolist() for group in (0, 1)]
    nothing: dict[str, Any] = dict.fromkeys(METHODS)
    return [
        ItemDif(
            item=item,
            focal=focal,
            reference_persons=answered[0][item],
            focal_persons=answered[1][item],
            in_anchor=None if pair.matching is not None else anchor is None or bool(anchor[item]),
            adjusted={method: float(p[item]) for method, p in changed.items()},
            **{**nothing, **{method: column[item] for method, column in columns.items()}},
        )
        for item in range(pair.items)
    ]


def _p(row: Any) -> float:
    match row:
        case None:
            return float("nan")
        case LogisticDif() | OrdinalDif():
            return row.both.lrt_p
    return float(row.p)


def _purification(pair: Study, correction: bool, level: float) -> Purification:
    if (pair.scores <= 1).all():
        return purified_mantel_haenszel(pair, correction=correction, level=level)[1]
    return purified_mantel(pair, level=level)[1]


def _common(purifications: Mapping[str, Purification], given: Booleans | None) -> Booleans | None:
    if not purifications:
        return given
    common = np.logical_and.reduce([one.anchor for one in purifications.values()])
    return common if common.any() else None


def _mask(anchor: Sequence[int], items: int) -> Booleans:
    mask = np.zeros(items, dtype=np.bool_)
    if not len(anchor) or min(anchor) < 0 or max(anchor) >= items:
        raise ValueError(f"an anchor needs at least one item, of columns 0 to {items - 1}")
    mask[list(anchor)] = True
    return mask
