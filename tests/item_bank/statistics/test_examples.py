"""The examples in docs/statistics run as they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from item_bank.statistics.irt.models import Logistic
from item_bank.statistics.responses import classify

PAGES = Path(__file__).parents[3] / "docs" / "statistics"
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def at_hand() -> dict[str, Any]:
    """What the examples take as given: 400 persons, five items with four options, of which the first is right."""
    rng = np.random.default_rng(7)
    ability = rng.normal(size=(400, 1))
    right = (rng.random((400, 5)) < 1 / (1 + np.exp(-1.2 * (ability - rng.normal(size=5))))).astype(int)
    choices = np.where(right, 0, rng.integers(1, 4, right.shape))
    return {
        "responses": right, "right": right, "scores": right, "points": right.astype(float), "maxima": np.ones(5),
        "choices": choices, "marked": classify(right.astype(float)), "times": np.exp(rng.normal(3, 0.4, right.shape)),
        "groups": np.array(["north", "south"])[np.arange(400) % 2], "school": np.arange(400) % 3,
        "rooms": np.arange(400) // 25, "known": Logistic(1.0, 0.0), "scores_x": rng.integers(0, 41, 300) / 4,
        "scores_y": rng.integers(0, 41, 300) / 4,
    }  # fmt: skip


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_examples_run(page: Path, at_hand: dict[str, Any]) -> None:
    examples = EXAMPLE.findall(page.read_text(encoding="utf-8"))
    assert examples or page.stem == "keys", "every page shows how its functions are called"
    for example in examples:
        exec(compile(example, str(page), "exec"), dict(at_hand))
