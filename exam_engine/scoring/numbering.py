"""The number of an item within an exam, for people: its place in the definition, whatever the forms make of it."""

from __future__ import annotations

from exam_engine.authoring.definition import ExamDefinition


def versions_in_order(definition: ExamDefinition) -> tuple[int, ...]:
    """Item versions, number 1 first: section by section, pinned items before the pools."""
    found: dict[int, None] = {}
    for section in definition.sections:
        found |= dict.fromkeys(fixed.version for fixed in section.items)
        found |= dict.fromkeys(version for draw in section.draws for version in draw.versions)
    return tuple(found)


def version_of_number(definition: ExamDefinition, number: int) -> int | None:
    versions = versions_in_order(definition)
    return versions[number - 1] if 0 < number <= len(versions) else None
