"""What holds for every registered interaction, whatever comes from a browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.interactions import HANDLERS, InvalidResponse, handler_for
from item_bank.content.model import Markup
from tests.item_bank.content.interactions.items import SAMPLES, json_values

types = pytest.mark.parametrize("name", sorted(HANDLERS))


def render(markup: Markup) -> str:
    return markup.html


def keys(name: str, prefix: str = "k") -> dict[str, str]:
    handler = HANDLERS[name]
    return {own: f"{prefix}{n}" for n, own in enumerate(reversed(handler.option_ids(SAMPLES[name])))}


def body(name: str) -> dict[str, Any]:
    return HANDLERS[name].body(SAMPLES[name], render, keys(name))


def test_every_type_of_the_model_has_a_handler_and_a_sample() -> None:
    assert set(HANDLERS) == set(SAMPLES) == {sample.type for sample in SAMPLES.values()}
    assert all(handler_for(sample) is handler_for(name) for name, sample in SAMPLES.items())


@types
def test_a_sound_item_has_no_problems(name: str) -> None:
    assert list(HANDLERS[name].problems(SAMPLES[name])) == []


@types
@given(value=json_values)
def test_any_json_value_is_parsed_or_refused(name: str, value: Any) -> None:
    handler, sample = HANDLERS[name], SAMPLES[name]
    try:
        response = handler.parse(value, body(name))
    except InvalidResponse:
        return
    stored = json.dumps(response, ensure_ascii=False)
    stored.encode()  # no lone surrogate
    assert "\\u0000" not in stored
    assert handler.parse(json.loads(stored), body(name)) == response
    canonical = handler.canonical(response, keys(name))
    share = handler.mark(sample, canonical).share
    assert share is None or -1 <= share <= 1
    assert isinstance(handler.describe(sample, canonical), str)


@types
@pytest.mark.parametrize("value", [5, True, ["k9"], [["k0"]], {"a": 1.5, "b": []}, {"zz": "x"}])
def test_an_old_value_of_another_shape_is_refused_not_marked(name: str, value: Any) -> None:
    handler = HANDLERS[name]
    with pytest.raises(InvalidResponse):
        handler.canonical(value, keys(name))


@types
def test_a_name_of_thousands_of_digits_is_refused(name: str) -> None:
    with pytest.raises(InvalidResponse):
        HANDLERS[name].parse({"9" * 5_000: "k0"}, body(name))


@types
@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "1\udc00"])
def test_text_that_no_database_stores_is_refused(name: str, text: str) -> None:
    for value in (text, [text], {text: True}):
        with pytest.raises(InvalidResponse):
            HANDLERS[name].parse(value, body(name))


@types
def test_an_answer_taken_back_earns_nothing(name: str) -> None:
    handler = HANDLERS[name]
    assert handler.parse(None, body(name)) is None
    assert handler.mark(SAMPLES[name], handler.canonical(None, keys(name))).share == 0
    assert handler.describe(SAMPLES[name], None) == ""


@types
def test_the_body_holds_no_key(name: str) -> None:
    shown = json.dumps(body(name))
    assert "weight" not in shown
    assert "correct" not in shown
    assert not any(f'"{own}"' in shown for own in HANDLERS[name].option_ids(SAMPLES[name]))


@pytest.mark.parametrize("name", ["single_choice", "multiple_choice"])
@given(data=st.data())
def test_opaque_ids_never_change_a_mark(name: str, data: st.DataObject) -> None:
    handler, sample = HANDLERS[name], SAMPLES[name]
    own = list(handler.option_ids(sample))
    chosen = data.draw(
        st.lists(st.sampled_from(own), unique=True, min_size=1, max_size=1 if name == "single_choice" else 4)
    )
    new_names = data.draw(st.lists(st.text(min_size=1, max_size=4), unique=True, min_size=len(own), max_size=len(own)))
    marks = []
    for key_map in (dict(zip(own, own, strict=True)), dict(zip(own, new_names, strict=True))):
        sent: Any = [key_map[one] for one in chosen]
        paper = handler.body(sample, render, key_map)
        response = handler.parse(sent[0] if name == "single_choice" else sent, paper)
        marks.append(handler.mark(sample, handler.canonical(response, key_map)))
    assert marks[0] == marks[1]


def test_options_stand_in_the_order_of_their_opaque_ids() -> None:
    assert list(body("single_choice")["options"]) == ["k0", "k1", "k2", "k3"]
    assert body("single_choice")["options"]["k0"] == "<p>3</p>"
