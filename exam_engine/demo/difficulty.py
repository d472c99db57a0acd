"""How hard the demo's items are for its invented pupils, derived from level, type and title, so that nothing is drawn.

Logistic model with a lower asymptote (Birnbaum, 1968): P(θ) = c + (1 − c) / (1 + exp(−a(θ − b))).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

from item_bank.content.model import Item, digest

#: Difficulty b by level, in units of the abilities' standard deviation.
BY_LEVEL = {"Biết": -1.5, "Hiểu": -0.3, "Vận dụng": 0.8}
WITHOUT_LEVEL = -0.5
JITTER, JITTER_WITHOUT_LEVEL = 0.6, 1.3
HARDER = {"numeric": 0.25, "short_text": 0.2, "multiple_choice": -0.2}
GUESSING = {"single_choice": 0.2, "true_false_cluster": 0.5, "multiple_choice": 0.5}

#: Median seconds of an unhurried pupil; `play` scales them to the time that the exam allows.
SECONDS = {"single_choice": 80, "multiple_choice": 110, "true_false_cluster": 270, "numeric": 300, "short_text": 50}
ESSAY_SECONDS = 900
SLOWER = {"Biết": 0.7, "Hiểu": 1.0, "Vận dụng": 1.5}


@dataclass(frozen=True, slots=True)
class Parameters:
    """`discrimination` a > 0, `difficulty` b in −2.2..1.2, `guessing` c in 0..0.5, `seconds` median response time."""

    discrimination: float
    difficulty: float
    guessing: float
    seconds: float

    def chance(self, ability: float) -> float:
        curve = 1 / (1 + math.exp(-self.discrimination * (ability - self.difficulty)))
        return self.guessing + (1 - self.guessing) * curve


def parameters(item: Item, level: str | None = None, part: str = "") -> Parameters:
    """The parameters of an item, or of one statement of a cluster (its own `level`, its id as `part`)."""
    name = f"{name_of(item)}/{part}"
    said = item.level if level is None else level
    level_b = BY_LEVEL.get(said, WITHOUT_LEVEL) + HARDER.get(item.type, 0.0)
    spread = JITTER if said in BY_LEVEL else JITTER_WITHOUT_LEVEL
    jitter = spread * (2 * fixed(name, "difficulty") - 1)
    return Parameters(
        discrimination=0.9 + 0.9 * fixed(name, "discrimination"),
        difficulty=min(1.2, max(-2.2, level_b + jitter)),
        guessing=GUESSING.get(item.type, 0.0),
        seconds=SECONDS.get(item.type, ESSAY_SECONDS) * SLOWER.get(item.level, 1.0),
    )


def name_of(item: Item) -> str:
    return item.title or digest(item)


def fixed(name: str, purpose: str) -> float:
    """A number in 0..1 that depends on nothing but these words."""
    found = hashlib.sha256(f"{purpose}:{name}".encode()).digest()
    return int.from_bytes(found[:6]) / 2**48
