# ruff: noqa: E501 - markup in one line reads better than broken up
"""QTI 1.2: what becomes of presentations, and that answers earn what the source's response processing says."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest

from item_bank.content.interactions import handler_for
from item_bank.content.markup import plain_text
from item_bank.content.model import (
    Composite,
    Essay,
    Item,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    digest,
)
from item_bank.formats.model import HostileFile, Imported, ReadProblem
from item_bank.formats.qti12.typed import misspelt
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from tests.item_bank.formats.qti12_items import (
    condition,
    document,
    equal,
    feedback,
    fib,
    item,
    labels,
    lid,
    material,
    processing,
)

STEM = material("Số nào?")


def imported(*items: str, whole: bool = False, **more: Any) -> Imported:
    return read_file("quiz.xml", document(*items), whole=whole, **more)


def the_item(source: str, *, whole: bool = False, **more: Any) -> Item:
    found = imported(source, whole=whole, **more)
    assert found.report.format == "qti12"
    assert found.items, found.report.items
    return found.items[0].item


def codes(found: Imported) -> list[str]:
    return [reason.code for entry in found.report.items for reason in entry.reasons]


def score(source: str, response: Any, seed: str = "") -> Fraction | None:
    return scored(the_item(source, whole=True), response, seed).score


def share(found: Item, response: Any) -> Fraction | None:
    return handler_for(found).mark(found, response).share


def composite(source: str, **more: Any) -> Composite:
    interaction = the_item(source, **more).interaction
    assert isinstance(interaction, Composite)
    return interaction


# --- the usual kinds -------------------------------------------------------------------------------------------------

SINGLE = item(
    STEM + lid("a", "b", "c", shuffle="Yes"),
    processing(
        condition("<other/>", goes_on="Yes", shows="general_fb"),
        condition(equal("b"), goes_on="Yes", shows="b_fb"),
        condition(equal("a"), score="100", goes_on="No", shows="correct_fb"),
        condition("<other/>", goes_on="Yes", shows="general_incorrect_fb"),
    ),
    more=feedback("general_fb", "Chung")
    + feedback("b_fb", "Không phải b")
    + feedback("correct_fb", "Đúng")
    + feedback("general_incorrect_fb", "Sai"),
    question_type="multiple_choice_question",
    points_possible="2.5",
)


def test_a_choice_of_canvas_with_all_its_feedback() -> None:
    found = the_item(SINGLE)
    assert isinstance(found.interaction, SingleChoice)
    assert (found.title, found.points, plain_text(found.stem)) == ("Câu q1", "2.5", "Số nào?")
    assert [(one.id, one.weight) for one in found.interaction.options] == [("a", "1"), ("b", "0"), ("c", "0")]
    said = [plain_text(one.feedback) if one.feedback else "" for one in found.interaction.options]
    assert [" ".join(one.split()) for one in said] == ["Đúng", "Không phải b Sai", "Sai"]
    assert found.rationale is not None
    assert plain_text(found.rationale) == "Chung"
    assert found.interaction.shuffle
    assert found.extra["points_possible"] == "2.5"


def test_the_source_itself_scores_on_its_own_scale() -> None:
    found = scored(the_item(SINGLE, whole=True), {"r": "a"})
    assert [found.score, found.maximum] == [100, 100]
    assert found.outcomes["FEEDBACK"] == ["general_fb", "correct_fb"]
    wrong = scored(the_item(SINGLE, whole=True), {"r": "b"})
    assert wrong.score == 0
    assert wrong.outcomes["FEEDBACK"] == ["general_fb", "b_fb", "general_incorrect_fb"]


def test_weights_of_options_are_kept() -> None:
    made = [condition(equal("a"), score="10"), condition(equal("b"), score="5"), condition(equal("c"), score="-2")]
    found = the_item(item(STEM + lid("a", "b", "c"), processing(*made, decvar='<decvar varname="que_score"/>')))
    # the processing sets SCORE, which is not declared
    assert isinstance(found.interaction, SingleChoice)
    assert [one.weight for one in found.interaction.options] == ["1", "0.5", "-0.2"]
    assert found.points == "10"


ALL_OR_NOTHING = item(
    STEM + lid("a", "b", "c", cardinality="Multiple"),
    processing(condition(f"<and>{equal('a')}<not>{equal('b')}</not>{equal('c')}</and>", score="100", goes_on="No")),
    points_possible="1",
)
PARTIAL = item(
    STEM + lid("a", "b", "c", cardinality="Multiple"),
    processing(condition(equal("a"), score="50", action="Add"), condition(equal("b"), score="50", action="Add")),
)


def test_multiple_choices() -> None:
    whole = the_item(ALL_OR_NOTHING).interaction
    assert isinstance(whole, MultipleChoice)
    assert ([one.weight for one in whole.options], whole.partial) == (["1", "0", "1"], False)
    added = the_item(PARTIAL).interaction
    assert isinstance(added, MultipleChoice)
    assert ([one.weight for one in added.options], added.partial) == (["0.5", "0.5", "0"], True)
    assert [score(ALL_OR_NOTHING, {"r": one}) for one in (["c", "a"], ["a"], ["a", "b", "c"], [])] == [100, 0, 0, 0]
    assert [score(PARTIAL, {"r": one}) for one in (["a"], ["a", "b", "c"])] == [50, 100]


def test_points_that_are_taken_away_stay_rules() -> None:
    made = [
        condition(equal(one), score=points, action="Add") for one, points in (("a", "25"), ("b", "25"), ("c", "-10"))
    ]
    source = item(
        STEM + lid("a", "b", "c", cardinality="Multiple"),
        processing(
            *made, decvar='<decvar varname="q" minvalue="0" maxvalue="40" vartype="Decimal"/>'.replace('"q"', '"SCORE"')
        ),
        points_possible="4",
    )
    assert composite(source).parts[0].type == "choice"
    assert [score(source, {"r": one}) for one in (["a"], ["c"], ["a", "c"], ["a", "b"])] == [25, 0, 15, 40]
    found = the_item(source)
    earned = [share(found, {"0": one}) for one in (["a", "c"], ["a", "b"])]
    assert earned == [Fraction(15, 40), 1]
    assert found.points == "4"


def test_texts_that_are_accepted() -> None:
    """Values listed one after the other for one gap are each right."""
    made = processing(condition(equal("Đỏ") + equal("xanh"), score="100", goes_on="No"))
    found = the_item(item(STEM + fib(), made, question_type="short_answer_question"))
    assert isinstance(found.interaction, ShortText)
    assert [one.text for one in found.interaction.accepted] == ["Đỏ", "xanh"]
    assert not found.interaction.case_sensitive
    exact = the_item(item(STEM + fib(), processing(condition(equal("Na", case="Yes"), score="100"))))
    assert isinstance(exact.interaction, ShortText)
    assert exact.interaction.case_sensitive


@pytest.mark.parametrize(
    ("test", "accepted", "tolerance"),
    [
        (equal("42"), ("42",), "0"),
        ('<vargte respident="r">1</vargte><varlte respident="r">2</varlte>', ("1,5",), "0.5"),
        (
            f"<or>{equal('42.0')}<and><vargte respident='r'>41.5</vargte><varlte respident='r'>42.5</varlte></and></or>",
            ("42",),
            "0.5",
        ),
    ],
)
def test_numbers_within_a_tolerance(test: str, accepted: tuple[str, ...], tolerance: str) -> None:
    found = the_item(item(STEM + fib(kind="Decimal"), processing(condition(test, score="100"))))
    assert isinstance(found.interaction, Numeric)
    assert (found.interaction.accepted, found.interaction.tolerance) == (accepted, tolerance)


def test_ends_that_do_not_belong_to_a_range_stay_rules() -> None:
    test = '<vargt respident="r">41.995</vargt><varlte respident="r">42.005</varlte>'
    source = item(STEM + fib(kind="Decimal"), processing(condition(test, score="100")))
    assert composite(source).parts[0].type == "text_entry"
    assert [score(source, one) for one in ("41.995", "41.996", "42.005", "42.006")] == [0, 100, 100, 0]


def test_precision_and_margin() -> None:
    rounded = item(
        STEM + fib(kind="Decimal"),
        processing(condition(equal("1.234", precisiontype="decimals", precision="2"), score="1")),
    )
    assert [score(rounded, one) for one in ("1.23", "1.2349", "1.24")] == [1, 1, 0]
    margin = item(
        STEM + fib(kind="Decimal"), processing(condition(equal("200", margintype="percent", margin="20"), score="1"))
    )
    assert [score(margin, one) for one in ("160", "240", "159.9")] == [1, 1, 0]


@pytest.mark.parametrize(
    "source",
    [
        item(STEM + fib(), processing(condition("<other/>", goes_on="No")), question_type="essay_question"),
        item(STEM + fib(), processing(condition("<other/>", goes_on="No")), qmd_computerscored="No"),
        item(STEM + fib()),
    ],
)
def test_what_nothing_marks_waits_for_a_person(source: str) -> None:
    assert isinstance(the_item(source).interaction, Essay)
    assert score(source, "một bài") is None


# --- several responses -----------------------------------------------------------------------------------------------


def blank(name: str, *idents: str, **attributes: str) -> str:
    told = "".join(f' {key}="{value}"' for key, value in attributes.items())
    listed = "".join(f'<response_label ident="{one}"{told}>{material(one.upper())}</response_label>' for one in idents)
    return f'<response_lid ident="response_{name}">{material("khóa")}<render_choice>{listed}</render_choice></response_lid>'


def both(first: str, second: str) -> str:
    return processing(
        condition(equal(first, "response_x"), score="50", action="Add"),
        condition(equal(second, "response_y"), score="50", action="Add"),
    )


def test_gaps_of_canvas_stand_in_the_text_and_tell_no_key() -> None:
    source = item(
        material("Có [x] và [y].") + blank("x", "a1", "a2") + blank("y", "b1"),
        both("a1", "b1"),
        question_type="fill_in_multiple_blanks_question",
        points_possible="3",
    )
    found = the_item(source)
    made = composite(source)
    assert re.sub(r"<span data-place=\"part:(\d)\"></span>", r"{\1}", found.stem.html) == "Có {0} và {1}."
    assert [part.type for part in made.parts] == ["text_entry", "text_entry"]
    # every label is accepted, in any case; a program may also name the label that the condition names
    assert [score(source, {"response_x": one}) for one in ("A1", "a2", "c")] == [50, 50, 0]
    assert score(source, {"response_x": "a1", "response_y": "B1"}) == 100
    marks = [share(found, one) for one in ({"0": "A2", "1": "B1"}, {"1": "b1"}, None)]
    assert marks == [1, Fraction(1, 2), 0]
    assert found.points == "3"


def test_menus_of_canvas() -> None:
    source = item(
        material("Có [x] và [y].") + blank("x", "a1", "a2") + blank("y", "b1"),
        both("a2", "b1"),
        question_type="multiple_dropdowns_question",
    )
    made = composite(source)
    assert [part.type for part in made.parts] == ["inline_choice", "inline_choice"]
    assert [plain_text(one.markup) for one in made.parts[0].choices] == ["A1", "A2"]
    assert [score(source, {"response_x": one}) for one in ("a2", "a1")] == [50, 0]
    assert "khóa" not in plain_text(the_item(source).stem)


def test_a_match_is_a_row_with_a_menu_for_each() -> None:
    row = f'<response_lid ident="response_{{}}">{material("Hàng {}")}<render_choice>{labels("m", "n")}</render_choice></response_lid>'
    source = item(STEM + row.format("x", "x") + row.format("y", "y"), both("m", "n"), question_type="matching_question")
    assert [part.type for part in composite(source).parts] == ["inline_choice", "inline_choice"]
    assert "Hàng x" in plain_text(the_item(source).stem)
    assert score(source, {"response_x": "m", "response_y": "m"}) == 50


@pytest.mark.parametrize(
    ("algorithm", "accepted", "refused"),
    [
        ("TextContainsAnswer", "có DÀI đấy", "ngắn"),
        ("TextCloseEnough", "daì", "ngắn"),
        ("TextEquivalence", "dài", "dàii"),
        ("TextRegex", "dài", "d"),
    ],
)
def test_ways_to_accept_of_new_quizzes(algorithm: str, accepted: str, refused: str) -> None:
    listed = f'<response_label ident="k" scoring_algorithm="{algorithm}" answer_type="openEntry" levenshtein_distance="2">{material("dài")}</response_label>'
    source = item(
        material("[x]") + f'<response_lid ident="response_x"><render_choice>{listed}</render_choice></response_lid>',
        processing(condition(equal("k", "response_x"), score="100", action="Add")),
    )
    assert [score(source, one) for one in (accepted, refused)] == [100, 0]


def test_an_order() -> None:
    told = "".join(equal(one) for one in "BAC")
    source = item(
        STEM + lid("A", "B", "C", cardinality="Ordered"),
        processing(condition(told, score="5", action="Add", name="OTHER")),
    )
    assert composite(source).parts[0].type == "order"
    assert [score(source, {"r": list(one)}) for one in ("BAC", "ABC")] == [5, 0]
    indexed = "".join(equal(one, index=str(n)) for n, one in enumerate("BAC", start=1))
    again = item(STEM + lid("A", "B", "C", cardinality="Ordered"), processing(condition(indexed, score="5")))
    assert [score(again, {"r": list(one)}) for one in ("BAC", "ABC")] == [5, 0]


def test_several_gaps_in_one_response() -> None:
    gaps = f'<response_str ident="r" rcardinality="Ordered"><render_fib>{material("Từ")}<response_label ident="a"/>{material("đến")}<response_label ident="b"/></render_fib></response_str>'
    made = processing(
        condition(equal("một", index="1"), score="1", action="Add", goes_on="Yes"),
        condition(equal("hai", index="2"), score="1", action="Add"),
    )
    source = item(gaps, made)
    assert "Từ (1) _____ đến (2) _____" in " ".join(plain_text(the_item(source).stem).split())
    assert [score(source, {"r": one}) for one in (["Một", "hai"], ["hai", "hai"])] == [2, 1]


def test_areas_of_a_picture(png: bytes) -> None:
    spots = '<response_label ident="A" rarea="Rectangle">10,10,20,20</response_label><response_label ident="B" rarea="Ellipse">100,100,20,10</response_label>'
    shown = f'<render_hotspot><material><matimage imagtype="image/png" uri="map.png" width="200" height="150"/></material>{spots}</render_hotspot>'
    chosen = item(
        STEM + f'<response_lid ident="r" rcardinality="Single">{shown}</response_lid>',
        processing(condition(equal("B"), score="1")),
    )
    part = composite(chosen, find_picture=lambda name: png if name == "map.png" else None).parts[0]
    assert (part.type, [one.area.coords for one in part.spots]) == (
        "hotspot",
        [("10", "10", "30", "30"), ("100", "100", "10", "5")],
    )
    assert part.picture is not None
    assert (part.picture.width, bool(part.picture.asset)) == (200, True)
    inside = '<varinside respident="r" areatype="Rectangle">10,10,20,20</varinside>'
    pointed = item(
        STEM + f'<response_xy ident="r" rcardinality="Single">{shown}</response_xy>',
        processing(condition(inside, score="1")),
    )
    assert composite(pointed).parts[0].type == "select_point"
    assert [score(pointed, one) for one in ("30 30", "31 30")] == [1, 0]


def test_a_slider_and_a_match_by_moving() -> None:
    slider = '<response_num ident="r"><render_slider lowerbound="0" upperbound="10" step="2"/></response_num>'
    source = item(STEM + slider, processing(condition('<vargte respident="r">8</vargte>', score="1")))
    assert composite(source).parts[0].settings == {"lower": "0", "upper": "10", "step": "2"}
    assert [score(source, one) for one in ("8", "6")] == [1, 0]
    moved = '<response_label ident="a" match_group="x,y" match_max="1"><material><mattext>1</mattext></material></response_label>'
    group = f'<response_grp ident="r" rcardinality="Multiple"><render_choice>{moved}{labels("x", "y")}</render_choice></response_grp>'
    matched = item(STEM + group, processing(condition(equal("a,x"), score="1")))
    assert composite(matched).parts[0].type == "match"
    assert [score(matched, {"r": [one]}) for one in ("a x", "a y")] == [1, 0]


# --- response processing ---------------------------------------------------------------------------------------------


def choice_of(*conditions: str, cardinality: str = "Multiple", **more: str) -> str:
    return item(STEM + lid("a", "b", "c", cardinality=cardinality), processing(*conditions, **more))


NO_BOUNDS = '<decvar varname="SCORE" vartype="Decimal" defaultval="1"/>'


def test_what_stops_and_what_goes_on() -> None:
    stopped = choice_of(condition(equal("a"), score="1"), condition(equal("b"), score="2"))
    assert [score(stopped, {"r": one}) for one in (["a", "b"], ["b"])] == [1, 2]
    going = choice_of(condition(equal("a"), score="1", goes_on="Yes"), condition(equal("b"), score="2"))
    assert score(going, {"r": ["a", "b"]}) == 2
    ended = choice_of(
        condition(equal("a"), score="1", action="Add", goes_on="No"), condition(equal("b"), score="2", action="Add")
    )
    assert [score(ended, {"r": one}) for one in (["a", "b"], ["b"])] == [1, 2]


def test_actions_from_the_default_on() -> None:
    made = [
        condition(equal("a"), score=value, action=action)
        for action, value in (("Add", "5"), ("Multiply", "4"), ("Subtract", "3"), ("Divide", "7"))
    ]
    assert [score(choice_of(*made, decvar=NO_BOUNDS), {"r": one}) for one in (["a"], [])] == [3, 1]


def test_bounds_of_the_score() -> None:
    bounds = '<decvar varname="SCORE" vartype="Integer" minvalue="-1" maxvalue="3"/>'
    made = [condition(equal("a"), score="5", action="Add"), condition(equal("b"), score="9", action="Subtract")]
    assert [score(choice_of(*made, decvar=bounds), {"r": one}) for one in (["a"], ["b"], ["a", "b"])] == [3, -1, -1]


@pytest.mark.parametrize(
    ("test", "response", "holds"),
    [
        (f"<not>{equal('a')}</not>", [], True),
        (f"<not>{equal('a')}</not>", ["a", "b"], False),
        (f"<or>{equal('a')}{equal('b')}</or>", ["b"], True),
        (f"<and>{equal('a')}{equal('b')}</and>", ["b"], False),
        (equal("a") + equal("b"), ["a", "b"], True),
        ('<unanswered respident="r"/>', [], True),
        ('<unanswered respident="r"/>', ["a"], False),
        ('<not><unanswered respident="r"/></not>', ["a"], True),
        ('<varsubset respident="r" setmatch="Exact">a,b</varsubset>', ["b", "a"], True),
        ('<varsubset respident="r" setmatch="Exact">a,b</varsubset>', ["a"], False),
        ('<varsubset respident="r" setmatch="Partial">a,b</varsubset>', ["b", "c"], True),
        ("<durlt>10</durlt>", [], True),
        ("<other/>", ["c"], True),
    ],
)
def test_conditions(test: str, response: list[str], holds: bool) -> None:
    assert score(choice_of(condition(test, score="7")), {"r": response}) == (7 if holds else 0)


def test_other_holds_where_nothing_before_it_set_anything() -> None:
    made = [
        condition(equal("a"), score="2", action="Add"),
        condition(equal("b"), goes_on="Yes", shows="b_fb"),
        condition("<other/>", score="9"),
    ]
    assert [score(choice_of(*made), {"r": one}) for one in (["a"], ["b"], [])] == [2, 9, 9]


def test_texts_compare_by_case_only_where_it_is_said() -> None:
    loose, strict = (
        item(STEM + fib(), processing(condition(equal("Na", **one), score="1"))) for one in ({}, {"case": "Yes"})
    )
    assert [score(loose, "NA"), score(strict, "NA"), score(strict, "Na")] == [1, 0, 1]
    inside = '<varsubstring respident="r" case="No">sông</varsubstring>'
    assert score(item(STEM + fib(), processing(condition(inside, score="1"))), "con Sông Hồng") == 1


def test_a_processing_that_only_its_maker_knows_is_unsupported() -> None:
    found = imported(choice_of(condition('<var_extension respident="r"/>', score="1")))
    assert [entry.outcome for entry in found.report.items] == ["refused"]
    assert codes(found) == ["processing_unsupported"]


def test_a_condition_for_no_response_never_holds() -> None:
    source = item(
        STEM + lid("a", "b") + lid("c", "d", ident="s"),
        processing(condition(equal("a", "t"), score="1"), condition(equal("a"), score="1")),
    )
    found = imported(source)
    assert codes(found) == ["response_unknown"]
    assert score(source, {"r": "b", "s": "c"}) == 0


# --- drawn numbers ---------------------------------------------------------------------------------------------------

CALCULATED = item(
    material("[p] + [q] = ?") + fib(kind="Decimal"),
    processing(condition("<other/>", score="100"), condition("<not><other/></not>", score="0")),
    more="<itemproc_extension><calculated><answer_tolerance>{}</answer_tolerance><var_sets>"
    '<var_set ident="1"><var name="p">1</var><var name="q">2</var><answer>3.0</answer></var_set>'
    '<var_set ident="2"><var name="p">10</var><var name="q">20</var><answer>3*10^1</answer></var_set>'
    "</var_sets></calculated></itemproc_extension>",
    question_type="calculated_question",
    points_possible="1",
)


def test_drawn_numbers_come_from_the_sets_of_the_file() -> None:
    source = CALCULATED.format("0")
    found = the_item(source)
    assert "variable:p" in found.stem.html
    answers = {seed: [score(source, one, seed) for one in ("3", "30")] for seed in "abcdefgh"}
    assert all(sorted(map(str, one)) == ["0", "100"] for one in answers.values())
    assert len({tuple(one) for one in answers.values()}) == 2
    near = CALCULATED.format("10%")
    assert {score(near, one, "a") for one in ("2.7", "3.3", "27", "33")} == {0, 100}


def test_drawn_numbers_without_values_are_refused() -> None:
    source = re.sub("<var_sets>.*</var_sets>", "<var_sets/>", CALCULATED.format("0"))
    assert codes(imported(source)) == ["values_missing"]


# --- Blackboard ------------------------------------------------------------------------------------------------------


def blackboard(kind: str, body: str, conditions: str, most: str = "1") -> str:
    told = f"<itemmetadata><bbmd_asi_object_id>BB1</bbmd_asi_object_id><bbmd_questiontype>{kind}</bbmd_questiontype><qmd_absolutescore_max>{most}</qmd_absolutescore_max></itemmetadata>"
    outcomes = f'<outcomes><decvar defaultval="0.0" maxvalue="{most}" minvalue="0.0" varname="SCORE" vartype="Decimal"/></outcomes>'
    other = '<respcondition title="incorrect"><conditionvar><other/></conditionvar><setvar action="Set" variablename="SCORE">0.0</setvar></respcondition>'
    return f"<item>{told}<presentation>{body}</presentation><resprocessing>{outcomes}{conditions}{other}</resprocessing></item>"


def formatted(text: str) -> str:
    return f'<flow class="FORMATTED_TEXT_BLOCK"><material><mat_extension><mat_formattedtext type="HTML">{text}</mat_formattedtext></mat_extension></material></flow>'


def test_a_choice_of_blackboard() -> None:
    right = f'<respcondition title="correct"><conditionvar>{equal("a", case="No")}</conditionvar><setvar action="Set" variablename="SCORE">SCORE.max</setvar></respcondition>'
    found = imported(blackboard("Multiple Choice", formatted("Chọn") + lid("a", "b"), right, most="4"))
    item_ = found.items[0].item
    assert isinstance(item_.interaction, SingleChoice)
    assert ([one.weight for one in item_.interaction.options], item_.points) == (["1", "0"], "4")
    assert found.report.items[0].identifier == "BB1"


def test_a_match_of_blackboard_shares_its_points_by_its_feedback() -> None:
    empty = "".join('<response_label ident="{}"/>'.format(name + "{0}") for name in ("x", "y", "z"))
    row = f'<flow class="Block">{formatted("Hàng {0}")}<response_lid ident="r{{0}}" rcardinality="Single"><render_choice>{empty}</render_choice></response_lid></flow>'
    rights = "".join(f'<flow class="Block">{formatted(one)}</flow>' for one in ("Một", "Hai", "Ba"))
    body = f'<flow class="RESPONSE_BLOCK">{"".join(row.format(n) for n in (1, 2, 3))}</flow><flow class="RIGHT_MATCH_BLOCK">{rights}</flow>'
    made = "".join(condition(equal(f"x{n}", f"r{n}"), shows="correct") for n in (1, 2, 3))
    source = blackboard("Matching", body, made, most="1")
    parts = composite(source).parts
    assert [plain_text(one.markup) for one in parts[2].choices] == ["Một", "Hai", "Ba"]
    assert "Ba" not in plain_text(the_item(source).stem)
    assert score(source, {"r1": "x1", "r2": "x2", "r3": "y3"}) == Fraction(2, 3)
    assert score(source, {}) == 0


def test_essays_of_blackboard_are_marked_by_hand() -> None:
    assert the_item(blackboard("Essay", formatted("Viết") + fib(), "")).type == "essay"


# --- texts, pictures, passages, files --------------------------------------------------------------------------------


def test_texts_in_their_notations() -> None:
    body = (
        material("a &lt; b")
        + material("&lt;b&gt;đậm&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;", "text/html")
        + "<material><matemtext>nhấn</matemtext><matbreak/><mattext>dòng</mattext></material>"
        + material(
            '&lt;img class="equation_image" data-equation-content="x^2" src="/equation_images/x"&gt;', "text/html"
        )
    )
    found = the_item(item(body + fib(), processing(condition(equal("1"), score="1"))))
    assert "a &lt; b" in found.stem.html
    assert "<b>đậm</b>" in found.stem.html.replace("strong", "b")
    assert "script" not in found.stem.html
    assert [one.source for one in found.stem.math] == ["x^2"]


def test_pictures_of_a_cartridge_lie_beside_it(png: bytes) -> None:
    shown = material('&lt;img src="$IMS-CC-FILEBASE$/a.png" alt="hình"&gt;', "text/html")
    source = item(shown + lid("a", "b"), processing(condition(equal("a"), score="1")))
    found = imported(source, find_picture=lambda name: png if name == "web_resources/a.png" else None)
    assert len(found.assets) == 1
    assert codes(imported(source)) == ["picture_missing"]


def test_a_text_with_items_becomes_their_passage() -> None:
    text = item(material("Đọc đoạn văn."), ident="t", question_type="text_only_question", points_possible="0")
    child = item(
        STEM + lid("a", "b"), processing(condition(equal("a"), score="100")), ident="q", parent_stimulus_item_ident="t"
    )
    found = imported(text, child)
    assert [digest(one) for one in found.passages] == [found.items[1].item.passage]
    assert [entry.type for entry in found.report.items] == ["composite", "single_choice"]


def test_an_upload() -> None:
    found = composite(item(STEM, question_type="file_upload_question", points_possible="1"))
    assert [(part.id, part.type) for part in found.parts] == [("RESPONSE", "upload")]


def test_every_item_is_accounted_for_with_its_reason_and_line() -> None:
    good = item(STEM + lid("a", "b"), processing(condition(equal("a"), score="1")), ident="good")
    found = imported(good, '<item ident="bad"><objectives/></item>', good.replace('"good"', '"twice"'))
    assert [(entry.identifier, entry.outcome) for entry in found.report.items] == [
        ("good", "kept"),
        ("bad", "refused"),
        ("twice", "kept"),
    ]
    assert codes(found) == ["presentation_missing"]
    assert b"<presentation" in found.items[0].source


def test_items_of_a_bank_elsewhere_are_told_of() -> None:
    data = document('<bankentry_item sourcebank_ref="b" item_ref="i"/>')
    found = read_file("quiz.xml", data)
    assert [one.code for one in found.report.problems] == ["items_elsewhere"]
    assert [one.code for one in read_file("quiz.xml", document()).report.problems] == ["no_items"]


def test_an_item_by_itself() -> None:
    alone = item(STEM + lid("a", "b"), processing(condition(equal("a"), score="1")))
    assert len(read_file("item.xml", alone.encode()).items) == 1


SUBSET = (
    '<!DOCTYPE questestinterop SYSTEM "ims.dtd" [\n<!-- more -->\n<!ELEMENT x (y+)>\n<!ATTLIST x a (Yes|No) "No">\n{}]>'
)


def test_a_document_type_that_only_names_elements_is_left_out() -> None:
    alone = item(STEM + lid("a", "b"), processing(condition(equal("a"), score="1")))
    found = read_file("item.xml", document(alone, doctype=SUBSET.format("")))
    assert [entry.line for entry in found.report.items] == [6]


@pytest.mark.parametrize(
    "more", ['<!ENTITY a "b">', '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;', "%p;", "<!ATTLIST x a CDATA '&a;'>"]
)
def test_one_that_does_more_is_refused(more: str) -> None:
    with pytest.raises(ReadProblem) as caught:
        read_file("item.xml", document(item(STEM), doctype=SUBSET.format(more)))
    assert isinstance(caught.value, HostileFile)


def test_too_much_is_refused() -> None:
    many = imported(choice_of(*[condition(equal("a"), score="1")] * 501))
    assert codes(many) == ["too_many_conditions"]
    alternating = [condition(equal("a"), score="1"), condition(equal("b"), score="1", action="Add")] * 60
    assert codes(imported(choice_of(*alternating))) == ["conditions_deep"]
    assert codes(imported(item(STEM + lid(*map(str, range(101)))))) == ["too_many_answers"]


def test_a_key_that_is_no_choice_is_told_of() -> None:
    found = imported(item(STEM + lid("a", "b"), processing(condition(equal("x"), score="1"))))
    assert "key_unknown" in codes(found)


@pytest.mark.parametrize(
    "made",
    [
        processing(condition(equal("a"), score="1e999")),
        processing(condition(equal("a"), score="một")),
        processing(condition(equal("a"), score="1"), decvar='<decvar varname="SCORE" maxvalue="1e999"/>'),
        processing(condition(equal("a"), score="0", action="Divide"), decvar='<decvar maxvalue="-3" minvalue="x"/>'),
        processing(condition(equal("a", index="999999"), score="1")),
    ],
)
def test_numbers_beyond_reason_are_accounted_for(made: str) -> None:
    found = imported(item(STEM + lid("a", "b", cardinality="Ordered"), made))
    assert [entry.outcome for entry in found.report.items] in (["refused"], ["changed"], ["kept"])


def test_misspellings_are_bounded() -> None:
    assert misspelt("hà nội", 2, case_sensitive=False)
    assert misspelt("x" * 2_000, 1, case_sensitive=False) == ()
    assert misspelt("x", 3, case_sensitive=False) == ()


def test_the_score_is_found_among_several_numbers() -> None:
    """As D2L counts right and wrong answers beside the score."""
    both_set = condition(equal("a"), score="1", action="Add", name="D2L_Correct").replace(
        "<setvar", '<setvar varname="que_score" action="Set">100</setvar><setvar', 1
    )
    outcomes = '<decvar varname="D2L_Correct"/><decvar varname="que_score" maxvalue="100"/>'
    source = item(STEM + lid("a", "b"), processing(both_set, decvar=outcomes))
    assert [score(source, {"r": one}) for one in ("a", "b")] == [100, 0]
    assert isinstance(the_item(source).interaction, SingleChoice)


def test_feedback_that_no_condition_shows() -> None:
    """Blackboard's is named as its option, Canvas' as its occasion; any other is told of."""
    rules_ = processing(condition(equal("a"), score="100", goes_on="No"))
    more = feedback("b", "Không phải b") + feedback("correct_fb", "Đúng") + feedback("x", "Lạc")
    source = item(STEM + lid("a", "b"), rules_, more=more)
    found = imported(source)
    assert codes(found) == ["feedback_dropped"]
    interaction = found.items[0].item.interaction
    assert isinstance(interaction, SingleChoice)
    said = [plain_text(one.feedback) if one.feedback else "" for one in interaction.options]
    assert said == ["Đúng", "Không phải b"]
    assert scored(the_item(source, whole=True), "b").outcomes["FEEDBACK"] == ["b"]


def test_flows_leave_no_empty_blocks() -> None:
    body = f"<flow><flow><flow>{STEM}</flow></flow><flow><flow>{lid('a', 'b')}</flow></flow></flow>"
    found = the_item(item(body, processing(condition(equal("a"), score="100"))))
    assert found.stem.html == "<div>Số nào?</div>"
