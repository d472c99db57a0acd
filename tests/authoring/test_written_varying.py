"""Numbers that vary: what an author types becomes rules of drawing and comes back; mistakes are told at their field."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from exam_engine.authoring.previewing import preview
from exam_engine.authoring.written import as_written, check_shape, read
from exam_engine.kit.errors import Refused
from item_bank.assembly.randomness import Stream
from item_bank.content.marking import mark_item
from item_bank.content.markup import Markup
from item_bank.content.model import Composite, Item
from item_bank.content.processing.declared import Declaration, Field, Node, Rules
from item_bank.content.processing.values import Unsupported
from item_bank.content.variants import variant
from item_bank.formats.simple.expressions import node_of, text_of

Json = dict[str, Any]
STEM = '<p>Tính {a} × $b$ <img alt="{a}" data-asset="%s"/>{c} <span data-place="part:0"></span></p>' % ("0" * 64)


def written(
    *, answers: tuple[str, ...] = ("a*b",), variables: Any = None, conditions: Any = ("a != b",), tolerance: str = "0.5"
) -> Json:
    marking = {"way": "each", "answers": [{"value": one} for one in answers], "numeric": True, "tolerance": tolerance}
    part = {"id": "RESPONSE_1", "type": "text_entry", "most": 1}
    lines = ["a = 2..4", "b = 0,5; 4"] if variables is None else variables
    varying = {"variables": lines, "conditions": list(conditions)}
    interaction = {"type": "composite", "parts": [part], "marking": [marking], "varying": varying}
    return {"stem": STEM.replace("$b$", '<span data-tex="b"></span>'), "interaction": interaction, "points": "1"}


def test_what_is_typed_becomes_rules_and_comes_back() -> None:
    found = read(written(), [])
    assert not found.problems
    again = as_written(found.item)
    assert again.item["interaction"]["varying"] == {"variables": ("a = 2..4", "b = 0.5; 4"), "conditions": ("a != b",)}
    assert again.item["interaction"]["marking"][0]["answers"] == ({"value": "a * b"},)
    assert "Tính {a} × " in again.item["stem"]
    assert 'alt="{a}"' in again.item["stem"]
    once_more = read(msgspec.json.decode(msgspec.json.encode(again.item)), again.kept)
    assert (once_more.item, once_more.problems) == (found.item, ())


def test_each_seed_has_its_numbers_and_its_answer_within_the_tolerance() -> None:
    item = read(written(), []).item
    told = preview(read(written(), []), None)["variants"]
    assert [one["seed"] for one in told] == [1, 2, 3, 4, 5]
    for one in told:
        filled = variant(item, Stream("preview", one["seed"], "values").below)
        a, b = (float(text.split(" = ")[1]) for text in one["values"].split("; "))
        assert f"Tính {a:g} × " in filled.stem.html
        assert "{c}" in filled.stem.html
        assert a != b
        assert float(one["answers"]) == a * b
        assert f"<mn>{b:g}</mn>".replace(".", ",") in filled.stem.math[0].mathml
        for typed, earned in ((a * b, 1), (a * b + 0.5, 1), (a * b + 0.6, 0)):
            assert mark_item(filled, {"0": f"{typed:g}"}).share == earned


@pytest.mark.parametrize(("language", "shown"), [("vi", "2,5; 4"), ("en", "2.5, 4")])
def test_drawn_numbers_are_written_as_the_language_of_the_question_writes_them(language: Any, shown: str) -> None:
    many = (Field("2.5"), Field("4"))
    declared = Declaration("a", "template", "multiple", "float", default=many)
    stem = Markup('<span data-place="variable:a"></span><div data-place="when:a=2.5">Có.</div>')
    one = Node("baseValue", {"baseType": "float"}, text="1")
    drawing = Rules((Node("setTemplateValue", {"identifier": "b"}, (one,)),))
    held = Composite((), (declared, Declaration("b", "template", "single", "float")), drawing=drawing)
    filled = variant(Item(stem, held, language=language), Stream("preview", 1, "values").below)
    assert filled.stem.html == f"{shown}<div>Có.</div>"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"variables": ["a = 9..2"]}, "varying/variables"),
        ({"variables": ["a = 1..2", "a = 1..2", "b = 1; 2"]}, "varying/variables"),
        ({"variables": ["a = __import__"]}, "varying/variables"),
        ({"conditions": ["a > "]}, "varying/conditions"),
        ({"conditions": ["a + b"]}, "varying/conditions"),
        ({"conditions": ["a > 4"]}, "varying/conditions"),
        ({"answers": ("a*c",)}, "parts/0/marking"),
        ({"answers": ("a < b",)}, "parts/0/marking"),
        ({"answers": ("a", "7")}, "parts/0/marking"),
        ({"answers": ("1/(a - 3)",)}, "parts/0/marking"),
        ({"answers": ("a/3",), "tolerance": "0"}, "parts/0/marking"),
        ({"answers": ("sqrt(a)",), "tolerance": "0"}, "parts/0/marking"),
        ({"variables": [], "conditions": []}, "parts/0/marking"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_the_draft_is_shown(changes: Json, field: str) -> None:
    found = read(written(**changes), [])
    assert field in [one.field for one in found.problems]
    assert preview(found, None)["variants"] == []


def test_what_the_form_cannot_have_sent_is_refused() -> None:
    for varying in ([], {"variables": "a"}, {"variables": ["a = 1..2"] * 99}):
        sent = written()
        sent["interaction"]["varying"] = varying or 1
        with pytest.raises(Refused):
            check_shape(sent)


def test_rules_that_say_more_than_the_form_stay_as_they_came() -> None:
    item = read(written(), []).item
    more = Node("setDefaultValue", {"identifier": "RESPONSE_1"}, (Node("variable", {"identifier": "a"}),))
    drawing = msgspec.structs.replace(item.interaction.drawing, rules=(*item.interaction.drawing.rules, more))  # type: ignore[union-attr]
    other = msgspec.structs.replace(item, interaction=msgspec.structs.replace(item.interaction, drawing=drawing))
    sent = as_written(other)
    assert "varying" not in sent.item["interaction"]
    assert read(msgspec.json.decode(msgspec.json.encode(sent.item)), sent.kept).item == other


@pytest.mark.parametrize(
    "text",
    [
        "a - (b - 1)",
        "-a ^ 2 / b",
        "(a + b) * (a - b)",
        "(a ^ b) ^ 2",
        "a / (b * 2)",
        "abs(a - b) + a ^ 0.5",
        "a - (-b)",
    ],
)
def test_an_expression_means_the_same_after_it_was_told(text: str) -> None:
    names = frozenset("ab")
    node = node_of(text, names, truth=False)
    assert node_of(text_of(node), names, truth=False) == node


@pytest.mark.parametrize("text", ["x", "a; b", "random(3)", "a : 2", "", "a and b", "[a]", "(a, b)", "a !"])
def test_nothing_else_is_an_expression(text: str) -> None:
    with pytest.raises(Unsupported):
        node_of(text, frozenset("ab"), truth=False)
