"""The items of a paper as its own candidate reads them again: letters and order of the own screen. Pure.

What is not to be shown (the own responses, the key) is left out here, not in the template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exam_engine.reports.slots import SlotView, own_letters, own_order
from exam_engine.scoring.disclosure import Disclosed
from exam_engine.scoring.rules import Slot, canonical
from item_bank.content.interactions import Response
from item_bank.content.markup import render
from item_bank.content.model import Markup, MultipleChoice, SingleChoice, TrueFalseCluster
from item_bank.content.rational import rational


@dataclass(frozen=True, slots=True)
class OwnLine:
    """An option or a statement. `said`: of a statement what the candidate said (None: nothing); `chosen`, `right` are
    None where they are not shown; `truth`: of a statement, None where not shown or where both count."""

    mark: str
    html: str
    chosen: bool | None
    right: bool | None
    said: bool | None = None
    truth: bool | None = None


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
            _html(slots[view.slot].item.stem, pictures),
            tuple(_lines(slots[view.slot], orders[view.slot], values.get(view.slot), shows, pictures)),
        )
        for view in views
    ]


def _lines(slot: Slot, order: Sequence[str], value: Any, shows: Disclosed, pictures: str) -> list[OwnLine]:
    response = canonical(slot, value)
    match slot.item.interaction:
        case SingleChoice(options=options) | MultipleChoice(options=options):
            named = own_letters(slot, order) or {}
            known = {option.id: option for option in options}
            chosen = _chosen(response)
            return [
                OwnLine(
                    letter,
                    _html(known[one].markup, pictures),
                    one in chosen if shows.responses else None,
                    rational(known[one].weight) > 0 if shows.key else None,
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
    return []


def _chosen(response: Response) -> Sequence[str]:
    return response if isinstance(response, list) else [str(response)]


def _html(markup: Markup, pictures: str) -> str:
    return render(markup).replace('data-asset="', f'loading="lazy" src="{pictures}')
