"""What the key letters of a section are to be, what its pins allow of it, and what a given order has of it.

Every letter is to be the key about as often as chance would have it, ± 1, and none more than twice in a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from item_bank.assembly.blueprint import Choices

#: At most so many equal letters in a row.
ROW = 2


@dataclass(frozen=True, slots=True)
class Lettered:
    """`options`: how many an item has; `places`: where its key may stand, counted from 0, ascending. Both empty where
    an item has no key letter: such an item ends a row of equal letters."""

    options: int = 0
    places: tuple[int, ...] = ()

    @classmethod
    def of(cls, choices: Choices, key: str, *, shuffled: bool) -> Lettered:
        """Of an item whose only key is the option `key`, in a section that shuffles options or does not."""
        at = list(choices.ids).index(key)
        sets = choices.sets or [""] * len(choices.ids)
        moving = enumerate(zip(choices.movable, sets, strict=True))
        free = tuple(n for n, (moves, own) in moving if moves and own == sets[at])
        return cls(len(choices.ids), free if shuffled and choices.movable[at] else (at,))


@dataclass(frozen=True, slots=True)
class Bounds:
    """How often each letter may be the key, from the first letter on."""

    least: tuple[int, ...]
    most: tuple[int, ...]


def wanted(items: Iterable[Lettered]) -> Bounds:
    """n/4 ± 1 of n items with four options; an item of k options counts 1/k for each of its letters."""
    lettered = [one for one in items if one.places]
    sizes = Counter(one.options for one in lettered)
    shares = [
        sum((Fraction(many, size) for size, many in sizes.items() if size > letter), Fraction(0))
        for letter in range(max(sizes, default=0))
    ]
    return Bounds(tuple(max(0, ceil(one - 1)) for one in shares), tuple(floor(one + 1) for one in shares))


class Room:
    """Whether items that are still to come can keep bounds: the condition of Hall for both bounds (Mendelsohn and
    Dulmage 1958: where an assignment keeps the upper bounds and another one the lower, one keeps both)."""

    def __init__(self, masks: Iterable[int]) -> None:
        """`masks`: of all items that may come, the letters of each as bits."""
        unions = {0}
        for mask in set(masks):
            unions |= {union | mask for union in unions}
        self._unions = sorted(unions)

    def __call__(self, coming: Counter[int], least: Sequence[int], most: Sequence[int]) -> bool:
        """`coming`: how many items of each mask; `least`, `most`: what is still needed and free of each letter."""
        needed = sum(max(0, one) for one in least)
        total = sum(coming.values())
        for union in self._unions:
            inside = sum(many for mask, many in coming.items() if not mask & ~union)
            free = needs = 0
            for letter, (low, high) in enumerate(zip(least, most, strict=True)):
                if union >> letter & 1:
                    free += high
                    needs += max(0, low)
            if inside > free or total - inside < needed - needs:
                return False
        return True


def allowed(items: Iterable[Lettered]) -> Bounds:
    """What is wanted where the pins allow it, else as near to it as they do: the letters share what is lacking."""
    lettered = [one for one in items if one.places]
    aim = wanted(lettered)
    coming = Counter(bits(one) for one in lettered)
    room = Room(coming)
    none, all_ = [0] * len(aim.most), [len(lettered)] * len(aim.most)
    # Each bound by itself: what keeps both can be had where each can.
    less = _slack(len(none), lambda less: room(coming, _lowered(aim.least, less), all_))
    more = _slack(len(none), lambda more: room(coming, none, _raised(aim.most, more)))
    return Bounds(_lowered(aim.least, less), _raised(aim.most, more))


def _slack(letters: int, enough: Callable[[Sequence[int]], bool]) -> list[int]:
    """As little as will do for each letter, and the largest as small as can be."""
    slack = [0] * letters
    while not enough(slack):
        slack = [one + 1 for one in slack]
    loose = set(range(letters))
    while loose:
        for letter in sorted(loose):
            tighter = [one - (n == letter) for n, one in enumerate(slack)]
            if slack[letter] and enough(tighter):
                slack = tighter
            else:
                loose.discard(letter)
    return slack


def _lowered(least: Sequence[int], slack: Sequence[int]) -> tuple[int, ...]:
    return tuple(max(0, one - less) for one, less in zip(least, slack, strict=True))


def _raised(most: Sequence[int], slack: Sequence[int]) -> tuple[int, ...]:
    return tuple(one + more for one, more in zip(most, slack, strict=True))


def bits(one: Lettered) -> int:
    return sum(1 << place for place in one.places)


@dataclass(frozen=True)
class Balance:
    """Of one section (one alternative of it) in one order. `letters`: where the key of each item stands, None for an
    item without; `pinned`: how many keys cannot leave their letter, letter by letter."""

    items: tuple[Lettered, ...]
    letters: tuple[int | None, ...]

    @cached_property
    def aim(self) -> Bounds:
        return wanted(self.items)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        found = Counter(self.letters)
        return tuple(found[letter] for letter in range(len(self.aim.most)))

    @cached_property
    def pinned(self) -> tuple[int, ...]:
        found = Counter(one.places[0] for one in self.items if len(one.places) == 1)
        return tuple(found[letter] for letter in range(len(self.aim.most)))

    @cached_property
    def longest(self) -> int:
        """The most equal letters in a row."""
        rows, before, best = 0, None, 0
        for letter in self.letters:
            rows = 0 if letter is None else rows + 1 if letter == before else 1
            before, best = letter, max(best, rows)
        return best

    @property
    def off(self) -> tuple[int, ...]:
        """The letters that are the key too seldom or too often."""
        bounds = zip(self.aim.least, self.counts, self.aim.most, strict=True)
        return tuple(letter for letter, (low, count, high) in enumerate(bounds) if not low <= count <= high)

    @property
    def met(self) -> bool:
        return not self.off and self.longest <= ROW
