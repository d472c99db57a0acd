"""A composite's rules as a teacher would say them, where they say no more than that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import msgspec

from item_bank.content.model import Composite, Item, Part
from item_bank.content.processing.declared import Declaration, Node
from item_bank.content.processing.rules import MAXIMA, SCORE
from item_bank.content.processing.values import parsed_number
from item_bank.content.rational import rational_or_none, rational_text
from item_bank.formats import building
from item_bank.formats.simple.areas import area_text, is_sound
from item_bank.formats.simple.making import cardinality_of, made
from item_bank.formats.simple.model import BASES, TOLD, Answer, Simple
from item_bank.formats.simple.patterns import words_of
from item_bank.formats.simple.points import total_points


class _Own(Exception):
    """The rules say something that no teacher's description has."""


def described(item: Item) -> tuple[Simple, ...] | None:
    """One for each part; None where the item has rules of its own."""
    composite = item.interaction
    if not isinstance(composite, Composite):
        return None
    try:
        found = _described(composite)
    except (_Own, LookupError, ValueError, ArithmeticError):
        return None
    by_hand = [number for number, part in enumerate(composite.parts) if TOLD[part.type] == "hand"]
    worth = rational_or_none(item.points) or Fraction(0)
    if by_hand:
        found = _with_the_rest(composite.parts, found, by_hand[0], worth)
    # Another maximum than the parts have together is a rule of its own, too.
    return found if total_points(composite.parts, found) == worth else None


def _with_the_rest(parts: Sequence[Part], found: tuple[Simple, ...], first: int, worth: Fraction) -> tuple[Simple, ...]:
    """No rule says what a part is worth that a person marks: together they have what the others leave."""
    none = tuple(
        msgspec.structs.replace(one, points="0") if TOLD[part.type] == "hand" else one
        for part, one in zip(parts, found, strict=True)
    )
    rest = max(worth - total_points(parts, none), Fraction(0))
    return (*none[:first], msgspec.structs.replace(none[first], points=rational_text(rest)), *none[first + 1 :])


def _described(composite: Composite) -> tuple[Simple, ...]:
    declared = {one.identifier: one for one in composite.declarations if one.kind == "response"}
    names = [part.id for part in composite.parts]
    if composite.adaptive or composite.drawing.rules or len(set(names)) < len(names) or set(declared) != set(names):
        raise _Own
    outcomes = {one.identifier for one in composite.declarations if one.kind != "response"}
    remarks = {one.identifier: one.markup for one in composite.feedback if one.outcome == building.FEEDBACK}
    if outcomes - {SCORE, *MAXIMA, building.FEEDBACK} or len(remarks) < len(composite.feedback):
        raise _Own
    terms = _terms(composite)
    found = tuple(_simple(part, declared[part.id], terms.pop(part.id, [])) for part in composite.parts)
    if terms or (remarks and made(composite.parts, found, remarks) != composite):
        raise _Own
    return found


# --- what each response earns ----------------------------------------------------------------------------------------

Terms = dict[str, list[Node]]


def _terms(composite: Composite) -> Terms:
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
            raise _Own
    return found


def _summands(value: Node, *, first: bool) -> Iterator[Node]:
    """What is added; a rule that does not add to the score before it must be the first."""
    if value.name == "max" and len(value.children) == 2 and _is_score(value.children[1]):
        if _constant(value.children[0]) != 0:
            raise _Own
        return
    parts = value.children if value.name == "sum" else (value,)
    if not first and not any(_is_score(one) for one in parts):
        raise _Own
    yield from (one for one in parts if not _is_score(one))


def _is_score(value: Node) -> bool:
    return value.name == "variable" and value.attributes.get("identifier") == SCORE


def _response_of(value: Node) -> str:
    names = {one.attributes["identifier"] for one in value.walk() if "identifier" in one.attributes} - {SCORE}
    if len(names) != 1:
        raise _Own
    return names.pop()


def _condition(rule: Node, *, first: bool) -> str:
    for branch in rule.children:
        setters = branch.children if branch.name.endswith("Else") else branch.children[1:]
        if len(setters) != 1 or setters[0].name != "setOutcomeValue":
            raise _Own
        if setters[0].attributes.get("identifier") != SCORE:
            raise _Own
        earned = _earned(setters[0], first=first)
        if branch.name.endswith("Else") and earned:
            raise _Own
    return _response_of(rule)


