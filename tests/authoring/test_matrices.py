"""Blueprints: what they count, what cannot be, and templates that keep the official numbers."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exam_engine.authoring import matrices, matrix_forms
from exam_engine.authoring.definition import Cell, ExamDefinition, Matrix, Plan, Section
from exam_engine.authoring.matrix_templates import TEMPLATES, applied
from exam_engine.kit.forms import Reading
from item_bank.content.spread import LEVELS, lies_in
from item_bank.storage.pool_queries import Candidate, Sort

TOPICS = ("Hàm số", "Hàm số > Cực trị", "Xác suất")


def candidate(number: int, kind: str = "choice", topic: str = "Hàm số", *levels: str | None) -> Candidate:
    return Candidate(number, number, kind, topic, levels or ("know",), "1", None)


def exam(*plans: Plan, topics: tuple[str, ...] = TOPICS, **matrix: object) -> ExamDefinition:
    sections = tuple(Section(f"Phần {n}", plans=(plan,)) for n, plan in enumerate(plans, 1))
    return ExamDefinition("Đề", sections, matrix=Matrix(topics, "bank", **matrix))  # type: ignore[arg-type]


@pytest.mark.parametrize(("topic", "wider", "inside"), [
    ("Hàm số > Cực trị", "Hàm số", True),
    ("Hàm số", "hàm số", True),
    ("Hàm số bậc hai", "Hàm số", False),
    ("Hàm số", "Hàm số > Cực trị", False),
    ("Xác suất", "", True),
])  # fmt: skip
def test_a_topic_has_what_lies_below_it(topic: str, wider: str, inside: bool) -> None:
    assert lies_in(topic, wider) is inside


def test_clusters_count_by_their_statements() -> None:
    plan = Plan("true_false", 1, "1")
    one = candidate(1, "true_false", "Xác suất", "know", "know", "apply", None)
    assert matrices.weight(one, plan, Cell(0, "Xác suất", "know")) == 2
    assert matrices.weight(one, plan, Cell(0, "", "")) == 4
    assert matrices.weight(one, plan, Cell(0, "Hàm số", "")) == 0
    assert matrices.weight(one, Plan("choice", 1), Cell(0, "", "")) == 0


@given(
    st.lists(
        st.tuples(st.sampled_from(("choice", "short")), st.sampled_from(TOPICS), st.sampled_from((*LEVELS, None))),
        max_size=40,
    )
)
def test_what_a_bank_has_is_counted_cell_by_cell(found: list[tuple[str, str, str | None]]) -> None:
    pool = [Sort(kind, topic, (level,), many) for (kind, topic, level), many in Counter(found).items()]
    told = matrices.supply(exam(Plan("choice", 3)), pool)
    own = [(topic, level) for kind, topic, level in found if kind == "choice"]
    assert told.items[0] == len(own)
    assert told.there[0, "Hàm số", "know"] == sum(topic != "Xác suất" and level == "know" for topic, level in own)
    assert told.there[0, "Hàm số > Cực trị", ""] == sum(topic == "Hàm số > Cực trị" for topic, _level in own)
    assert told.there[0, "", "apply"] == sum(level == "apply" for _topic, level in own)


def test_what_a_bank_lacks_is_said_for_each_cell() -> None:
    asked = exam(Plan("choice", 3, cells=(Cell(2, "Xác suất", "know"), Cell(1, "", "apply"))))
    pool = [Sort("choice", "Xác suất", ("know",), 1), Sort("choice", "Hàm số", ("apply",), 1)]
    told = [str(one) for one in matrices.missing(asked, matrices.supply(asked, pool))]
    assert told == [
        "Phần 1 needs 3 items; the bank has 2 of this kind.",
        "Phần 1, “Xác suất”, know: 2 wanted, the bank has 1.",
    ]


@pytest.mark.parametrize(("cells", "told"), [
    ((Cell(2, "Hàm số", "know"), Cell(1, "Hàm số", "")), "the levels add up to 2, more than 1"),
    ((Cell(2, "Hàm số", "know"), Cell(2, "Xác suất", "know")), "the topics of one level add up to 4, more than 3"),
    ((Cell(2, "Hàm số", ""), Cell(2, "Xác suất", "")), "the numbers add up to 4, more than the 3"),
    ((Cell(2, "", "know"), Cell(2, "", "apply")), "the numbers add up to 4, more than the 3"),
])  # fmt: skip
def test_numbers_that_cannot_be_are_told(cells: tuple[Cell, ...], told: str) -> None:
    assert told in " ".join(matrices.problems(exam(Plan("choice", 3, cells=cells))))


def test_a_unit_within_its_topic_is_not_counted_twice() -> None:
    cells = (Cell(3, "Hàm số", ""), Cell(2, "Hàm số > Cực trị", ""))
    assert matrices.problems(exam(Plan("choice", 3, cells=cells))) == []


def test_points_of_levels_have_to_be_those_of_the_paper() -> None:
    levels = {"know": "1", "understand": "1", "apply": "2"}
    assert matrices.problems(exam(Plan("choice", 4, "1"), levels=levels)) == []
    assert "add up to 4, those of the sections to 3" in str(
        matrices.problems(exam(Plan("choice", 3, "1"), levels=levels))
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_is_worth_ten_points(name: str) -> None:
    made = applied(ExamDefinition("Đề"), TEMPLATES[name])
    assert matrices.total(made) == 10
    assert matrices.problems(made) == []


def test_templates_have_the_official_numbers() -> None:
    """DOMAIN 3.1 (QĐ 764/QĐ-BGDĐT) and 3.5 (Công văn 7991)."""

    def counts(name: str) -> list[tuple[str, int, str]]:
        made = applied(ExamDefinition("Đề"), TEMPLATES[name])
        return [(plan.kind, plan.count, plan.points) for _section, plan in matrices.plans(made)]

    assert counts("mathematics") == [("choice", 12, "0.25"), ("true_false", 4, "1"), ("short", 6, "0.5")]
    assert counts("science") == [("choice", 18, "0.25"), ("true_false", 4, "1"), ("short", 6, "0.25")]
    assert counts("society") == [("choice", 24, "0.25"), ("true_false", 4, "1")]
    informatics = applied(ExamDefinition("Đề"), TEMPLATES["informatics"])
    assert [section.choose for section in informatics.sections] == [None, None, 1]
    for name, shares in (("periodic", [3, 2, 2, 3]), ("periodic_without_short", [3, 4, 3])):
        assert [Fraction(points) * count for _kind, count, points in counts(name)] == shares


@given(st.data())
def test_what_the_page_shows_is_what_it_saves(data: st.DataObject) -> None:
    """Each number goes out as a field and comes back as it was, in numbers and in points."""
    kinds = data.draw(st.lists(st.sampled_from(("choice", "true_false", "short")), min_size=1, max_size=3))
    by_points = data.draw(st.booleans())
    plans = []
    for kind in kinds:
        places = [(topic, level) for topic in (*TOPICS, "") for level in (*LEVELS, "") if topic or level]
        filled = data.draw(st.lists(st.sampled_from(places), unique=True, max_size=6))
        cells = tuple(Cell(data.draw(st.integers(0, 9)), *place) for place in places if place in filled)
        plans.append(Plan(kind, data.draw(st.integers(1, 40)), data.draw(st.sampled_from(("0.25", "1", "0.5"))), cells))
    before = exam(*plans, by_points=by_points)
    back = Reading(_sent(before))
    assert matrix_forms.read(back, before) == before
    assert back.errors == {}


def test_a_row_that_is_taken_out_takes_its_numbers() -> None:
    before = exam(Plan("choice", 3, cells=(Cell(1, "Xác suất", "know"), Cell(1, "Hàm số", "know"))))
    form = _sent(before) | {"topic.2": ""}
    changed = matrix_forms.read(Reading(form), before)
    assert changed.matrix
    assert changed.matrix.topics == TOPICS[:2]
    assert changed.sections[0].plans[0].cells == (Cell(1, "Hàm số", "know"),)
    assert matrix_forms.acted(before, "drop.2").sections == changed.sections


def test_groups_to_choose_from_come_and_go() -> None:
    before = exam(Plan("choice", 3))
    two = matrix_forms.acted(before, "group.0").sections[0]
    assert ([one.group for one in two.plans], two.choose) == (["A", "B"], 1)
    back = matrix_forms.acted(msgspec.structs.replace(before, sections=(two,)), "remove.1").sections[0]
    assert ([one.group for one in back.plans], back.choose) == ([None], None)
    for nonsense in ("group.9", "remove.9", "drop.9", "drop.-1", "other"):
        assert matrix_forms.acted(before, nonsense) == before


@pytest.mark.parametrize(("field", "value"), [
    ("count.0", "0"), ("count.0", "many"), ("points.0", "-1"), ("kind.0", "riddle"), ("cell.0.0.know", "1,5"),
    ("cell.0.0.know", "-1"), ("level.know", "x"), ("cell.0.all.apply", "99999"),
])  # fmt: skip
def test_what_is_no_number_is_told_at_its_field(field: str, value: str) -> None:
    before = exam(Plan("choice", 3, "1"))
    form = Reading(_sent(before) | {field: value})
    matrix_forms.read(form, before)
    assert field in form.errors


def _sent(definition: ExamDefinition) -> dict[str, str]:
    """The form as a browser sends it."""
    matrix = definition.matrix or Matrix()
    form = {f"topic.{n}": topic for n, topic in enumerate(matrix.topics)} | {"bank": matrix.bank}
    form |= {"by_points": "1"} if matrix.by_points else {}
    form |= {f"level.{level}": points for level, points in matrix.levels.items()}
    rows = {topic: str(n) for n, topic in enumerate(matrix.topics)} | {"": "all"}
    for number, place in enumerate(matrices.places(definition)):
        plan = place.plan
        form[f"title.{place.section}"] = definition.sections[place.section].title
        if plan is None:
            continue
        form |= {f"kind.{number}": plan.kind, f"count.{number}": str(plan.count), f"points.{number}": plan.points}
        for cell in plan.cells:
            value = cell.count * matrices.worth(plan) if matrix.by_points else Fraction(cell.count)
            form[f"cell.{number}.{rows[cell.topic]}.{cell.level or 'all'}"] = str(value)
    return form
