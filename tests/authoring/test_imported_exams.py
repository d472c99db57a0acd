# ruff: noqa: E501 - markup in one line reads better than broken up
"""Tests of imported files as exams: what the definition takes over, and what is told."""

from __future__ import annotations

import pytest

from exam_engine.authoring.definition import ExamDefinition
from exam_engine.authoring.imported_exams import Planned, planned, with_versions
from item_bank.formats.reading import read_file
from tests.item_bank.formats import qti12_items as old
from tests.item_bank.formats.packages import exam_of, zipped
from tests.item_bank.formats.qti_items import choices, item, response
from tests.item_bank.formats.word_papers import toan

ITEMS = {f"{name}.xml": item(choices(f"một {name}", "hai"), response("A")) for name in "abcd"}


def ref(name: str, inner: str = "", more: str = "") -> str:
    return f'<assessmentItemRef identifier="I{name}" href="{name}.xml" {more}>{inner}</assessmentItemRef>'


def section(inner: str, title: str = "Phần", more: str = 'visible="true"') -> str:
    return f'<assessmentSection identifier="S" title="{title}" {more}>{inner}</assessmentSection>'


def plan(inner: str, after: str = "") -> Planned:
    (one,) = planned(read_file("p.zip", zipped({**ITEMS, "t.xml": exam_of(inner, after)})))
    return one


def exam(inner: str, after: str = "") -> ExamDefinition:
    found = plan(inner, after).definition
    assert found
    return found


def codes(found: Planned) -> list[str]:
    return [note.code for note in found.notes]


def test_sections_keep_items_order_time_and_instructions() -> None:
    rubric = (
        '<rubricBlock view="candidate"><p>Chọn một.</p></rubricBlock><rubricBlock view="tutor"><p>Kín</p></rubricBlock>'
    )
    found = exam(section(rubric + ref("b") + ref("a")) + section(ref("c"), "Hai"))
    assert (found.title, found.minutes, found.scale) == ("Kiểm tra", 45, None)
    assert [(one.title, [each.version for each in one.items], one.shuffle_items) for one in found.sections] == [
        ("Phần", [1, 0], False),
        ("Hai", [2], False),
    ]
    assert [one.instructions.html if one.instructions else "" for one in found.sections] == ["<p>Chọn một.</p>", ""]


def test_many_instructions_stand_side_by_side() -> None:
    rubrics = "".join(f"<rubricBlock view='candidate'><p>\\(x^{n}\\)</p></rubricBlock>" for n in range(3))
    (found,) = exam(section(rubrics + ref("a"))).sections
    assert found.instructions
    assert found.instructions.html == "".join(f'<div><p><span data-math="{n}"></span></p></div>' for n in range(3))
    assert [one.source for one in found.instructions.math] == ["x^0", "x^1", "x^2"]


def test_a_selection_is_a_draw_and_what_is_required_stays() -> None:
    inner = '<selection select="2"/><ordering shuffle="true"/>' + ref("a", more='required="true"') + ref("b") + ref("c")
    found = exam(section(inner))
    (one,) = found.sections
    assert [each.version for each in one.items] == [0]
    assert [(draw.count, draw.versions, draw.points) for draw in one.draws] == [(1, (1, 2), None)]
    assert (one.shuffle_items, found.forms, found.individual) == (True, 4, False)  # numbered forms, which print


def test_inner_sections_become_sections_and_brackets_disappear() -> None:
    hidden = section(ref("b"), "ẩn", 'visible="false"')
    drawn = section('<selection select="1"/>' + ref("c") + ref("d"), "Rút")
    found = exam(section(ref("a") + hidden + drawn, "Ngoài"))
    assert [(one.title, len(one.items), len(one.draws)) for one in found.sections] == [
        ("Ngoài", 2, 0),
        ("Rút", 0, 1),
    ]


