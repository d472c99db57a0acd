"""A composite item: interactions inside a text, marked together by the item's own rules.

An answer is {number of the part, from 0: its answer}; canonical, it has the item's own ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.base import InvalidResponse, KeyMap, Mark, Render, Response, interaction_of
from item_bank.content.interactions.key import Filled, InvalidKey, WithoutKey
from item_bank.content.interactions.parts import base
from item_bank.content.interactions.parts.naming import key_said, said
from item_bank.content.interactions.parts.registry import PARTS
from item_bank.content.model import Composite, Feedback, Item, Part
from item_bank.content.processing.rules import processed, score_name, unknown_names
from item_bank.content.processing.scope import Scope, declared_of
from item_bank.content.processing.values import Maybe, ProcessingError, told
from item_bank.content.sentence import N_, Sentence

NO_KEY = N_("This item is marked by rules of its own: correct it in its source and import it again.")


class CompositeHandler(WithoutKey):
    type = "composite"

    def problems(self, item: Item) -> Sequence[str]:
        composite = interaction_of(item, Composite)
        found: list[str] = []
        declared = declared_of(composite.declarations)
        for part in composite.parts:
            if part.type not in PARTS:
                found.append(Sentence.of(N_("The interaction %(type)s is not known."), type=part.type))
            elif part.id not in declared:
                found.append(Sentence.of(N_("The response %(name)s is not declared."), name=part.id))
            else:
                found += PARTS[part.type].problems(part, declared[part.id])
        for name in [*unknown_names(composite.rules), *unknown_names(composite.drawing)]:
            found.append(Sentence.of(N_("The item is marked by %(name)s, which is not known here."), name=name))
        return found

    def option_ids(self, item: Item) -> Sequence[str]:
        return [name for name, _moves, _set in _options(interaction_of(item, Composite))]

    def movable(self, item: Item) -> Sequence[bool]:
        return [moves for _name, moves, _set in _options(interaction_of(item, Composite))]

    def sets(self, item: Item) -> Sequence[str]:
        return [own for _name, _moves, own in _options(interaction_of(item, Composite))]

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        composite = interaction_of(item, Composite)
        declared = declared_of(composite.declarations)
        parts = [
            PARTS[part.type].body(part, declared[part.id], render, _own_keys(number, keys))
            for number, part in enumerate(composite.parts)
        ]
        return {"parts": parts}

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        if value is None:
            return None
        if not isinstance(value, dict) or len(value) > len(body["parts"]):
            raise InvalidResponse("an answer for each interaction is expected")
        found: dict[str, Any] = {}
        for number, answer in value.items():
            # A number of thousands of digits is none that Python reads.
            short = isinstance(number, str) and number.isdecimal() and len(number) < 5
            if not short or int(number) >= len(body["parts"]):
                raise InvalidResponse("the item has no such interaction")
            parsed = base.parse(answer, body["parts"][int(number)])
            if parsed is not None:
                found[str(int(number))] = parsed
        return dict(sorted(found.items())) or None

    def canonical(self, response: Response, keys: KeyMap) -> Response:
        """Every id of an answer that is an opaque one becomes the item's own."""
        if response is None:
            return None
        found: dict[str, Any] = {}
        for number, answer in _answers(response).items():
            own = {opaque: name for name, opaque in _own_keys(int(number), keys).items()}
            found[number] = _renamed(answer, own) if own else answer
        return found

    def mark(self, item: Item, response: Response) -> Mark:
        composite = interaction_of(item, Composite)
        if waits_for_a_person(composite):
            blank = response is None
            return Mark(Fraction(0) if blank else None, {"parts": len(_answers(response)) if response else 0})
        try:
            scope = outcomes(composite, response)
        except ProcessingError as error:
            raise InvalidResponse(str(error)) from None
        score = score_of(composite, scope)
        name = score_name(composite.declarations, composite.rules)
        if any(target in ("", name) for target, _told in scope.failures):
            return Mark(None, {"failed": [message for _target, message in scope.failures]})
        share = Fraction(0) if score is None else score / item.maximum
        return Mark(share, {"outcomes": {name: as_text(scope.values[name]) for name in outcome_names(composite)}})

    def describe(self, item: Item, response: Response) -> str:
        """Of each part what was answered, by the names of its choices."""
        text = numbered(item, answers_said(item, response))
        return text if len(text) <= 200 else text[:199] + "…"

    def with_key(self, item: Item, filled: Filled) -> Item:
        raise InvalidKey(Sentence.of(NO_KEY))

    def with_second(self, item: Item, filled: Filled) -> Item:
        raise InvalidKey(Sentence.of(NO_KEY))

    def key_text(self, item: Item) -> str:
        """Of each part its declared key."""
        return numbered(item, keys_said(item))


# --- in words --------------------------------------------------------------------------------------------------------


def numbered(item: Item, told: Mapping[int, str]) -> str:
    """What is said of each part, behind its number where several ask for an answer."""
    if sum(part.type not in _NO_ANSWER for part in interaction_of(item, Composite).parts) < 2:
        return "; ".join(told.values())
    return "; ".join(f"{number + 1}: {text}" for number, text in sorted(told.items()))


