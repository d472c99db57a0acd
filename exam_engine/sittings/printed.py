"""A numbered form as a paper has it: sections, questions and options in the order of the form, and its key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import msgspec

from exam_engine.authoring.definition import ExamDefinition
from exam_engine.sittings.forms import as_met
from item_bank.content.interactions.options import letters, right_ids
from item_bank.content.model import (
    Composite,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Part,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.rational import rational


@dataclass(frozen=True, slots=True)
class Question:
    """`item` has its options in the order of the form; `number` runs on through the paper."""

    number: int
    item: Item
    points: Fraction


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """`choose`: how many of its groups are scored; `groups`: the group of each question, None outside of such."""

    title: str
    instructions: Markup | None
    choose: int | None
    questions: tuple[Question, ...]
    groups: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """`version`: of the rules of assembly by which it was arranged."""

    number: str
    sections: tuple[PrintedSection, ...]
    version: int

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)


def printed_form(
    definition: ExamDefinition,
    number: str,
    key_map: Sequence[Mapping[str, Any]],
    arranged: Mapping[str, Any],
    items: Mapping[int, Item],
) -> PrintedForm:
    """`key_map`: the stored one of the form; `arranged`: a variant of it (`forms.build_variant`), so that the paper has
    the very order of the screens."""
    sections = []
    count = 0
    for section, told in zip(definition.sections, arranged["sections"], strict=True):
        questions = []
        for slot, shown, *_alternative in told["items"]:
            entry = key_map[slot]
            item = as_met(items[entry["version"]], entry)
            count += 1
            questions.append(Question(count, _arranged(item, entry["keys"], shown), Fraction(entry["points"])))
        groups = tuple(entry[2] if len(entry) > 2 else None for entry in told["items"])
        sections.append(PrintedSection(section.title, section.instructions, section.choose, tuple(questions), groups))
    return PrintedForm(number, tuple(sections), arranged["v"])


def key_of(item: Item) -> str:
    """What a key sheet says: the letter of Part I, "ĐSSĐ" of a cluster, a number with a comma (DOMAIN §3.7); empty for
    what has no such key."""
    match item.interaction:
        case SingleChoice(options=options) | MultipleChoice(options=options) as choice:
            right = right_ids(choice)
            return "".join(
                letter for letter, one in zip(letters(len(options)), options, strict=True) if one.id in right
            )
        case TrueFalseCluster(statements=statements):
            return "".join("Đ" if one.correct else "S" for one in statements)
        case Numeric(accepted=accepted):
            return accepted[0].replace(".", ",")
        case ShortText(accepted=texts):
            return max(texts, key=lambda one: rational(one.weight)).text
    return ""


def _arranged(item: Item, keys: Mapping[str, str], shown: Sequence[str]) -> Item:
    """`keys`: own option id → opaque id; `shown`: opaque ids in the order of the form."""
    own = {opaque: name for name, opaque in keys.items()}
    place = {own[one]: n for n, one in enumerate(shown)}
    told = item.interaction
    if isinstance(told, SingleChoice | MultipleChoice):
        options = tuple(sorted(told.options, key=lambda one: place[one.id]))
        return msgspec.structs.replace(item, interaction=msgspec.structs.replace(told, options=options))
    if isinstance(told, Composite):
        parts = tuple(_part_arranged(part, f"{n}/", place) for n, part in enumerate(told.parts))
        return msgspec.structs.replace(item, interaction=msgspec.structs.replace(told, parts=parts))
    return item


def _part_arranged(part: Part, scope: str, place: Mapping[str, int]) -> Part:
    choices, targets = (
        tuple(sorted(found, key=lambda one: place.get(f"{scope}{one.id}", 0))) for found in (part.choices, part.targets)
    )
    return msgspec.structs.replace(part, choices=choices, targets=targets)
