"""The order of a numbered form whose key letters are balanced (version 2 of the rules): which item comes next and where
its key stands are chosen together.

The items stand in a shuffled order and letters are drawn as from an urn, and both are taken back only where a letter
would otherwise be the key too often, too seldom or a third time in a row. What the pins do not allow is kept as nearly
as they do: the letters' numbers before the rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from item_bank.assembly.letters import ROW, Lettered, Room, allowed, bits
from item_bank.assembly.randomness import Stream

#: Steps of one search as far as no row is given up that pins do not force, and then; how many rows too many are tried
#: one after the other (the first twice, in another order).
_STEPS = 1_000
_FEWER_STEPS = 200
_MORE_ROWS = (0, 0, 1, 2, 4, 8, 16)
_WITHOUT = Lettered()


@dataclass(frozen=True, slots=True)
class Unit:
    """What moves together: the names of items, and whether they keep their order."""

    items: tuple[str, ...]
    keep_order: bool = True


Placement = tuple[str, int | None]


def arranged(stream: Stream, units: Sequence[Unit], lettered: Mapping[str, Lettered]) -> list[Placement]:
    """The items in their order, each with the letter of its key (None without one). `units`: those that change
    places with each other; `lettered`: of the items that have a key letter."""
    items = {name: lettered.get(name, _WITHOUT) for unit in units for name in unit.items}
    search = _Search(items)
    least = _rows_of_pins(units, items)
    for more in _MORE_ROWS:
        found = search.run(stream, units, least + more, len(items) + (_FEWER_STEPS if more else _STEPS))
        if found:
            return found
    found = search.run(stream, units, len(items), len(items) + 1)
    assert found is not None, "numbers of letters alone can always be kept"
    return found


@dataclass(frozen=True, slots=True)
class _State:
    """`open`: what is left of a unit that was begun; `before`: the letter before, `row`: how often by now;
    `broken`: how many letters may still come a third time in a row."""

    open: tuple[str, ...]
    keep: bool
    units: tuple[Unit, ...]
    counts: tuple[int, ...]
    before: int | None
    row: int
    broken: int


_Step = tuple[Placement, _State]


class _Search:
    """Depth first, with the states that led nowhere remembered by what matters of them."""

    def __init__(self, items: Mapping[str, Lettered]) -> None:
        self.items = items
        self.bounds = allowed(items.values())
        self.room = Room(bits(one) for one in items.values() if one.places)

    def run(self, stream: Stream, units: Sequence[Unit], broken: int, most: int) -> list[Placement] | None:
        """An order with `broken` letters at most that come a third time in a row, if one is found in `most` steps."""
        inside = [
            unit if unit.keep_order else replace(unit, items=tuple(stream.shuffled(unit.items))) for unit in units
        ]
        first = _State((), True, tuple(stream.shuffled(inside)), (0,) * len(self.bounds.most), None, 0, broken)
        path: list[tuple[Placement | None, _State, Iterator[_Step]]] = [(None, first, self._steps(stream, first))]
        dead: set[object] = set()
        for _step in range(most):
            _placed, state, steps = path[-1]
            if not state.open and not state.units:
                return [placed for placed, _state, _steps in path if placed]
            after = next((one for one in steps if self._essence(one[1]) not in dead), None)
            if after:
                path.append((*after, self._steps(stream, after[1])))
                continue
            dead.add(self._essence(state))
            path.pop()
            if not path:
                return None
        return None

    def _steps(self, stream: Stream, state: _State) -> Iterator[_Step]:
        tried = set()
        for name, left, keep, units in _next_items(state):
            one = self.items[name]
            inside = self._kinds(left)
            kind = (one.places, inside if keep else tuple(sorted(inside)), keep)  # of the unit: the rest follows
            if kind in tried:
                continue
            tried.add(kind)
            coming = [self.items[other] for other in (*left, *(own for unit in units for own in unit.items))]
            for letter in self._letters(stream, one, state.counts):
                after = self._after(state, letter, left, units, keep=keep)
                if after and self._can_go_on(after, coming):
                    yield (name, letter), after

    def _letters(self, stream: Stream, one: Lettered, counts: Sequence[int]) -> Iterator[int | None]:
        """All that the key may have, likelier first the more often they may still come, as from an urn."""
        if not one.places:
            yield None
        left = {place: self.bounds.most[place] - counts[place] for place in one.places}
        left = {place: many for place, many in left.items() if many > 0}
        while left:
            drawn = stream.below(sum(left.values())) if len(left) > 1 else 0
            sums = zip(left, accumulate(left.values()), strict=True)
            place = next(place for place, reached in sums if drawn < reached)
            del left[place]
            yield place

    def _after(
        self, state: _State, letter: int | None, left: tuple[str, ...], units: tuple[Unit, ...], *, keep: bool
    ) -> _State | None:
        if letter is None:
            return _State(left, keep, units, state.counts, None, 0, state.broken)
        row = state.row + 1 if letter == state.before else 1
        broken = state.broken - (row > ROW)
        counts = tuple(count + (n == letter) for n, count in enumerate(state.counts))
        return None if broken < 0 else _State(left, keep, units, counts, letter, row, broken)

    def _can_go_on(self, state: _State, coming: Sequence[Lettered]) -> bool:
        masks = Counter(bits(one) for one in coming if one.places)
        least = [low - count for low, count in zip(self.bounds.least, state.counts, strict=True)]
        most = [high - count for high, count in zip(self.bounds.most, state.counts, strict=True)]
        if not self.room(masks, least, most):
            return False
        for letter in range(len(most)):
            pinned = masks[1 << letter]
            behind = min(state.row, ROW) if letter == state.before else 0
            if pinned > ROW * (len(coming) - pinned + 1) - behind + state.broken:
                return False
        return True

    def _essence(self, state: _State) -> object:
        row = min(state.row, ROW)
        open_ = self._kinds(state.open) if state.keep else tuple(sorted(self._kinds(state.open)))
        return (
            open_,
            state.keep and bool(open_),
            self._kinds_of(state.units),
            state.counts,
            state.before,
            row,
            state.broken,
        )

    def _kinds(self, names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
        return tuple(self.items[name].places for name in names)

    def _kinds_of(self, units: Sequence[Unit]) -> object:
        kinds = [
            (unit.keep_order, self._kinds(unit.items) if unit.keep_order else tuple(sorted(self._kinds(unit.items))))
            for unit in units
        ]
        return tuple(sorted(Counter(kinds).items()))


def _next_items(state: _State) -> Iterator[tuple[str, tuple[str, ...], bool, tuple[Unit, ...]]]:
    """Each item that may come next, with what is then left of its unit, whether that keeps its order, and the units
    after it."""
    if state.open:
        for n, name in enumerate(state.open[:1] if state.keep else state.open):
            yield name, (*state.open[:n], *state.open[n + 1 :]), state.keep, state.units
        return
    for at, unit in enumerate(state.units):
        units = (*state.units[:at], *state.units[at + 1 :])
        for n, name in enumerate(unit.items[:1] if unit.keep_order else unit.items):
            yield name, (*unit.items[:n], *unit.items[n + 1 :]), unit.keep_order, units


def _rows_of_pins(units: Sequence[Unit], items: Mapping[str, Lettered]) -> int:
    """The fewest letters that come a third time in a row whatever is done: pins within units that keep their order, and
    one letter's pins against all that can stand between them."""
    inside = 0
    for unit in units:
        row, before = 0, None
        for name in unit.items if unit.keep_order else ():
            places = items[name].places
            letter = places[0] if len(places) == 1 else None
            row = 0 if letter is None else row + 1 if letter == before else 1
            before = letter
            inside += row > ROW
    pinned = Counter(one.places for one in items.values() if len(one.places) == 1)
    across = [many - ROW * (len(items) - many + 1) for many in pinned.values()]
    return max(inside, *across, 0)
