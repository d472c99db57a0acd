"""A definition in the words of assembly, and what keeps a paper from being put together, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exam_engine.authoring.definition import ExamDefinition, Section
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.languages import translator
from item_bank.assembly import blueprint
from item_bank.assembly.blueprint import Blueprint, Entry, Problem
from item_bank.content.checking import undeliverable
from item_bank.content.markup import plain_text
from item_bank.content.model import Item

Pools = dict[str, list[Entry]]


def all_versions(definition: ExamDefinition) -> set[int]:
    """The versions that are pinned or may be drawn."""
    fixed = {one.version for section in definition.sections for one in section.items}
    return fixed | {version for section in definition.sections for draw in section.draws for version in draw.versions}


def as_blueprint(definition: ExamDefinition, items: Mapping[int, Item], form: int = 0) -> tuple[Blueprint, Pools]:
    """Items are named by version id; those of one passage form a group that stays together. `form`: which of the
    numbered forms it is, from 0, where forms were assembled."""
    pools: Pools = {}
    sections = [_section(section, number, items, pools, form) for number, section in enumerate(definition.sections)]
    return Blueprint(sections), pools


def obstacles(definition: ExamDefinition, items: Mapping[int, Item]) -> list[Problem]:
    """Why no paper can be made of it; each knows its msgid. Empty when nothing stands in the way."""
    found = []
    if not all_versions(definition):
        found.append(Problem(_("There are no items yet.")))
    if missing := all_versions(definition) - items.keys():
        found.append(Problem(_("%(n)s items of this exam do not exist any more."), n=len(missing)))
        return found
    found += [
        Problem(_NOT_FOR_EXAMS, item=name_of(items[version]), reason=reason)
        for version in sorted(all_versions(definition))
        for reason in undeliverable(items[version])
    ]
    return found + blueprint.problems(*as_blueprint(definition, items))


def check_deliverable(items: Iterable[Item]) -> None:
    """Refused (422) with the first item that no exam can have, and why."""
    for item in items:
        for reason in undeliverable(item):
            raise Refused("item_undeliverable", 422, _NOT_FOR_EXAMS, item=name_of(item), reason=reason)


def name_of(item: Item, length: int = 60) -> str:
    """What a sentence calls the item."""
    text = item.title or plain_text(item.stem)
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


_NOT_FOR_EXAMS = _("“%(item)s” cannot be put into an exam. %(reason)s")


def explained(problems: Iterable[Problem], locale: str) -> str:
    translate = translator(locale)
    return " ".join(translate(problem.message, **problem.params) for problem in problems)


def _section(section: Section, number: int, items: Mapping[int, Item], pools: Pools, form: int) -> blueprint.Section:
    """Of assembled forms this one's own items are fixed ones."""
    own = section.choose is not None
    parts: list[Entry | blueprint.Draw] = [
        _entry(fixed.version, fixed.points, items, fixed.group if own else None) for fixed in section.items
    ]
    for position, draw in enumerate(section.draws):
        group = draw.group if own else None
        if draw.chosen:
            chosen = draw.chosen[form % len(draw.chosen)]
            parts += [_entry(version, draw.points, items, group) for version in chosen]
            continue
        pool = f"{number}.{position}"
        pools[pool] = [_entry(version, draw.points, items, group) for version in draw.versions]
        parts.append(blueprint.Draw(pool, draw.count, draw.points, group))
    return blueprint.Section(section.title, parts, section.shuffle_items, section.shuffle_options, section.choose)


def _entry(version: int, points: str | None, items: Mapping[int, Item], alternative: str | None) -> Entry:
    item = items[version]
    return Entry(str(version), points or item.points, group=item.passage, alternative=alternative)
