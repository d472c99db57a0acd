"""What was assembled, put into the exam. Pure."""

from __future__ import annotations

import msgspec

from exam_engine.assembly.asking import Asked, Found
from exam_engine.authoring.definition import Draw, ExamDefinition, FixedItem, Plan


def same_blueprint(one: ExamDefinition, other: ExamDefinition) -> bool:
    """Whether what was assembled for one still fits the other, whatever else was changed."""
    return [section.plans for section in one.sections] == [section.plans for section in other.sections] and (
        one.matrix == other.matrix
    )


def taken(definition: ExamDefinition, found: Found, asked: Asked) -> ExamDefinition:
    """A single set becomes items of the sections, several become draws with what each form has. Sections that are
    filled by hand keep what they have."""
    place = 0
    sections = []
    for section in definition.sections:
        if not section.plans:
            sections.append(section)
            continue
        items: list[FixedItem] = []
        draws: list[Draw] = []
        for plan in section.plans:
            sets = [form.versions[place] for form in found.forms]
            place += 1
            if len(sets) == 1:
                items += [FixedItem(version, plan.points or None, plan.group) for version in sets[0]]
            else:
                draws.append(_draw(plan, sets))
        sections.append(msgspec.structs.replace(section, items=tuple(items), draws=tuple(draws)))
    forms = definition.forms
    if len(found.forms) > 1 and (forms < len(found.forms) or forms % len(found.forms)):
        forms = len(found.forms)
    own = asked.mode == "own"
    return msgspec.structs.replace(
        definition, sections=tuple(sections), forms=forms, individual=own or definition.individual
    )


def _draw(plan: Plan, sets: list[tuple[int, ...]]) -> Draw:
    versions = tuple(sorted({version for one in sets for version in one}))
    return Draw(plan.count, versions, plan.points or None, "", plan.group, tuple(sets))
