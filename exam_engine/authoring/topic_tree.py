"""The topics of a bank as a tree: "Hàm số > Hàm số bậc hai" lies in "Hàm số"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from item_bank.content.folding import sort_key
from item_bank.content.spread import lies_in, path_of
from item_bank.storage.filtering import WITHOUT

JOINT = " ▸ "


@dataclass(frozen=True, slots=True)
class Branch:
    """`path` names it in addresses; `depth` counts from 0; `items` lie in it or below."""

    path: str
    name: str
    depth: int
    items: int


def branches(counted: Iterable[tuple[str, int]]) -> list[Branch]:
    """From (topic, items), each branch before what is below it, in Vietnamese order. Letters' case makes no branch of
    its own: the first spelling names it."""
    items: Counter[tuple[str, ...]] = Counter()
    spelled: dict[tuple[str, ...], tuple[str, ...]] = {}
    for topic, count in counted:
        parts = path_of(topic)
        for depth in range(1, len(parts) + 1):
            key = tuple(part.casefold() for part in parts[:depth])
            spelled.setdefault(key, parts[:depth])
            items[key] += count
    ordered = sorted(items, key=lambda key: [sort_key(part) for part in key])
    return [Branch(JOINT.join(spelled[key]), spelled[key][-1], len(key) - 1, items[key]) for key in ordered]


def topics_in(topics: Iterable[str], branch: str) -> list[str]:
    """Those of a bank that lie in the branch, as the bank writes them; of `WITHOUT` the one that says nothing."""
    if branch == WITHOUT:
        return [""]
    return [topic for topic in topics if topic and lies_in(topic, branch)]
