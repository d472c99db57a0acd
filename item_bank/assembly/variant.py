"""Forms and variants as pure, versioned functions of a seed: what was drawn and shown can be made again years later.

Version 1 is pinned by golden tests. Version 2 draws by the same rules from streams of its own, and can balance the
letters of keys. A change of any rule that moves an item needs a new version beside the old ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from item_bank.assembly import balanced
from item_bank.assembly.blueprint import (
    N_,
    Arrangement,
    Blueprint,
    BlueprintError,
    Choices,
    Draw,
    Entry,
    Form,
    FormSection,
    Placed,
    Pools,
    Problem,
    problems,
)
from item_bank.assembly.letters import Lettered
from item_bank.assembly.randomness import Stream

#: The newest version of the rules; stored with every form and variant.
VERSION = 2
VERSIONS = (1, 2)

#: Where pools overlap, one draw may take what another can't do without; then all are drawn again from other streams.
_ATTEMPTS = 25

Unit = tuple[Entry, ...]


def draw(seed: str, version: int, blueprint: Blueprint, pools: Pools) -> Form:
    """The items of one form. No item comes twice; a group from a pool comes whole or not at all.

    Raises BlueprintError when the pools can't fill the blueprint.
    """
    _check(version)
    found = problems(blueprint, pools)
    if found:
        raise BlueprintError(found)
    drawn = _drawn_for_all(seed, version, blueprint, pools)
    return Form(
        tuple(
            FormSection(
                tuple(
                    entry
                    for p, part in enumerate(section.parts)
                    for entry in ([part] if isinstance(part, Entry) else drawn[s, p])
                ),
                section.title,
                section.shuffle_items,
                section.shuffle_options,
                section.choose,
            )
            for s, section in enumerate(blueprint.sections)
        )
    )


def arrange(
    seed: str, version: int, form: Form, choices: Mapping[str, Choices], keys: Mapping[str, str] | None = None
) -> Arrangement:
    """The order in which a candidate meets the items of a form and their options.

    Items move within their section (within their alternative where there are any); a group stays together and takes
    the place of one item. Options move among the places of movable options. Items without `choices` have no options.

    `keys`: item → the option that is its only key. From version 2 on their letters are then balanced, as far as pins
    allow, within each section and each alternative of one. Never with orders of which each candidate has another: see
    docs/decisions/balanced-forms.md.
    """
    _check(version)
    if keys is not None and version > 1:
        return Arrangement(
            tuple(_balanced(seed, version, n, section, choices, keys) for n, section in enumerate(form.sections))
        )
    sections = []
    for number, section in enumerate(form.sections):
        item_stream = Stream(seed, version, "items", str(number))
        option_stream = Stream(seed, version, "options", str(number))
        order = _ordered(item_stream, section) if section.shuffle_items else _joined(units(section.entries))
        sections.append(
            tuple(
                Placed(entry.item, _options(option_stream, section, choices.get(entry.item)), entry.alternative)
                for entry in order
            )
        )
    return Arrangement(tuple(sections))


def lettered(section: FormSection, choices: Mapping[str, Choices], keys: Mapping[str, str]) -> dict[str, Lettered]:
    """Where the keys of a section's items may stand."""
    return {
        entry.item: Lettered.of(choices[entry.item], keys[entry.item], shuffled=section.shuffle_options)
        for entry in section.entries
        if entry.item in keys
    }


def units(entries: Iterable[Entry]) -> list[Unit]:
    """Entries as what moves together: single items and groups, a group at the place of its first item."""
    together: dict[tuple[str | None, str, str], list[Entry]] = {}
    for entry in entries:
        kind, name = ("item", entry.item) if entry.group is None else ("group", entry.group)
        together.setdefault((entry.alternative, kind, name), []).append(entry)
    return [tuple(unit) for unit in together.values()]


def _check(version: int) -> None:
    if version not in VERSIONS:
        raise ValueError(f"assembly version {version} is unknown; known: {VERSIONS}")


def _drawn_for_all(
    seed: str, version: int, blueprint: Blueprint, pools: Pools, attempt: int = 0
) -> dict[tuple[int, int], list[Entry]]:
    """(section, part) → the entries drawn there."""
    taken = {part.item for section in blueprint.sections for part in section.parts if isinstance(part, Entry)}
    drawn: dict[tuple[int, int], list[Entry]] = {}
    again = (str(attempt),) if attempt else ()
    for place in _tightest_first(blueprint, pools):
        part = blueprint.sections[place[0]].parts[place[1]]
        assert isinstance(part, Draw)
        stream = Stream(seed, version, "draw", str(place[0]), str(place[1]), *again)
        chosen = _drawn(stream, part, pools[part.pool], taken)
        if chosen is None and attempt < _ATTEMPTS:
            return _drawn_for_all(seed, version, blueprint, pools, attempt + 1)
        if chosen is None:
            message = N_("Section %(section)s can't draw %(count)s items that are not used elsewhere.")
            raise BlueprintError([Problem(message, section=place[0] + 1, count=part.count)])
        taken |= {entry.item for entry in chosen}
        drawn[place] = chosen
    return drawn


