"""Matrix and specification on their page, as a Word file and as a PDF."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from exam_engine.authoring.definition import Draw, ExamDefinition, FixedItem, Section
from exam_engine.authoring.official_tables import asked_of, documents
from exam_engine.kit.documents import Cell, Grid
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Numeric, Option, SingleChoice
from tests.accounts.school import see
from tests.sittings.world import World

STEM = from_text("?")


def choice(topic: str, level: str, points: str = "1", **extra: str) -> Item:
    told = SingleChoice((Option("a", STEM, weight="1"), Option("b", STEM)))
    return Item(STEM, told, topic=topic, level=level, points=points, extra=extra)


ITEMS = {
    1: choice("Hàm số > Bậc hai", "Biết", requirement="Nhận biết được đỉnh của parabol", competence="TD"),
    2: choice("Hàm số > Đồ thị", "Hiểu"),
    3: Item(STEM, Numeric(("1",)), topic="Xác suất", level="VDC", points="2"),
}
FIXED = tuple(FixedItem(n) for n in ITEMS)


def texts(grid: Grid) -> list[list[str]]:
    """The whole table, a cell that spans several told once."""
    found = [[""] * len(grid.widths) for _row in grid.rows]
    for y, x, cell in grid.placed():
        found[y][x] = cell.text
    return found


def test_the_matrix_has_nineteen_columns_and_the_specification_sixteen() -> None:
    definition = ExamDefinition("Kiểm tra", (Section("I", items=FIXED),), subject="Toán", scale="10")
    matrix, specification = documents(definition, ITEMS, "Trường A", "vi")
    assert [len(matrix.grid.widths), len(specification.grid.widths)] == [19, 16]
    rows = texts(matrix.grid)[4:]
    assert rows[0] == ["1", "Hàm số", "Bậc hai", "1", *[""] * 11, "1", "", "", "25"]
    assert rows[1] == ["", "", "Đồ thị", "", "1", *[""] * 10, "", "1", "", "25"]
    assert rows[2] == ["2", "Xác suất", "", *[""] * 8, "1", *[""] * 3, "", "", "1", "50"]
    assert rows[4][3::3] == ["5", "0", "5", "0", "2,5", "10"]  # points of the kinds, then of the first level and all
    detail = texts(specification.grid)[4:]
    assert detail[0][3:5] == ["- Biết: Nhận biết được đỉnh của parabol", "1\n(TD)\nC1"]
    assert detail[1][3] == "- Hiểu: …"


def test_drawn_items_count_where_all_of_their_pool_are_alike() -> None:
    items = {n: choice("Hàm số", "Biết" if n < 9 else "Hiểu") for n in range(1, 11)}
    alike, mixed = Draw(2, (1, 2, 3)), Draw(3, (8, 9, 10))
    asked, untold = asked_of(ExamDefinition("x", (Section("I", draws=(alike, mixed)),), scale="10"), items)
    assert ([one.label for one in asked], untold) == (["1", "2"], 3)
    assert [one.points for one in asked] == [2, 2]


def test_an_exam_without_sections_has_empty_tables() -> None:
    matrix, _specification = documents(ExamDefinition("x"), {}, "Trường A", "en")
    assert len(matrix.grid.rows) == 7


def test_of_items_to_choose_from_only_those_that_are_scored_count() -> None:
    groups = tuple(FixedItem(n, group=name) for n, name in ((1, "A"), (2, "A"), (3, "B")))
    asked, _untold = asked_of(
        ExamDefinition("x", (Section("I", items=groups, choose=1), Section("II", items=FIXED))), ITEMS
    )
    assert [one.label for one in asked] == ["I.1", "I.2", "II.1", "II.2", "II.3"]


@pytest.mark.parametrize(
    "rows", [((Cell(columns=2), Cell()),), ((Cell(),),), ((Cell(rows=2), Cell()), (Cell(), Cell()))], ids=str
)
def test_a_table_whose_spans_do_not_fit_is_a_fault(rows: tuple[tuple[Cell, ...], ...]) -> None:
    with pytest.raises(ValueError, match="row"):
        list(Grid((1, 1), 1, rows).placed())


async def test_the_tables_of_an_exam_are_shown_and_taken_away(world: World) -> None:
    place = f"/exams/{world.exam}"
    assert f'{place}/tables"' in (await see(world.client, place)).text
    page = (await see(world.client, f"{place}/tables")).text
    assert "MA TRẬN ĐỀ KIỂM TRA" in page
    assert "Chưa tính các câu chưa ghi mức độ" in page
    assert (await see(world.client, f"{place}/tables.pdf")).content.startswith(b"%PDF")
    word: Any = docx.Document(io.BytesIO((await see(world.client, f"{place}/tables.docx")).content))
    assert [len(table.columns) for table in word.tables] == [19, 16]
    await world.enter("invigilator")
    assert (await see(world.client, f"{place}/tables")).status_code == 403
