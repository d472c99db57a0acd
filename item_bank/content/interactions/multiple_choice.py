"""Multiple choice: a set of options, marked as a whole or by adding weights between 0 and 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    def sets(self, item: Item) -> Sequence[str]:
        return ()

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
            share = EVERYTHING if set(chosen) == right_ids(choice) else NOTHING
        if set(chosen) in map(set, choice.also):
            share = EVERYTHING
        return Mark(share, {"chosen": sorted(chosen)})

    def describe(self, item: Item, response: Response) -> str:
        options = interaction_of(item, MultipleChoice).options
        return "" if response is None else letters_of(options, _chosen(response))

    def key_fields(self, item: Item) -> Sequence[KeyField]:
        choice = interaction_of(item, MultipleChoice)
        choices = option_choices(choice.options, right_ids(choice))
        return [KeyField("right", N_("Which options are right? Exactly these and no others."), "many", choices)]

    def with_key(self, item: Item, filled: Filled) -> Item:
        choice = interaction_of(item, MultipleChoice)
        right = _ticked(choice, filled, "right")
        options = reweighted(choice.options, _weights(choice, right))
        return msgspec.structs.replace(item, interaction=msgspec.structs.replace(choice, options=options, also=()))

    def second_fields(self, item: Item) -> Sequence[KeyField]:
        choices = option_choices(interaction_of(item, MultipleChoice).options, ())
        return [KeyField("also", N_("Which options together are a right answer, too?"), "many", choices)]

    def with_second(self, item: Item, filled: Filled) -> Item:
        choice = interaction_of(item, MultipleChoice)
        second = tuple(_ticked(choice, filled, "also"))
        if set(second) == right_ids(choice) or set(second) in map(set, choice.also):
            raise InvalidKey(Sentence.of(N_("This answer earns the full points already.")))
        also = (*choice.also, second)
        return msgspec.structs.replace(item, interaction=msgspec.structs.replace(choice, also=also))

    def key_text(self, item: Item) -> str:
        choice = interaction_of(item, MultipleChoice)
        return " / ".join(letters_of(choice.options, one) for one in (right_ids(choice), *choice.also))


def _ticked(choice: MultipleChoice, filled: Filled, name: str) -> list[str]:
    found = ticked(filled, name, [option.id for option in choice.options])
    if not found:
        raise InvalidKey(Sentence.of(N_("Choose at least one option.")))
    if choice.max_choices is not None and len(found) > choice.max_choices:
        message = N_("Nobody could choose these: at most %(n)s options may be chosen.")
        raise InvalidKey(Sentence.of(message, n=choice.max_choices))
    return found


def _weights(choice: MultipleChoice, right: Sequence[str]) -> dict[str, str]:
    """Where points are added up, the right options share them evenly, and an option that is no longer right weighs
    what wrong ones weigh."""
    if set(right) == right_ids(choice):
        return {option.id: option.weight for option in choice.options}
    was_right = right_ids(choice)
    wrong = next((option.weight for option in choice.options if option.id not in was_right), "0")
    each = str(Fraction(1, len(right))) if choice.partial else "1"
    kept = {option.id: wrong if option.id in was_right else option.weight for option in choice.options}
    return kept | dict.fromkeys(right, each)


def _chosen(response: Response) -> list[str]:
    if not isinstance(response, list) or not all(isinstance(one, str) for one in response):
        raise InvalidResponse("a list of option ids is expected")
    return response
