"""Single choice: one option, which earns its weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.base import InvalidResponse, KeyMap, Mark, Render, Response, interaction_of
from item_bank.content.interactions.options import letters_of, option_problems, own_ids, rendered, weights
from item_bank.content.model import Item, SingleChoice
from item_bank.content.rational import rational_or_none
from item_bank.content.sentence import N_, Sentence


class SingleChoiceHandler:
    type = "single_choice"

    def problems(self, item: Item) -> Sequence[str]:
        options = interaction_of(item, SingleChoice).options
        found = list(option_problems(options))
        if not any(rational_or_none(option.weight) == 1 for option in options):
            found.append(Sentence.of(N_("No option is the key (weight 1).")))
        return found

    def option_ids(self, item: Item) -> Sequence[str]:
        return [option.id for option in interaction_of(item, SingleChoice).options]

    def movable(self, item: Item) -> Sequence[bool]:
        choice = interaction_of(item, SingleChoice)
        return [choice.shuffle and not option.pinned for option in choice.options]

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        return {"options": rendered(interaction_of(item, SingleChoice).options, render, keys), "min": 0, "max": 1}

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        if value is None:
            return None
        if not isinstance(value, str) or value not in body["options"]:
            raise InvalidResponse("one option id of the item is expected")
        return value

    def canonical(self, response: Response, keys: KeyMap) -> Response:
        if response is None:
            return None
        return own_ids([_chosen(response)], keys)[0]

    def mark(self, item: Item, response: Response) -> Mark:
        choice = interaction_of(item, SingleChoice)
        if response is None:
            return Mark(Fraction(0), {"chosen": []})
        chosen = _chosen(response)
        return Mark(weights(choice.options).get(chosen, Fraction(0)), {"chosen": [chosen]})

    def describe(self, item: Item, response: Response) -> str:
        options = interaction_of(item, SingleChoice).options
        return "" if response is None else letters_of(options, [_chosen(response)])


def _chosen(response: Response) -> str:
    if not isinstance(response, str):
        raise InvalidResponse("one option id is expected")
    return response
