"""Forms put together as a request asks, and all that is to be told of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from exam_engine.measuring.figures.item_pool import Pool, read_pool
from exam_engine.measuring.figures.posing import Demand, Posed, posed
from exam_engine.measuring.figures.steps import common_step
from exam_engine.measuring.files.assembly_requests import Asked, read_request
from exam_engine.measuring.named import Found
from item_bank.assembly import evaluation
from item_bank.assembly.evaluation import Measured, Scored
from item_bank.assembly.facility import Likeness, expected_points
from item_bank.assembly.optimal.assembling import TOLERANCE, Assembly, Infeasible, OutOfTime, assemble
from item_bank.assembly.optimal.request import Integers
from item_bank.statistics.irt.quadrature import normal_grid
from item_bank.statistics.responses import Floats

#: Standard deviations of the population to each side of its mean, and how far apart abilities are told.
REACH, APART = 3.0, 0.5
#: Forms that differ by this share of their points still count as alike, unless the request says by how many.
MARGIN = 0.025
APART_IN_SCORE = (
    "expected means of two forms differ by more than the margin: aim at the score, too, with “of”, or equate "
)
APART_IN_SCORE += "the forms"
OUT_OF_REACH = "the items of the list allow no form to come as near to the target as its tolerance asks"
UNKNOWN = "what is known of the items is not enough to take the forms as parallel: expected points may differ by more "
UNKNOWN += "than the margin"
UNFINISHED = "not every form came as near to the target as its tolerance asks: distances say how near each is"


def assembled(path: Path, seconds: float, on_form: Callable[[int], None]) -> Found:
    """The document of the command; `conflict` in place of forms where there can't be any. Raises ValueError, with what
    to do, where the request can't be used or time ran out."""
    asked = read_request(path)
    pool = read_pool(path, asked)
    task = posed(path, asked, pool)
    step = _step(path, task)
    told: Found = {
        "n_items": len(pool.names),
        "n_forms": asked.forms,
        "by": "model" if any(task.scored) else "facility",
    }
    tolerance = asked.goal.tolerance if asked.goal else TOLERANCE
    try:
        found = assemble(task.request, seconds=seconds, tolerance=tolerance, on_form=on_form)
    except Infeasible as impossible:
        return told | {"conflict": _conflict(impossible, task, asked)}
    except OutOfTime:
        what = "no forms were found, and no proof that there are none"
        raise ValueError(
            f"{path}: {what}, within {seconds:g} seconds. Allow more with --seconds, or ask for less"
        ) from None
    return told | _Told(asked, pool, task, found, step).document()


def _step(path: Path, task: Posed) -> float:
    """That all points of calibrated items keep to; told before the work. Raises ValueError where there is none."""
    worth = np.array([points for one in task.scored if one for points in one.worth])
    try:
        return common_step(worth) if worth.any() else 1.0
    except ValueError as obstacle:
        raise ValueError(f"{path}: {obstacle}. Give points in whole steps, as 1 for each item") from None


def _conflict(found: Infeasible, task: Posed, asked: Asked) -> Found:
    return {
        "form": found.form,
        "proven": found.proven,
        "demands": [_demand(task.demands[name], asked) for name in found.conflict],
    }


def _demand(one: Demand, asked: Asked) -> Found:
    low, high = (None if np.isinf(end) else float(end) for end in (one.low, one.high))
    found = {"kind": one.kind, "name": one.name, "of": one.of, "least": low, "most": high, "there": one.there}
    return found | ({"forms": asked.forms} if one.kind == "uses" else {})


