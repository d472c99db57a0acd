"""Where calibration begins: parameters from shares of categories and correlations with the rest of the test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from item_bank.statistics.irt.exponents import Unordered
from item_bank.statistics.irt.layout import UNIT_SLOPE, Layout
from item_bank.statistics.responses import Floats

#: Persons of a group who are looked at.
SAMPLE = 1500


def starting_values(responses: Sequence[NDArray[np.integer]], weights: Sequence[Floats], layout: Layout) -> Floats:
    """responses, weights: of each group. The estimated parameters to begin with."""
    full = layout.held.copy()
    samples = [_sample(*one) for one in zip(responses, weights, strict=True)]
    slopes = [_slopes(*sample) for sample in samples]
    for slot, first in zip(layout.slots, layout.first_parameter, strict=True):
        if slot.fixed is not None:
            continue
        counts = np.full(slot.kind.categories, 0.5)
        for group in slot.groups:
            answers, persons = samples[group]
            counts += np.bincount(answers[:, slot.item] + 1, weights=persons, minlength=counts.size + 1)[1:]
        slope = float(np.mean([slopes[group][slot.item] for group in slot.groups]))
        if slot.model in UNIT_SLOPE:
            slope = 1.0
        elif isinstance(slot.kind, Unordered):  # its categories have no order that a score could follow
            slope = 0.5
        full[first : first + slot.kind.size] = slot.kind.start(slope, counts / counts.sum())
    return _shared(full, layout)


def _shared(full: Floats, layout: Layout) -> Floats:
    """Of parameters that are one, the mean."""
    free = layout.index >= 0
    sums = np.bincount(layout.index[free], weights=full[free], minlength=layout.size)
    return np.asarray(sums / np.bincount(layout.index[free], minlength=layout.size), dtype=np.float64)


def _sample(responses: NDArray[np.integer], weights: Floats) -> tuple[NDArray[np.integer], Floats]:
    step = max(1, len(responses) // SAMPLE)
    return responses[::step], weights[::step]


def _slopes(responses: NDArray[np.integer], weights: Floats) -> Floats:
    """(k,) slope of each item, as if its correlation with the other items' mean score were one with the ability."""
    there = responses >= 0
    most = np.maximum(responses.max(axis=0, initial=1), 1)
    scores = np.where(there, responses / most, 0.0)
    weight = weights / max(weights.sum(), 1e-12)
    means = weight @ scores / np.maximum(weight @ there, 1e-12)
    away = np.where(there, scores - means, 0.0)
    answered = np.maximum(there.sum(axis=1, keepdims=True) - there, 1)
    rest = (away.sum(axis=1, keepdims=True) - away) / answered
    spread = np.sqrt((weight @ away**2) * (weight @ (rest**2 * there)))
    r = (weight @ (away * rest)) / np.maximum(spread, 1e-12)
    # The rest is unreliable itself, the more so the less items have in common.
    loading = np.clip(r / np.sqrt(np.clip(np.mean(r), 0.3, 0.95)), -0.85, 0.85)
    slope = 1.7 * loading / np.sqrt(1 - loading**2)
    return np.asarray(np.where(np.abs(slope) < 0.2, 0.2, slope))
