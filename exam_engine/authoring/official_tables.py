"""The matrix (19 columns) and the specification (16 columns) of Công văn 7991/BGDĐT-GDTrH (17 December 2024) of an
exam, counted from the items that were really chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from exam_engine.authoring.definition import Draw, ExamDefinition
from exam_engine.authoring.editing import assembled, scored_groups
from exam_engine.kit.documents import Cell, Document, Grid
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.languages import number, translator
from item_bank.content.model import Item
from item_bank.content.spread import KINDS, LEVELS, Asked, Row, Spread, Tally, kind_of, level_of, spread, topic_of

Words = Callable[..., str]

KIND_NAMES = {
    "choice": N_("Choice among options"),
    "true_false": N_("True–false"),
    "short": N_("Short answer"),
    "essay": N_("Written answer"),
}
LEVEL_NAMES = {"know": N_("Knowing"), "understand": N_("Understanding"), "apply": N_("Applying")}
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_COLUMNS = [(kind, level) for kind in KINDS for level in LEVELS]


def asked_of(definition: ExamDefinition, items: Mapping[int, Item], form: int = 0) -> tuple[list[Asked], int]:
    """The items that a candidate answers for marks, with their numbers and their points on the exam's scale, and how
    many drawn ones cannot be told: their pool mixes kinds, levels or topics. Of a pool of one sort any item stands for
    those drawn; of "choose one of" the first groups stand for those that are chosen. `form`: which of those that were
    assembled, from 0."""
    found: list[Asked] = []
    untold, untold_points = 0, Fraction(0)
    for section, marks in zip(definition.sections, _marks(len(definition.sections)), strict=True):
        scored = scored_groups(section)
        fixed = [one for one in section.items if scored is None or one.group in scored]
        here = [(items[one.version], one.points) for one in fixed if one.version in items]
        for draw in section.draws:
            if scored is not None and draw.group not in scored:
                continue
            if draw.chosen:
                chosen = draw.chosen[form % len(draw.chosen)]
                here += [(items[version], draw.points) for version in chosen if version in items]
            elif (sort := _sort(draw, items)) is not None:
                here += [(sort, draw.points)] * draw.count
            else:
                untold += draw.count
                untold_points += Fraction(draw.points or 1) * draw.count
        found += [
            Asked(item, f"{marks}{n}", Fraction(points or item.points)) for n, (item, points) in enumerate(here, 1)
        ]
    raw = sum((one.points for one in found), untold_points)
    factor = Fraction(definition.scale) / raw if definition.scale and raw else Fraction(1)
    return [replace(one, points=one.points * factor) for one in found], untold


def _marks(sections: int) -> list[str]:
    """What stands before the number of an item: "II." where a paper has several sections."""
    return (
        [f"{ROMAN[n]}." if n < len(ROMAN) else f"{n + 1}." for n in range(sections)]
        if sections > 1
        else [""] * sections
    )


def documents(
    definition: ExamDefinition, items: Mapping[int, Item], office: str, locale: str, form: int = 0
) -> tuple[Document, Document]:
    """Matrix and specification; `form`: of which one, from 0, where forms were assembled."""
    _ = translator(locale)
    asked, untold = asked_of(definition, items, form)
    told = spread(asked)
    lines = [definition.title]
    facts = [_("Subject: %(name)s", name=definition.subject)] if definition.subject else []
    if assembled(definition) > 1:
        facts.append(_("Form %(number)s", number=definition.first_form + form))
    lines.append(" – ".join([*facts, _("Time: %(n)s minutes", n=definition.minutes)]))
    notes = []
    if told.unplaced:
        notes.append(_("Not counted, because no level is stated: items %(names)s.", names=", ".join(told.unplaced)))
    if untold:
        notes.append(_("Not counted: %(n)s items that are drawn from pools of several sorts.", n=untold))

    def document(title: str, grid: Grid) -> Document:
        return Document(office, title, tuple(lines), grid, tuple(notes), locale)

    first = document(_("TEST MATRIX"), matrix(told, locale))
    return first, document(_("TEST SPECIFICATION"), specification(told, locale))


def matrix(told: Spread, locale: str) -> Grid:
    """19 columns: number, topic, unit, four kinds at three levels, the levels together, share of the points."""
    _ = translator(locale)
    heads = _heads(_, 3, [_head(_("Total"), columns=3, rows=3), _head(_("Share of points, %"), rows=4)])
    heads[3] += tuple(_head(_(LEVEL_NAMES[level])) for level in LEVELS)
    all_points = told.total().points
    rows = [
        (
            *_names(n, row, first, rows),
            *(Cell(_count(row.cells.get(column))) for column in _COLUMNS),
            *(Cell(str(row.count(level) or "")) for level in LEVELS),
            Cell(_share(row.points, all_points, locale)),
        )
        for n, row, first, rows in _numbered(told.rows)
    ]
    levels = [told.total(level=level) for level in LEVELS]
    foot = _foot(_, told, locale, 3)
    foot[0] += (*(_head(str(one.count)) for one in levels), _head(""))
    foot[1] += (*(_head(number(one.points, locale)) for one in levels), _head(number(all_points, locale)))
    foot[2] += (*(_head(_share(one.points, all_points, locale)) for one in levels), _head("100" if all_points else "0"))
    widths = (0.9, 3.2, 4.2, *[1.15] * 12, *[1.2] * 3, 1.5)
    return Grid(widths, 4, (*heads, *rows, *foot))


def specification(told: Spread, locale: str) -> Grid:
    """16 columns: number, topic, unit, what is asked for, four kinds at three levels with the items' numbers."""
    _ = translator(locale)
    rows = [
        (
            *_names(n, row, first, rows),
            Cell(_requirements(_, row), align="left"),
            *(Cell(_detail(row.cells.get(column))) for column in _COLUMNS),
        )
        for n, row, first, rows in _numbered(told.rows)
    ]
    widths = (0.9, 2.6, 3.2, 6.4, *[1.35] * 12)
    return Grid(widths, 4, (*_heads(_, 4, []), *rows, *_foot(_, told, locale, 4)))


