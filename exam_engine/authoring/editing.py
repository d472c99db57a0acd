"""Changes of an exam's definition, pure: a definition and what the form said → a new definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from exam_engine.authoring.definition import Draw, ExamDefinition, FixedItem, Section
from exam_engine.kit.errors import _, invalid, not_found

T = TypeVar("T")


def add_section(definition: ExamDefinition, title: str) -> ExamDefinition:
    return _with(definition, (*definition.sections, Section(title)))


def change_section(definition: ExamDefinition, number: int, **values: object) -> ExamDefinition:
    changed = msgspec.structs.replace(_section(definition, number), **values)
    return _with(definition, _replaced(definition.sections, number, changed))


def remove_section(definition: ExamDefinition, number: int) -> ExamDefinition:
    _section(definition, number)
    return _with(definition, _without(definition.sections, number))


def move_section(definition: ExamDefinition, number: int, step: int) -> ExamDefinition:
    _section(definition, number)
    return _with(definition, _moved(definition.sections, number, step))


def add_items(definition: ExamDefinition, number: int, versions: Sequence[int]) -> ExamDefinition:
    """Items that the exam has already are left out: an item stands once in a paper."""
    used = used_versions(definition)
    fresh = tuple(FixedItem(version) for version in dict.fromkeys(versions) if version not in used)
    section = _section(definition, number)
    return change_section(definition, number, items=(*section.items, *fresh))


def change_item(
    definition: ExamDefinition, number: int, position: int, *, points: str | None, group: str | None
) -> ExamDefinition:
    section = _section(definition, number)
    found = _at(section.items, position)
    changed = msgspec.structs.replace(found, points=points, group=group)
    return change_section(definition, number, items=_replaced(section.items, position, changed))


def remove_item(definition: ExamDefinition, number: int, position: int) -> ExamDefinition:
    section = _section(definition, number)
    _at(section.items, position)
    return change_section(definition, number, items=_without(section.items, position))


def move_item(definition: ExamDefinition, number: int, position: int, step: int) -> ExamDefinition:
    section = _section(definition, number)
    _at(section.items, position)
    return change_section(definition, number, items=_moved(section.items, position, step))


def with_newest(definition: ExamDefinition, newer: Mapping[int, int]) -> ExamDefinition:
    """Newer versions of items in the place of those that are pinned or may be drawn."""

    def taken(versions: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(newer.get(version, version) for version in versions)

    def section(one: Section) -> Section:
        items = tuple(
            msgspec.structs.replace(item, version=newer.get(item.version, item.version)) for item in one.items
        )
        draws = tuple(
            msgspec.structs.replace(draw, versions=taken(draw.versions), chosen=tuple(map(taken, draw.chosen)))
            for draw in one.draws
        )
        return msgspec.structs.replace(one, items=items, draws=draws)

    return _with(definition, tuple(map(section, definition.sections)))


def add_draw(definition: ExamDefinition, number: int, draw: Draw) -> ExamDefinition:
    if draw.count > len(draw.versions):
        raise invalid(
            _("The pool has %(size)s items; %(count)s can't be drawn from it."),
            size=len(draw.versions),
            count=draw.count,
        )
    section = _section(definition, number)
    return change_section(definition, number, draws=(*section.draws, draw))


def remove_draw(definition: ExamDefinition, number: int, position: int) -> ExamDefinition:
    section = _section(definition, number)
    _at(section.draws, position)
    return change_section(definition, number, draws=_without(section.draws, position))


def used_versions(definition: ExamDefinition) -> set[int]:
    return {fixed.version for section in definition.sections for fixed in section.items}


def item_count(definition: ExamDefinition) -> int:
    """How many items each form has."""
    return sum(len(section.items) + sum(draw.count for draw in section.draws) for section in definition.sections)


def assembled(definition: ExamDefinition) -> int:
    """How many sets of items were assembled for the numbered forms; 0 where none were."""
    return max((len(draw.chosen) for section in definition.sections for draw in section.draws), default=0)


def scored_groups(section: Section) -> list[str | None] | None:
    """Of "choose one of" as many groups as are scored, the first ones; None where everything is."""
    if section.choose is None:
        return None
    groups = [one.group for one in section.items] + [one.group for one in section.draws]
    return list(dict.fromkeys(groups))[: section.choose]


def _section(definition: ExamDefinition, number: int) -> Section:
    return _at(definition.sections, number)


def _at(values: Sequence[T], position: int) -> T:
    """Somebody else may have changed the exam meanwhile; then the place is gone."""
    if not 0 <= position < len(values):
        raise not_found()
    return values[position]


def _with(definition: ExamDefinition, sections: tuple[Section, ...]) -> ExamDefinition:
    return msgspec.structs.replace(definition, sections=sections)


def _replaced(values: tuple[T, ...], position: int, value: T) -> tuple[T, ...]:
    return (*values[:position], value, *values[position + 1 :])


def _without(values: tuple[T, ...], position: int) -> tuple[T, ...]:
    return (*values[:position], *values[position + 1 :])


def _moved(values: tuple[T, ...], position: int, step: int) -> tuple[T, ...]:
    other = position + (1 if step > 0 else -1)
    if not 0 <= other < len(values):
        return values
    changed = list(values)
    changed[position], changed[other] = changed[other], changed[position]
    return tuple(changed)
