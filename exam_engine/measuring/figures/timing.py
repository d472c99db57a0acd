"""Response times of a file: how long items take, how fast candidates work, who guessed, and who worked oddly."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.figures import analysing
from exam_engine.measuring.figures.modelling import fitted
from exam_engine.measuring.files.seconds import Answers, Times
from exam_engine.measuring.named import Found
from item_bank.statistics.irt.ability import maximum_likelihood
from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.irt.naming import named
from item_bank.statistics.item_moments import dichotomous
from item_bank.statistics.responses import Floats
from item_bank.statistics.times.lognormal import TimeCalibration, calibrate, speeds
from item_bank.statistics.times.person_fit import joint_fit, time_fit
from item_bank.statistics.times.rapid_guessing import (
    RapidGuessing,
    cumulative_thresholds,
    normative_thresholds,
    rapid_guessing,
)
from item_bank.statistics.times.speededness import speededness

#: Abilities beyond are taken for these, so that those with nothing or everything right have a fit, too.
LIMITS = (-4.0, 4.0)


def timed(found: Times, given: Answers | None, rule: str | float, longest: float) -> Found:
    """rule: of the threshold that rapid answers are counted by. Raises ValueError where times cannot be modelled, or
    the rule needs answers."""
    calibration = calibrate(found.seconds)
    warnings = [named(one, found.items) for one in calibration.warnings]
    if not calibration.converged:
        warnings.append(f"not converged after {calibration.iterations} steps: figures of the model are rough")
    thresholds = _thresholds(found, given, longest)
    if rule == "cump" and not np.isfinite(thresholds["cump"]).any():
        raise ValueError(
            "cump needs right and wrong answers (--responses) with a chance of guessing (--key or --chance) that is "
            "passed by some time; take nt10, nt20 or a number of seconds"
        )
    slowest = np.nanmax(np.where(np.isnan(found.seconds), -np.inf, found.seconds), axis=0)
    hard = [item for item, late in zip(found.items, np.rint(slowest) <= thresholds["cump"], strict=True) if late]
    if hard:
        warnings.append(
            f"cump of {', '.join(hard)}: nobody does better than chance at any time: it tells nothing there"
        )
    chosen = thresholds[rule] if isinstance(rule, str) else np.full(len(found.items), rule)
    rapid = rapid_guessing(found.seconds, chosen)
    columns = _persons(found, calibration, rapid)
    if given and given.model:
        columns |= _together(found, given, calibration, warnings)
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    return {
        "n_persons": len(found.rows),
        "n_items": len(found.items),
        "times": {
            "threshold": rule,
            "unmotivated": rapid.unmotivated,
            **_model(calibration),
            "items": _items(found, calibration, thresholds, rapid),
            "persons": [
                {**found.name(place), **dict(zip(columns, row, strict=True))} for place, row in enumerate(rows)
            ],
        },
        "speededness": asdict(speededness(given.marked.responses)) if given else None,
        "warnings": warnings,
    }


def _thresholds(found: Times, given: Answers | None, longest: float) -> dict[str, Floats]:
    cumulative = np.full(len(found.items), np.nan)
    if given:
        chance = analysing.chances(given.marked)[list(given.items)]
        chance = np.where(np.isnan(chance), np.nan if given.chance is None else given.chance, chance)
        responses = given.marked.responses
        binary = dichotomous(responses.marked(), responses.maxima)[list(given.items)]
        known = np.flatnonzero(binary & np.isfinite(chance))
        right = given.of_times(responses.scores / responses.maxima, np.nan)[:, known]
        if known.size:
            cumulative[known] = cumulative_thresholds(found.seconds[:, known], right, chance[known])
    shares = {"nt10": 0.10, "nt20": 0.20}
    return {name: normative_thresholds(found.seconds, share, longest) for name, share in shares.items()} | {
        "cump": cumulative
    }


def _model(found: TimeCalibration) -> Found:
    return {
        "loglik": found.log_likelihood,
        "variance": found.variance,
        "variance_se": found.variance_error,
        "converged": found.converged,
        "iterations": found.iterations,
    }


def _items(
    found: Times, calibration: TimeCalibration, thresholds: dict[str, Floats], rapid: RapidGuessing
) -> list[Found]:
    rows = []
    for place, item in enumerate(found.items):
        there = found.seconds[~np.isnan(found.seconds[:, place]), place]
        rows.append(
            {
                "item": item,
                "n": there.size,
                "mean": float(there.mean()) if there.size else None,
                "median": float(np.median(there)) if there.size else None,
                **{name: float(values[place]) for name, values in thresholds.items()},
                "rapid": int(rapid.rapid[:, place].sum()),
                "fidelity": float(rapid.fidelity[place]),
                "beta": float(calibration.model.beta[place]),
                "alpha": float(calibration.model.alpha[place]),
                "se": {
                    "beta": float(calibration.beta_error[place]), "alpha": float(calibration.alpha_error[place])
                },
            }
        )  # fmt: skip
    return rows


def _persons(found: Times, calibration: TimeCalibration, rapid: RapidGuessing) -> dict[str, NDArray[Any]]:
    speed = speeds(found.seconds, calibration.model, calibration.variance)
    fit = time_fit(found.seconds, calibration.model)
    return {
        "n": speed.items,
        "seconds": np.nansum(found.seconds, axis=1),
        "tau": speed.tau,
        "se": speed.error,
        "rapid": rapid.rapid.sum(axis=1),
        "effort": rapid.effort,
        "l_t": fit.statistic,
        "df": fit.df,
        "p": fit.p,
    }


def _together(
    found: Times, given: Answers, calibration: TimeCalibration, warnings: list[str]
) -> dict[str, NDArray[Any]]:
    """Fit of answers and times, at ML abilities."""
    model = fitted(given.marked, str(given.model))
    warnings.extend(model.calibration.warnings)
    # An item that tells nothing of abilities is as if nobody had answered it.
    told = {place: model.items[place] for place in model.determined.tolist()}
    items = [told.get(place, Logistic(1.0, 0.0)) for place in given.items]
    answered = np.where(np.isin(np.arange(len(model.items)), list(told)), model.categories, -1)
    categories = given.of_times(answered, -1)
    theta = maximum_likelihood(categories, items, LIMITS).theta
    known = np.flatnonzero(np.isfinite(theta))
    fit = joint_fit(categories[known], items, theta[known], found.seconds[known], calibration.model)
    columns = {
        "lz_star": fit.score, "lz_star_p": fit.score_p, "q_st": fit.combined, "q_st_p": fit.combined_p,
        "l_st": fit.standardised, "l_st_p": fit.standardised_p,
    }  # fmt: skip
    wide = {name: np.full(len(found.rows), np.nan) for name in columns}
    for name, column in columns.items():
        wide[name][known] = column
    return wide