def _heads(_: Words, before: int, behind: Sequence[Cell]) -> list[tuple[Cell, ...]]:
    """The four rows of heads; the last takes what stands under `behind`."""
    names = [_("Line no."), _("Topic/chapter"), _("Unit of content"), _("Requirements")][:before]
    kinds = [_(name) for name in KIND_NAMES.values()]
    asked = _("Levels of assessment") if before == 3 else _("Number of items or statements by level")
    return [
        (*(_head(name, rows=4) for name in names), _head(asked, columns=12), *behind),
        (_head(_("Objective questions"), columns=9), _head(kinds[-1], columns=3, rows=2)),
        tuple(_head(name, columns=3) for name in kinds[:-1]),
        tuple(_head(_(LEVEL_NAMES[level])) for _kind, level in _COLUMNS),
    ]


def _foot(_: Words, told: Spread, locale: str, before: int) -> list[tuple[Cell, ...]]:
    """Items, points and share: points and share of a kind stand under its three levels."""
    all_points = told.total().points
    kinds = [told.total(kind).points for kind in KINDS]
    return [
        (
            _head(_("Number of items or statements"), columns=before),
            *(_head(str(told.total(*column).count or "")) for column in _COLUMNS),
        ),
        (_head(_("Points in all"), columns=before), *(_head(number(points, locale), columns=3) for points in kinds)),
        (
            _head(_("Share, %"), columns=before),
            *(_head(_share(points, all_points, locale), columns=3) for points in kinds),
        ),
    ]


def _head(text: str, columns: int = 1, rows: int = 1) -> Cell:
    return Cell(text, columns, rows, bold=True)


def _numbered(rows: Sequence[Row]) -> list[tuple[int, Row, bool, int]]:
    """Number of the topic, row, whether the topic begins with it, and over how many rows it stands."""
    found = []
    for n, (_topic, together) in enumerate(groupby(rows, key=lambda row: row.topic), 1):
        units = list(together)
        found += [(n, row, place == 0, len(units)) for place, row in enumerate(units)]
    return found


def _names(n: int, row: Row, first: bool, rows: int) -> tuple[Cell, ...]:
    topic = (Cell(str(n), rows=rows), Cell(row.topic, rows=rows, align="left")) if first else ()
    return (*topic, Cell(row.unit, align="left"))


def _count(tally: Tally | None) -> str:
    return str(tally.count) if tally else ""


def _detail(tally: Tally | None) -> str:
    if tally is None:
        return ""
    competences = f"\n({', '.join(tally.competences)})" if tally.competences else ""
    return f"{tally.count}{competences}\n{'; '.join(_named(label) for label in tally.labels)}"


def _named(label: str) -> str:
    return label if "." in label else f"C{label}"


def _requirements(_: Words, row: Row) -> str:
    """By level, as the specification has them; a level without a text keeps its line to be filled in."""
    levels = [level for level in LEVELS if row.count(level)]
    return "\n".join(
        f"- {_(LEVEL_NAMES[level])}: {'; '.join(row.requirements.get(level, [])) or '…'}" for level in levels
    )


def _share(points: Fraction, of: Fraction, locale: str) -> str:
    return number(round(Fraction(100) * points / of, 2), locale) if of else "0"


def _sort(draw: Draw, items: Mapping[int, Item]) -> Item | None:
    """An item that stands for all of the pool; None where they differ in what the tables count."""
    pool = [items[version] for version in draw.versions if version in items]
    sorts = {(kind_of(one), level_of(one.level), topic_of(one), _statements(one)) for one in pool}
    return pool[0] if len(sorts) == 1 else None


def _statements(item: Item) -> tuple[Any, ...]:
    told = getattr(item.interaction, "statements", ())
    return tuple(level_of(one.level or item.level) for one in told)
