"""What a change of many items does to one of them: labels, tags, and what becomes of its state."""

from __future__ import annotations

import msgspec

from item_bank.content.model import Item

LABELS = ("subject", "grade", "topic", "level", "language")
#: What empties a label; a field left blank keeps it.
NOTHING = ("-", "–")
MOST_TAGS = 30


class TooManyTags(ValueError):
    pass


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """`labels`: only those that change. `status`: one of `sending.ACTS`, or nothing."""

    labels: dict[str, str] = {}
    add_tag: str = ""
    drop_tag: str = ""
    status: str = ""

    @property
    def empty(self) -> bool:
        return not (self.labels or self.add_tag or self.drop_tag or self.status)

    def of(self, item: Item) -> Item:
        """Raises TooManyTags."""
        tags = [tag for tag in item.tags if tag != self.drop_tag]
        if self.add_tag and self.add_tag not in tags:
            tags.append(self.add_tag)
        if len(tags) > max(MOST_TAGS, len(item.tags)):
            raise TooManyTags
        return msgspec.structs.replace(item, **self.labels, tags=tuple(tags))
