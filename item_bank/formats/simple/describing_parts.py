"""One part's declaration and rules as a teacher would say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import msgspec

from item_bank.content.model import Part
from item_bank.content.processing.declared import Declaration, Node
from item_bank.content.processing.values import parsed_number
from item_bank.content.rational import rational_text
from item_bank.formats.simple.areas import area_text, is_sound
from item_bank.formats.simple.making import cardinality_of, made
from item_bank.formats.simple.model import BASES, TOLD, Answer, Simple
from item_bank.formats.simple.patterns import words_of
from item_bank.formats.simple.terms import OwnRules, constant, earned_by


def simple_of(part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    told = TOLD[part.type]
    if told in ("hand", "none"):
        if terms:
            raise OwnRules
        return Simple()
    found = _DESCRIBED[told](part, declared, terms)
    if declared.cardinality != cardinality_of(part, found):
        raise OwnRules
    if declared.base_type not in (BASES[part.type], "integer", "float", "string") or declared.default:
        raise OwnRules
    if not found.answers:
        raise OwnRules
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
        raise OwnRules
    answers = tuple(Answer(one.key, rational_text(parsed_number(one.value) / divisor)) for one in table.entries)
    wrong = parsed_number(table.default) / divisor
    takes = wrong < 0 or any(one.points.startswith("-") for one in answers)
    if wrong and TOLD[part.type] != "pair":
        raise OwnRules
    bounded = floor or bool(table.lower) or not takes or not several
    return Simple("each", answers, several=several, wrong=rational_text(wrong), floor=bounded)


def _divided(term: Node) -> tuple[Node, Fraction]:
    """Thirds stand in a table as whole numbers, and are divided again."""
    if term.name != "divide":
        return term, Fraction(1)
    value, by = term.children
    return value, constant(by)


def _of_match(term: Node) -> Fraction | None:
    """The points of a condition that compares with the key; one of the template by its name."""
    if term.name == "match":
        return Fraction(1)
    first = term.children[0]
    test = first.children[0]
    if [one.name for one in test.children] != ["variable", "correct"] or test.name != "match":
        return None
    if [branch.name for branch in term.children] not in (["responseIf"], ["responseIf", "responseElse"]):
        raise OwnRules
    return earned_by(first.children[1], first=True)


def _key(declared: Declaration, points: str = "1") -> tuple[Answer, ...]:
    return tuple(Answer(one.text, points) for one in declared.correct or ())


def _ordered(declared: Declaration, terms: Sequence[Node]) -> Simple:
    """Each place has its condition, in the order of the places."""
    answers = []
    for place, term in enumerate(terms, start=1):
        test, earned = term.children[0].children
        there, wanted = test.children
        if test.name != "match" or there.name != "index" or there.attributes.get("n") != str(place):
            raise OwnRules
        answers.append(Answer(wanted.text, rational_text(earned_by(earned, first=False))))
    if [one.value for one in answers] != [one.text for one in declared.correct or ()]:
        raise OwnRules
    return Simple("each", tuple(answers))


def _areas(_part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    table = declared.areas
    term, divisor = _divided(terms[0]) if len(terms) == 1 else (Node(""), Fraction(1))
    if term.name != "mapResponsePoint" or table is None or parsed_number(table.default):
        raise OwnRules
    if table.upper or table.lower or not all(is_sound(one.area) for one in table.entries):
        raise OwnRules
    earned = [(area_text(one.area), parsed_number(one.value) / divisor) for one in table.entries]
    answers = tuple(Answer(area, rational_text(points)) for area, points in earned)
    return Simple("each", answers, several=declared.cardinality == "multiple")


def _typed(part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    if declared.base_type in ("integer", "float"):
        return _number(part, declared, terms)
    if len(terms) != 1 or declared.base_type != "string":
        raise OwnRules
    if terms[0].name == "match":
        return Simple("each", _key(declared), case_sensitive=True)
    if (points := _of_match(terms[0]) if terms[0].name == "responseCondition" else None) is not None:
        return Simple("each", _key(declared, rational_text(points)), case_sensitive=True)
    table = declared.mapping
    if table is None:
        return _by_pattern(part, declared, terms[0])
    cases = {one.case_sensitive for one in table.entries}
    if len(cases) > 1:
        raise OwnRules
    mapped = terms[0].name == "mapResponse"
    answers = _mapped_words(declared)
    if not mapped:
        earned = [rational_text(points) for points in _branches(terms[0])]
        answers = tuple(Answer(one.value, points) for one, points in zip(answers, earned, strict=True))
    found = Simple("each", answers, case_sensitive=cases == {True})
    if not mapped and tuple(terms) != made((part,), (found,)).rules.rules[:-1]:
        raise OwnRules  # patterns that say more than the words beside them
    return found


def _mapped_words(declared: Declaration) -> tuple[Answer, ...]:
    table = declared.mapping
    if table is None or parsed_number(table.default) or table.upper or table.lower:
        raise OwnRules
    return tuple(Answer(one.key, rational_text(parsed_number(one.value))) for one in table.entries)


def _by_pattern(part: Part, declared: Declaration, condition: Node) -> Simple:
    """A gap of a format whose words stand in patterns alone; one of them, in its own letters, in the key."""
    branches = list(condition.children)
    while branches and not earned_by(branches[-1].children[-1], first=True):
        branches.pop()  # what earns nothing in the end need not be named
    condition = msgspec.structs.replace(condition, children=tuple(branches))
    tests = [branch.children[0] for branch in branches]
    texts = [words_of(test.attributes["pattern"]) for test in tests if test.name == "patternMatch"]
    if len(texts) < len(tests):
        raise OwnRules
    written = {one.text.casefold(): one.text for one in declared.correct or ()}
    earned = _branches(condition)
    for cased in (False, True):
        named = [text and (text if cased else written.get(text.casefold(), text)) for text in texts]
        answers = tuple(Answer(text or "", rational_text(one)) for text, one in zip(named, earned, strict=True))
        found = Simple("each", answers, case_sensitive=cased)
        if (condition,) == made((part,), (found,)).rules.rules[:-1]:
            return found
    raise OwnRules


def _branches(condition: Node) -> list[Fraction]:
    return [earned_by(branch.children[-1], first=True) for branch in condition.children]


def _number(part: Part, declared: Declaration, terms: Sequence[Node]) -> Simple:
    typed = TOLD[part.type] == "typed"
    if len(terms) != 1:
        raise OwnRules
    points = _of_match(terms[0]) if terms[0].name in ("match", "responseCondition") else None
    if points is not None:
        key = _key(declared, rational_text(points))
        return Simple("each", key, numeric=typed)
    if terms[0].name == "mapResponse":
        return Simple("each", _mapped_words(declared), numeric=typed)
    answers, tolerances = [], set()
    for branch in terms[0].children:
        test, earned = branch.children
        value, given = test.children
        mode = test.attributes.get("toleranceMode", "exact")
        if test.name != "equal" or given.name != "variable" or mode not in ("exact", "absolute"):
            raise OwnRules
        tolerances.add(parsed_number(test.attributes.get("tolerance", "0")) if mode == "absolute" else Fraction(0))
        answers.append(Answer(rational_text(constant(value)), rational_text(earned_by(earned, first=True))))
    if len(tolerances) != 1:
        raise OwnRules
    return Simple("each", tuple(answers), tolerance=rational_text(tolerances.pop()), numeric=typed)


_DESCRIBED: dict[str, Callable[[Part, Declaration, Sequence[Node]], Simple]] = {
    "id": _chosen,
    "sequence": _chosen,
    "pair": _chosen,
    "area": _areas,
    "typed": _typed,
    "number": _number,
}