def test_whole_parts_that_are_drawn_are_questions_and_told() -> None:
    pair = section(ref("a") + ref("b"), "1") + section(ref("c") + ref("d"), "2")
    found = plan(section('<selection select="1"/>' + pair))
    assert found.definition
    assert [(draw.count, len(draw.versions)) for draw in found.definition.sections[0].draws] == [(2, 4)]
    assert codes(found) == ["test_sections_drawn"]
    uneven = plan(section('<selection select="1"/>' + section(ref("a") + ref("b"), "1") + section(ref("c"), "2")))
    assert uneven.definition
    assert [len(one.items) for one in uneven.definition.sections] == [2, 1]


WEIGHTED = '<weight identifier="W" value="2.5"/>'
RULES = '<outcomeProcessing><setOutcomeValue identifier="SCORE"><sum><testVariables variableIdentifier="SCORE"{}/></sum></setOutcomeValue></outcomeProcessing>'


@pytest.mark.parametrize(
    ("rules", "points"),
    [("", "2.5"), (RULES.format(' weightIdentifier="W"'), "2.5"), (RULES.format(""), None)],
)
def test_weights_are_points_where_the_tests_rules_do_not_pass_over_them(rules: str, points: str | None) -> None:
    (one,) = exam(section(ref("a", WEIGHTED) + ref("b")), rules).sections
    assert [each.points for each in one.items] == [points, None]


def test_what_cannot_be_carried_over_is_told() -> None:
    inner = ref("a") + ref("a") + ref("gone") + ref("b", '<weight identifier="W" value="0"/>')
    assert codes(plan(section(inner))) == ["test_items_left_out", "test_items_twice", "test_weightless"]
    fixed = plan(section('<ordering shuffle="true"/>' + ref("a", more='fixed="true"') + ref("b")))
    assert codes(fixed) == ["test_fixed_places"]
    assert codes(plan(section('<selection select="3"/>' + ref("a") + ref("b")))) == ["test_pool_small"]
    nothing = plan(section(ref("gone")))
    assert nothing.definition is None
    assert codes(nothing) == ["test_items_left_out", "test_no_exam"]


def test_a_group_of_canvas_draws_with_its_points_also_from_a_bank() -> None:
    rule = "<selection_ordering><selection>{}<selection_number>1</selection_number><selection_extension><points_per_item>3</points_per_item></selection_extension></selection></selection_ordering>"
    one, two = (
        old.item(old.lid("A", "B"), old.processing(old.condition(old.equal("A"))), ident=name, points_possible="1")
        for name in ("q1", "q2")
    )
    own = f'<section ident="g" title="Nhóm">{rule.format("")}{one}</section>'
    bank = f'<section ident="h" title="Kho">{rule.format("<sourcebank_ref>b1</sourcebank_ref>")}</section>'
    files = {
        "quiz.xml": f'<questestinterop><assessment ident="T" title="Đề"><section ident="root_section">{own}{bank}</section></assessment></questestinterop>'.encode(),
        "b1.xml.qti": f'<questestinterop><objectbank ident="b1">{two}</objectbank></questestinterop>'.encode(),
    }
    (found,) = planned(read_file("p.zip", zipped(files)))
    assert found.definition
    assert [[(draw.count, draw.points) for draw in each.draws] for each in found.definition.sections] == [
        [(1, "3")],
        [(1, "3")],
    ]
    assert codes(found) == ["test_no_time"]


def test_items_become_versions_and_the_same_test_has_the_same_key() -> None:
    inner = section('<selection select="1"/>' + ref("a") + ref("b")) + section(ref("c"))
    found = plan(inner)
    assert found.definition
    moved = with_versions(found.definition, [11, 12, 13, 14])
    assert [[each.version for each in one.items] for one in moved.sections] == [[], [13]]
    assert moved.sections[0].draws[0].versions == (11, 12)
    assert found.key == plan(inner).key != plan(section(ref("a"))).key


def test_a_word_paper_says_its_points_and_minutes() -> None:
    (one,) = planned(read_file("toan.docx", toan.build()))
    assert one.definition
    assert (one.definition.title, one.definition.minutes) == ("KIỂM TRA CUỐI HỌC KÌ I – TOÁN 12", 90)
    points = [[piece.points or "1" for piece in part.items] for part in one.definition.sections]
    assert points == [["0.25"] * 12, ["1"] * 4, ["0.5"] * 6]
