from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.marking import Answered, Scheme, mark_item, mark_paper
from item_bank.content.rounding import POLICIES
from tests.item_bank.content.interactions.items import SAMPLES

RIGHT, WRONG = Fraction(1), Fraction(0)


def answered(points: str, share: Fraction | None, **more: object) -> Answered:
    return Answered(Fraction(points), share, True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("rounding", sorted(POLICIES))
@pytest.mark.parametrize(
    ("points", "scale_to"), [("10/30", None), ("1/3", Fraction(10)), ("1", Fraction(10)), ("0.07", Fraction(10))]
)
@pytest.mark.parametrize(("right", "mark"), [(30, 10), (15, 5), (0, 0), (3, 1)])
@pytest.mark.pitfall("M2")
def test_thirty_equal_items(rounding: str, points: str, scale_to: Fraction | None, right: int, mark: int) -> None:
    items = [answered(points, RIGHT if n < right else WRONG) for n in range(30)]
    result = mark_paper(items, Scheme(rounding, scale_to))
    assert result.total == result.mark == mark
    assert Fraction(result.text) == mark


@pytest.mark.parametrize(
    ("rounding", "exact", "text"),
    [
        ("half-up-1dp", "6.25", "6.3"),
        ("half-up-1dp", "6.249999", "6.2"),
        ("none-2dp", "6.665", "6.67"),
        ("none-2dp", "20/3", "6.67"),
        ("half-up-quarter", "6.125", "6.25"),
        ("half-up-half", "6.25", "6.5"),
        ("integer", "6.5", "7"),
        ("integer", "6.4999", "6"),
        ("half-up-1dp", "0.04", "0.0"),
    ],
)
def test_halves_go_up_on_the_exact_value(rounding: str, exact: str, text: str) -> None:
    assert POLICIES[rounding].text(Fraction(exact)) == text


def test_the_total_is_rounded_once() -> None:
    # Rounded item by item these would be 0.3 × 3 = 0.9.
    items = [answered("1", Fraction(1, 3)) for _ in range(3)]
    assert mark_paper(items, Scheme("half-up-1dp")).text == "1.0"


def test_a_total_is_never_below_zero() -> None:
    assert mark_paper([answered("1", Fraction(-1, 3))], Scheme()).total == 0


def test_an_essay_without_a_mark_leaves_the_paper_open() -> None:
    result = mark_paper([answered("1", RIGHT), answered("3", None)], Scheme())
    assert (result.complete, result.total, result.scores) == (False, 1, (1, None))


def elective(points: str, share: Fraction | None, alternative: str, was_answered: bool = True) -> Answered:
    return Answered(Fraction(points), share, was_answered, section=2, alternative=alternative, choose=1)


def test_only_one_alternative_is_scored_the_better_one() -> None:
    items = [
        answered("6", RIGHT),
        elective("2", Fraction(1, 4), "A"),
        elective("2", Fraction(1, 2), "B"),
        elective("2", WRONG, "B"),
    ]
    result = mark_paper(items, Scheme())
    assert result.counted == (True, False, True, True)
    assert result.total == 7


def test_an_unanswered_alternative_never_stands_in_for_an_answered_one() -> None:
    items = [elective("2", Fraction(-1), "A"), elective("2", WRONG, "B", was_answered=False)]
    assert mark_paper(items, Scheme()).counted == (True, False)


def test_the_first_alternative_counts_when_none_is_answered() -> None:
    items = [elective("2", WRONG, "A", was_answered=False), elective("2", WRONG, "B", was_answered=False)]
    result = mark_paper(items, Scheme(scale_to=Fraction(10)))
    assert (result.counted, result.maximum, result.total) == ((True, False), 2, 0)


@given(st.lists(st.tuples(st.fractions(0, 5), st.fractions(0, 1)), min_size=1), st.sampled_from(sorted(POLICIES)))
def test_marks_stay_within_the_scale_and_order_does_not_matter(
    pairs: list[tuple[Fraction, Fraction]], rounding: str
) -> None:
    scheme = Scheme(rounding, Fraction(10))
    items = [Answered(points, share, True) for points, share in pairs]
    result = mark_paper(items, scheme)
    assert 0 <= result.mark <= 10
    assert mark_paper(items[::-1], scheme).total == result.total
    assert abs(result.mark - result.total) <= POLICIES[rounding].step / 2


def test_an_item_is_marked_by_its_own_interaction() -> None:
    assert mark_item(SAMPLES["numeric"], "0,5").share == 1
