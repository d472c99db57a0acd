"""Multiple choice: a set of options, marked as a whole or by adding weights between 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.base import InvalidResponse, KeyMap, Mark, Render, Response, interaction_of
from item_bank.content.interactions.options import letters_of, option_problems, own_ids, rendered, weights
from item_bank.content.model import Item, MultipleChoice
from item_bank.content.rational import rational_or_none
from item_bank.content.sentence import N_, Sentence

NOTHING, EVERYTHING = Fraction(0), Fraction(1)


class MultipleChoiceHandler:
    type = "multiple_choice"

    def problems(self, item: Item) -> Sequence[str]:
        choice = interaction_of(item, MultipleChoice)
        found = list(option_problems(choice.options))
        positive = [weight for weight in (rational_or_none(o.weight) for o in choice.options) if weight and weight > 0]
        if not positive:
            found.append(Sentence.of(N_("No option is right (weight above 0).")))
        elif choice.partial and sum(positive) < 1:
            found.append(Sentence.of(N_("The weights of the right options add up to less than 1.")))
        if choice.max_choices is not None and choice.max_choices < len(positive):
            found.append(Sentence.of(N_("Fewer options may be chosen than are right.")))
        if choice.max_choices is not None and choice.min_choices > choice.max_choices:
            found.append(Sentence.of(N_("The smallest number of choices is above the largest.")))
        return found

    def option_ids(self, item: Item) -> Sequence[str]:
        return [option.id for option in interaction_of(item, MultipleChoice).options]

    def movable(self, item: Item) -> Sequence[bool]:
        choice = interaction_of(item, MultipleChoice)
        return [choice.shuffle and not option.pinned for option in choice.options]

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        choice = interaction_of(item, MultipleChoice)
        most = len(choice.options) if choice.max_choices is None else choice.max_choices
        return {"options": rendered(choice.options, render, keys), "min": choice.min_choices, "max": most}

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        """Fewer than `min` is no reason to refuse: a candidate who is still choosing must not lose the first choice."""
        if value is None or value == []:
            return None
        if not isinstance(value, list) or not all(isinstance(one, str) and one in body["options"] for one in value):
            raise InvalidResponse("a list of option ids of the item is expected")
        if len(set(value)) < len(value):
            raise InvalidResponse("an option is chosen twice")
        if len(value) > body["max"]:
            raise InvalidResponse(f"more than {body['max']} options are chosen")
        return sorted(value)

    def canonical(self, response: Response, keys: KeyMap) -> Response:
        return None if response is None else sorted(own_ids(_chosen(response), keys))

    def mark(self, item: Item, response: Response) -> Mark:
        choice = interaction_of(item, MultipleChoice)
        if response is None:
            return Mark(NOTHING, {"chosen": []})
        chosen = _chosen(response)
        weight = weights(choice.options)
        if choice.partial:
            share = sum((weight.get(one, NOTHING) for one in chosen), NOTHING)
            share = min(max(share, NOTHING), EVERYTHING)
        else:
            right = {identifier for identifier, value in weight.items() if value > 0}
            share = EVERYTHING if set(chosen) == right else NOTHING
        return Mark(share, {"chosen": sorted(chosen)})

    def describe(self, item: Item, response: Response) -> str:
        options = interaction_of(item, MultipleChoice).options
        return "" if response is None else letters_of(options, _chosen(response))


def _chosen(response: Response) -> list[str]:
    if not isinstance(response, list) or not all(isinstance(one, str) for one in response):
        raise InvalidResponse("a list of option ids is expected")
    return response
