"""Response models of a file: items, the population, and candidates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.figures.categories import Categorised, categorised, reported
from exam_engine.measuring.files.anchoring import Known
from exam_engine.measuring.files.marked import Categories, Marked
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.named import Found
from item_bank.statistics.irt.ability import (
    Abilities,
    expected_a_posteriori,
    maximum_a_posteriori,
    maximum_likelihood,
    weighted_likelihood,
)
from item_bank.statistics.irt.calibration import Calibration, calibrate
from item_bank.statistics.irt.information import (
    empirical_reliability,
    marginal_reliability,
    separation_reliability,
)
from item_bank.statistics.irt.joined import parts
from item_bank.statistics.irt.likelihood import determined
from item_bank.statistics.irt.models import Graded, Item, Logistic, Nominal, PartialCredit
from item_bank.statistics.irt.naming import named
from item_bank.statistics.responses import Booleans, Floats

#: That many parts that nothing joins are named.
MOST_PARTS = 4
#: What items of more than two categories get beside those of two: the model of the same kind.
_OF_CATEGORIES = {"rasch": "pcm", "2pl": "gpcm", "3pl": "gpcm"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration and the answers that it is of. fixed: items whose parameters were given. likeliest: ML abilities
    from the answers as they were calibrated, where not reached tells nothing: what fit is judged at."""

    model: str
    answers: Categorised
    calibration: Calibration
    fixed: frozenset[str]
    likeliest: Abilities

    @property
    def marked(self) -> Marked:
        return self.answers.marked

    @property
    def categories(self) -> Categories:
        return self.answers.marked.categories

    @property
    def items(self) -> tuple[Item, ...]:
        return self.calibration.items

    @property
    def determined(self) -> NDArray[np.intp]:
        """Places of the items that have parameters."""
        return np.flatnonzero(determined(self.items))

    @property
    def reliable(self) -> Booleans:
        """(k,) whether the answers identify the item, or it was given."""
        return self.calibration.identified

    @property
    def reliable_persons(self) -> Booleans:
        """(n,) whether all that a candidate was presented with is reliable, and the population."""
        doubtful = determined(self.items) & ~self.reliable
        return np.asarray(self.calibration.converged & ~self.marked.responses.presented[:, doubtful].any(axis=1))


def fitted(marked: Marked, model: str, known: Mapping[str, Known] | None = None) -> Fitted:
    """known: items with given parameters; the population's mean and variance are estimated then. Raises ValueError
    where the answers do not suit the model, and says what would."""
    known = known or {}
    answers = categorised(marked, {name: one.categories for name, one in known.items()})
    categories = answers.marked.categories
    models = models_of(answers, model)
    free = [place for place, item in enumerate(marked.items) if item not in known]
    check_right_and_wrong([models[place] for place in free], [answers.values[place] for place in free])
    fixed = {place: known[item].item for place, item in enumerate(marked.items) if item in known}
    try:
        found = calibrate(categories, models, fixed=fixed)
    except ValueError as obstacle:
        raise ValueError(named(str(obstacle), marked.items)) from None
    warnings = tuple(named(_category_told(one, answers), marked.items) for one in found.warnings)
    found = replace(found, warnings=(*warnings, *_unjoined(marked.items, categories, found.items, fixed)))
    return Fitted(model, answers, found, frozenset(known), maximum_likelihood(categories, found.items))


def _unjoined(
    names: Sequence[str], categories: Categories, items: Sequence[Item], fixed: Collection[int]
) -> Iterator[str]:
    """One population is assumed, which brings parts that nobody joins to one scale by nothing but that."""
    there = (categories >= 0) & determined(items)
    found = parts(there, fixed)
    if len(found) > 1:
        told = [_part([names[item] for item in one]) for one in found[:MOST_PARTS]]
        more = f" and {len(found) - MOST_PARTS} more" if len(found) > MOST_PARTS else ""
        yield (
            f"not joined: no candidate answered items of more than one of these {len(found)} parts: "
            f"{'; '.join(told)}{more}. Abilities and difficulties of different parts are not comparable, unless chance "
            "decided who got which"
        )


