# ruff: noqa: E501 - one case a line reads better than broken up
"""Expressions by the examples of the specification, and by what holds for all of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.processing import operators as operators  # noqa: PLC0414 - makes the expressions known
from item_bank.content.processing.declared import Area, AreaEntry, AreaMap, Declaration, MapEntry, Node, ValueMap
from item_bank.content.processing.expressions import evaluate
from item_bank.content.processing.scope import fresh
from item_bank.content.processing.values import Maybe, ProcessingError, Unsupported, container, single


def value(base: str, text: str) -> Node:
    return Node("baseValue", {"baseType": base}, text=text)


def of(kind: str, /, *children: Node, **attributes: str) -> Node:
    return Node(kind, attributes, children)


def number(text: str) -> Node:
    return value("integer" if text.lstrip("-").isdigit() else "float", text)


NULL = Node("null")
TRUE, FALSE = value("boolean", "true"), value("boolean", "false")


def result(node: Node) -> Any:
    found = evaluate(node, fresh(()))
    return None if found is None else found.atoms[0] if found.single else list(found.atoms)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (of("and", TRUE, FALSE), False), (of("and", TRUE, NULL), None), (of("and", FALSE, NULL), False),
        (of("or", FALSE, NULL), None), (of("or", TRUE, NULL), True), (of("not", NULL), None),
        (of("anyN", TRUE, TRUE, FALSE, min="1", max="2"), True), (of("anyN", TRUE, NULL, min="2", max="2"), None),
        (of("anyN", TRUE, TRUE, TRUE, min="1", max="2"), False),
        (of("sum", number("0.1"), number("0.2")), Fraction(3, 10)), (of("sum", number("1"), NULL), None),
        (of("divide", number("1"), number("0")), None), (of("divide", number("1"), number("3")), Fraction(1, 3)),
        (of("integerDivide", number("-7"), number("2")), -4), (of("integerModulus", number("-7"), number("2")), 1),
        (of("round", number("6.5")), 7), (of("round", number("-6.5")), -6), (of("round", number("-0.5")), 0),
        (of("truncate", number("-6.8")), -6), (of("truncate", number("6.8")), 6),
        (of("roundTo", number("1239451"), roundingMode="significantFigures", figures="3"), 1240000),
        (of("roundTo", number("0.0528"), roundingMode="significantFigures", figures="1"), Fraction(1, 20)),
        (of("roundTo", number("1.256"), roundingMode="decimalPlaces", figures="2"), Fraction(126, 100)),
        (of("equalRounded", number("3.175"), number("3.183"), roundingMode="significantFigures", figures="3"), True),
        (of("equalRounded", number("3.175"), number("3.1749"), roundingMode="significantFigures", figures="3"), False),
        (of("equal", number("10"), number("11"), toleranceMode="relative", tolerance="10"), True),
        (of("equal", number("10"), number("11"), toleranceMode="absolute", tolerance="1", includeUpperBound="false"), False),
        (of("power", number("2"), number("-1")), Fraction(1, 2)), (of("power", number("-1"), number("0.5")), None),
        (of("gcd", number("12"), number("18")), 6), (of("lcm", number("4"), number("6")), 12),
        (of("max", number("2"), number("5")), 5), (of("min", number("2"), number("5")), 2),
        (of("mathOperator", number("-3"), name="abs"), 3), (of("mathOperator", number("-1"), name="ln"), None),
        (of("stringMatch", value("string", "Huế"), value("string", "huế"), caseSensitive="false"), True),
        (of("stringMatch", value("string", "Huế"), value("string", "huế"), caseSensitive="true"), False),
        (of("substring", value("string", "b"), value("string", "abc"), caseSensitive="true"), True),
        (of("patternMatch", value("string", "AB12"), pattern=r"[A-Z]{2}\d+"), True),
        (of("patternMatch", value("string", "xAB12"), pattern=r"[A-Z]{2}\d+"), False),
        (of("isNull", NULL), True), (of("isNull", value("string", "")), True),
        (of("match", value("pair", "A B"), value("pair", "B A")), True),
        (of("match", value("directedPair", "A B"), value("directedPair", "B A")), False),
        (of("match", value("string", "a"), NULL), None),
        (of("member", number("2"), of("multiple", number("1"), number("2"))), True),
        (of("delete", number("2"), of("ordered", number("2"), number("1"), number("2"))), [1]),
        (of("contains", of("ordered", number("1"), number("2"), number("3")), of("ordered", number("2"), number("3"))), True),
        (of("contains", of("ordered", number("1"), number("2"), number("3")), of("ordered", number("1"), number("3"))), False),
        (of("contains", of("multiple", number("1"), number("2")), of("multiple", number("2"), number("2"))), False),
        (of("index", of("ordered", number("5"), number("7")), n="2"), 7), (of("containerSize", NULL), 0),
        (of("repeat", number("1"), number("2"), numberRepeats="2"), [1, 2, 1, 2]),
        (of("statsOperator", of("multiple", number("2"), number("4")), name="mean"), 3),
        (of("statsOperator", of("multiple", number("2")), name="sampleSD"), None),
        (of("inside", value("point", "3 4"), shape="circle", coords="0,0,5"), True),
        (of("inside", value("point", "6 4"), shape="poly", coords="0,0,8,0,8,8"), True),
        (of("inside", value("point", "1 7"), shape="poly", coords="0,0,8,0,8,8"), False),
    ],
)  # fmt: skip
def test_each_expression(node: Node, expected: object) -> None:
    assert result(node) == expected


@pytest.mark.parametrize(
    "node",
    [
        of("sum", value("string", "a")), of("not", number("1")), of("match", TRUE), number("1e999999"), number("١"),
        of("variable", identifier="nobody"), of("randomInteger", min="1", max="6"), of("patternMatch", value("string", "a"), pattern="("),
        of("equalRounded", number("1"), number("1"), roundingMode="decimalPlaces", figures="400"),
        of("repeat", number("1"), numberRepeats="100000"), of("mathOperator", number("1"), name="gamma"),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_out_says_so(node: Node) -> None:
    with pytest.raises(ProcessingError):
        result(node)


def test_a_maker_s_own_operator_is_never_guessed() -> None:
    with pytest.raises(Unsupported):
        result(of("customOperator", TRUE))


def test_a_pattern_built_to_take_for_ever_does_not() -> None:
    assert result(of("patternMatch", value("string", "a" * 5000 + "b"), pattern="(a+)+" * 3)) is False


def test_numbers_that_grow_without_end_stay_small() -> None:
    scope = fresh((Declaration("N", "outcome", base_type="float"),))
    scope.set("N", single("float", Fraction(12_345_678_901, 12_345_678_900)))
    square = of("product", of("variable", identifier="N"), of("variable", identifier="N"))
    for _time in range(40):
        scope.set("N", evaluate(square, scope))
    found = scope.value("N")
    assert found is not None
    assert found.atoms[0].numerator.bit_length() < 5000  # type: ignore[union-attr]


def test_depth_costs_no_more_than_its_length() -> None:
    node = number("1")
    for _time in range(60):
        node = of("sum", node, number("1"))
    scope = fresh(())
    assert evaluate(node, scope) == single("integer", Fraction(61))
    assert scope.steps == 121


def test_repeated_repeats_come_to_an_end() -> None:
    node = number("1")
    for _time in range(4):
        node = of("repeat", node, numberRepeats="999")
    with pytest.raises(ProcessingError):
        result(node)


RESPONSE = Declaration(
    "R", "response", "multiple", "identifier",
    mapping=ValueMap((MapEntry("a", "1"), MapEntry("b", "0.5"), MapEntry("C", "-1", case_sensitive=False)), "0", "0", "1.25"),
)  # fmt: skip


def earned(declared: Declaration, answer: Maybe, name: str = "mapResponse") -> Fraction:
    scope = fresh((declared,))
    scope.set("R", answer)
    found = evaluate(Node(name, {"identifier": "R"}), scope)
    assert found is not None
    atom = found.atoms[0]
    assert isinstance(atom, Fraction)
    return atom


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [("a", "1"), ("ab", "1.25"), ("aa", "1"), ("c", "0"), ("abc", "0.5"), ("cC", "0"), ("z", "0"), ("", "0")],
)
def test_a_mapping_counts_each_member_once_within_its_bounds(chosen: str, expected: str) -> None:
    assert earned(RESPONSE, container("multiple", "identifier", list(chosen))) == Fraction(expected)


@given(st.permutations("abcz"))
def test_the_order_of_answers_earns_nothing(chosen: list[str]) -> None:
    assert earned(RESPONSE, container("multiple", "identifier", chosen)) == Fraction("1.25") - Fraction("0.75")


def test_an_area_counts_once_and_a_point_beside_all_earns_the_default() -> None:
    areas = AreaMap((AreaEntry(Area("rect", ("0", "0", "10", "10")), "2"),), default="-0.5")
    declared = Declaration("R", "response", "multiple", "point", areas=areas)
    points = [(Fraction(1), Fraction(1)), (Fraction(10), Fraction(10)), (Fraction(11), Fraction(1))]
    assert earned(declared, container("multiple", "point", points), "mapResponsePoint") == Fraction("1.5")


def test_an_outcome_takes_only_what_it_was_declared_for() -> None:
    scope = fresh((Declaration("N", "outcome", "single", "integer"), Declaration("F", "outcome", "single", "float")))
    scope.set("F", single("integer", Fraction(2)))
    assert scope.value("F") == single("float", Fraction(2))
    with pytest.raises(ProcessingError, match="whole number"):
        scope.set("N", single("float", Fraction(1, 2)))
