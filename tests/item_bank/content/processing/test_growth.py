"""Rules that would take time or memory beyond all measure end, and say so; what comes near to it stays exact."""

from __future__ import annotations

from fractions import Fraction

import pytest

from item_bank.content.processing import patterns
from item_bank.content.processing import rules as rules_room
from item_bank.content.processing import scope as scope_room
from item_bank.content.processing.algebra.grammar import parsed
from item_bank.content.processing.declared import Declaration, Field, MapEntry, Node, Rules, ValueMap
from item_bank.content.processing.mappings import mapped
from item_bank.content.processing.patterns import fits
from item_bank.content.processing.rules import drawn, processed
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import ProcessingError, Unsupported, Value, number_text, same
from item_bank.formats.building import constant, node, variable


def of(element: str, *inner: Node, **attributes: str) -> Node:
    return Node(element, attributes, inner)


def number(text: str) -> Node:
    return constant("float", text)


def setting(name: str, value: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": name}, (value,))


MANY = Declaration("X", "outcome", "ordered", "float")
SCORE = Declaration("SCORE", "outcome", base_type="float")


def carried(*rules: Node) -> Scope:
    return processed((MANY, SCORE), Rules(rules), {})


def thousands(*members: Node) -> Node:
    return setting("X", of("repeat", *members, numberRepeats="1000"))


def test_a_container_that_doubles_again_and_again_ends() -> None:
    doubled = setting("X", node("ordered", variable("X"), variable("X")))
    scope = carried(thousands(number("1")), *[doubled] * 60)
    value = scope.values["X"]
    assert value is not None
    assert len(value.atoms) < 200_000
    assert "steps" in scope.failures[0][1]


@pytest.mark.parametrize("name", ["product", "lcm"])
def test_products_of_thousands_of_long_numbers_are_none(name: str) -> None:
    """The product of a hundred thousand numbers of 390 digits."""
    long = [number(str(10**390 + odd)) for odd in range(1, 21, 2)]
    times = 10 if name == "product" else 1
    assert carried(thousands(*long), setting("SCORE", node(name, *[variable("X")] * times))).failures


def test_a_sum_of_thousands_of_different_fractions_is_as_near_as_a_double() -> None:
    parts = [node("divide", number("1"), number(str(10**300 + 7 + 2 * odd))) for odd in range(1_500)]
    scope = carried(setting("X", node("ordered", *parts)), setting("SCORE", node("sum", variable("X"))))
    assert not scope.failures
    spread = carried(
        setting("X", node("ordered", *parts)), setting("SCORE", of("statsOperator", variable("X"), name="popVariance"))
    )
    assert not spread.failures


def test_a_spread_beyond_any_double_is_null() -> None:
    far = node("ordered", number("1e900"), number("-1e900"))
    scope = carried(setting("X", far), setting("SCORE", of("statsOperator", variable("X"), name="popSD")))
    assert scope.values["SCORE"] is None


def test_fractions_that_no_double_holds_are_told_all_the_same() -> None:
    assert number_text(Fraction(10**400, 3)) == "3" * 400


def test_draws_that_meet_no_constraint_share_their_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_room, "MOST_DRAWN_STEPS", 20_000)
    never = node("templateConstraint", constant("boolean", "false"))
    drawing = Rules((thousands(*[number("1")] * 2), never))
    with pytest.raises(ProcessingError, match=r"^\d draws"):
        drawn((MANY,), drawing, lambda _bound: 0)


def test_scripts_count_for_the_rules_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each alone is within the limit of a script."""
    monkeypatch.setattr(scope_room, "MOST_STEPS", 20_000)
    script = of(
        "customOperator",
        constant("string", "ev(for i thru 1000 do x: i, simp)"),
        **{"class": "org.qtitools.mathassess.ScriptRule"},
    )
    assert carried(*[setting("SCORE", script)] * 10).failures


def test_numbers_of_thousands_of_digits_are_no_script() -> None:
    with pytest.raises(Unsupported):
        parsed("9" * 5_000)


def test_a_pattern_that_takes_long_to_read_counts_for_many_steps() -> None:
    heavy = of("patternMatch", constant("string", "a"), pattern=r"[\p{L}]{1000}")
    scope = carried(*[setting("SCORE", heavy)] * 110)
    assert "steps" in scope.failures[-1][1]


def test_a_pattern_that_cannot_be_read_is_looked_at_once() -> None:
    patterns._compiled.cache_clear()
    for _time in range(3):
        with pytest.raises(ProcessingError):
            fits("(", "a")
    assert patterns._compiled.cache_info().misses == 1


def test_members_are_compared_by_their_number_and_pairs_without_their_order() -> None:
    def pairs(*told: tuple[str, str]) -> Value:
        return Value("multiple", "pair", told)

    assert same(pairs(("A", "B"), ("C", "D")), pairs(("D", "C"), ("A", "B")))
    assert not same(pairs(("A", "B"), ("A", "B"), ("C", "D")), pairs(("A", "B"), ("C", "D"), ("C", "D")))
    held = node("contains", variable("X"), node("ordered", number("1"), number("2")))
    scope = carried(setting("X", node("ordered", number("1"), number("1"), number("2"))), setting("SCORE", held))
    assert "boolean" in scope.failures[0][1]  # it has a value, which is true or false


def test_the_first_entry_of_a_mapping_counts_in_whatever_case() -> None:
    table = ValueMap((MapEntry("hue", "1", case_sensitive=False), MapEntry("HUE", "2"), MapEntry("Vinh", "4")), "8")
    several = Declaration("R", "response", "multiple", "string", mapping=table)

    def earned(*words: str) -> Value:
        return mapped(several, Value("multiple", "string", words))

    assert earned("HUE").atoms == (1,)
    assert earned("HUE", "Hue", "Vinh").atoms == (5,)
    assert earned("vinh", "Lào").atoms == (16,)
    wrong = Declaration(
        "R", "response", base_type="integer", mapping=ValueMap((MapEntry("1", "1"), MapEntry("x", "2")))
    )
    assert mapped(wrong, Value("single", "integer", (Fraction(1),))).atoms == (1,)
    with pytest.raises(ProcessingError):
        mapped(wrong, Value("single", "integer", (Fraction(2),)))


def test_a_key_of_thousands_is_compared_at_once() -> None:
    keys = tuple(Field(f"k{n}") for n in range(20_000))
    table = ValueMap(tuple(MapEntry(one.text, "1") for one in keys))
    response = Declaration("RESPONSE", "response", "multiple", "identifier", correct=keys, mapping=table)
    given = Value("multiple", "identifier", tuple(one.text for one in reversed(keys)))
    for template, points in (("match_correct", 1), ("map_response", 20_000)):
        scope = processed((response, SCORE), Rules(template=template), {"RESPONSE": given})
        score = scope.values["SCORE"]
        assert score is not None
        assert score.atoms == (points,)
