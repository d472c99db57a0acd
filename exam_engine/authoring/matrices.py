"""The blueprint of an exam: which items of which topic, kind and level its sections are made of. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from exam_engine.authoring.definition import Cell, ExamDefinition, FixedItem, Matrix, Plan, Section
from exam_engine.kit.errors import _
from item_bank.assembly.blueprint import Problem
from item_bank.content.model import Item
from item_bank.content.spread import LEVELS, kind_of, levels_of, lies_in
from item_bank.storage.pool_queries import Candidate, Sort

#: Of a cluster in the graduation exam.
STATEMENTS = 4
ALL = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the blueprint: the plan of a section, or the section without one, which is filled by hand."""

    section: int
    plan: Plan | None
    first: bool


def places(definition: ExamDefinition) -> list[Place]:
    return [
        Place(number, plan, position == 0)
        for number, section in enumerate(definition.sections)
        for position, plan in enumerate(section.plans or (None,))
    ]


def plans(definition: ExamDefinition) -> list[tuple[int, Plan]]:
    """(section, plan), in the order of the paper."""
    return [(one.section, one.plan) for one in places(definition) if one.plan]


def name_of(definition: ExamDefinition, section: int, plan: Plan) -> str:
    title = definition.sections[section].title
    return f"{title} – {plan.group}" if plan.group else title


def with_plans(definition: ExamDefinition, matrix: Matrix, sections: Sequence[Section]) -> ExamDefinition:
    return msgspec.structs.replace(definition, matrix=matrix, sections=tuple(sections))


def statements_of(plan: Plan) -> int:
    """What the cells of a plan count one item as."""
    return STATEMENTS if plan.kind == "true_false" else 1


def worth(plan: Plan) -> Fraction:
    """Points of what a cell counts: an item, or a statement."""
    return Fraction(plan.points or "1") / statements_of(plan)


def weight(candidate: Candidate | Sort, plan: Plan, cell: Cell) -> int:
    """How much an item counts for a cell: 1 or 0; a cluster by its statements."""
    if candidate.kind != plan.kind or not lies_in(candidate.topic, cell.topic):
        return 0
    return sum(not cell.level or level == cell.level for level in candidate.levels)


def problems(definition: ExamDefinition) -> list[Problem]:
    """What cannot be, whatever the bank holds."""
    found = []
    for number, plan in plans(definition):
        told = {"section": name_of(definition, number, plan)}
        whole = plan.count * statements_of(plan)
        told_of = {(one.topic, one.level): one.count for one in plan.cells}
        for topic in dict.fromkeys(one.topic for one in plan.cells if one.topic):
            cells = sum(told_of.get((topic, level), 0) for level in LEVELS)
            most = told_of.get((topic, ALL), whole)
            if cells > most:
                found.append(Problem(_TOPIC_TOO_MUCH, topic=topic, cells=cells, most=most, **told))
        for level in LEVELS:
            cells, most = _of_topics(told_of, level), told_of.get((ALL, level), whole)
            if cells > most:
                found.append(Problem(_LEVEL_TOO_MUCH, cells=cells, most=most, **told))
        if stated(plan) > whole:
            found.append(Problem(_TOO_MUCH, cells=stated(plan), most=whole, **told))
    matrix = definition.matrix or Matrix()
    if matrix.levels and len(matrix.levels) == len(LEVELS):
        points, wanted = total(definition), sum(map(Fraction, matrix.levels.values()))
        if points != wanted:
            found.append(Problem(_LEVELS_OFF, wanted=_decimal(Fraction(wanted)), points=_decimal(points)))
    return found


def stated(plan: Plan) -> int:
    """How many items, or statements, of a plan its numbers fix, none counted twice."""
    told = {(one.topic, one.level): one.count for one in plan.cells}
    topics = sum(max(_row(told, topic), told.get((topic, ALL), 0)) for topic in _widest(told))
    return max(topics, sum(told.get((ALL, level), 0) for level in LEVELS))


def total(definition: ExamDefinition) -> Fraction:
    """Points of all plans; of "choose one of" those of the groups that are scored."""
    points = Fraction(0)
    for section in definition.sections:
        for plan in section.plans:
            points += Fraction(plan.points or "1") * plan.count if scored(section, plan) else 0
    return points


def scored(section: Section, plan: Plan) -> bool:
    """Of "choose one of" the first groups stand for those that are chosen."""
    groups = list(dict.fromkeys(one.group for one in section.plans))
    return section.choose is None or plan.group in groups[: section.choose]


@dataclass(frozen=True, slots=True)
class Supply:
    """What the bank has for each number of the blueprint. `there`: by (place of the plan, topic, level) the items, or
    statements, that count; `items`: by place of the plan all items of its kind."""

    there: Mapping[tuple[int, str, str], int]
    items: Mapping[int, int]

    def short(self, place: int, cell: Cell) -> int:
        """How many are missing for one form."""
        return max(0, cell.count - self.there.get((place, cell.topic, cell.level), 0))


