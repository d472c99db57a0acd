"""The page of the blueprint: its grid with what the bank has for each cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from exam_engine.authoring import matrices
from exam_engine.authoring.definition import Cell, ExamDefinition, Matrix, Plan
from exam_engine.authoring.matrices import ALL, Supply
from exam_engine.authoring.official_tables import KIND_NAMES, LEVEL_NAMES
from exam_engine.kit.languages import number, translator
from item_bank.assembly.blueprint import Problem
from item_bank.content.spread import LEVELS


@dataclass(frozen=True, slots=True)
class Number:
    """One field of the grid. `there`: what the bank has, None where no bank is chosen; `short`: it has too little."""

    name: str
    label: str
    value: str
    there: int | None
    short: bool
    total: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`field`: of its topic; "" for the last row, the totals of the levels, which has no number under all levels."""

    topic: str
    field: str
    numbers: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A block of columns. `counts`: what its cells count, in words; `stated`, `whole`: how much of it they fix."""

    title: str
    kind: str
    counts: str
    stated: int
    whole: int


def parts(definition: ExamDefinition, locale: str) -> list[Part]:
    _ = translator(locale)
    found = []
    for number_of_section, plan in matrices.plans(definition):
        clusters = plan.kind == "true_false"
        found.append(
            Part(
                matrices.name_of(definition, number_of_section, plan),
                _(KIND_NAMES[plan.kind]),
                _("statements") if clusters else _("items"),
                matrices.stated(plan),
                plan.count * matrices.statements_of(plan),
            )
        )
    return found


def rows(definition: ExamDefinition, found: Supply | None, typed: Mapping[str, object], locale: str) -> list[Row]:
    """The topics, then the totals of the levels. `typed`: what a refused form said."""
    matrix = definition.matrix or Matrix()
    grid = [
        (topic, str(place), str(typed.get(f"topic.{place}", topic)), f"topic.{place}")
        for place, topic in enumerate(matrix.topics)
    ]
    return [
        Row(shown, field, tuple(_numbers(definition, found, typed, locale, topic, row)))
        for topic, row, shown, field in (*grid, (ALL, "all", "", ""))
    ]


def _numbers(
    definition: ExamDefinition, found: Supply | None, typed: Mapping[str, object], locale: str, topic: str, row: str
) -> list[Number | None]:
    _ = translator(locale)
    by_points = bool(definition.matrix and definition.matrix.by_points)
    numbers: list[Number | None] = []
    for place, (section, plan) in enumerate(matrices.plans(definition)):
        line = _line_of(definition, place)
        stated = {(one.topic, one.level): one for one in plan.cells}
        name = matrices.name_of(definition, section, plan)
        for level in (*LEVELS, ALL):
            if (topic, level) == (ALL, ALL):
                numbers.append(None)
                continue
            cell = stated.get((topic, level))
            field = f"cell.{line}.{row}.{level or 'all'}"
            shown = str(typed[field]) if field in typed else _shown(cell, plan, by_points, locale)
            told = {
                "section": name,
                "topic": topic or _("all topics"),
                "level": _(LEVEL_NAMES[level]) if level else _("all levels"),
            }
            there = found.there.get((place, topic, level)) if found else None
            short = bool(found and cell and found.short(place, cell))
            label = _("%(section)s, %(topic)s, %(level)s", **told)
            numbers.append(Number(field, label, shown, there, short, not (topic and level)))
    return numbers


def _line_of(definition: ExamDefinition, place: int) -> int:
    """Which of `matrices.places` a plan is: sections without one have a line, too."""
    return [line for line, one in enumerate(matrices.places(definition)) if one.plan][place]


def _shown(cell: Cell | None, plan: Plan, by_points: bool, locale: str) -> str:
    if cell is None:
        return ""
    value = cell.count * matrices.worth(plan) if by_points else Fraction(cell.count)
    return str(value) if value.denominator != 1 and 10**6 % value.denominator else number(value, locale)


def in_words(problem: Problem, locale: str) -> str:
    """A problem of the blueprint names levels by their keys."""
    _ = translator(locale)
    params = dict(problem.params)
    if level := str(params.get("level", "")):
        params["level"] = _(LEVEL_NAMES[level])
    return _(problem.message, **params)