def _tightest_first(blueprint: Blueprint, pools: Pools) -> list[tuple[int, int]]:
    """Where pools overlap, the draw with the least to spare goes first, so that a wide one does not starve it."""
    places = [
        (len({entry.item for entry in pools[part.pool]}) - part.count, s, p)
        for s, section in enumerate(blueprint.sections)
        for p, part in enumerate(section.parts)
        if isinstance(part, Draw)
    ]
    return [(s, p) for _, s, p in sorted(places)]


def _drawn(stream: Stream, part: Draw, pool: Sequence[Entry], taken: AbstractSet[str]) -> list[Entry] | None:
    # Sorted, because the database may give a pool in any order. The sort is stable: a group keeps its own order.
    free = [unit for unit in units(pool) if not taken & {entry.item for entry in unit}]
    order = stream.shuffled(sorted(free, key=lambda unit: min(entry.item for entry in unit)))
    chosen = _summing_to(part.count, order)
    if chosen is None:
        return None
    return [
        replace(entry, points=entry.points if part.points is None else part.points, alternative=part.alternative)
        for unit in chosen
        for entry in unit
    ]


def _summing_to(count: int, order: Sequence[Unit]) -> list[Unit] | None:
    """The first units, in this order, whose sizes add up to `count`; passes one over only where it would not fit.

    Single items alone: simply the first `count`, so every subset is equally likely.
    """
    reachable = [1]  # bit n of reachable[-1 - i]: the last i units can give n items
    for unit in reversed(order):
        reachable.append((reachable[-1] | reachable[-1] << len(unit)) & ((1 << count + 1) - 1))
    if not reachable.pop() >> count & 1:
        return None
    chosen = []
    for unit in order:
        after = reachable.pop()
        if len(unit) <= count and after >> (count - len(unit)) & 1:
            chosen.append(unit)
            count -= len(unit)
    return chosen


def _balanced(
    seed: str, version: int, number: int, section: FormSection, choices: Mapping[str, Choices], keys: Mapping[str, str]
) -> tuple[Placed, ...]:
    stream = Stream(seed, version, "balanced", str(number))
    option_stream = Stream(seed, version, "options", str(number))
    own = {entry.item: entry for entry in section.entries}
    placed = []
    for parts in _by_alternative(section).values():
        moving = [
            balanced.Unit(tuple(entry.item for entry in unit), any(entry.keep_order for entry in unit))
            for unit in parts
        ]
        if not section.shuffle_items:
            moving = [balanced.Unit(tuple(entry.item for entry in _joined(parts)))]
        for item, letter in balanced.arranged(stream, moving, lettered(section, choices, keys)):
            options = list(_options(option_stream, section, choices.get(item)))
            if letter is not None:
                # All orders that have the key there are as likely as they were.
                at = options.index(keys[item])
                options[at], options[letter] = options[letter], options[at]
            placed.append(Placed(item, tuple(options), own[item].alternative))
    if not section.shuffle_items:
        written = {entry.item: n for n, entry in enumerate(_joined(units(section.entries)))}
        placed.sort(key=lambda one: written[one.item])
    return tuple(placed)


def _by_alternative(section: FormSection) -> dict[str | None, list[Unit]]:
    found: dict[str | None, list[Unit]] = {}
    for unit in units(section.entries):
        found.setdefault(unit[0].alternative, []).append(unit)
    return found


def _ordered(stream: Stream, section: FormSection) -> list[Entry]:
    moved = []
    for alternative in _by_alternative(section).values():
        for unit in stream.shuffled(alternative):
            keep = any(entry.keep_order for entry in unit)
            moved.append(unit if keep else tuple(stream.shuffled(unit)))
    return _joined(moved)


def _joined(in_order: Iterable[Unit]) -> list[Entry]:
    return [entry for unit in in_order for entry in unit]


def _options(stream: Stream, section: FormSection, choices: Choices | None) -> tuple[str, ...]:
    if choices is None:
        return ()
    if not section.shuffle_options:
        return tuple(choices.ids)
    sets = choices.sets or [""] * len(choices.ids)
    options = list(zip(choices.ids, choices.movable, sets, strict=True))
    moved = {
        name: iter(stream.shuffled([one for one, moves, own in options if moves and own == name]))
        for name in dict.fromkeys(sets)
    }
    return tuple(next(moved[own]) if moves else one for one, moves, own in options)
