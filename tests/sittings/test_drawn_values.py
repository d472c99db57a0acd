"""Parametric items: every form has its own numbers, and whoever needs them again gets the same ones from the form."""

from __future__ import annotations

import json
from fractions import Fraction

import msgspec
import pytest

from exam_engine.authoring.definition import ExamDefinition, FixedItem, Section
from exam_engine.scoring.rules import mark_attempt, scheme_of, slots_of
from exam_engine.sittings.forms import BuiltForm, Content, as_met, build_form
from item_bank.assembly.blueprint import BlueprintError
from item_bank.content.markup import plain_text
from item_bank.content.model import Asset, Composite, Feedback, Item, Markup, Part, Picture, encode
from item_bank.content.processing.declared import Declaration, Node, Rules

KEY = b"k" * 32
PICTURE, TOLD_LATER = "a" * 64, "b" * 64


def node(name: str, *children: Node, text: str = "", **attributes: str) -> Node:
    return Node(name, attributes, children, text)


def random(low: int, high: int) -> Node:
    return node("randomInteger", min=str(low), max=str(high))


def variable(name: str) -> Node:
    return node("variable", identifier=name)


def product(*constraints: Node) -> Item:
    """What is A times B?"""
    drawing = (
        node("setTemplateValue", random(2, 90), identifier="A"),
        node("setTemplateValue", random(2, 90), identifier="B"),
        *constraints,
        node("setCorrectResponse", node("product", variable("A"), variable("B")), identifier="R"),
    )
    declared = (
        Declaration("R", "response", base_type="integer"),
        Declaration("A", "template", base_type="integer"),
        Declaration("B", "template", base_type="integer"),
        Declaration("SCORE", "outcome", base_type="float"),
    )
    later = Feedback("SCORE", "0", Markup(f'<p>Bí mật <img data-asset="{TOLD_LATER}" alt=""/></p>'))
    rules = Rules(
        (
            node(
                "responseCondition",
                node(
                    "responseIf",
                    node("match", variable("R"), node("correct", identifier="R")),
                    node("setOutcomeValue", node("baseValue", text="1", baseType="float"), identifier="SCORE"),
                ),
            ),
        )
    )
    stem = Markup(
        '<p>Tính <span data-place="variable:A"></span> × <span data-place="variable:B"></span>: '
        '<span data-place="part:0"></span></p>'
    )
    part = Part("R", "text_entry", most=1, picture=Picture(PICTURE))
    return Item(stem, Composite((part,), declared, rules, Rules(drawing), (later,)), title="Tích")


def built(number: str, item: Item | None = None) -> BuiltForm:
    definition = ExamDefinition("Kiểm tra", (Section("I", items=(FixedItem(1),)),))
    pictures = {digest: Asset(digest, "image/png", b"") for digest in (PICTURE, TOLD_LATER)}
    content = Content({1: item or product()}, {}, pictures)
    return build_form(definition, content, "seed", KEY, number, f"public-{number}")


def test_forms_differ_and_one_made_again_is_the_same() -> None:
    papers = {number: json.loads(built(number).paper_json)["items"][0]["stem"] for number in ("101", "102", "103")}
    assert len(set(papers.values())) == 3
    assert built("101").paper_json == built("101").paper_json
    assert 'data-place="variable' not in papers["101"]


def test_what_the_key_map_keeps_gives_the_very_item_of_the_paper() -> None:
    form = built("101")
    entry = msgspec.json.decode(msgspec.json.encode(form.key_map[0]))
    first, again = as_met(product(), entry), as_met(product(), entry)
    assert encode(first) == encode(again)
    told = plain_text(Markup(json.loads(form.paper_json)["items"][0]["stem"]))
    assert plain_text(first.stem) == told
    assert entry["values"]["v"] == 1


def test_marking_goes_by_the_numbers_of_the_form() -> None:
    scheme = scheme_of(ExamDefinition("Kiểm tra", ()))
    right = {}
    for number in ("101", "102"):
        slots = slots_of(built(number).key_map, {1: product()})
        declared = {one.identifier: one for one in slots[0].item.interaction.declarations}  # type: ignore[union-attr]
        (key,) = declared["R"].correct or ()
        right[number] = key.text
        assert mark_attempt(slots, {0: {"0": key.text}}, {}, scheme).slots[0].share == Fraction(1)
    other = slots_of(built("102").key_map, {1: product()})
    assert mark_attempt(other, {0: {"0": right["101"]}}, {}, scheme).slots[0].share == Fraction(0)


def test_conditions_that_no_numbers_meet_stop_the_paper_with_the_items_name() -> None:
    never = node("templateConstraint", node("gt", variable("A"), node("baseValue", text="1000", baseType="integer")))
    with pytest.raises(BlueprintError, match="Tích"):
        built("101", product(never))


def test_a_paper_has_the_pictures_of_its_interactions_and_nothing_that_is_told_afterwards() -> None:
    paper = built("101").paper_json.decode()
    assert "Bí mật" not in paper
    assert list(json.loads(paper)["assets"]) == [PICTURE]