def _earned(setter: Node, *, first: bool) -> Fraction:
    (value,) = setter.children
    summands = [one for one in _summands(value, first=first) if one.name != "variable"]
    if len(summands) != 1:
        raise _Own
    return _constant(summands[0])


def _is_remark(rule: Node) -> bool:
    """What is said of the whole answer; that it is exactly ours is seen when the item is made again."""
    setters = [one for one in rule.walk() if one.name == "setOutcomeValue"]
    return bool(setters) and all(one.attributes.get("identifier") == building.FEEDBACK for one in setters)


def _constant(value: Node) -> Fraction:
    if value.name == "baseValue":
        return parsed_number(value.text)
    if value.name == "divide" and len(value.children) == 2:
        return _constant(value.children[0]) / _constant(value.children[1])
    raise _Own


# --- one part --------------------------------------------------------------------------------------------------------


def _simple(part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    told = TOLD[part.type]
    if told in ("hand", "none"):
        if terms:
            raise _Own
        return Simple()
    found = _DESCRIBED[told](part, declared, terms)
    if declared.cardinality != cardinality_of(part, found):
        raise _Own
    if declared.base_type not in (BASES[part.type], "integer", "float", "string") or declared.default:
        raise _Own
    if not found.answers:
        raise _Own
    return found


def _chosen(part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    """Ids, sequences and pairs."""
    several = declared.cardinality == "multiple"
    if len(terms) == 1 and terms[0].name in ("match", "responseCondition"):
        points = _of_match(terms[0])
        if points is not None:
            return Simple("all", _key(declared), rational_text(points), several)
    if declared.cardinality == "ordered":
        return _ordered(declared, terms)
    (term,) = terms if len(terms) == 1 else (Node(""),)
    floor = term.name == "max"
    inner, divisor = _divided(term.children[1].children[1] if floor else term)
    table = declared.mapping
    if inner.name != "mapResponse" or table is None or table.upper or parsed_number(table.lower or "0"):
        raise _Own
    answers = tuple(Answer(one.key, rational_text(parsed_number(one.value) / divisor)) for one in table.entries)
    wrong = parsed_number(table.default) / divisor
    takes = wrong < 0 or any(one.points.startswith("-") for one in answers)
    if wrong and TOLD[part.type] != "pair":
        raise _Own
    bounded = floor or bool(table.lower) or not takes or not several
    return Simple("each", answers, several=several, wrong=rational_text(wrong), floor=bounded)


def _divided(term: Node) -> tuple[Node, Fraction]:
    """Thirds stand in a table as whole numbers, and are divided again."""
    if term.name != "divide":
        return term, Fraction(1)
    value, by = term.children
    return value, _constant(by)


def _of_match(term: Node) -> Fraction | None:
    """The points of a condition that compares with the key; one of the template by its name."""
    if term.name == "match":
        return Fraction(1)
    first = term.children[0]
    test = first.children[0]
    if [one.name for one in test.children] != ["variable", "correct"] or test.name != "match":
        return None
    if [branch.name for branch in term.children] not in (["responseIf"], ["responseIf", "responseElse"]):
        raise _Own
    return _earned(first.children[1], first=True)


def _key(declared: Declaration, points: str = "1") -> tuple[Answer, ...]:
    return tuple(Answer(one.text, points) for one in declared.correct or ())


def _ordered(declared: Declaration, terms: Sequence[Node]) -> Simple:
    """Each place has its condition, in the order of the places."""
    answers = []
    for place, term in enumerate(terms, start=1):
        test, earned = term.children[0].children
        there, wanted = test.children
        if test.name != "match" or there.name != "index" or there.attributes.get("n") != str(place):
            raise _Own
        answers.append(Answer(wanted.text, rational_text(_earned(earned, first=False))))
    if [one.value for one in answers] != [one.text for one in declared.correct or ()]:
        raise _Own
    return Simple("each", tuple(answers))


def _areas(_part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    table = declared.areas
    term, divisor = _divided(terms[0]) if len(terms) == 1 else (Node(""), Fraction(1))
    if term.name != "mapResponsePoint" or table is None or parsed_number(table.default):
        raise _Own
    if table.upper or table.lower or not all(is_sound(one.area) for one in table.entries):
        raise _Own
    earned = [(area_text(one.area), parsed_number(one.value) / divisor) for one in table.entries]
    answers = tuple(Answer(area, rational_text(points)) for area, points in earned)
    return Simple("each", answers, several=declared.cardinality == "multiple")


def _typed(part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    if declared.base_type in ("integer", "float"):
        return _number(part, declared, terms)
    if len(terms) != 1 or declared.base_type != "string":
        raise _Own
    if terms[0].name == "match":
        return Simple("each", _key(declared), case_sensitive=True)
    if (points := _of_match(terms[0]) if terms[0].name == "responseCondition" else None) is not None:
        return Simple("each", _key(declared, rational_text(points)), case_sensitive=True)
    table = declared.mapping
    if table is None:
        return _by_pattern(part, declared, terms[0])
    if parsed_number(table.default) or table.upper or table.lower:
        raise _Own
    cases = {one.case_sensitive for one in table.entries}
    if len(cases) > 1:
        raise _Own
    mapped = terms[0].name == "mapResponse"
    earned = [parsed_number(one.value) for one in table.entries] if mapped else _branches(terms[0])
    answers = tuple(Answer(one.key, rational_text(points)) for one, points in zip(table.entries, earned, strict=True))
    found = Simple("each", answers, case_sensitive=cases == {True})
    if not mapped and tuple(terms) != made((part,), (found,)).rules.rules[:-1]:
        raise _Own  # patterns that say more than the words beside them
    return found


def _by_pattern(part: Part, declared: Declaration, condition: Node) -> Simple:
    """A gap of a format whose words stand in patterns alone; one of them, in its own letters, in the key."""
    branches = list(condition.children)
    while branches and not _earned(branches[-1].children[-1], first=True):
        branches.pop()  # what earns nothing in the end need not be named
    condition = msgspec.structs.replace(condition, children=tuple(branches))
    tests = [branch.children[0] for branch in branches]
    texts = [words_of(test.attributes["pattern"]) for test in tests if test.name == "patternMatch"]
    if len(texts) < len(tests):
        raise _Own
    written = {one.text.casefold(): one.text for one in declared.correct or ()}
    earned = _branches(condition)
    for cased in (False, True):
        named = [text and (text if cased else written.get(text.casefold(), text)) for text in texts]
        answers = tuple(Answer(text or "", rational_text(one)) for text, one in zip(named, earned, strict=True))
        found = Simple("each", answers, case_sensitive=cased)
        if (condition,) == made((part,), (found,)).rules.rules[:-1]:
            return found
    raise _Own


def _branches(condition: Node) -> list[Fraction]:
    return [_earned(branch.children[-1], first=True) for branch in condition.children]


def _number(part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    typed = TOLD[part.type] == "typed"
    if len(terms) != 1:
        raise _Own
    points = _of_match(terms[0]) if terms[0].name in ("match", "responseCondition") else None
    if points is not None:
        key = _key(declared, rational_text(points))
        return Simple("each", key, numeric=typed)
    answers, tolerances = [], set()
    for branch in terms[0].children:
        test, earned = branch.children
        value, given = test.children
        mode = test.attributes.get("toleranceMode", "exact")
        if test.name != "equal" or given.name != "variable" or mode not in ("exact", "absolute"):
            raise _Own
        tolerances.add(parsed_number(test.attributes.get("tolerance", "0")) if mode == "absolute" else Fraction(0))
        answers.append(Answer(rational_text(_constant(value)), rational_text(_earned(earned, first=True))))
    if len(tolerances) != 1:
        raise _Own
    return Simple("each", tuple(answers), tolerance=rational_text(tolerances.pop()), numeric=typed)


_DESCRIBED: dict[str, Callable[[Part, Declaration, Sequence[Node]], Simple]] = {
    "id": _chosen,
    "sequence": _chosen,
    "pair": _chosen,
    "area": _areas,
    "typed": _typed,
    "number": _number,
}
