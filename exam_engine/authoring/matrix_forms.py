"""What the page of the blueprint says, checked and turned into a changed definition.

Fields: `topic.R`; for each line P of `matrices.places` `kind.P`, `count.P`, `points.P`, `group.P`; for each section S
`title.S` and `choose.S`; `cell.P.R.LEVEL`, where R is "all" for the level's total and LEVEL "all" for the topic's;
`level.LEVEL`: points of the whole paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from exam_engine.authoring import matrices
from exam_engine.authoring.definition import Cell, ExamDefinition, Matrix, Plan, Section
from exam_engine.authoring.matrices import ALL, Place
from exam_engine.kit.errors import _, invalid
from exam_engine.kit.forms import Reading
from item_bank.content.rational import rational_or_none
from item_bank.content.spread import KINDS, LEVELS

MOST_TOPICS, MOST_PLANS, MOST_ITEMS = 60, 20, 200


def read(form: Reading, definition: ExamDefinition) -> ExamDefinition:
    """The definition with what the form says; `form.errors` names the fields that do not fit."""
    before = definition.matrix or Matrix()
    kept = [row for row in range(len(before.topics)) if form.text(f"topic.{row}", required=False)]
    topics = {row: form.text(f"topic.{row}") for row in kept}
    by_points = form.form.get("by_points") == "1"
    found = [
        (place, _plan(form, number, place, topics, before.by_points))
        for number, place in enumerate(matrices.places(definition))
    ]
    sections = [
        _section(form, number, section, [plan for place, plan in found if place.section == number and plan])
        for number, section in enumerate(definition.sections)
    ]
    matrix = msgspec.structs.replace(
        before,
        topics=_once([*topics.values(), *_lines(form)], form),
        bank=form.text("bank", required=False),
        subject=form.text("subject", required=False),
        grade=form.text("grade", required=False),
        approved=form.form.get("approved") == "1",
        levels={level: told for level in LEVELS if (told := _points(form, f"level.{level}", zero=True))},
        by_points=by_points,
    )
    return matrices.with_plans(definition, matrix, sections)


def acted(definition: ExamDefinition, action: str) -> ExamDefinition:
    """One of the buttons of the form, after what it says was read."""
    name, _dot, tail = action.partition(".")
    number = int(tail) if tail.isdecimal() else -1
    match name:
        case "section":
            return _with(definition, (*definition.sections, Section(f"Phần {len(definition.sections) + 1}")))
        case "kind" if 0 <= number < len(definition.sections):
            section = definition.sections[number]
            more = msgspec.structs.replace(section, plans=(*section.plans, Plan("short", 1))[:MOST_PLANS])
            return _changed(definition, number, more)
        case "group" if 0 <= number < len(definition.sections):
            return _changed(definition, number, _with_group(definition.sections[number]))
        case "remove" if 0 <= number < len(matrices.places(definition)):
            place = matrices.places(definition)[number]
            section = definition.sections[place.section]
            left = tuple(one for one in section.plans if one is not place.plan)
            if len({one.group for one in left}) < 2:
                left = tuple(msgspec.structs.replace(one, group=None) for one in left)
            choose = section.choose if any(one.group for one in left) else None
            return _changed(definition, place.section, msgspec.structs.replace(section, plans=left, choose=choose))
        case "drop" if 0 <= number < len((definition.matrix or Matrix()).topics):
            return without_topic(definition, number)
    return definition


def without_topic(definition: ExamDefinition, row: int) -> ExamDefinition:
    """The row goes with its numbers."""
    matrix = definition.matrix or Matrix()
    topic = matrix.topics[row]
    rows = (*matrix.topics[:row], *matrix.topics[row + 1 :])

    def without(plan: Plan) -> Plan:
        return msgspec.structs.replace(plan, cells=tuple(one for one in plan.cells if one.topic != topic))

    sections = [
        msgspec.structs.replace(one, plans=tuple(map(without, one.plans))) if one.plans else one
        for one in definition.sections
    ]
    return matrices.with_plans(definition, msgspec.structs.replace(matrix, topics=rows), sections)


def with_topics(definition: ExamDefinition, topics: Sequence[str]) -> ExamDefinition:
    """Rows for those that have none yet."""
    matrix = definition.matrix or Matrix()
    rows = tuple(dict.fromkeys((*matrix.topics, *topics)))[:MOST_TOPICS]
    return msgspec.structs.replace(definition, matrix=msgspec.structs.replace(matrix, topics=rows))


def _lines(form: Reading) -> list[str]:
    """New rows, one in a line."""
    text = form.form.get("new_topics")
    return [
        one
        for line in (text if isinstance(text, str) else "").splitlines()[:MOST_TOPICS]
        if (one := Reading({"topic": line}).text("topic", required=False, longest=200))
    ]


def _once(topics: Sequence[str], form: Reading) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(topics))
    if len(found) > MOST_TOPICS:
        form.errors["new_topics"] = _("This is too long.")
    return found[:MOST_TOPICS]


def _plan(form: Reading, number: int, place: Place, topics: Mapping[int, str], by_points: bool) -> Plan | None:
    kind = form.text(f"kind.{number}", required=False)
    if not kind:
        return None
    if kind not in KINDS:
        form.errors[f"kind.{number}"] = _("Please choose one of the list.")
        return None
    points = _points(form, f"points.{number}")
    plan = Plan(kind, _whole(form, f"count.{number}", 1, MOST_ITEMS), points)
    group = form.text(f"group.{number}", required=False, longest=60) if place.plan and place.plan.group else None
    if place.plan and place.plan.group and not group:
        form.errors[f"group.{number}"] = _("Please fill in this field.")
    cells = {
        (topic, level): Cell(count, topic, level)
        for row, topic in (*((str(row), topic) for row, topic in topics.items()), ("all", ALL))
        for level in (*LEVELS, ALL)
        if (row, level) != ("all", ALL)
        and (count := _count(form, f"cell.{number}.{row}.{level or 'all'}", plan, by_points)) is not None
    }
    return msgspec.structs.replace(plan, cells=tuple(cells.values()), group=group)


def _section(form: Reading, number: int, section: Section, found: Sequence[Plan]) -> Section:
    title = form.text(f"title.{number}") or section.title
    choose = section.choose
    if any(one.group for one in found):
        groups = {one.group for one in found}
        choose = _whole(form, f"choose.{number}", 1, max(1, len(groups) - 1))
        if len(found) > 1 and len(groups) < 2:
            form.errors[f"title.{number}"] = _("The groups of one section need names of their own.")
    return msgspec.structs.replace(section, title=title, plans=tuple(found), choose=choose)


def _with_group(section: Section) -> Section:
    """One more group to choose from; the first two get names to be changed."""
    if len(section.plans) >= MOST_PLANS:
        raise invalid(_("This section has as many groups as there can be."))
    plans = section.plans or (Plan("choice", 1),)
    named = [msgspec.structs.replace(one, group=one.group or _letter(n)) for n, one in enumerate(plans)]
    fresh = msgspec.structs.replace(plans[-1], cells=(), group=_letter(len(plans)))
    return msgspec.structs.replace(section, plans=(*named, fresh), choose=section.choose or 1)


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _changed(definition: ExamDefinition, number: int, section: Section) -> ExamDefinition:
    return _with(definition, (*definition.sections[:number], section, *definition.sections[number + 1 :]))


def _with(definition: ExamDefinition, sections: tuple[Section, ...]) -> ExamDefinition:
    return msgspec.structs.replace(definition, sections=sections)


def _whole(form: Reading, name: str, low: int, high: int) -> int:
    text = form.text(name)
    if text.isdecimal() and low <= int(text) <= high:
        return int(text)
    form.errors.setdefault(name, _("Write a whole number that fits here."))
    return low


def _points(form: Reading, name: str, *, zero: bool = False) -> str:
    """Exact text as the definition keeps it; "" for nothing."""
    text = form.text(name, required=False, longest=20).replace(",", ".").replace(" ", "")
    value = rational_or_none(text) if text else None
    if text and (value is None or not (0 if zero else Fraction(1, 10**6)) <= value <= 1000):
        form.errors[name] = _("Write points like 0,25 or 1/3.")
        return ""
    return text


def _count(form: Reading, name: str, plan: Plan, by_points: bool) -> int | None:
    """Of a cell; None where it is left open. Points become the number of items, or statements, that give them."""
    text = form.text(name, required=False, longest=20).replace(",", ".")
    if not text:
        return None
    value = rational_or_none(text)
    count = value / matrices.worth(plan) if value is not None and by_points else value
    if count is None or count.denominator != 1 or not 0 <= count <= MOST_ITEMS * matrices.STATEMENTS:
        form.errors[name] = (
            _("Write points that whole questions or statements of this part give.")
            if by_points
            else _("Write a whole number that fits here.")
        )
        return None
    return int(count)
