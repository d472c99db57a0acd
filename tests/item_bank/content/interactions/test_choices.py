from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_engine.sittings.printed import key_of
from item_bank.content.interactions import InvalidResponse, handler_for
from item_bank.content.model import AcceptedText, Composite, MultipleChoice, ShortText, SingleChoice
from item_bank.content.ruled import composite_of
from tests.item_bank.content.interactions.items import item, options


def test_an_option_earns_its_weight() -> None:
    choice = item(SingleChoice(options("1", "1/3", "-0,25")))
    shares = [handler_for(choice).mark(choice, f"o{n}").share for n in range(3)]
    assert shares == [1, Fraction(1, 3), Fraction(-1, 4)]


def test_an_option_that_a_later_version_dropped_earns_nothing() -> None:
    choice = item(SingleChoice(options("1", "0")))
    assert handler_for(choice).mark(choice, "gone").share == 0


def test_without_partial_marks_only_the_exact_set_counts() -> None:
    choice = item(MultipleChoice(options("1", "1", "0", "-1")))
    for size in range(5):
        for chosen in combinations(["o0", "o1", "o2", "o3"], size):
            expected = int(chosen == ("o0", "o1"))
            assert handler_for(choice).mark(choice, list(chosen) or None).share == expected


@pytest.mark.parametrize(
    ("chosen", "share"),
    [(["o0"], "1/3"), (["o0", "o1"], "2/3"), (["o0", "o1", "o2"], "1"), (["o0", "o3"], "0"), (["o3"], "0")],
)
def test_partial_weights_add_up_between_nothing_and_all(chosen: list[str], share: str) -> None:
    choice = item(MultipleChoice(options("1/3", "1/3", "1/3", "-1"), partial=True))
    assert handler_for(choice).mark(choice, chosen).share == Fraction(share)


def test_too_many_choices_are_refused_too_few_are_saved() -> None:
    choice = item(MultipleChoice(options("1", "1", "0"), min_choices=2, max_choices=2))
    handler = handler_for(choice)
    ids = {"o0": "k1", "o1": "k2", "o2": "k3"}
    paper = handler.body(choice, lambda markup: markup.html, ids)
    assert handler.parse(["k2"], paper) == ["k2"]
    assert handler.parse(["k2", "k1"], paper) == ["k1", "k2"]
    for value in (["k1", "k2", "k3"], ["k1", "k1"], ["k9"], "k1"):
        with pytest.raises(InvalidResponse):
            handler.parse(value, paper)


def test_letters_are_the_authors() -> None:
    choice = item(MultipleChoice(options("1", "0", "1")))
    assert handler_for(choice).describe(choice, ["o2", "o0"]) == "A, C"


@pytest.mark.parametrize(
    ("weights", "word"),
    [
        (("1",), "two"),
        (("0", "0"), "key"),
        (("1", "x"), "not a number"),
        (("1", "2"), "between"),
        (("1", "1e9"), "not a number"),
    ],
)
def test_unusable_single_choices_say_why(weights: tuple[str, ...], word: str) -> None:
    choice = item(SingleChoice(options(*weights)))
    assert any(word in problem for problem in handler_for(choice).problems(choice))


@pytest.mark.parametrize(
    ("choice", "word"),
    [
        (MultipleChoice(options("0", "0")), "right"),
        (MultipleChoice(options("1/2", "0"), partial=True), "less than 1"),
        (MultipleChoice(options("1", "1"), max_choices=1), "Fewer"),
        (MultipleChoice(options("1", "0"), min_choices=3, max_choices=2), "smallest"),
    ],
)
def test_unusable_multiple_choices_say_why(choice: MultipleChoice, word: str) -> None:
    unusable = item(choice)
    assert any(word in problem for problem in handler_for(unusable).problems(unusable))


@given(st.lists(st.sampled_from(["1", "1/2", "0", "-1/3"]), min_size=2, max_size=6), st.data())
def test_the_order_of_the_options_never_changes_a_mark(weights: list[str], data: st.DataObject) -> None:
    written = options(*weights)
    turned = tuple(data.draw(st.permutations(written)))
    chosen = data.draw(st.lists(st.sampled_from([option.id for option in written]), unique=True, min_size=1))
    for partial in (False, True):
        marks = [
            handler_for("multiple_choice").mark(item(MultipleChoice(o, partial)), chosen) for o in (written, turned)
        ]
        assert marks[0] == marks[1]
        assert 0 <= marks[0].share <= 1
    singles = [handler_for("single_choice").mark(item(SingleChoice(o)), chosen[0]) for o in (written, turned)]
    assert singles[0] == singles[1]
    assert -1 <= singles[0].share <= 1


def test_an_option_that_earns_a_part_is_no_second_key() -> None:
    single = item(SingleChoice(options("0", "1", "1/2")))
    assert handler_for(single).key_text(single) == "B" == key_of(single)
    held = composite_of(single).interaction
    assert isinstance(held, Composite)
    assert [field.text for field in held.declarations[0].correct or ()] == ["o1"]
    several = item(MultipleChoice(options("0", "1", "1/2")))
    assert handler_for(several).key_text(several) == "B, C"
    text = item(ShortText((AcceptedText("Hà Nội"), AcceptedText("Thăng Long", "1/2"))))
    assert handler_for(text).key_text(text) == "Hà Nội / Thăng Long (50 %)"
