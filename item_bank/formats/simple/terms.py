"""What each response of a composite adds to its score, rule by rule."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from item_bank.content.model import Composite
from item_bank.content.processing.declared import Node
from item_bank.content.processing.rules import SCORE
from item_bank.content.processing.values import parsed_number
from item_bank.formats import building


class OwnRules(Exception):
    """The rules say something that no teacher's description has."""


Terms = dict[str, list[Node]]


def terms_of(composite: Composite) -> Terms:
    """Response → the expressions and conditions that add to the score."""
    template = composite.rules.template
    if template:
        name = {"match_correct": "match", "map_response": "mapResponse", "map_response_point": "mapResponsePoint"}
        return {"RESPONSE": [Node(name[template], {"identifier": "RESPONSE"})]}
    found: Terms = {}
    for number, rule in enumerate(composite.rules.rules):
        if rule.name == "responseCondition":
            if not _is_remark(rule):
                found.setdefault(_condition(rule, first=number == 0), []).append(rule)
        elif rule.name == "setOutcomeValue" and rule.attributes.get("identifier") == SCORE:
            for value in _summands(rule.children[0], first=number == 0):
                found.setdefault(_response_of(value), []).append(value)
        else:
            raise OwnRules
    return found


def _summands(value: Node, *, first: bool) -> Iterator[Node]:
    """What is added; a rule that does not add to the score before it must be the first."""
    if value.name == "max" and len(value.children) == 2 and _is_score(value.children[1]):
        if constant(value.children[0]) != 0:
            raise OwnRules
        return
    parts = value.children if value.name == "sum" else (value,)
    if not first and not any(_is_score(one) for one in parts):
        raise OwnRules
    yield from (one for one in parts if not _is_score(one))


def _is_score(value: Node) -> bool:
    return value.name == "variable" and value.attributes.get("identifier") == SCORE


def _response_of(value: Node) -> str:
    names = {one.attributes["identifier"] for one in value.walk() if "identifier" in one.attributes} - {SCORE}
    if len(names) != 1:
        raise OwnRules
    return names.pop()


def _condition(rule: Node, *, first: bool) -> str:
    for branch in rule.children:
        setters = branch.children if branch.name.endswith("Else") else branch.children[1:]
        if len(setters) != 1 or setters[0].name != "setOutcomeValue":
            raise OwnRules
        if setters[0].attributes.get("identifier") != SCORE:
            raise OwnRules
        earned = earned_by(setters[0], first=first)
        if branch.name.endswith("Else") and earned:
            raise OwnRules
    return _response_of(rule)


def earned_by(setter: Node, *, first: bool) -> Fraction:
    (value,) = setter.children
    summands = [one for one in _summands(value, first=first) if one.name != "variable"]
    if len(summands) != 1:
        raise OwnRules
    return constant(summands[0])


def _is_remark(rule: Node) -> bool:
    """What is said of the whole answer; that it is exactly ours is seen when the item is made again."""
    setters = [one for one in rule.walk() if one.name == "setOutcomeValue"]
    return bool(setters) and all(one.attributes.get("identifier") == building.FEEDBACK for one in setters)


def constant(value: Node) -> Fraction:
    if value.name == "baseValue":
        return parsed_number(value.text)
    if value.name == "divide" and len(value.children) == 2:
        return constant(value.children[0]) / constant(value.children[1])
    raise OwnRules
