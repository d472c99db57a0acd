"""The numbers of a parametric item as one form has them: drawn by a pure, versioned function of a seed."""

from __future__ import annotations

from collections.abc import Callable

from item_bank.assembly.randomness import Stream

#: Of the rules by which a seed gives numbers. A change of any rule needs a new version beside the old one.
VERSION = 1


def chance(seed: str, version: int) -> Callable[[int], int]:
    """What draws an item's variables, the same for ever. Raises ValueError for a version that is not known."""
    if version != VERSION:
        raise ValueError(f"values of version {version} are not known")
    return Stream(seed, version, "values").below
