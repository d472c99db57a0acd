"""What a reviewer vouches for: everything in an item but where it is filed (docs/decisions/bulk-edits.md)."""

from __future__ import annotations

from typing import Final

import msgspec

from item_bank.content.model import Item
from item_bank.review.states import Act

#: Topic and level are lines of every checklist, language is what candidates read: those are not filing.
FILING: Final = ("subject", "grade", "tags")


def act_of(before: Item, after: Item) -> Act:
    """Which act a version is that follows another."""
    same = _without_shelf(before) == _without_shelf(after)
    return Act.FILE if same else Act.CHANGE


def _without_shelf(item: Item) -> Item:
    return msgspec.structs.replace(item, subject="", grade="", tags=())
