"""Embedded answers: each kind of gap earns its share of the points; what is broken is refused with its line."""

from __future__ import annotations

from typing import Any

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import Composite, Item
from item_bank.formats.moodle.cloze_syntax import gaps
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored


def item(text: str) -> Item:
    imported = read_file("text.txt", text.encode())
    assert imported.report.format == "cloze"
    assert [entry.outcome for entry in imported.report.items] in (["kept"], ["changed"]), imported.report
    return imported.items[0].item


def score(text: str, response: Any) -> Any:
    return scored(item(text), response).score


def test_gaps_stand_in_their_places() -> None:
    made = item("Thủ đô là {1:SHORTANSWER:=Hà Nội}, chọn {2:MCV:=a~b}.")
    assert isinstance(made.interaction, Composite)
    assert [part.type for part in made.interaction.parts] == ["text_entry", "choice"]
    assert '<span data-place="part:0"></span>' in made.stem.html
    assert '<div data-place="part:1"></div>' in made.stem.html
    assert made.points == "3"


@pytest.mark.parametrize(
    ("gap", "response", "earned"),
    [
        ("{2:SHORTANSWER:=Hà Nội~%50%H*}", " hà  nội ", 2),
        ("{2:SHORTANSWER:=Hà Nội~%50%H*}", "Huế", 1),
        ("{1:SHORTANSWER_C:=Na}", "na", 0),
        (r"{1:SA:=a\}b\~c\#d}", "A}b~c#d", 1),
        (r"{1:SA:=2\*3}", "2*3", 1),
        (r"{1:SA:=2\*3}", "2 nhân 3", 0),
        ("{3:NUMERICAL:=3.14:0.01~%50%3:0.5}", "3,15", 3),
        ("{3:NUMERICAL:=3.14:0.01~%50%3:0.5}", "3.4", 1.5),
        ("{3:NUMERICAL:=3.14:0.01~%50%3:0.5}", "không", 0),
        ("{1:NM:=1~%25%*}", "77", 0.25),
        ("{1:MULTICHOICE:sai#Không~=đúng}", "B", 1),
        ("{1:MC:=đúng~%50%gần đúng~%-100%sai}", "C", -1),
        ("{1:MULTIRESPONSE:%50%a~%50%b~%-50%c}", ["A", "B"], 1),
        ("{1:MULTIRESPONSE:%50%a~%50%b~%-50%c}", ["A", "C"], 0),
        ("{1:MRHS:%33.33333%a~%33.33333%b~%33.33333%c~%-100%d}", ["A", "B", "C"], 1),
    ],
)
def test_what_an_answer_earns(gap: str, response: Any, earned: float) -> None:
    assert score(f"Điền {gap} vào.", response) == earned


def test_each_gap_earns_its_weight() -> None:
    text = "{1:SA:=một} {2:NM:=2} {3:MC:=ba~bốn}"
    assert score(text, {"RESPONSE_1": "một", "RESPONSE_2": "3", "RESPONSE_3": "A"}) == 4
    assert score(text, {}) == 0


def test_shuffling_and_sides_are_kept() -> None:
    made = item("{1:MCS:=a~b} {1:MCH:=a~b} {1:MRVS:%100%a~b} {1:MCVS:=a~b}")
    assert isinstance(made.interaction, Composite)
    assert [(part.type, part.shuffle, dict(part.settings)) for part in made.interaction.parts] == [
        ("inline_choice", True, {}),
        ("choice", False, {"orientation": "horizontal"}),
        ("choice", True, {}),
    ]
    assert "{1:MRVS:" in plain_text(made.stem)  # no kind of Moodle's: it stays text


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("Chọn\n{1:MULTICHOICE:=táo#Đúng}", "cloze_few", 2),
        ("{1:MULTICHOICE:lê~%50%táo}", "cloze_no_key", 1),
        ("{1:MULTIRESPONSE:%20%lê~%50%táo}", "cloze_no_key", 1),
        ("{3:NUMERICAL:=zero}", "number_unreadable", 1),
        ("Một\nhai {1:SA:=a", "cloze_unclosed", 2),
        ("{1:SA:=a~~b}", "cloze_empty", 1),
        ("{0:SA:=a}", "cloze_no_weight", 1),
        ("Tính $x + {1:SA:=a}$ nhé", "gap_in_formula", 1),
    ],
)
def test_what_is_broken_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    (entry,) = read_file("text.txt", text.encode()).report.items
    assert entry.outcome == "refused"
    assert (entry.reasons[-1].code, entry.reasons[-1].line) == (code, line)


def test_a_place_of_a_foreign_text_shows_nothing() -> None:
    made = item('<p data-place="part:0"><span data-place="part:0">a</span> {1:SA:=b}</p>')
    assert made.stem.html.count("data-place") == 1


def test_entities_do_not_begin_feedback() -> None:
    (gap,) = gaps("{1:MC:=a&#39;b#tốt~c}")
    assert [(one.text, one.feedback) for one in gap.answers] == [("a&#39;b", "tốt"), ("c", "")]
