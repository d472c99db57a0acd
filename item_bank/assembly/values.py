"""The numbers of a parametric item as one form has them: a pure, versioned function of a seed that the form keeps."""

from __future__ import annotations

from item_bank.assembly.randomness import Stream
from item_bank.content import variants
from item_bank.content.model import Item

#: Of the rules by which a seed gives numbers. A change of any rule needs a new version beside the old one.
VERSION = 1


def with_values(item: Item, seed: str, version: int) -> Item:
    """The variant that the seed gives, the same for ever. Raises ProcessingError where no draw meets the item's
    constraints, ValueError for a version that is not known."""
    if version != VERSION:
        raise ValueError(f"values of version {version} are not known")
    return variants.variant(item, Stream(seed, version, "values").below)
