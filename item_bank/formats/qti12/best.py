"""The answers that earn the most by rules that name no key: found by trying what the rules ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from item_bank.content.processing.declared import Declaration, Field, Node, Rules
from item_bank.content.processing.rules import processed
from item_bank.content.processing.values import Maybe, ProcessingError, Value, number_text, of_fields, parsed_number
from item_bank.formats.qti12.conditions import Given

#: Of one item: a search that takes longer ends with the best that it has found.
MOST_TRIES = 400
#: Of rules, in all tries.
MOST_STEPS = 1_000_000
_ASKING = {"match", "member", "stringMatch", "equal", "equalRounded", "gte", "lte", "gt", "lt", "inside"}
Answers = dict[str, tuple[str, ...]]


class Marker:
    """What answers earn by these rules."""

    def __init__(self, declarations: Sequence[Declaration], rules: Sequence[Node], score: str) -> None:
        self.declarations = tuple(declarations)
        self.rules = Rules(tuple(rules))
        self.score = score
        self._declared = {one.identifier: one for one in declarations}
        self.tries = self.steps = 0

    def values(self, answers: Mapping[str, Sequence[str]]) -> dict[str, Maybe]:
        """Raises ProcessingError, also when the tries have taken too much."""
        self.tries += 1
        if self.steps > MOST_STEPS:
            raise ProcessingError("the rules take too long to be tried")
        given = {name: self._value(name, texts) for name, texts in answers.items() if texts}
        scope = processed(self.declarations, self.rules, given)
        self.steps += scope.steps
        return scope.values

    def earned(self, answers: Mapping[str, Sequence[str]]) -> Fraction:
        """Raises ProcessingError."""
        value = self.values(answers).get(self.score)
        atom = value.atoms[0] if value else None
        return atom if isinstance(atom, Fraction) else Fraction(0)

    def _value(self, name: str, texts: Sequence[str]) -> Maybe:
        found = of_fields(self._declared[name], tuple(map(Field, texts)))
        return Value("single", found.base, found.atoms[:1]) if found and found.single else found


def best(marker: Marker, given: Mapping[str, Given], tests: Iterable[Node]) -> tuple[Answers, Fraction]:
    """The best answers found, and what they earn. First everything that one condition asks for together, then each
    response by itself as long as that is better."""
    tests = list(tests)
    wanted = [_asked(test) for test in tests]
    found: Answers = {}
    most = _quietly(marker, found)
    for name, known in given.items():
        order = _order(tests, name) if known.cardinality == "ordered" else ()
        if order and (earned := _quietly(marker, found | {name: order})) > most:
            found, most = found | {name: order}, earned
    for one in wanted:
        answers = {name: _fitting(given[name], texts) for name, texts in one.items() if name in given}
        if (earned := _quietly(marker, answers)) > most:
            found, most = answers, earned
    for name, known in given.items():
        for choice in _choices(known, [one.get(name, []) for one in wanted]):
            answers = found | {name: choice}
            if (earned := _quietly(marker, answers)) > most:
                found, most = answers, earned
            if known.cardinality == "multiple" and choice[0] not in found.get(name, ()):
                answers = found | {name: (*found.get(name, ()), *choice)}
                if (earned := _quietly(marker, answers)) > most:
                    found, most = answers, earned
    return found, most


def _quietly(marker: Marker, answers: Answers) -> Fraction:
    if marker.tries >= MOST_TRIES:
        return Fraction(-1)
    try:
        return marker.earned(answers)
    except ProcessingError:
        return Fraction(-1)


def _asked(test: Node) -> dict[str, list[str]]:
    """Response → the values that a condition compares it with; not what it must not be."""
    found: dict[str, list[str]] = {}
    _collect(test, found)
    return found


def _collect(node: Node, found: dict[str, list[str]]) -> None:
    if node.name == "not":
        return
    if node.name not in _ASKING:
        for one in node.children:
            _collect(one, found)
        return
    name = next((one.attributes["identifier"] for one in node.walk() if one.name == "variable"), "")
    values = [one.text for one in node.walk() if one.name == "baseValue"]
    if node.name == "inside":
        values = _middle(node.attributes.get("shape", ""), node.attributes.get("coords", "").split())
    if node.name == "match" and any(one.name == "multiple" for one in node.children):
        found[name] = values
        return
    kept = found.setdefault(name, [])
    kept += [one for one in values if one not in kept]


def _middle(shape: str, coords: list[str]) -> list[str]:
    numbers = [parsed_number(one) for one in coords]
    if shape == "rect":
        numbers = [(numbers[0] + numbers[2]) / 2, (numbers[1] + numbers[3]) / 2]
    return [" ".join(map(number_text, numbers[:2]))]


def _order(tests: Sequence[Node], name: str) -> tuple[str, ...]:
    """What conditions of their own ask for at each place, from the first on."""
    places: dict[int, str] = {}
    for one in (node for test in tests for node in test.walk() if node.name == "match"):
        index = next((each for each in one.children if each.name == "index"), None)
        value = next((each for each in one.children if each.name == "baseValue"), None)
        if index is not None and value is not None and index.children[0].attributes.get("identifier") == name:
            places.setdefault(int(index.attributes["n"]), value.text)
    whole = sorted(places) == list(range(1, len(places) + 1))
    return tuple(places[n] for n in sorted(places)) if whole else ()


def _fitting(known: Given, texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(texts[:1]) if known.cardinality == "single" else tuple(texts)


def _choices(known: Given, asked: list[list[str]]) -> list[tuple[str, ...]]:
    """Of numbers also what lies between two of them."""
    singles: list[tuple[str, ...]] = [(one,) for one in dict.fromkeys(text for texts in asked for text in texts)]
    if known.base == "float":
        singles += [(_between(texts),) for texts in asked if len(texts) > 1]
    if known.cardinality == "single":
        return singles
    sets = [tuple(texts) for texts in asked if len(texts) > 1]
    return [*sets, *(() if known.cardinality == "ordered" else singles)] or singles


def _between(texts: list[str]) -> str:
    numbers = [parsed_number(one) for one in texts]
    return number_text((min(numbers) + max(numbers)) / 2)
