# ruff: noqa: E501 - markup in one line reads better than broken up
"""QTI 1.2 in the manners of D2L and ILIAS, with scores computed by hand from what those programs do."""

from __future__ import annotations

from typing import Any

import pytest

from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored


def choices(*names: str, attributes: str = "") -> str:
    return "".join(
        f'<response_label ident="{one}" {attributes}><material><mattext>word {one}</mattext></material></response_label>'
        for one in names
    )


def when(test: str, name: str = "SCORE", action: str = "Add", value: str = "1") -> str:
    return f'<respcondition><conditionvar>{test}</conditionvar><setvar varname="{name}" action="{action}">{value}</setvar></respcondition>'


def is_(response: str, value: str, more: str = "") -> str:
    return f'<varequal respident="{response}" {more}>{value}</varequal>'


def read(fields: dict[str, str], body: str, rules: str) -> Imported:
    told = "".join(
        f"<qtimetadatafield><fieldlabel>{name}</fieldlabel><fieldentry>{text}</fieldentry></qtimetadatafield>"
        for name, text in fields.items()
    )
    source = (
        '<questestinterop xmlns:d2l_2p0="http://desire2learn.com/xsd/d2lcp_v2p0"><item ident="i" title="Tên"><itemmetadata>'
        f"<qtimetadata>{told}</qtimetadata></itemmetadata><presentation><flow><material><mattext>Hỏi gì?</mattext></material>{body}</flow>"
        f"</presentation><resprocessing><outcomes><decvar/></outcomes>{rules}</resprocessing></item></questestinterop>"
    )
    return read_file("a.xml", source.encode())


def scores(found: Imported, *answers: Any) -> list[Any]:
    assert found.items, found.report
    return [scored(found.items[0].item, answer).score for answer in answers]


# --- D2L -------------------------------------------------------------------------------------------------------------

D2L = {"qmd_questiontype": "Multi-Select", "qmd_weighting": "6.000000000"}
SHOWN = "<response_extension><d2l_2p0:display_style>2</d2l_2p0:display_style><d2l_2p0:grading_type>{}</d2l_2p0:grading_type></response_extension>"


def several(way: int) -> Imported:
    body = f'{SHOWN.format(way)}<response_lid ident="R" rcardinality="Multiple"><render_choice>{choices("A", "B", "C")}</render_choice></response_lid>'
    counts = {"A": "D2L_Correct", "B": "D2L_Correct", "C": "D2L_Incorrect"}
    total = '<respcondition><setvar varname="que_score" action="Set">D2L_Correct</setvar></respcondition>'
    return read(D2L, body, "".join(when(is_("R", one), name) for one, name in counts.items()) + total)


def test_right_answers_that_d2l_counts() -> None:
    answers = (["A", "B"], ["A"], ["A", "B", "C"], ["C"])
    assert scores(several(0), *answers) == [6, 0, 0, 0]
    assert scores(several(1), *answers) == [6, 3, 3, 0]
    (unknown,) = several(7).report.items
    assert [one.code for one in unknown.reasons] == ["processing_unsupported"]


def test_settings_of_d2l_are_no_response_and_percentages_become_points() -> None:
    body = f'{SHOWN.format(0)}<response_lid ident="R" rcardinality="Single"><render_choice>{choices("A", "B")}</render_choice></response_lid>'
    rules = when(is_("R", "A"), action="Set", value="100.0") + when(is_("R", "B"), action="Set", value="0.0")
    assert scores(read(D2L | {"qmd_questiontype": "Multiple Choice"}, body, rules), "A", "B") == [6, 0]
    own = body.replace("d2l_2p0:", "")
    (other,) = read(D2L, own, rules).report.items
    assert [one.code for one in other.reasons] == ["unsupported_interaction"]


def test_a_condition_may_name_the_label_of_a_field() -> None:
    body = '<response_str ident="R" rcardinality="Single"><render_fib><response_label ident="R_ANS"/></render_fib></response_str>'
    body += '<response_str ident="S" rcardinality="Single"><render_fib><response_label ident="S_ANS"/></render_fib></response_str>'
    rules = when(is_("R_ANS", "sông"), value="50") + when(is_("S_ANS", "núi"), value="50")
    assert scores(read({}, body, rules), {"R": "sông", "S": "núi"}, {"R": "sông", "S": "sông"}) == [1, 0.5]


# --- ILIAS -----------------------------------------------------------------------------------------------------------


def test_a_list_in_a_text_of_ilias_has_its_words_as_key() -> None:
    body = f'<response_str ident="gap_0" rcardinality="Single"><render_choice shuffle="Yes">{choices("0", "1")}</render_choice></response_str>'
    assert scores(read({}, body, when(is_("gap_0", "word 1"))), "1", "0") == [1, 0]


def test_places_of_an_order_count_from_nothing() -> None:
    body = f'<response_lid ident="R" rcardinality="Ordered"><render_choice>{choices("0", "1", "2")}</render_choice></response_lid>'
    rules = "".join(when(is_("R", value, f'index="{n}"')) for n, value in enumerate("201"))
    found = read({}, body, rules)
    assert (scores(found, ["2", "0", "1"], ["2", "1", "0"]), found.items[0].item.points) == ([3, 1], "3")


def test_each_pair_of_a_match_counts() -> None:
    attributes = 'match_max="1" match_group="3,4"'
    body = f'<response_grp ident="R" rcardinality="Multiple"><render_choice>{choices("1", "2", attributes=attributes)}{choices("3", "4")}</render_choice></response_grp>'
    rules = "".join(when(f'<varsubset respident="R">{one}</varsubset>') for one in ("1,3", "2,4"))
    found = read({}, body, rules)
    assert (scores(found, ["1 3", "2 4"], ["1 3"], ["1 4", "2 3"]), found.items[0].item.points) == ([2, 1, 0], "2")


def test_a_person_marks_the_essays_of_ilias() -> None:
    body = '<response_str ident="TEXT" rcardinality="Ordered"><render_fib rows="9"><response_label ident="A"/></render_fib></response_str>'
    assert scores(read({}, body, when("<other>tutor_rated</other>", value="5")), "bài làm") == [None]


@pytest.mark.parametrize("kind", ["assErrorText", "FLASH QUESTION"])
def test_what_ilias_asks_outside_the_presentation_is_refused(kind: str) -> None:
    (entry,) = read({"QUESTIONTYPE": kind}, "", "").report.items
    assert (entry.outcome, [one.code for one in entry.reasons]) == ("refused", ["unsupported_interaction"])
