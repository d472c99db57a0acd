"""What of which item an exported file does not hold, told once for all items that lose the same."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from exam_engine.authoring.exporting import Found
from exam_engine.authoring.showing import excerpt
from item_bank.formats.written import Written

#: So many of a group are named; of the others the page says that there are more.
_NAMED = 50


class Group(msgspec.Struct):
    """What is told of several items in the same words; items: (public id, words that name it) of the first ones."""

    text: str
    written: bool
    count: int = 0
    items: list[tuple[str, str]] = msgspec.field(default_factory=list)


def groups(found: Found, made: Written, translate: Callable[..., str]) -> list[Group]:
    """Those that are not in the file first, then what most items lose."""
    words = {one.identifier: one.item.title or excerpt(one.item, 60) for one in found.items}
    told: dict[tuple[str, bool], Group] = {}
    for note in made.notes:
        group = told.setdefault((text := note.reason.told(translate), note.written), Group(text, note.written))
        group.count += 1
        if len(group.items) < _NAMED:
            group.items.append((note.item, words.get(note.item, note.item)))
    return sorted(told.values(), key=lambda one: (one.written, -one.count))