def keys_said(item: Item, *, words: bool = False) -> dict[int, str]:
    """Number of the part → its declared key, of those that have one; `words` as for `answers_said`."""
    composite = interaction_of(item, Composite)
    declared = declared_of(composite.declarations)
    keys = {
        number: key_said(part, declared[part.id], gives_of(part), words=words)
        for number, part in enumerate(composite.parts)
        if part.id in declared
    }
    return {number: key for number, key in keys.items() if key}


def answers_said(item: Item, response: Response, *, words: bool = False) -> dict[int, str]:
    """Number of the part → its answer as people read it; `words`: without the letters of the author's order."""
    parts = interaction_of(item, Composite).parts
    given = {int(number): answer for number, answer in _answers(response).items()} if response else {}
    return {
        number: said(parts[number], answer, gives_of(parts[number]), words=words)
        for number, answer in given.items()
        if number < len(parts) and parts[number].type not in _NO_ANSWER
    }


def points_given(item: Item, response: Response) -> dict[int, list[str]]:
    """Number of the part → the points that were marked on its picture, "x y" in the picture's own pixels."""
    parts = interaction_of(item, Composite).parts
    given = {int(number): answer for number, answer in _answers(response).items()} if response else {}
    return {
        number: [answer] if isinstance(answer, str) else list(answer)
        for number, answer in given.items()
        if number < len(parts) and gives_of(parts[number]) == "point"
    }


#: Parts that keep something, which is no answer: how often a recording was played, that a button was pressed.
_NO_ANSWER = frozenset({"media", "end_attempt"})


def gives_of(part: Part) -> str:
    return PARTS[part.type].gives if part.type in PARTS else ""


def feedback_told(item: Item, response: Response) -> list[Feedback]:
    """What the item says to this answer: each shows, or hides, where its outcome holds its identifier."""
    composite = interaction_of(item, Composite)
    if not composite.feedback:
        return []
    try:
        values = outcomes(composite, response).values
    except ProcessingError:
        return []

    def holds(one: Feedback) -> bool:
        value = values.get(one.outcome)
        return value is not None and one.identifier in map(told, value.atoms)

    return [one for one in composite.feedback if holds(one) == one.show]


# --- marking ---------------------------------------------------------------------------------------------------------


def outcomes(composite: Composite, response: Response) -> Scope:
    """Every variable after the item's rules. Raises ProcessingError."""
    declared = declared_of(composite.declarations)
    answers = _answers(response) if response else {}
    values: dict[str, Maybe] = {}
    for number, part in enumerate(composite.parts):
        value = base.as_value(answers.get(str(number)), declared[part.id])
        if value is not None or part.id not in values:  # two interactions may ask for one response
            values[part.id] = value
    return processed(composite.declarations, composite.rules, values)


def score_of(composite: Composite, scope: Scope) -> Fraction | None:
    name = score_name(composite.declarations, composite.rules)
    value = scope.values.get(name)
    atom = value.atoms[0] if value and value.single else None
    return atom if isinstance(atom, Fraction) else None


def outcome_names(composite: Composite) -> list[str]:
    return [one.identifier for one in composite.declarations if one.kind == "outcome"]


def as_text(value: Maybe) -> str | list[str] | None:
    if value is None:
        return None
    return told(value.atoms[0]) if value.single else list(map(told, value.atoms))


def waits_for_a_person(composite: Composite) -> bool:
    """No rule sets the score, or it is declared to come from outside."""
    name = score_name(composite.declarations, composite.rules)
    return not name or bool(declared_of(composite.declarations)[name].external)


# --- ids -------------------------------------------------------------------------------------------------------------


def _options(composite: Composite) -> Iterator[tuple[str, bool, str]]:
    """Name, whether it moves, and within which set: that of its part, on its side of a match."""
    for number, part in enumerate(composite.parts):
        targets = {one.id for one in part.targets}
        for name, moves in _ids(part):
            yield f"{number}/{name}", moves, f"{number}/{'target' if name in targets else 'choice'}"


def _ids(part: Part) -> Sequence[tuple[str, bool]]:
    return PARTS[part.type].option_ids(part) if part.type in PARTS else ()


def _own_keys(number: int, keys: KeyMap) -> dict[str, str]:
    start = f"{number}/"
    return {name.removeprefix(start): opaque for name, opaque in keys.items() if name.startswith(start)}


def _renamed(answer: str | list[str], own: Mapping[str, str]) -> str | list[str]:
    if isinstance(answer, list):
        return [str(_renamed(one, own)) for one in answer]
    try:
        return " ".join(own[one] for one in answer.split(" "))
    except KeyError:
        raise InvalidResponse("the option is not one of this form") from None


def _answers(response: Response) -> dict[str, str | list[str]]:
    if not isinstance(response, dict):
        raise InvalidResponse("an answer for each interaction is expected")
    found: dict[str, str | list[str]] = {}
    for number, answer in response.items():
        texts = answer if isinstance(answer, list) else [answer]
        if not number.isdecimal() or len(number) > 4 or not all(isinstance(one, str) for one in texts):
            raise InvalidResponse("an answer for each interaction is expected")
        found[number] = answer  # type: ignore[assignment]
    return found
