"""What reaches a browser: nothing that tells a key; everything again from the same seed."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exam_engine.authoring.balancing import balance_of, foreseen, shortfalls
from exam_engine.authoring.definition import Draw, ExamDefinition, FixedItem, Section
from exam_engine.sittings.forms import BuiltForm, Content, build_form, build_variant, rebuilt
from exam_engine.sittings.printed import printed_form
from item_bank.assembly.blueprint import BlueprintError
from item_bank.assembly.letters import Balance
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Option, SingleChoice, digest
from tests.sittings.world import PASSAGE, items

ITEMS = dict(enumerate(items(), start=1))
CONTENT = Content(ITEMS, {digest(PASSAGE): PASSAGE}, {})
GROUP = [number for number, item in ITEMS.items() if item.passage]
KEY = b"k" * 32


def definition(**changes: Any) -> ExamDefinition:
    fixed = Section("I", items=tuple(FixedItem(number) for number in ITEMS if number > 3))
    drawn = Section("II", draws=(Draw(2, (1, 2, 3)),))
    return msgspec.structs.replace(ExamDefinition("Đề", (fixed, drawn)), **changes)


def built(seed: str, number: str = "101", key: bytes = KEY) -> BuiltForm:
    return build_form(definition(), CONTENT, seed, key, number, f"form-{number}-public")


seeds = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seeds, st.sampled_from(["101", "102", "999"]))
def test_no_paper_tells_a_key_a_rationale_or_whose_item_it_is(seed: str, number: str) -> None:
    form = built(seed, number)
    variant = json.dumps(build_variant(definition(), form, seed), ensure_ascii=False)
    for told in (form.paper_json.decode(), variant):
        for word in ("own-", "weight", "correct", "accepted", "bí mật", "Tên riêng", "-1.5", "rationale", "level"):
            assert word not in told, word
        for item in ITEMS.values():
            assert digest(item) not in told
            assert digest(PASSAGE) not in told
    paper = json.loads(form.paper_json)
    assert [one["slot"] for one in paper["items"]] == list(range(len(paper["items"])))
    for one in paper["items"]:
        if one["type"] == "single_choice":
            assert list(one["body"]["options"]) == sorted(one["body"]["options"]), "neutral order"


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_the_same_seed_makes_the_same_paper_and_another_seed_another_order(seed: str) -> None:
    first, again = built(seed), built(seed)
    assert first.paper_json == again.paper_json
    assert first.digest == again.digest
    variants = [build_variant(definition(), first, f"{seed}/{n}") for n in (1, 1, 2, 3, 4)]
    assert variants[0] == variants[1]
    assert any(variants[0] != other for other in variants[2:])


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_items_of_a_passage_stay_together(seed: str) -> None:
    form = built(seed)
    slots = {form.slot_of[str(number)] for number in GROUP}
    order = [row[0] for row in build_variant(definition(), form, seed)["sections"][0]["items"]]
    places = sorted(place for place, slot in enumerate(order) if slot in slots)
    assert places == list(range(places[0], places[0] + len(GROUP)))


def test_ids_are_opaque_and_differ_from_form_to_form() -> None:
    one, other = built("seed", "101"), built("seed", "102")
    for form in (one, other):
        for row in form.key_map:
            choice = ITEMS[row["version"]].interaction
            own = {option.id for option in choice.options} if isinstance(choice, SingleChoice) else set()
            if own:
                assert set(row["keys"]) == own
                assert not set(row["keys"].values()) & own
    assert one.paper_json != built("seed", "101", b"z" * 32).paper_json, "ids hang on the service's key"
    first, second = (
        {row["version"]: row["keys"] for row in form.key_map if ITEMS[row["version"]].type == "single_choice"}
        for form in (one, other)
    )
    assert any(first[version] != second[version] for version in first.keys() & second.keys())


def test_choose_one_of_with_draws_is_refused_in_words() -> None:
    section = Section("I", draws=(Draw(1, (1, 2)),), choose=1)
    with pytest.raises(BlueprintError, match="can't draw"):
        build_form(ExamDefinition("Đề", (section,)), CONTENT, "s", KEY, "101", "p")


# --- numbered forms have even key letters ------------------------------------------------------------------------


def choice(number: int, key: int, pinned: tuple[int, ...] = ()) -> Item:
    options = [
        Option(str(n), from_text(f"{number}.{n}"), weight="1" if n == key else "0", pinned=n in pinned)
        for n in range(4)
    ]
    return Item(from_text(f"Câu {number}"), SingleChoice(tuple(options)))


def forms_of(found: Content, count: int, **changes: Any) -> list[Balance]:
    section = Section("I", items=tuple(FixedItem(number) for number in found.items))
    about = msgspec.structs.replace(ExamDefinition("Đề", (section,)), **changes)
    balances = []
    for number in range(101, 101 + count):
        made = build_form(about, found, "seed", KEY, str(number), f"p{number}")
        told = printed_form(about, made.number, made.key_map, build_variant(about, made, f"seed/{number}"), found.items)
        balances.append(balance_of([one.item for one in told.questions], shuffled=True))
    return balances


def test_every_numbered_form_has_even_key_letters_and_an_order_of_one_candidate_has_not() -> None:
    content = Content({n: choice(n, 0) for n in range(1, 29)}, {}, {})
    even = forms_of(content, 6)
    assert all(one.met and not shortfalls(one) for one in even)
    assert len({one.letters for one in even}) == 6
    assert not all(one.met for one in forms_of(content, 6, individual=True))


def test_what_pins_do_not_allow_is_told_of_the_exam_and_of_its_forms() -> None:
    content = Content({n: choice(n, 3, pinned=(3,) if n < 13 else ()) for n in range(1, 21)}, {}, {})
    about = ExamDefinition("Đề", (Section("I", items=tuple(FixedItem(number) for number in content.items)),))
    ((title, told),) = foreseen(about, content.items)
    assert title == "I"
    assert told[-1] == "D is the key 12 times, not at most 6: 12 keys keep that place."
    assert foreseen(msgspec.structs.replace(about, individual=True), content.items) == []
    for balance in forms_of(content, 2):
        assert sorted(balance.counts) == [2, 3, 3, 12]
        assert shortfalls(balance)[-1] == told[-1]


def test_a_form_of_an_older_version_is_made_again_by_its_own_rules() -> None:
    key_and_forms = [
        build_form(definition(), CONTENT, "seed", KEY, "101", "public", version=version) for version in (1, 2)
    ]
    for version, form in enumerate(key_and_forms, 1):
        stored = {"number": "101", "public_id": "public", "key_map": [dict(slot) for slot in form.key_map]}
        stored["variant_version"] = version
        again = rebuilt(definition(), CONTENT, "seed", KEY, stored)
        assert again == build_variant(definition(), form, "seed/101")
        assert again["v"] == version


def test_what_is_drawn_once_is_the_same_in_all_forms() -> None:
    content = Content({n: choice(n, 0) for n in range(1, 31)}, {}, {})
    about = ExamDefinition("Đề", (Section("I", draws=(Draw(10, tuple(content.items)),)),))
    once = msgspec.structs.replace(about, one_draw=True)
    items = {
        one.one_draw: {
            frozenset(build_form(one, content, "seed", KEY, number, number).form.items) for number in ("101", "102")
        }
        for one in (about, once)
    }
    assert (len(items[True]), len(items[False])) == (1, 2)
