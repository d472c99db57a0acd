"""Single choice: one option, which earns its weight."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from item_bank.content.interactions.base import InvalidResponse, KeyMap, Mark, Render, Response, interaction_of
from item_bank.content.interactions.key import Filled, InvalidKey, KeyField, ticked
from item_bank.content.interactions.options import (
    letters_of,
    option_choices,
    option_problems,
    own_ids,
    rendered,
    reweighted,
    right_ids,
    weights,
)
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

    def sets(self, item: Item) -> Sequence[str]:
        return ()

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

    def key_fields(self, item: Item) -> Sequence[KeyField]:
        choice = interaction_of(item, SingleChoice)
        right = right_ids(choice)
        choices = option_choices(choice.options, right)
        return [KeyField("right", N_("Which option is right?"), "one" if len(right) == 1 else "many", choices)]

    def with_key(self, item: Item, filled: Filled) -> Item:
        choice = interaction_of(item, SingleChoice)
        right = ticked(filled, "right", [option.id for option in choice.options])
        if not right:
            raise InvalidKey(Sentence.of(N_("Choose the option that is right.")))
        return _with_right(item, right)

    def second_fields(self, item: Item) -> Sequence[KeyField]:
        choice = interaction_of(item, SingleChoice)
        others = [option for option in choice.options if option.id not in right_ids(choice)]
        return [
            KeyField("also", N_("Which option is right, too?"), "many", option_choices(choice.options, (), only=others))
        ]

    def with_second(self, item: Item, filled: Filled) -> Item:
        choice = interaction_of(item, SingleChoice)
        also = ticked(filled, "also", [option.id for option in choice.options])
        if not also:
            raise InvalidKey(Sentence.of(N_("Choose the option that is right, too.")))
        return _with_right(item, {*right_ids(choice), *also})

    def key_text(self, item: Item) -> str:
        choice = interaction_of(item, SingleChoice)
        return letters_of(choice.options, right_ids(choice)).replace(", ", " / ")


def only_key(item: Item) -> str | None:
    """The id of the option that is the key, where there is one alone: the item then has a letter on a key sheet."""
    right = right_ids(item.interaction) if isinstance(item.interaction, SingleChoice) else set()
    return next(iter(right)) if len(right) == 1 else None


def _with_right(item: Item, right: Collection[str]) -> Item:
    choice = interaction_of(item, SingleChoice)
    was = right_ids(choice)
    changed = {option.id: "1" if option.id in right else "0" for option in choice.options}
    # An option that was half right stays so, unless it is the key now.
    kept = {one.id: one.weight for one in choice.options if one.id not in was and one.id not in right}
    options = reweighted(choice.options, changed | kept)
    return msgspec.structs.replace(item, interaction=msgspec.structs.replace(choice, options=options))


def _chosen(response: Response) -> str:
    if not isinstance(response, str):
        raise InvalidResponse("one option id is expected")
    return response
