"""The gallery shows every kind of interaction that a sitting can give, made by its program and by nothing else."""

from __future__ import annotations

from random import Random

import pytest

from exam_engine.demo.content.make_gallery import GALLERY, items
from exam_engine.sittings.forms import mentioned_assets
from item_bank.content.checking import problems, undeliverable
from item_bank.content.interactions import handler_for
from item_bank.content.interactions.parts.registry import PARTS
from item_bank.content.markup import render
from item_bank.content.model import Composite
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from loadtests.rehearsal.behaviour import answer

FILES = sorted(GALLERY.glob("*.xml"))
#: Comes as an essay.
ABSENT = {"extended_text"}


def imported(name: str) -> Imported:
    return read_file(name, (GALLERY / name).read_bytes(), language="vi")


def test_files_are_those_that_the_program_makes() -> None:
    made = items()
    assert [file.stem.partition("-")[2] for file in FILES] == list(made)
    assert [file.read_text("utf-8") for file in FILES] == list(made.values())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_is_kept_whole_and_may_be_sat(file: object) -> None:
    found = imported(str(getattr(file, "name", "")))
    assert [entry for entry in found.report.items if entry.outcome != "kept" or entry.reasons] == []
    (one,) = found.items
    assert problems(one.item) + undeliverable(one.item) == []
    assert mentioned_assets([one.item]) == {asset.digest for asset in found.assets}
    handler = handler_for(one.item)
    keys = {name: f"k{place}" for place, name in enumerate(handler.option_ids(one.item))}
    assert handler.body(one.item, render, keys)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rehearsals_answer_each(file: object) -> None:
    item = imported(str(getattr(file, "name", ""))).items[0].item
    handler = handler_for(item)
    body = handler.body(item, render, {name: f"k{place}" for place, name in enumerate(handler.option_ids(item))})
    chance = Random(7)
    for _again in range(20):
        assert handler.parse(answer({"type": item.type, "body": body}, chance), body) is not None


def test_every_kind_of_interaction_is_there() -> None:
    found = [imported(file.name).items[0].item for file in FILES]
    parts = {part.type for item in found if isinstance(item.interaction, Composite) for part in item.interaction.parts}
    assert parts == set(PARTS) - ABSENT
    assert "essay" in {item.type for item in found}


def test_items_with_a_key_earn_their_points_by_it() -> None:
    for file in FILES:
        item = imported(file.name).items[0].item
        if not isinstance(item.interaction, Composite) or item.interaction.drawing.rules:
            continue
        keys = {
            one.identifier: [field.text for field in one.correct]
            for one in item.interaction.declarations
            if one.kind == "response" and one.correct
        }
        if not keys:
            continue  # a person marks it
        many = {one.identifier: one.cardinality != "single" for one in item.interaction.declarations}
        given = {name: texts if many[name] else texts[0] for name, texts in keys.items()}
        assert scored(item, given).score == item.maximum, file.name