def supply(definition: ExamDefinition, pool: Sequence[Sort]) -> Supply:
    """Of every cell of the grid, whether a number is wanted there or not."""
    topics = (*(definition.matrix or Matrix()).topics, ALL)
    there: dict[tuple[int, str, str], int] = {}
    items: dict[int, int] = {}
    for place, (_section, plan) in enumerate(plans(definition)):
        own = [one for one in pool if one.kind == plan.kind]
        items[place] = sum(one.many for one in own)
        for topic in topics:
            here = [one for one in own if lies_in(one.topic, topic)]
            for level in (*LEVELS, ALL):
                there[place, topic, level] = sum(weight(one, plan, Cell(0, ALL, level)) * one.many for one in here)
    return Supply(there, items)


def missing(definition: ExamDefinition, found: Supply) -> Iterator[Problem]:
    """What the bank lacks for a form, cell by cell; that nothing lacks does not yet mean that all goes together."""
    for place, (number, plan) in enumerate(plans(definition)):
        told = {"section": name_of(definition, number, plan)}
        if found.items[place] < plan.count:
            yield Problem(_FEW, count=plan.count, there=found.items[place], **told)
        for cell in plan.cells:
            if found.short(place, cell):
                have = found.there.get((place, cell.topic, cell.level), 0)
                message = WANTED[bool(cell.topic), bool(cell.level)]
                yield Problem(message, topic=cell.topic, level=cell.level, count=cell.count, there=have, **told)


def of_items(definition: ExamDefinition, items: Mapping[int, Item]) -> ExamDefinition:
    """The blueprint that the exam's own items fill, for forms like it. A section that draws stays
    without."""
    sections = tuple(
        msgspec.structs.replace(section, plans=_plans_of(section, items)) if not section.draws else section
        for section in definition.sections
    )
    topics = dict.fromkeys(cell.topic for section in sections for plan in section.plans for cell in plan.cells)
    matrix = definition.matrix or Matrix()
    rows = tuple(dict.fromkeys((*matrix.topics, *filter(None, topics))))
    return with_plans(definition, msgspec.structs.replace(matrix, topics=rows), sections)


def _plans_of(section: Section, items: Mapping[int, Item]) -> tuple[Plan, ...]:
    groups: dict[tuple[str | None, str], list[FixedItem]] = {}
    for one in section.items:
        if one.version in items:
            group = one.group if section.choose else None
            groups.setdefault((group, kind_of(items[one.version])), []).append(one)
    plans = []
    for (group, kind), own in groups.items():
        points = {one.points or items[one.version].points for one in own}
        counted = Counter(
            (items[one.version].topic, level or ALL) for one in own for level in levels_of(items[one.version])
        )
        cells = tuple(Cell(count, *place) for place, count in counted.items() if any(place))
        plans.append(Plan(kind, len(own), points.pop() if len(points) == 1 else "", _merged(cells), group))
    return tuple(plans)


def _merged(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """A topic of which some items state no level has a total in place of that."""
    totals = {one.topic for one in cells if not one.level}
    whole = {topic: sum(one.count for one in cells if one.topic == topic) for topic in totals}
    return tuple(msgspec.structs.replace(one, count=whole[one.topic]) if not one.level else one for one in cells)


def _of_topics(stated: Mapping[tuple[str, str], int], level: str) -> int:
    return sum(stated.get((topic, level), 0) for topic in _widest(stated))


def _row(stated: Mapping[tuple[str, str], int], topic: str) -> int:
    return sum(stated.get((topic, level), 0) for level in LEVELS)


def _widest(stated: Mapping[tuple[str, str], int]) -> list[str]:
    """Topics that lie in no other row, so that nothing is counted twice."""
    topics = list(dict.fromkeys(topic for topic, _level in stated if topic))
    return [one for one in topics if not any(other != one and lies_in(one, other) for other in topics)]


def _decimal(value: Fraction) -> str:
    return f"{float(value):g}"


_TOPIC_TOO_MUCH = _("%(section)s, “%(topic)s”: the levels add up to %(cells)s, more than %(most)s.")
_LEVEL_TOO_MUCH = _("%(section)s: the topics of one level add up to %(cells)s, more than %(most)s.")
_TOO_MUCH = _("%(section)s: the numbers add up to %(cells)s, more than the %(most)s that it has.")
_LEVELS_OFF = _("The points of the levels add up to %(wanted)s, those of the sections to %(points)s.")
_FEW = _("%(section)s needs %(count)s items; the bank has %(there)s of this kind.")
#: By whether the cell has a topic, and a level.
WANTED = {
    (True, True): _("%(section)s, “%(topic)s”, %(level)s: %(count)s wanted, the bank has %(there)s."),
    (True, False): _("%(section)s, “%(topic)s”: %(count)s wanted, the bank has %(there)s."),
    (False, True): _("%(section)s, %(level)s: %(count)s wanted, the bank has %(there)s."),
    (False, False): _("%(section)s: %(count)s wanted, the bank has %(there)s."),
}
