"""Cut scores out of judgements: modified Angoff, bookmark, contrasting groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, log_expit

from item_bank.statistics.checks import known, together
from item_bank.statistics.correlation import correlation
from item_bank.statistics.irt.models import Item
from item_bank.statistics.responses import Booleans, Floats

#: Cut scores are looked for between these abilities.
FURTHEST = 30.0


@dataclass(frozen=True, slots=True)
class Angoff:
    """One round of the modified Angoff method (Angoff 1971; Livingston & Zieky 1982).

    judges, items: numbers. cut: points, the mean of the judges' cuts; error: its standard error over judges, sd/√J,
    NaN for one judge. by_judge: (J,) cut of each. expected: (k,) mean of what judges expect of the borderline
    candidate on each item, in points; spread: (k,) standard deviation over judges. agreement: (J,) Pearson's r of a
    judge's ratings with the mean of the others', NaN where either does not vary. with_facility: (J,) r of a judge's
    ratings with the items' facilities, NaN unless these are given.
    """

    judges: int
    items: int
    cut: float
    error: float
    by_judge: tuple[float, ...]
    expected: tuple[float, ...]
    spread: tuple[float, ...]
    agreement: tuple[float, ...]
    with_facility: tuple[float, ...]


class Page(NamedTuple):
    """A page of an ordered booklet: item number from 0, the score that it stands for, its ability."""

    item: int
    score: int
    ability: float


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A cut on the ability scale (Mitzel, Lewis, Patz & Green 2001). ability: the median of the judges' cuts; mean,
    error: mean and its standard error sd/√J, NaN for one judge. by_judge: (J,). points: expected sum score at
    `ability`, in the points that were given, else each category a point."""

    judges: int
    ability: float
    mean: float
    error: float
    by_judge: tuple[float, ...]
    points: float


class NoRegression(StrEnum):
    """Why a logistic regression gives no cut with an error."""

    #: Masters do not score higher than the others: no score tells them apart.
    NOT_DISCRIMINATING = "not_discriminating"
    #: No other person scores above a master: any cut in the gap is as good, and the middle is taken.
    PARTED = "parted"
    #: The steps did not come to rest.
    NO_CONVERGENCE = "no_convergence"


@dataclass(frozen=True, slots=True)
class ContrastingGroups:
    """n persons, `masters` of them judged competent. cut: the score at which a logistic regression gives even odds,
    error: its standard error by the delta method; NaN and not converged where scores part the groups without overlap,
    and then `cut` is the middle of the gap. fewest_errors: the cut that misjudges the fewest persons, `errors` of them
    (the middle of the widest interval where several do). discriminating is False where masters do not score higher:
    then no cut means anything, and `cut` is NaN. reason: why there is no error, None where there is one."""

    n: int
    masters: int
    cut: float
    error: float
    fewest_errors: float
    errors: int
    discriminating: bool
    converged: bool
    iterations: int
    reason: NoRegression | None = None


def angoff(ratings: Floats, maxima: Floats | None = None, facilities: Floats | None = None) -> Angoff:
    """ratings: (J, k) what each judge expects the borderline candidate to earn of an item, as a share of its maximum
    from 0 to 1, all given. maxima: (k,) points, by default 1. facilities: (k,) observed."""
    if ratings.ndim != 2 or ratings.size == 0:
        raise ValueError("ratings: one row for each judge, one column for each item")
    if not ((ratings >= 0) & (ratings <= 1)).all():
        raise ValueError("ratings are shares from 0 to 1, and none may be missing: ask the judge or leave out the item")
    judges, items = ratings.shape
    for what, column in (("maxima", maxima), ("facilities", facilities)):
        if column is not None:
            together(f"{what} and items", column, ratings[0])
    if maxima is not None:
        known("maxima", maxima)
    points = ratings * (np.ones(items) if maxima is None else maxima)
    cuts = points.sum(axis=1)
    others = (ratings.sum(axis=0) - ratings) / max(judges - 1, 1)
    nan = (float("nan"),) * judges
    pairs = zip(ratings, others, strict=True)
    spread = points.std(axis=0, ddof=1) if judges > 1 else np.full(items, np.nan)
    return Angoff(
        judges=judges,
        items=items,
        cut=float(cuts.mean()),
        error=_mean_error(cuts),
        by_judge=tuple(cuts.tolist()),
        expected=tuple(points.mean(axis=0).tolist()),
        spread=tuple(spread.tolist()),
        agreement=tuple(correlation(one, rest) for one, rest in pairs) if judges > 1 else nan,
        with_facility=nan if facilities is None else tuple(correlation(one, facilities) for one in ratings),
    )


def booklet(items: Sequence[Item], probability: float = 2 / 3) -> tuple[Page, ...]:
    """Score points in the order of the abilities at which they are reached with the response probability: an item
    with m + 1 categories has m pages. A point that some reach with more than that probability by chance alone, or that
    nobody reaches so surely, has no page."""
    if not 0 < probability < 1:
        raise ValueError("the response probability lies between 0 and 1")
    pages = [
        Page(number, score, place)
        for number, item in enumerate(items)
        for score in range(1, item.categories)
        if np.isfinite(place := _location(item, score, probability))
    ]
    return tuple(sorted(pages, key=lambda page: page.ability))


