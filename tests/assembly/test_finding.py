"""Sets of items for a blueprint: each cell is met in each set, and what stands in the way is named."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import msgspec
import pytest

from exam_engine.assembly import finding, posing
from exam_engine.assembly.asking import Asked, Found
from exam_engine.assembly.posing import History
from exam_engine.assembly.taking import same_blueprint, taken
from exam_engine.authoring import matrices
from exam_engine.authoring.definition import Cell, ExamDefinition, FixedItem, Matrix, Plan, Section
from item_bank.content.spread import LEVELS
from item_bank.storage.pool_queries import Candidate

TOPICS = ("Hàm số", "Xác suất")
CELLS = (
    Cell(3, "Hàm số", "know"),
    Cell(1, "Hàm số", "apply"),
    Cell(2, "Xác suất", ""),
    Cell(2, "", "understand"),
)
CLUSTER_CELLS = (Cell(4, "Xác suất", ""), Cell(3, "", "know"))
EXAM = ExamDefinition(
    "Đề",
    (
        Section("Phần I", plans=(Plan("choice", 8, "0.25", CELLS),)),
        Section("Phần II", plans=(Plan("true_false", 2, "1", CLUSTER_CELLS),)),
    ),
    matrix=Matrix(TOPICS, "bank"),
)


def pool(each: int = 8) -> list[Candidate]:
    found: list[Candidate] = []
    for topic in ("Hàm số > Cực trị", "Hàm số", "Xác suất"):
        for level in LEVELS:
            for _n in range(each):
                number = len(found) + 1
                found.append(Candidate(number, 1000 + number, "choice", topic, (level,), "1", None))
        for n in range(each):
            number = len(found) + 1
            levels = tuple(LEVELS[(n + place) % 3] for place in range(4))
            found.append(Candidate(number, 1000 + number, "true_false", topic, levels, "1", None))
    return found


def history(found: list[Candidate]) -> dict[int, History]:
    return {one.item_id: History(200, 0.3 + 0.05 * (one.version % 9)) for one in found}


def assembled(
    definition: ExamDefinition, found: list[Candidate], asked: Asked, known: dict[int, History] | None = None
) -> Found:
    columns = posing.columns_of(definition, found, asked)
    known = history(found) if known is None else known
    return finding.found(definition, columns, known, asked, seconds=60)


def check(definition: ExamDefinition, found: list[Candidate], told: Found) -> None:
    """Every number of the blueprint, counted anew in every set."""
    items = {one.version: one for one in found}
    for form in told.forms:
        used = [version for place in form.versions for version in place]
        assert len(set(used)) == len(used)
        for (_section, plan), versions in zip(matrices.plans(definition), form.versions, strict=True):
            chosen = [items[one] for one in versions]
            assert len(chosen) == plan.count
            for cell in plan.cells:
                assert sum(matrices.weight(one, plan, cell) for one in chosen) == cell.count, cell


def test_parallel_sets_meet_the_blueprint_and_share_nothing() -> None:
    found = pool()
    told = assembled(EXAM, found, Asked("parallel", "s", 3, 0))
    assert len(told.forms) == 3
    check(EXAM, found, told)
    everywhere = Counter(version for form in told.forms for place in form.versions for version in place)
    assert set(everywhere.values()) == {1}
    assert (told.overlap, told.exposure) == (0, ((1, 30),))
    means = [form.mean for form in told.forms]
    assert max(means) - min(means) < 0.05
    assert told.likeness in ("alike", "unknown")
    assert sum(told.shares[0]) == pytest.approx(1, abs=1e-4)


def test_what_nobody_has_answered_is_not_called_parallel() -> None:
    told = assembled(EXAM, pool(), Asked("parallel", "s", 2, 0), {})
    assert (told.likeness, told.known) == ("unknown", 0)


def test_the_same_seed_finds_the_same_sets_and_another_one_others() -> None:
    """A bank has more than is tried: which items are tried is told by the seed."""
    found = pool(60)
    one, again, other = (assembled(EXAM, found, Asked("one", seed)) for seed in ("a", "a", "b"))
    assert one.forms == again.forms
    assert one.forms != other.forms


def test_the_wanted_mean_is_come_near_to() -> None:
    found = pool()
    low, high = (assembled(EXAM, found, Asked("one", "s", mean=mean)).forms[0] for mean in (40, 60))
    assert low.mean == pytest.approx(0.4 * low.points, rel=0.03)
    assert high.mean == pytest.approx(0.6 * high.points, rel=0.03)


def test_what_cannot_go_together_is_named() -> None:
    """Three of one kind at one level, but no level left for the totals."""
    cells = (*CELLS, Cell(5, "", "apply"))
    section = msgspec.structs.replace(EXAM.sections[0], plans=(Plan("choice", 8, "0.25", cells),))
    impossible = msgspec.structs.replace(EXAM, sections=(section, EXAM.sections[1]))
    told = assembled(impossible, pool(), Asked("one", "s"))
    assert not told.forms
    assert told.proven
    assert {one.kind for one in told.conflict} <= {"count", "cell"}
    assert ("apply", "5") in {(one.level, one.count) for one in told.conflict}


def test_too_few_for_so_many_sets_is_said_as_such() -> None:
    told = assembled(EXAM, pool(3), Asked("parallel", "s", 6, 0))
    assert not told.forms
    assert "uses" in {one.kind for one in told.conflict}


def test_a_part_without_any_item_is_named() -> None:
    told = assembled(EXAM, [one for one in pool() if one.kind == "choice"], Asked("one", "s"))
    assert [(one.kind, one.place, one.there) for one in told.conflict] == [("count", 1, 0)]


def test_passages_go_in_whole_and_enemies_apart() -> None:
    found = pool()
    together = [changed_to(one, passage="p" * 64) for one in found if one.levels == ("know",)][:2]
    apart = [changed_to(one, enemies=("cặp",)) for one in found if one.levels == ("understand",)]
    changed = {one.version: one for one in (*together, *apart)}
    found = [changed.get(one.version, one) for one in found]
    told = assembled(EXAM, found, Asked("parallel", "s", 2, 0))
    assert {one.kind for one in told.conflict} >= {"enemies", "cell"}, "two of the level are wanted, all are enemies"
    pairs = [changed_to(one, enemies=(f"cặp {n // 2}",)) for n, one in enumerate(apart)]
    changed = {one.version: one for one in (*together, *pairs)}
    found = [changed.get(one.version, one) for one in found]
    told = assembled(EXAM, found, Asked("parallel", "s", 2, 0))
    items = {one.version: one for one in found}
    for form in told.forms:
        chosen = [items[version] for place in form.versions for version in place]
        assert sum(one.passage is not None for one in chosen) in (0, 2)
        groups = [name for one in chosen for name in one.enemies]
        assert len(set(groups)) == len(groups)


def test_a_paper_for_each_candidate_keeps_the_exposure() -> None:
    found = pool()
    told = assembled(EXAM, found, Asked("own", "s", 10, None, 40))
    assert len(told.forms) == 10
    check(EXAM, found, told)
    assert max(times for times, _many in told.exposure) <= 4


def test_choose_one_of_has_items_for_each_group() -> None:
    tracks = tuple(Plan("true_false", 1, "1", (Cell(4, topic, ""),), group=topic) for topic in ("Hàm số", "Xác suất"))
    definition = ExamDefinition(
        "Đề", (Section("Chung", plans=(Plan("true_false", 1, "1"),)), Section("Riêng", plans=tracks, choose=1)),
        matrix=Matrix(TOPICS, "bank"),
    )  # fmt: skip
    found = pool()
    told = assembled(definition, found, Asked("one", "s"))
    check(definition, found, told)
    assert told.forms[0].points == 2, "one of two groups counts"
    made = taken(definition, told, Asked("one", "s"))
    assert [one.group for one in made.sections[1].items] == ["Hàm số", "Xác suất"]


def test_points_of_a_level_are_those_of_the_whole_paper() -> None:
    definition = ExamDefinition(
        "Đề",
        (Section("I", plans=(Plan("choice", 4, "0.5"),)), Section("II", plans=(Plan("true_false", 2, "1"),))),
        matrix=Matrix(TOPICS, "bank", levels={"know": "2", "understand": "1", "apply": "1"}),
    )
    found = pool()
    told = assembled(definition, found, Asked("one", "s"))
    items = {one.version: one for one in found}
    points: Counter[str | None] = Counter()
    for versions, worth in zip(told.forms[0].versions, (0.5, 1.0), strict=True):
        for version in versions:
            levels = items[version].levels
            for level in levels:
                points[level] += worth / len(levels)  # type: ignore[assignment]
    assert dict(points) == {"know": 2, "understand": 1, "apply": 1}


def test_questions_that_are_there_may_stay() -> None:
    found = pool()
    keep = next(one for one in found if one.kind == "choice" and one.levels == ("apply",))
    items = (FixedItem(keep.version), FixedItem(99_999))
    definition = msgspec.structs.replace(
        EXAM, sections=(msgspec.structs.replace(EXAM.sections[0], items=items), EXAM.sections[1])
    )
    told = assembled(definition, found, Asked("one", "s", keep=True))
    assert keep.version in told.forms[0].versions[0]
    assert told.unfit == 1
    check(definition, found, told)


def test_what_was_taken_has_the_items_of_each_set() -> None:
    found = pool()
    asked = Asked("parallel", "s", 3, 0)
    told = assembled(EXAM, found, asked)
    made = taken(EXAM, told, asked)
    assert same_blueprint(made, EXAM)
    assert made.forms == 3
    draws = [section.draws[0] for section in made.sections]
    assert [draw.chosen for draw in draws] == [tuple(form.versions[place] for form in told.forms) for place in range(2)]
    assert {version for one in draws[0].chosen for version in one} == set(draws[0].versions)
    four = taken(msgspec.structs.replace(EXAM, forms=6), told, asked)
    assert four.forms == 6, "two orders of each set"


def changed_to(one: Candidate, **values: object) -> Candidate:
    return replace(one, **values)  # type: ignore[arg-type]
