"""What `exam-engine analyse` tells, part by part: what the data do not allow is None, with the reason in `warnings`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from exam_engine.measuring.figures import analysing, model_fit, model_tables, modelling, precision
from exam_engine.measuring.figures.sets import by_set, sets
from exam_engine.measuring.files.anchoring import read_parameters
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.named import Found
from item_bank.statistics.irt.ability import Abilities
from item_bank.statistics.irt.calibration import Calibration
from item_bank.statistics.irt.information import empirical_reliability
from item_bank.statistics.item_moments import Scored
from item_bank.statistics.responses import ItemDesign

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Modelled:
    """persons: EAP. lee: classification at the cuts, None without cuts or a total."""

    calibration: Calibration
    persons: Abilities
    irt: Found
    fit: list[Found]
    lee: Found | None


def classical(marked: Marked, scored: Scored, cuts: Sequence[float], drawn: bool | None = None) -> Found:
    """Items and test, precision of the totals, and sets where the key names some; where items were drawn for each
    candidate, the marginal reliability in place of alpha."""
    told = analysing.classical(marked, scored, drawn)
    precise = precision.precision(marked, told["alpha"], cuts)
    told["warnings"] = [*told["warnings"], *precise.pop("warnings")]
    told |= precise
    if sets(marked):
        told["by_set"] = by_set(marked, analysing.design(marked, drawn))
    if told["design"] == ItemDesign.DRAWN:
        told["marginal"] = _or_why("marginal", lambda: _marginal(marked, told["warnings"]), told["warnings"])
    return told


def _marginal(marked: Marked, warnings: list[str]) -> float:
    """Of the Rasch model: the least that a model can ask of the answers. Each candidate's error is that of his own
    items; the information of all would be that of a test which nobody took."""
    fitted = modelling.fitted(marked, "rasch")
    warnings += [f"marginal: {one}" for one in fitted.calibration.warnings]
    return empirical_reliability(modelling.abilities(fitted))


def modelled(
    marked: Marked, model: str, fixed: Path | None, ability: str, cuts: Sequence[float], *, score: bool, whole: bool
) -> Modelled:
    """score: S-X², whole: M2, too."""
    known = read_parameters(fixed, marked.items, model) if fixed else None
    fitted = modelling.fitted(marked, model, known)
    persons = modelling.abilities(fitted)
    irt = modelling.told(fitted, ability, persons, model_fit.persons(fitted))
    people, warnings = irt.pop("persons"), irt["warnings"]
    sums = _or_why("sums", lambda: model_tables.totals(fitted), warnings)
    irt["information"] = model_tables.information(fitted, sums)
    irt["sums"] = model_tables.by_score(fitted, sums) if sums else None
    irt["q3"] = _or_why("q3", lambda: model_fit.pairs(fitted), warnings)
    if whole:
        irt["global_fit"] = _or_why("global_fit", lambda: model_fit.whole(fitted), warnings)
    lee = model_tables.classification(fitted, sums, cuts) if sums and cuts else None
    return Modelled(fitted.calibration, persons, irt | {"persons": people}, model_fit.items(fitted, score=score), lee)


def unfit(marked: Marked, fixed: Path | None) -> str | None:
    """Why no response model can be calibrated, where that is for the answers and not for what was asked."""
    answered = [column[column >= 0] for column in marked.categories.T]
    if fixed or any(column.size and column.min() < column.max() for column in answered):
        return None
    why = "no response model can be calibrated: on no item did answers differ"
    return f"{why}. Add candidates, or give items' parameters with --fixed"


def completed(classical: Found, made: Modelled) -> Found:
    """With what a model tells of totals: Lee's classification, and errors by score of any items."""
    if classical.get("classification"):
        classical = classical | {"classification": classical["classification"] | {"lee": made.lee}}
    told = "conditional_sem: " if made.irt["sums"] else ""
    return classical | {"warnings": [one for one in classical["warnings"] if not told or not one.startswith(told)]}


def _or_why(name: str, make: Callable[[], T], warnings: list[str]) -> T | None:
    try:
        return make()
    except ValueError as obstacle:
        warnings.append(f"{name}: {obstacle}")
        return None
