"""How precise the totals of a file are: omega, split halves, standard errors by score, and classification at cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.named import Found
from item_bank.statistics import factor
from item_bank.statistics.irt.joined import parts
from item_bank.statistics.item_moments import dichotomous
from item_bank.statistics.precision import Classification, binomial_errors, livingston_lewis
from item_bank.statistics.reliability import NO_VARIANCE, reliability, split_half
from item_bank.statistics.responses import Responses

OMEGA = ("omega", "omega_error", "omega_observed", "factor")
DIFFERENT = "not everybody was presented with every item, and totals of different items cannot be compared"


def precision(marked: Marked, alpha: float, cuts: Sequence[float]) -> Found:
    """Keys beside alpha. What the data do not allow is None, with the reason in `warnings`. Raises ValueError for
    cuts that lie beyond the points that can be had."""
    most = float(marked.responses.maxima.sum())
    if any(not 0 < cut <= most for cut in cuts):
        raise ValueError(f"a cut lies above 0 and at most at {most:g} points, the maximum")
    told: Found = dict.fromkeys((*OMEGA, "split_half", "conditional_sem"))
    told |= {"classification": None} if cuts else {}
    warnings: list[str] = []
    if not marked.responses.presented.all():
        advice = "; --model tells of abilities" if len(parts(marked.responses.presented)) == 1 else ""
        return {**told, "warnings": [f"{', '.join(told)}: {DIFFERENT}{advice}"]}
    for name, found in (
        ("omega", lambda: _omega(marked)),
        ("split_half", lambda: {"split_half": _split_half(marked)}),
        ("conditional_sem", lambda: {"conditional_sem": _by_score(marked, alpha)}),
        ("classification", lambda: _classification(marked, alpha, cuts, most)),
    ):
        try:
            told |= found()
        except ValueError as obstacle:
            warnings.append(f"{name}: {obstacle}")
    return {**told, "warnings": warnings}


def classified(found: Classification) -> Found:
    """Shares, and of Livingston and Lewis the distribution of true scores that they rest on."""
    told = asdict(found)
    true_scores = told.pop("true_scores")
    return told | ({"true_scores": true_scores} if true_scores else {})


def _omega(marked: Marked) -> Found:
    """Of the items that vary: the others add nothing to either variance."""
    points = marked.responses.points()
    n = len(points)
    varying = np.flatnonzero(points.std(axis=0) > NO_VARIANCE)
    if n <= varying.size:
        raise ValueError(f"a factor needs more candidates than items: {n} of {varying.size}")
    covariance = np.atleast_2d(np.cov(points[:, varying], rowvar=False, ddof=0))
    found = factor.maximum_likelihood(covariance, n)
    rows = zip((marked.items[place] for place in varying), found.loadings, found.unique, strict=True)
    items = [{"item": item, "loading": loading, "unique": unique} for item, loading, unique in rows]
    names = ("loglik", "heywood", "converged", "iterations")
    return {
        "omega": found.omega,
        "omega_error": found.omega_error,
        "omega_observed": found.omega_observed,
        "factor": {**{name: getattr(found, name) for name in names}, "items": items},
    }


def _split_half(marked: Marked) -> Found:
    found = split_half(marked.responses)
    first = [marked.items[place] for place in found.first]
    return {**{name: getattr(found, name) for name in ("correlation", "spearman_brown", "guttman")}, "first": first}


def _by_score(marked: Marked, alpha: float) -> list[Found]:
    """Lord's and Keats's errors at each number right, in points."""
    worth = marked.responses.maxima
    if not dichotomous(marked.responses.marked(), worth).all() or np.ptp(worth) > NO_VARIANCE:
        raise ValueError(
            "without a model it needs items that are right or wrong and worth the same; --model tells it of any, as "
            "score_se of irt.sums"
        )
    point, k = float(worth[0]), worth.size
    ones = Responses(marked.responses.scores / point, marked.responses.status, np.ones(k))
    below = 1 - reliability(ones).kr21
    numbers = np.arange(k + 1, dtype=np.float64)
    lord = binomial_errors(numbers, k) * point
    ratio = (1 - alpha) / below if below > NO_VARIANCE else np.nan
    keats = binomial_errors(numbers, k, ratio) * point if ratio >= 0 else np.full(k + 1, np.nan)
    counts = np.bincount(np.rint(ones.totals()).astype(np.int64), minlength=k + 1)
    columns = (numbers * point, counts, lord, keats)
    return [dict(zip(("score", "n", "lord", "keats"), row, strict=True)) for row in zip(*columns, strict=True)]


def _classification(marked: Marked, alpha: float, cuts: Sequence[float], most: float) -> Found:
    if not cuts:
        return {}
    edges = sorted(set(cuts))
    if not 0 < alpha < 1:
        what = f"alpha is {alpha:.4g}" if np.isfinite(alpha) else "there is no alpha"
        raise ValueError(f"Livingston and Lewis need a reliability between 0 and 1, and {what}")
    found = livingston_lewis(marked.responses.totals(), alpha, edges, 0.0, most)
    return {"classification": {"cuts": edges, "livingston_lewis": classified(found), "lee": None}}