def bookmark(
    items: Sequence[Item],
    mastered: Sequence[int],
    probability: float = 2 / 3,
    worth: Sequence[Sequence[float]] | None = None,
) -> Bookmark:
    """worth: (k,) of each item the points that each category earns, by default 0, 1, … mastered: (J,) how many
    pages of `booklet(items, probability)` each judge puts before the bookmark: those whose points the borderline
    candidate masters, at least 1. A judge's cut is the ability of the last of them."""
    pages = booklet(items, probability)
    if not pages:
        raise ValueError("no score point is reached with the response probability: name a lower one, or other items")
    if not mastered or min(mastered) < 1 or max(mastered) > len(pages):
        raise ValueError(f"every judge puts the bookmark after page 1 to {len(pages)}")
    cuts = np.array([pages[count - 1].ability for count in mastered])
    ability = float(np.median(cuts))
    if worth is None:
        worth = [range(item.categories) for item in items]
    if [len(one) for one in worth] != [item.categories for item in items]:
        raise ValueError("worth: of every item the points of each of its categories")
    place = np.array([ability])
    points = sum(
        float(item.curves(place).probability[0] @ np.asarray(one, dtype=np.float64))
        for item, one in zip(items, worth, strict=True)
    )
    return Bookmark(len(mastered), ability, float(cuts.mean()), _mean_error(cuts), tuple(cuts.tolist()), points)


def contrasting_groups(scores: Floats, masters: Booleans) -> ContrastingGroups:
    """scores: (n,) points; masters: (n,) whether judges who know the person, not the score, call them competent
    (Livingston & Zieky 1982)."""
    together("scores and judgements", scores, masters)
    known("scores", scores)
    if not masters.any() or masters.all():
        raise ValueError("contrasting groups need scores of at least one person who is competent and one who is not")
    between, errors = _fewest_errors(scores, masters)
    found = (scores.size, int(masters.sum()))
    # Means of floats that are equal may differ in the last digit.
    if scores[masters].mean() - scores[~masters].mean() <= 1e-9 * scores.std():
        return ContrastingGroups(
            *found, np.nan, np.nan, between, errors, False, False, 0, NoRegression.NOT_DISCRIMINATING
        )
    if scores[~masters].max() <= scores[masters].min():
        middle = float(scores[~masters].max() + scores[masters].min()) / 2
        return ContrastingGroups(*found, middle, np.nan, between, errors, True, False, 0, NoRegression.PARTED)
    cut, error, converged, iterations = _even_odds(scores, masters)
    reason = None if converged else NoRegression.NO_CONVERGENCE
    return ContrastingGroups(*found, cut, error, between, errors, True, converged, iterations, reason)


def _location(item: Item, score: int, probability: float) -> float:
    """Ability at which `score` or more is as likely as `probability`; NaN where it never is."""

    def above(theta: float) -> float:
        return float(item.curves(np.array([theta])).probability[0, score:].sum()) - probability

    # An item without parameters has NaN at both ends.
    if not (above(-FURTHEST) < 0 < above(FURTHEST)):
        return float("nan")
    return float(brentq(above, -FURTHEST, FURTHEST, xtol=1e-10))


def _mean_error(values: Floats) -> float:
    return float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else float("nan")


def _fewest_errors(scores: Floats, masters: Booleans) -> tuple[float, int]:
    values = np.unique(scores)
    edges = np.concatenate(([values[0]], (values[1:] + values[:-1]) / 2, [np.nextafter(values[-1], np.inf)]))
    others = np.sort(scores[~masters])
    failed_wrongly = np.searchsorted(np.sort(scores[masters]), edges)
    errors = failed_wrongly + others.size - np.searchsorted(others, edges)
    best = edges[errors == errors.min()]
    return float(best[(len(best) - 1) // 2]), int(errors.min())


def _even_odds(scores: Floats, masters: Booleans) -> tuple[float, float, bool, int]:
    """Logistic regression by Newton's method on standardised scores: cut −b₀/b₁, its error, converged, iterations.

    The groups overlap, so the likelihood has one highest point; steps that do not climb are halved.
    """
    middle, spread = float(scores.mean()), float(scores.std())
    x = np.stack((np.ones(scores.size), (scores - middle) / spread), axis=1)
    sign = np.where(masters, 1.0, -1.0)
    b, level = np.zeros(2), -scores.size * float(np.log(2))
    done, iterations = False, 0
    while not done and iterations < 100:
        iterations += 1
        p = expit(x @ b)
        information = x.T @ (x * (p * (1 - p))[:, None])
        step = np.linalg.lstsq(information, x.T @ (masters - p), rcond=None)[0]
        reached = float(log_expit(sign * (x @ (b + step))).sum())
        while reached < level and np.abs(step).max() > 1e-12:
            step = step / 2
            reached = float(log_expit(sign * (x @ (b + step))).sum())
        b, level = b + step, max(level, reached)
        done = bool(np.abs(step).max() < 1e-8 * (1 + np.abs(b).max()))
    p = expit(x @ b)
    information = x.T @ (x * (p * (1 - p))[:, None])
    slopes = np.array([-1 / b[1], b[0] / b[1] ** 2])
    variance = float(slopes @ np.linalg.lstsq(information, slopes, rcond=None)[0])
    return middle - spread * float(b[0] / b[1]), spread * float(np.sqrt(max(variance, 0.0))), done, iterations
