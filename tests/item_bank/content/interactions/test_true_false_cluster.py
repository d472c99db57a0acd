from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest

from item_bank.content.interactions import InvalidResponse, handler_for
from item_bank.content.model import TrueFalseCluster
from tests.item_bank.content.interactions.items import cluster, item

CLUSTER = cluster(True, False, False, True)
HANDLER = handler_for(CLUSTER)
BODY = HANDLER.body(CLUSTER, lambda markup: markup.html, {})


@pytest.mark.parametrize(
    ("said", "share", "shown"),
    [
        ({"a": True, "b": False, "c": False, "d": True}, "1", "ĐSSĐ"),
        ({"a": True, "b": False, "c": False, "d": False}, "1/2", "ĐSSS"),
        ({"a": True, "b": False}, "1/4", "ĐS--"),
        ({"d": True}, "1/10", "---Đ"),
        ({"a": False}, "0", "S---"),
    ],
)
def test_the_graduation_table_counts_right_statements_and_a_blank_is_wrong(
    said: dict[str, bool], share: str, shown: str
) -> None:
    response = HANDLER.parse(said, BODY)
    assert HANDLER.mark(CLUSTER, response).share == Fraction(share)
    assert HANDLER.describe(CLUSTER, response) == shown


def test_another_table_is_data() -> None:
    linear = item(TrueFalseCluster(CLUSTER.interaction.statements, ("0", "1/4", "1/2", "3/4", "1")))  # type: ignore[union-attr]
    assert HANDLER.mark(linear, {"a": True, "b": False, "c": False}).share == Fraction(3, 4)


def test_statements_never_move() -> None:
    assert list(BODY["statements"]) == ["a", "b", "c", "d"]
    assert list(HANDLER.option_ids(CLUSTER)) == []


@pytest.mark.parametrize("value", [{"e": True}, {"a": 1}, {"a": None}, ["a"], "a", True])
def test_what_does_not_fit_is_refused(value: object) -> None:
    with pytest.raises(InvalidResponse):
        HANDLER.parse(value, BODY)


@pytest.mark.parametrize(
    "table", [("0", "1"), ("0", "0", "0", "0", "2"), ("0", "0", "0", "0", "1/2"), ("0", "", "0", "0", "1")]
)
def test_a_wrong_table_is_a_problem(table: tuple[str, ...]) -> None:
    wrong = item(msgspec.structs.replace(CLUSTER.interaction, table=table))
    assert HANDLER.problems(wrong)
