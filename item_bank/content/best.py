"""The most that a composite item can earn, for its rules say only what an answer earns."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from item_bank.content.model import Composite
from item_bank.content.processing.declared import Declaration
from item_bank.content.processing.rules import MAXIMA, processed, score_name
from item_bank.content.processing.scope import declared_of
from item_bank.content.processing.values import (
    Atom,
    Maybe,
    ProcessingError,
    container,
    of_fields,
    parsed,
    parsed_number,
    single,
)


def maximum(composite: Composite) -> Fraction | None:
    """What the item declares (`normalMaximum` of SCORE, or MAXSCORE); else the most that its key, or the best of its
    mapped answers, earns. None where nothing tells."""
    declared = declared_of(composite.declarations)
    score = declared.get(score_name(composite.declarations, composite.rules))
    texts = [score.maximum if score else ""]
    for name in MAXIMA:
        found = declared.get(name)
        texts += [found.default[0].text] if found and found.default else []
    told = [value for text in texts if (value := _positive(text))]
    if told:
        return told[0]
    earned = [value for value in (_earned(composite, one) for one in _tries(composite)) if value]
    return max(earned, default=None)


def _positive(text: str) -> Fraction | None:
    try:
        value = parsed_number(text)
    except ProcessingError:
        return None
    return value if value > 0 else None


def _tries(composite: Composite) -> Iterator[dict[str, Maybe]]:
    """Responses that may earn the most: the declared key, and the best of every mapping."""
    responses = [one for one in composite.declarations if one.kind == "response"]
    keys = {one.identifier: _quietly(one) for one in responses}
    best = {one.identifier: _best_mapped(one) for one in responses}
    yield keys
    yield {name: best[name] if best[name] is not None else keys[name] for name in keys}
    yield {name: keys[name] if keys[name] is not None else best[name] for name in keys}


def _quietly(declared: Declaration) -> Maybe:
    try:
        return of_fields(declared, declared.correct)
    except ProcessingError:
        return None


def _best_mapped(declared: Declaration) -> Maybe:
    """Every answer that earns something, or of a single value the one that earns the most."""
    entries: list[tuple[Fraction, Atom]] = []
    try:
        for entry in declared.mapping.entries if declared.mapping else ():
            entries += [(parsed_number(entry.value), parsed(declared.base_type, entry.key))]
        for spot in declared.areas.entries if declared.areas else ():
            entries += [(parsed_number(spot.value), _within(spot.area.shape, spot.area.coords))]
    except ProcessingError:
        return None
    earning = [(value, atom) for value, atom in entries if value > 0]
    if not earning:
        return None
    if declared.cardinality == "single":
        return single(declared.base_type, max(earning, key=lambda one: one[0])[1])
    return container(declared.cardinality, declared.base_type, [atom for _value, atom in earning])


def _within(shape: str, coords: tuple[str, ...]) -> Atom:
    """A point of the area (of a polygon its first corner, for edges belong to it)."""
    numbers = [parsed_number(one) for one in coords]
    if shape == "rect" and len(numbers) == 4:
        return (numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2
    return (numbers[0], numbers[1]) if len(numbers) > 1 else (Fraction(0), Fraction(0))


def _earned(composite: Composite, responses: dict[str, Maybe]) -> Fraction | None:
    try:
        value = processed(composite.declarations, composite.rules, responses).values.get(
            score_name(composite.declarations, composite.rules)
        )
    except ProcessingError:
        return None
    atom = value.atoms[0] if value and value.single else None
    return atom if isinstance(atom, Fraction) else None
