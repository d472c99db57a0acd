"""What the several difficulties of an item with ordered categories say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exam_engine.kit.errors import _


def of_thresholds(told: Mapping[str, Any], say: Callable[..., str]) -> str:
    """One sentence for a document whose response model has thresholds; else nothing."""
    model = told.get("irt") or {}
    if not any(len(row.get("thresholds", ())) > 1 for row in model.get("items", ())):
        return ""
    if model["model"] == "grm":
        return say(
            _(
                "An item with several categories (of a true/false cluster: how many statements are right) has one b "
                "for each category but the lowest: the ability at which half of the candidates reach it or a higher "
                "one."
            )
        )
    return say(
        _(
            "An item with several categories (of a true/false cluster: how many statements are right) has one b for "
            "each step: the ability at which a category and the one below it are equally likely. The b need not rise."
        )
    )
