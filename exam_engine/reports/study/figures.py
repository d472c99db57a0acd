"""The figures of a sitting in full, as far as its number of candidates carries them (`enough`). Needs numpy."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from exam_engine.measuring.figures import analysing, composing, differences, positions
from exam_engine.measuring.files.labelling import of_those
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.named import Found
from exam_engine.measuring.report.analysed import Analysed
from exam_engine.reports.bands import CUTS
from exam_engine.reports.enough import enough
from exam_engine.reports.study.sample import Sample
from item_bank.statistics.item_moments import score
from item_bank.statistics.times.rapid_guessing import normative_thresholds, rapid_guessing
from item_bank.statistics.times.speededness import speededness

#: Of rapid guessing: a tenth of an item's mean time, ten seconds at most (Wise & Ma 2012).
SHARE, LONGEST = 0.10, 10.0


def study(sample: Sample, title: str) -> Analysed:
    """title: of the report. `told` is the document of `exam-engine analyse`, with `groupings` (one of `dif` each),
    `times`, `speededness` and `dimension`; what too few candidates took is None."""
    marked = sample.marked
    n = len(marked.rows)
    scored = score(marked.responses)
    most = float(marked.responses.maxima.sum())
    cuts = [float(share) * most for share in CUTS] if enough("reliability", n) else []
    told: Found = {"n_persons": n, "n_items": len(marked.items), "model": None, "irt": None, "fit": [], "dif": []}
    told["classical"] = composing.classical(marked, scored, cuts)
    told |= positions.told(marked) | analysing.answers(marked, scored, groups=3 if enough("thirds", n) else 2)
    calibration = persons = None
    model = "2pl" if enough("2pl", n) else "rasch"
    if enough("rasch", n) and not composing.unfit(marked, None):
        try:
            made = composing.modelled(marked, model, None, "eap", cuts, score=False, whole=False)
        except ValueError as obstacle:
            told["classical"]["warnings"].append(f"model: {obstacle}")
        else:
            calibration, persons = made.calibration, made.persons
            told["classical"] = composing.completed(told["classical"], made)
            told |= {"model": model, "irt": made.irt, "fit": made.fit}
    told["groupings"] = [_grouping(marked, name, labels) for name, labels in sample.groups.items()]
    told["dif"] = [row for grouping in told["groupings"] for row in grouping["items"]]
    told["dimension"] = _dimension(marked) if enough("rasch", n) else None
    told |= _timed(sample)
    return Analysed(title, marked, scored, told, calibration, persons, groups=3 if enough("thirds", n) else 2)


def stored(told: Mapping[str, Any]) -> Found:
    """What is kept: candidates are in the results, and their abilities follow from the items."""
    kept = dict(told)
    if kept["irt"]:
        kept["irt"] = {name: value for name, value in kept["irt"].items() if name != "persons"}
    return kept


def _grouping(marked: Marked, name: str, labels: Sequence[str | None]) -> Found:
    """Sizes and means of the groups; differences of items only between groups that are large enough."""
    of_rows = of_those(marked, labels)
    sizes = Counter(one for one in of_rows if one is not None)
    found: Found = {"name": name, "groups": list(_means(marked, of_rows, sizes)), "items": [], "matching": None}
    found["n"] = sum(sizes.values())
    if name == "form" and marked.forms:  # their items are compared by position, on the page of the forms
        return found
    large = {one for one, size in sizes.items() if enough("dif_group", size)}
    if len(large) < 2 or not enough("dif", sum(sizes[one] for one in large)):
        return found
    try:
        compared = differences.differences(marked, [one if one in large else None for one in labels], None)
    except ValueError as obstacle:
        return found | {"obstacle": str(obstacle)}
    found["items"], found["sets"] = compared.pop("items"), compared.pop("sets", [])
    return found | {"matching": compared}


def _means(marked: Marked, labels: Sequence[str | None], sizes: Mapping[str, int]) -> Iterator[Found]:
    """The share of the points of what each was presented with; fewer than twenty are only counted."""
    responses = marked.responses
    worth = np.where(responses.presented, responses.maxima, 0.0).sum(axis=1)
    shares = responses.totals() / worth
    of = np.array([one or "" for one in labels])
    for name, size in sorted(sizes.items(), key=lambda one: (-one[1], one[0])):
        mean = half = None
        if enough("interval", size):
            inside = shares[of == name]
            mean, half = float(inside.mean()), 1.96 * float(inside.std(ddof=1)) / math.sqrt(size)
        yield {"group": name, "n": size, "mean": mean, "half": half}


def _dimension(marked: Marked) -> Found | None:
    """Eigenvalues of the correlations of items that vary. A first one of 20 % or more speaks for one ability that
    decides (Reckase 1979)."""
    points = marked.responses.points()
    varying = points[:, points.std(axis=0) > 0] if marked.responses.presented.all() else points[:, :0]
    if varying.shape[1] < 3:
        return None
    values = np.linalg.eigvalsh(np.corrcoef(varying, rowvar=False))[::-1]
    return {"share": float(values[0] / values.sum()), "ratio": float(values[0] / values[1]), "values": values[:8]}


def _timed(sample: Sample) -> Found:
    marked, times = sample.marked, sample.times
    told: Found = {"times": None, "speededness": None}
    if enough("interval", len(marked.rows)):
        told["speededness"] = asdict(speededness(marked.responses))
    if times is None or not enough("verdict", len(times.rows)):
        return told
    thresholds = normative_thresholds(times.seconds, SHARE, LONGEST)
    found = rapid_guessing(times.seconds, thresholds)
    rows = []
    for place, item in enumerate(times.items):
        there = times.seconds[~np.isnan(times.seconds[:, place]), place]
        known = {"mean": float(there.mean()), "median": float(np.median(there))} if there.size else {}
        counts = {"n": there.size, "rapid": int(found.rapid[:, place].sum()), "fidelity": float(found.fidelity[place])}
        rows.append({"item": item, "mean": None, "median": None, "threshold": thresholds[place], **counts, **known})
    return told | {"times": {"n": len(times.rows), "items": rows, "unmotivated": found.unmotivated}}
