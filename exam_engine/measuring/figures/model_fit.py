"""Does a response model hold: for each item, for pairs and sets of items, for each candidate, and as a whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from exam_engine.measuring.figures.modelling import Fitted
from exam_engine.measuring.figures.sets import sets
from exam_engine.measuring.named import Found
from item_bank.statistics.irt.ability import expected_a_posteriori
from item_bank.statistics.irt.fit import item_mean_squares, residual_correlations
from item_bank.statistics.irt.global_fit import limited_information_fit
from item_bank.statistics.irt.item_fit import parameters, score_fit
from item_bank.statistics.irt.models import Nominal
from item_bank.statistics.irt.person_fit import corrected_log_likelihood_fit, log_likelihood_fit
from item_bank.statistics.responses import Floats

#: Pairs of items told: those whose Q3 lies furthest from the mean.
PAIRS = 20


def items(fitted: Fitted, *, score: bool) -> list[Found]:
    """Infit and outfit at ML abilities; S-X² where `score`."""
    squares = item_mean_squares(fitted.categories, fitted.items, fitted.likeliest.theta)
    columns: dict[str, Any] = {name: getattr(squares, name) for name in ("n", "outfit", "outfit_z", "infit", "infit_z")}
    columns["reliable"] = fitted.reliable
    rows = [
        {"item": item, **{name: column[place] for name, column in columns.items()}}
        for place, item in enumerate(fitted.marked.items)
    ]
    if score:
        known = fitted.determined
        free = [0 if fitted.marked.items[place] in fitted.fixed else parameters(fitted.items[place]) for place in known]
        by_score = score_fit(
            fitted.categories[:, known], [fitted.items[place] for place in known], fitted.calibration.grid(), free
        )
        columns = {
            "statistic": by_score.statistic, "df": by_score.degrees, "p": by_score.p, "rmsea": by_score.rmsea,
        }  # fmt: skip
        for number, place in enumerate(known):
            warnings = [why for why in (by_score.reasons[number], *by_score.warnings) if why]
            told = {name: column[number] for name, column in columns.items()}
            rows[place]["sx2"] = {**told, "n": by_score.n, "warnings": warnings}
    return rows


def persons(fitted: Fitted) -> dict[str, Floats]:
    """Columns (n,): Zh at EAP abilities; lz* and its p at ML ones, NaN where these are infinite. Of the answers that
    were calibrated: who did not get to the end did not answer oddly."""
    expected = expected_a_posteriori(fitted.categories, fitted.items, fitted.calibration.grid()).theta
    answered = (fitted.categories >= 0).any(axis=1)
    zh = log_likelihood_fit(fitted.categories, fitted.items, np.where(answered, expected, np.nan)).lz
    corrected = corrected_log_likelihood_fit(fitted.categories, fitted.items, fitted.likeliest.theta)
    return {"zh": zh, "lz_star": corrected.lz, "lz_star_p": corrected.p}


def pairs(fitted: Fitted) -> Found:
    """Q3 at ML abilities: the mean, the pairs furthest from it, and how the items of each set hang together. Raises
    ValueError where category numbers mean nothing."""
    _ordered(fitted)
    found = residual_correlations(fitted.categories, fitted.items, fitted.likeliest.theta)
    first, second = np.triu_indices(len(fitted.items), 1)
    q3 = found[first, second]
    there = np.flatnonzero(np.isfinite(q3))
    if not there.size:
        raise ValueError("no two items have answers of the same candidates with finite ML abilities")
    mean = float(q3[there].mean())
    furthest = there[np.argsort(-np.abs(q3[there] - mean), kind="stable")][:PAIRS]
    names = fitted.marked.items
    told = [{"first": names[first[one]], "second": names[second[one]], "q3": float(q3[one])} for one in furthest]
    return {"mean": mean, "expected": -1 / (len(fitted.determined) - 1), "pairs": told, "sets": _sets(fitted, found)}


def whole(fitted: Fitted) -> Found:
    """M2. Raises ValueError where it is not defined, or would take too long."""
    _ordered(fitted)
    known = fitted.determined
    if fitted.fixed:
        raise ValueError("it is defined for items that were all calibrated, not for given parameters")
    models = {fitted.calibration.models[place] for place in known}
    slopes_held = models <= {"rasch", "pcm"}
    if not slopes_held and models & {"rasch", "pcm"}:
        raise ValueError("some slopes are held and others not")
    found = limited_information_fit(
        fitted.categories[:, known], [fitted.items[place] for place in known], fitted.calibration.grid(),
        "fixed" if slopes_held else "one" if models == {"1pl"} else "each", variance=slopes_held,
    )  # fmt: skip
    if not np.isfinite(found.srmsr):
        raise ValueError("fewer than two candidates answered every item")
    if found.degrees <= 0:
        raise ValueError(f"{found.degrees} degrees of freedom: too few items for so many parameters")
    told = asdict(found)
    return {
        "m2": told.pop("statistic"),
        "df": told.pop("degrees"),
        "reliable": bool(fitted.reliable[known].all()),
        **told,
    }


def _sets(fitted: Fitted, q3: Floats) -> list[Found]:
    """Of the items of each set: a mean far above that of all pairs says that they share more than the ability."""
    rows = []
    for name, places in sets(fitted.marked).items():
        inside = q3[np.ix_(places, places)][np.triu_indices(len(places), 1)]
        inside = inside[np.isfinite(inside)]
        if inside.size:
            told = [fitted.marked.items[place] for place in places]
            rows.append({"set": name, "items": told, "mean": float(inside.mean()), "largest": float(inside.max())})
    return rows


def _ordered(fitted: Fitted) -> None:
    if any(isinstance(item, Nominal) and item.categories > 2 for item in fitted.items):
        raise ValueError("categories of a nominal model have no order")
    if fitted.determined.size < 2:
        raise ValueError("fewer than two items could be calibrated")