def _part(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(map(quoted, names[:3])) + more


def models_of(answers: Categorised, model: str) -> list[str]:
    """Of each item: the model asked for, or what goes with it for more categories and for typed numbers."""
    marked = answers.marked
    return [
        _model_of(marked, item, len(values), model) for item, values in zip(marked.items, answers.values, strict=True)
    ]


def _model_of(marked: Marked, item: str, categories: int, model: str) -> str:
    """Nobody guesses what has to be typed or written."""
    if categories > 2:
        return _OF_CATEGORIES.get(model, model)
    written = item in marked.keys and marked.keys[item].kind in ("number", "points")
    return "2pl" if model == "3pl" and written else model


def check_right_and_wrong(models: Sequence[str], values: Sequence[tuple[float, ...]]) -> None:
    if any(model == "1pl" and len(one) > 2 for model, one in zip(models, values, strict=True)):
        raise ValueError("the 1PL is for right and wrong, and some items have more categories: use rasch, pcm or gpcm")


def _category_told(told: str, answers: Categorised) -> str:
    """What the only category of an item is, not its number among those that occur."""
    return re.sub(
        r"\bitem (\d+) has category (\d+)",
        lambda found: f"item {found[1]} has category {answers.values[int(found[1])][int(found[2])]:g}",
        told,
    )


def abilities(found: Fitted, method: str = "eap") -> Abilities:
    """Reported ones: omitted and not reached are both wrong."""
    answers, population = reported(found.marked), found.calibration.populations[0]
    match method:
        case "map":
            return maximum_a_posteriori(answers, found.items, population.mean, population.variance)
        case "ml":
            return maximum_likelihood(answers, found.items)
        case "wle":
            return weighted_likelihood(answers, found.items)
    return expected_a_posteriori(answers, found.items, found.calibration.grid())


def told(found: Fitted, method: str, expected: Abilities, odd: Mapping[str, Floats]) -> Found:
    """expected: the EAP abilities. odd: further columns of candidates."""
    calibration, population = found.calibration, found.calibration.populations[0]
    persons = expected if method == "eap" else abilities(found, method)
    columns = {"theta": persons.theta, "se": persons.error, "reliable": found.reliable_persons, **odd}
    return {
        "model": found.model,
        "fixed": [item for item in found.marked.items if item in found.fixed],
        "loglik": calibration.loglik,
        "log_prior": calibration.log_prior,
        "parameters": calibration.parameters,
        "aic": calibration.aic,
        "bic": calibration.bic,
        "converged": calibration.converged,
        "iterations": calibration.iterations,
        "warnings": list(calibration.warnings),
        "latent_mean": population.mean,
        "latent_mean_se": population.mean_error,
        "latent_variance": population.variance,
        "latent_variance_se": population.variance_error,
        "reliability": {
            "marginal": marginal_reliability(calibration.items, calibration.grid()),
            "empirical": empirical_reliability(expected),
            "separation": separation_reliability(persons) if method in ("ml", "wle") else None,
        },
        "items": list(_items(found)),
        "ability": method,
        "persons": [
            {**found.marked.name(place), **dict(zip(columns, row, strict=True))}
            for place, row in enumerate(zip(*(column.tolist() for column in columns.values()), strict=True))
        ],
    }


def _items(found: Fitted) -> Iterator[Found]:
    errors, reliable = found.calibration.errors, found.reliable.tolist()
    answers = found.answers
    rows = zip(found.marked.items, found.items, errors, reliable, answers.values, answers.points, strict=True)
    for name, item, error, sure, values, points in rows:
        told = {"item": name, **_parameters(item), "reliable": sure}
        told |= {"categories": list(values), "points": list(points)}
        yield told | {"se": _parameters(error)}


def _parameters(item: Item) -> Found:
    match item:
        case Logistic():
            return {"a": item.a, "b": item.b, "c": item.c if np.isfinite(item.a) else None}
        case Graded() | PartialCredit():
            return {"a": item.a, "thresholds": list(item.b)}
        case Nominal():
            return {"slopes": list(item.slopes), "intercepts": list(item.intercepts)}