class _Told:
    def __init__(self, asked: Asked, pool: Pool, task: Posed, found: Assembly, step: float) -> None:
        self.asked, self.pool, self.task, self.found, self.step = asked, pool, task, found, step
        self.forms = found.forms
        self.population = normal_grid(mean=asked.population.mean, variance=asked.population.sd**2)
        reach = REACH * asked.population.sd
        steps = np.arange(np.floor(-reach / APART), np.ceil(reach / APART) + 1)
        self.abilities: Floats = asked.population.mean + steps * APART

    def document(self) -> Found:
        goal = self.asked.goal
        warnings = [] if self.found.finished else [UNFINISHED]
        if goal and self.found.possible > goal.tolerance:
            warnings.append(OUT_OF_REACH)
        told: Found = {
            "aim": goal.aim if goal else None,
            "finished": self.found.finished,
            "possible": self.found.possible,
            "warnings": warnings,
            "assembled": list(self._assembled()),
            "goal": list(self._goal()),
            "constraints": list(self._constraints()),
        }
        if self.task.facilities is None and any(self.task.scored):
            told |= self._modelled(told["assembled"], warnings)
        else:
            told |= self._expected(told["assembled"], warnings)
        counts = evaluation.exposure(self.task.request, self.forms)
        found, many = np.unique(counts, return_counts=True)
        told["overlap"] = evaluation.overlap(self.task.request, self.forms).tolist()
        told["exposure"] = [{"forms": int(one), "n_items": int(n)} for one, n in zip(found, many, strict=True)]
        told["chosen"] = list(self._chosen())
        return told

    def _assembled(self) -> Iterator[Found]:
        for number, form in enumerate(self.forms):
            points = float(self.pool.points[form].sum())
            distance = float(self.found.distance[number])
            yield {"form": number + 1, "n_items": int(form.size), "points": points, "distance": distance}

    def _goal(self) -> Iterator[Found]:
        """Of each goal the target, and what each form has of it."""
        goal, target = self.task.request.goal, self.found.target
        if goal is None or target is None:
            return
        sums = np.array([goal.values[form].sum(axis=0) for form in self.forms])
        for place, (what, theta) in enumerate(self.task.goals):
            at = {} if theta is None else {"theta": theta}
            spread = float(np.ptp(sums[:, place]) / sums[:, place].mean())
            yield {
                "goal": what,
                **at,
                "target": float(target[place]),
                "spread": spread,
                "sums": sums[:, place].tolist(),
            }

    def _constraints(self) -> Iterator[Found]:
        """Of the length and each constraint what was asked and what each form has."""
        sums = evaluation.sums(self.task.request, self.forms)
        for bound, has in zip(self.task.request.bounds, sums.tolist(), strict=True):
            yield _demand(self.task.demands[bound.name], self.asked) | {"has": has}

    def _modelled(self, rows: list[Found], warnings: list[str]) -> Found:
        each = [
            evaluation.measure(self._scored(form), self.abilities, self.population, step=self.step)
            for form in self.forms
        ]
        for row, one in zip(rows, each, strict=True):
            row |= {"mean": one.mean, "sd": one.deviation, "reliability": one.reliability}
        margin, means = self._margin(rows), [one.mean for one in each]
        if max(means) - min(means) > margin:
            warnings.append(APART_IN_SCORE)
        curves = {"information": list(self._curves(each)), "score_distribution": _distribution(each)}
        return {"margin": margin, "spread": max(means) - min(means)} | curves

    def _margin(self, rows: list[Found]) -> float:
        """Points by which forms may differ and still be parallel."""
        return self.asked.margin or MARGIN * float(np.mean([row["points"] for row in rows]))

    def _scored(self, form: Integers) -> list[Scored]:
        return [one for one in (self.task.scored[place] for place in form) if one]

    def _curves(self, each: list[Measured]) -> Iterator[Found]:
        for place, theta in enumerate(self.abilities):
            yield {
                "theta": float(theta),
                "information": [float(one.information[place]) for one in each],
                "expected_score": [float(one.expected[place]) for one in each],
                "score_se": [float(one.error[place]) for one in each],
            }

    def _expected(self, rows: list[Found], warnings: list[str]) -> Found:
        """Expected points by facilities, and whether forms are alike as far as those tell."""
        facilities, points = self.task.facilities, self.pool.points
        if facilities is None:
            return {}
        for row, form in zip(rows, self.forms, strict=True):
            row["mean"], row["mean_error"] = expected_points(form, points, facilities)
        margin = self._margin(rows)
        found = list(evaluation.pairs(self.forms, points, facilities, margin=margin))
        verdict = evaluation.verdict(found)
        if verdict is Likeness.UNKNOWN:
            warnings.append(UNKNOWN)
        compared = [
            {
                "first": pair.first + 1, "second": pair.second + 1, "difference": pair.found.difference,
                "error": pair.found.error, "likeness": pair.found.likeness.value,
            }
            for pair in found
        ]  # fmt: skip
        return {"margin": margin, "likeness": verdict.value if compared else None, "compared": compared}

    def _chosen(self) -> Iterator[Found]:
        """A row for each item of each form, with all that its own file says of it."""
        cells = {column.name: [column.values[code] for code in column.codes] for column in self.pool.table.columns}
        own = self.pool.columns["item"].name
        for number, form in enumerate(self.forms):
            for place in form:
                further = {name: values[place] for name, values in cells.items() if name != own}
                yield {"item": self.pool.names[place], "form": number + 1, "attributes": further}


def _distribution(each: list[Measured]) -> list[Found]:
    """By score the probability on each form; a score that a form cannot have has none there."""
    longest = max((one.scores for one in each), key=len)
    columns = [np.pad(one.probability, (0, longest.size - one.probability.size)) for one in each]
    return [
        {"score": float(score), "probability": [float(one[place]) for one in columns]}
        for place, score in enumerate(longest)
    ]
