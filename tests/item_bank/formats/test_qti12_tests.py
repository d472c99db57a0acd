# ruff: noqa: E501 - markup in one line reads better than broken up
"""Assessments of QTI 1.2: sections, what is drawn from them, time, and what an exam here does not do."""

from __future__ import annotations

import pytest

from item_bank.formats.qti.test_model import ItemRef, Section, Test
from item_bank.formats.reading import read_file
from tests.item_bank.formats.qti12_items import field, item, lid, material

ONE, TWO = (item(lid("A", "B"), ident=name) for name in ("q1", "q2"))


def _drawn(number: str, more: str = "", rule: str = "") -> str:
    return f"<selection_ordering {rule}><selection><selection_number>{number}</selection_number>{more}</selection></selection_ordering>"


def _read(inner: str, head: str = "", root: str = "assessment") -> Test:
    data = f'<questestinterop><{root} ident="T" title="Kiểm tra">{head}{inner}</{root}></questestinterop>'.encode()
    (test,) = read_file("t.xml", data).tests
    return test


def _sections(inner: str) -> list[Section]:
    return list(_read(inner).sections())


def test_a_group_is_drawn_with_points_of_its_own() -> None:
    points = "<selection_extension><points_per_item>2.5</points_per_item></selection_extension>"
    (whole, group) = _sections(
        f'<section ident="root">{TWO}<section ident="g" title="Nhóm">{_drawn("1", points)}{ONE}</section></section>'
    )
    assert (group.title, group.select, group.points, group.shuffle) == ("Nhóm", 1, "2.5", False)
    assert [one.identifier for one in group.items()] == ["q1"]
    assert (whole.select, [one.identifier for one in whole.items()]) == (None, ["q2", "q1"])


@pytest.mark.parametrize(
    "rule",
    [
        '<selection_ordering sequence_type="Random"/>',
        '<selection_ordering><order order_type="Random"/></selection_ordering>',
    ],
)
def test_random_order_is_kept(rule: str) -> None:
    assert [one.shuffle for one in _sections(f'<section ident="s">{rule}{ONE}</section>')] == [True]
    assert [one.shuffle for one in _sections(f'<section ident="s">{ONE}</section>')] == [False]


def test_a_bank_is_named_and_items_elsewhere_are_too() -> None:
    refs = '<itemref linkrefid="q7"/><bankentry_item item_ref="q8"/>'
    (section,) = _sections(f'<section ident="s">{_drawn("3", "<sourcebank_ref>b1</sourcebank_ref>")}{refs}</section>')
    assert (section.bank, section.select, section.inner) == (
        "b1",
        3,
        (ItemRef(identifier="q7"), ItemRef(identifier="q8")),
    )


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<duration>P0Y0M0DT1H30M0S</duration>", "5400"),
        ("<duration>PT45M</duration>", "2700"),
        ("<duration>P1M</duration>", ""),
        (f"<qtimetadata>{field('qmd_timelimit', '187')}</qtimetadata>", "11220"),
        (f"<qtimetadata>{field('qmd_timelimit', '0')}</qtimetadata>", ""),
    ],
)
def test_time_is_told_in_seconds(head: str, seconds: str) -> None:
    limits = _read(f'<section ident="s">{ONE}</section>', head).limits
    assert (limits.most if limits else "") == seconds


def test_instructions_stand_before_a_section() -> None:
    told = f"<presentation_material>{material('Chọn một.')}</presentation_material>"
    own = f'<rubric view="Tutor">{material("Cho thầy.")}</rubric>'
    (section,) = _sections(f'<section ident="s">{told}{own}{ONE}</section>')
    assert ["Chọn một." in one.markup.html for one in section.rubrics] == [True]
    (several,) = _sections(f'<section ident="s">{told * 3}{ONE}</section>')
    assert several.rubrics[0].markup.html == "<div>Chọn một.</div>" * 3


def test_what_an_exam_does_not_do_is_said() -> None:
    head = f"<qtimetadata>{field('cc_maxattempts', 'unlimited')}</qtimetadata><outcomes_processing/>"
    chosen = f'<section ident="s">{_drawn("1", "<selection_metadata/>")}{ONE}</section>'
    assert [note.code for note in _read(chosen, head).notes] == [
        "test_selection_labels",
        "test_attempts",
        "test_outcomes",
    ]


def test_a_pool_is_no_test_and_a_section_that_draws_is_one() -> None:
    pool = "<assessmentmetadata><bbmd_assessmenttype>Pool</bbmd_assessmenttype></assessmentmetadata>"
    data = f'<questestinterop><assessment title="Kho">{pool}<section>{ONE}</section></assessment></questestinterop>'
    assert read_file("t.xml", data.encode()).tests == ()
    assert [one.select for one in _read(_drawn("1") + ONE + TWO, root="section").sections()] == [1]
