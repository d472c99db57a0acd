from __future__ import annotations

import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.folding import fold
from item_bank.content.markup import from_html, from_text
from item_bank.content.model import Formula, Item, Markup, Option, ShortText, SingleChoice
from item_bank.content.nearness import BANDS, NEAR, Gist, gist_of, likeness, signature
from tests.item_bank.content.interactions.items import SAMPLES

WORDS = st.lists(
    st.text(st.characters(categories=["Lu", "Ll", "Nd"]) | st.sampled_from("ăâđêôơưếộữ"), min_size=1), min_size=1
).map(" ".join)


def question(stem: str, *answers: str) -> Gist:
    options = tuple(Option(f"o{n}", from_text(text)) for n, text in enumerate(answers))
    return gist_of(Item(from_text(stem), SingleChoice(options) if options else ShortText(())))


def shared(one: Gist, other: Gist) -> int:
    return len(set(signature(one)) & set(signature(other)))


@given(WORDS, st.lists(WORDS, max_size=4))
def test_the_same_question_is_as_like_as_can_be(stem: str, answers: list[str]) -> None:
    one = question(stem, *answers)
    assert likeness(one, question(stem, *answers)) == (1.0 if one.shingles else 0.0)
    assert signature(one) == signature(question(stem, *answers))


@given(WORDS)
def test_accents_case_spaces_and_the_form_of_letters_do_not_matter(stem: str) -> None:
    one = question(stem)
    for written in (fold(stem), stem.replace(" ", " \u00a0 "), unicodedata.normalize("NFD", stem)):
        assert question(written) == one


@given(WORDS, WORDS)
def test_likeness_goes_both_ways_and_lies_between_nothing_and_the_same(a: str, b: str) -> None:
    one, other = question(a), question(b)
    assert likeness(one, other) == likeness(other, one)
    assert 0.0 <= likeness(one, other) <= 1.0
    assert (likeness(one, other) == 1.0) == (one.shingles == other.shingles != frozenset())


@given(WORDS)
def test_a_signature_fits_a_column_of_integers(stem: str) -> None:
    found = signature(question(stem))
    assert len(found) in (0, BANDS)
    assert all(-(2**31) <= band < 2**31 for band in found)


@pytest.mark.parametrize("item", SAMPLES.values(), ids=SAMPLES.keys())
def test_every_kind_of_item_has_a_gist(item: Item) -> None:
    asked = msgspec.structs.replace(item, stem=from_text("Năm nào?"))
    assert likeness(gist_of(asked), gist_of(asked)) == 1.0


LARGEST = "Tìm giá trị lớn nhất của hàm số $y=x^3-3x+2$ trên đoạn $[0;2]$."


def test_another_number_in_a_formula_is_near_and_told() -> None:
    one, other = question(LARGEST), question(LARGEST.replace("+2", "+5"))
    assert NEAR < likeness(one, other) < 1
    assert one.numbers != other.numbers
    assert shared(one, other) > 0


def test_another_question_about_the_same_is_not_near() -> None:
    assert likeness(question(LARGEST), question("Tính đạo hàm của hàm số $y=x^3-3x+2$ tại điểm $x=1$.")) < NEAR


def test_a_decimal_is_one_number_with_comma_and_with_point() -> None:
    assert question("Nghiệm là 3,14 hay 2?") == question("Nghiệm là 3.14 hay 2?")
    assert question("Nghiệm là 3,14 hay 2?").numbers == ("3.14", "2")


def test_a_short_stem_counts_with_its_answers() -> None:
    """Or half of a bank would be the same question."""
    right, wrong = ["Hàm số đồng biến trên R.", "Hàm số có hai cực trị."], ["Axit tan trong nước.", "Muối ăn là NaCl."]
    ask = "Mệnh đề nào sau đây đúng?"
    assert likeness(question(ask, *right), question(ask, *wrong)) < NEAR
    assert likeness(question(ask, *right), question(ask)) < NEAR
    assert likeness(question(ask, *right), question(ask, *right)) == 1


def test_the_order_of_answers_says_nothing_and_other_answers_do() -> None:
    assert question(LARGEST, "4", "2").answers == question(LARGEST, "2", "4", "").answers
    assert question(LARGEST, "4", "2").answers != question(LARGEST, "4", "3").answers
    assert likeness(question(LARGEST, "4", "2"), question(LARGEST, "4", "3")) == 1


def test_a_formula_is_the_same_in_whichever_notation_it_came() -> None:
    mathml = "<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mn>1</mn></math>"
    typed = gist_of(Item(from_text("Giải phương trình $x^2+1$ trên tập số phức ấy."), ShortText(())))
    pasted = gist_of(Item(from_html(f"Giải phương trình {mathml} trên tập số phức ấy."), ShortText(())))
    assert typed == pasted


def test_pictures_alone_are_like_nothing() -> None:
    empty = gist_of(Item(Markup(f'<img data-asset="{"0" * 64}" alt=""/>'), ShortText(())))
    assert signature(empty) == ()
    assert likeness(empty, empty) == 0


def test_a_place_without_its_formula_is_left_out() -> None:
    broken = Markup('Tính <span data-math="3"></span> rồi cộng', (Formula("1", "tex", "<math><mn>1</mn></math>"),))
    assert gist_of(Item(broken, ShortText(()))).numbers == ()
