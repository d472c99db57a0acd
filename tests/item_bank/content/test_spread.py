"""What matrix and specification count."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.markup import from_text
from item_bank.content.model import Essay, Interaction, Item, Numeric, Option, SingleChoice, Statement, TrueFalseCluster
from item_bank.content.spread import KINDS, LEVELS, Asked, level_of, spread, topic_of

STEM = from_text("?")


def item(interaction: Interaction, topic: str = "", level: str = "", **extra: str) -> Item:
    return Item(STEM, interaction, topic=topic, level=level, extra=extra)


def choice() -> SingleChoice:
    return SingleChoice((Option("a", STEM, weight="1"), Option("b", STEM)))


def cluster(*levels: str) -> TrueFalseCluster:
    return TrueFalseCluster(tuple(Statement(f"s{n}", STEM, True, level) for n, level in enumerate(levels)))


def test_a_paper_is_counted_by_topic_kind_and_level() -> None:
    first_item = item(choice(), "Hàm số > Bậc hai", "NB", requirement="Nhận biết đỉnh", competence="TD")
    told = spread(
        [
            Asked(first_item, "1", Fraction(1, 4)),
            Asked(item(choice(), "Hàm số > Đồ thị", "Vận dụng cao"), "2", Fraction(1, 4)),
            Asked(item(cluster("Biết", "Hiểu", "Hiểu", "VD"), "Xác suất"), "3", Fraction(1)),
            Asked(item(Numeric(("1",)), "Hàm số > Bậc hai", "TH"), "4", Fraction(1, 2)),
            Asked(item(Essay(), "Xác suất", "VD"), "5", Fraction(3)),
            Asked(item(choice(), "Xác suất", "khó"), "6", Fraction(1)),
        ]
    )  # fmt: skip
    assert [(row.topic, row.unit) for row in told.rows] == [
        ("Hàm số", "Bậc hai"),
        ("Hàm số", "Đồ thị"),
        ("Xác suất", ""),
    ]
    first, _second, last = told.rows
    assert first.cells["choice", "know"].competences == ["TD"]
    assert first.requirements == {"know": ["Nhận biết đỉnh"]}
    assert last.cells["true_false", "understand"].labels == ["3b", "3c"]
    assert last.cells["true_false", "understand"].points == Fraction(1, 2)
    assert told.unplaced == ("6",)
    assert [told.total(kind).count for kind in KINDS] == [2, 4, 1, 1]
    assert [told.total(level=level).count for level in LEVELS] == [2, 3, 3]
    assert told.total().points == 5


@pytest.mark.parametrize(
    ("name", "level"),
    [("Nhận biết", "know"), ("THÔNG HIỂU", "understand"), ("VDC", "apply"), ("Applying", "apply"), ("dễ", None)],
)
def test_levels_have_many_names(name: str, level: str | None) -> None:
    assert level_of(name) == level


@pytest.mark.parametrize(
    ("topic", "parts"),
    [("A > B > C", ("A", "B – C")), ("Vận tốc m/s", ("Vận tốc m/s", "")), ("A / B", ("A", "B")), ("", ("", ""))],
)
def test_a_topic_may_name_its_unit(topic: str, parts: tuple[str, str]) -> None:
    assert topic_of(item(choice(), topic)) == parts


LEVEL = st.sampled_from(["NB", "TH", "VD", "VDC", ""])
CLUSTERS = st.lists(LEVEL, min_size=1, max_size=6).map(lambda found: cluster(*found))
INTERACTIONS = st.sampled_from([choice(), Numeric(("1",)), Essay()]) | CLUSTERS


@given(st.lists(st.tuples(INTERACTIONS, st.sampled_from("AB"), LEVEL, st.fractions(0, 5))))
def test_what_is_counted_and_what_is_told_make_the_paper(paper: list[tuple[Interaction, str, str, Fraction]]) -> None:
    asked = [Asked(item(told, topic, level), str(n), points) for n, (told, topic, level, points) in enumerate(paper)]
    found = spread(asked)
    assert sum(row.points for row in found.rows) == found.total().points
    assert sum(found.total(kind, level).count for kind in KINDS for level in LEVELS) == found.total().count
    missing = sum(one.points for one in asked if one.label in found.unplaced)
    assert found.total().points <= sum(one.points for one in asked) <= found.total().points + missing
