"""Response models of a file: items, persons, and how well items fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from exam_engine.measuring.marked import Categories, Marked
from item_bank.statistics.irt.ability import Abilities, expected_a_posteriori, maximum_likelihood
from item_bank.statistics.irt.calibration import Calibration, calibrate
from item_bank.statistics.irt.fit import item_mean_squares
from item_bank.statistics.irt.information import empirical_reliability, marginal_reliability
from item_bank.statistics.irt.item_fit import score_fit
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit

Found = dict[str, Any]
MODELS = ("rasch", "1pl", "2pl", "3pl", "grm", "pcm", "gpcm", "nominal")
#: What items of more than two categories get beside those of two: the model of the same kind.
_OF_CATEGORIES = {"rasch": "pcm", "2pl": "gpcm", "3pl": "gpcm"}


def calibrated(marked: Marked, model: str) -> Calibration:
    """Raises ValueError where the answers do not suit the model, and says what would."""
    answers = _ranked(marked, marked.categories)
    sizes = answers.max(axis=0) + 1
    models = [
        "2pl" if model == "3pl" and _typed(marked, item) else _OF_CATEGORIES.get(model, model) if size > 2 else model
        for item, size in zip(marked.items, sizes, strict=True)
    ]
    if "1pl" in models and (sizes > 2).any():
        raise ValueError("the 1PL is for right and wrong, and some items have more categories: use rasch, pcm or gpcm")
    try:
        found = calibrate(answers, models)
    except ValueError as obstacle:
        raise ValueError(_named(str(obstacle), marked)) from None
    return replace(found, warnings=tuple(_named(one, marked) for one in found.warnings))


def _named(told: str, marked: Marked) -> str:
    """The library counts items from 0; people know their names."""
    return re.sub(r"\bitem (\d+)\b", lambda found: f"“{marked.items[int(found[1])]}”", told)


def _typed(marked: Marked, item: str) -> bool:
    """Nobody guesses a number that has to be typed."""
    return item in marked.keys and marked.keys[item].kind == "number"


def abilities(marked: Marked, found: Calibration) -> Abilities:
    """EAP. For a report omitted and not reached are both wrong; not presented tells nothing."""
    reported = np.where((marked.categories < 0) & marked.responses.presented, 0, marked.categories)
    return expected_a_posteriori(_ranked(marked, reported), found.items, found.grid())


def _ranked(marked: Marked, categories: Categories) -> Categories:
    """Numbered without those that nobody has: a response model cannot tell where they would begin."""
    ranks = np.full_like(categories, -1)
    for place in range(categories.shape[1]):
        there = categories[:, place] >= 0
        used = np.unique(marked.categories[marked.categories[:, place] >= 0, place])
        ranks[there, place] = np.minimum(np.searchsorted(used, categories[there, place]), max(used.size - 1, 0))
    return ranks


def model(marked: Marked, asked: str, found: Calibration, persons: Abilities) -> Found:
    population = found.populations[0]
    return {
        "model": asked,
        "loglik": found.loglik,
        "log_prior": found.log_prior,
        "parameters": found.parameters,
        "aic": found.aic,
        "bic": found.bic,
        "converged": found.converged,
        "iterations": found.iterations,
        "warnings": list(found.warnings),
        "latent_variance": population.variance,
        "latent_variance_se": population.variance_error,
        "reliability": {
            "marginal": marginal_reliability(found.items, found.grid()),
            "empirical": empirical_reliability(persons),
        },
        "items": list(_items(marked.items, found)),
        "persons": [
            {**marked.name(place), "theta": theta, "se": error}
            for place, (theta, error) in enumerate(zip(persons.theta, persons.error, strict=True))
        ],
    }


def fit(marked: Marked, found: Calibration, *, score: bool) -> list[Found]:
    """Infit and outfit at ML abilities; S-X² where `score`."""
    categories = _ranked(marked, marked.categories)
    squares = item_mean_squares(categories, found.items, maximum_likelihood(categories, found.items).theta)
    columns: dict[str, Any] = {name: getattr(squares, name) for name in ("n", "outfit", "outfit_z", "infit", "infit_z")}
    rows = [
        {"item": item, **{name: column[place] for name, column in columns.items()}}
        for place, item in enumerate(marked.items)
    ]
    if score:
        known = [
            place for place, item in enumerate(found.items) if np.isfinite(item.curves(np.zeros(1)).probability).all()
        ]
        by_score = score_fit(categories[:, known], [found.items[place] for place in known], found.grid())
        columns = {
            "statistic": by_score.statistic, "df": by_score.degrees, "p": by_score.p, "rmsea": by_score.rmsea,
        }  # fmt: skip
        for number, place in enumerate(known):
            rows[place]["sx2"] = {**{name: column[number] for name, column in columns.items()}, "n": by_score.n}
    return rows


def _items(names: tuple[str, ...], found: Calibration) -> Iterator[Found]:
    for name, item, error in zip(names, found.items, found.errors, strict=True):
        yield {"item": name, **_parameters(item), "se": _parameters(error)}


def _parameters(item: Item) -> Found:
    match item:
        case Logistic():
            return {"a": item.a, "b": item.b, "c": item.c if np.isfinite(item.a) else None}
        case Graded() | PartialCredit():
            return {"a": item.a, "thresholds": list(item.b)}
        case Nominal():
            return {"slopes": list(item.slopes), "intercepts": list(item.intercepts)}
