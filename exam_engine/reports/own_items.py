"""The items of a paper as its own candidate reads them again: letters and order of the own screen. Pure.

What is not to be shown (the own responses, the key) is left out here, not in the template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exam_engine.authoring.showing_parts import part_html, with_places
from exam_engine.authoring.showing_pictures import earning
from exam_engine.reports.slots import SlotView, own_letters, own_order
from exam_engine.scoring.disclosure import Disclosed
from exam_engine.scoring.rules import Slot, canonical
from item_bank.content.interactions import Response
from item_bank.content.interactions.composite import answers_said, keys_said, points_given
from item_bank.content.interactions.options import right_ids
from item_bank.content.markup import render
from item_bank.content.model import Composite, Markup, MultipleChoice, SingleChoice, TrueFalseCluster


@dataclass(frozen=True, slots=True)
class OwnLine:
    """An option, a statement or an interaction. `said`: of a statement what the candidate said (None: nothing);
    `chosen`, `right` are None where they are not shown; `truth`: of a statement, None where not shown or where both
    count. `answer`, `key`: of an interaction, in words, empty where not shown."""

    mark: str
    html: str
    chosen: bool | None
    right: bool | None
    said: bool | None = None
    truth: bool | None = None
    answer: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class OwnItem:
    view: SlotView
    stem: str
    lines: tuple[OwnLine, ...]


def own_items(
    slots: Sequence[Slot],
    views: Sequence[SlotView],
    values: Mapping[int, Any],
    variant: Mapping[str, Any],
    shows: Disclosed,
    pictures: str,
) -> list[OwnItem]:
    """`pictures`: the path below which the candidate's own pictures lie."""
    orders = dict(own_order(variant))
    return [
        OwnItem(
            view,
            with_places(_html(slots[view.slot].item.stem, pictures)),
            tuple(_lines(slots[view.slot], orders[view.slot], values.get(view.slot), shows, pictures)),
        )
        for view in views
    ]


def _lines(slot: Slot, order: Sequence[str], value: Any, shows: Disclosed, pictures: str) -> list[OwnLine]:
    response = canonical(slot, value)
    match slot.item.interaction:
        case SingleChoice(options=options) | MultipleChoice(options=options) as choice:
            named = own_letters(slot, order) or {}
            known = {option.id: option for option in options}
            chosen, right = _chosen(response), right_ids(choice)
            return [
                OwnLine(
                    letter,
                    _html(known[one].markup, pictures),
                    one in chosen if shows.responses else None,
                    one in right if shows.key else None,
                )
                for one, letter in sorted(named.items(), key=lambda pair: (len(pair[1]), pair[1]))
            ]
        case TrueFalseCluster(statements=statements):
            said = response if isinstance(response, dict) else {}
            return [
                OwnLine(
                    f"{one.id})",
                    _html(one.markup, pictures),
                    None,
                    None,
                    said.get(one.id) is True if shows.responses and one.id in said else None,
                    one.correct if shows.key and not one.either else None,
                )
                for one in statements
            ]
        case Composite(parts=parts):
            answers = answers_said(slot.item, response, words=True) if shows.responses else {}
            keys = keys_said(slot.item, words=True) if shows.key else {}
            declared = {one.identifier: one for one in slot.item.interaction.declarations} if shows.key else {}
            points = points_given(slot.item, response) if shows.responses else {}
            html = [
                part_html(
                    part,
                    lambda markup: _html(markup, pictures) if markup else "",
                    points.get(number, ()),
                    earning(declared.get(part.id)),
                )
                for number, part in enumerate(parts)
            ]
            return [
                OwnLine(f"({number + 1})", text, None, None, answer=answers.get(number, ""), key=keys.get(number, ""))
                for number, text in enumerate(html)
            ]
    return []


def _chosen(response: Response) -> Sequence[str]:
    return response if isinstance(response, list) else [str(response)]


def _html(markup: Markup, pictures: str) -> str:
    return render(markup).replace('data-asset="', f'loading="lazy" src="{pictures}')
