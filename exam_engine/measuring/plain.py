"""Figures as JSON knows them."""

from __future__ import annotations

import math
from typing import Any


def plain(value: Any) -> Any:
    """Lists for arrays and tuples; a figure that is not defined is null: JSON knows no other word for it."""
    if hasattr(value, "tolist"):  # an array or number of numpy
        value = value.tolist()
    match value:
        case dict():
            return {str(name): plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case float() if not math.isfinite(value):
            return None
    return value
