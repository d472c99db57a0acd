"""The XLSX template: what each row becomes, what Excel did to it, and what is refused, by sheet, row and column."""

from __future__ import annotations

import io
import time
from datetime import datetime
from fractions import Fraction
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.worksheet import Worksheet

from item_bank.content.interactions import handler_for
from item_bank.content.markup import plain_text
from item_bank.content.model import Essay, Item, Language, Numeric, SingleChoice, TrueFalseCluster, digest
from item_bank.formats.model import HostileFile, Imported, ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.xlsx.rows import MAX_ROWS
from item_bank.formats.xlsx.writing import write_template
from tests.item_bank.formats.workbooks import CHOICE, HEADER, unzipped, with_picture, workbook, zipped


def read(data: bytes, language: Language = "vi") -> Imported:
    return read_file("de.xlsx", data, language=language)


def only(data: bytes) -> Item:
    imported = read(data)
    assert len(imported.items) == 1, imported.report
    return imported.items[0].item


def share(item: Item, response: Any) -> Any:
    return handler_for(item).mark(item, response).share


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_can_be_imported_as_it_is(language: Language) -> None:
    imported = read(write_template(language), language)
    assert imported.report.counts() == {"kept": 6, "changed": 0, "dropped": 0, "refused": 0}
    assert imported.report.problems == ()
    types = [one.item.type for one in imported.items]
    assert types == ["single_choice", "true_false_cluster", "numeric", "multiple_choice", "short_text", "essay"]
    keys: list[object] = ["A", {"a": True, "b": False, "c": True, "d": False}, "0,5", ["A", "C"]]
    assert [share(one.item, key) for one, key in zip(imported.items[:4], keys, strict=True)] == [1, 1, 1, 1]
    (passage,) = imported.passages
    assert [one.item.passage for one in imported.items[4:]] == [digest(passage)] * 2


def test_the_cluster_follows_the_graduation_table_and_levels_of_statements() -> None:
    item = read(write_template("vi")).items[1].item
    assert isinstance(item.interaction, TrueFalseCluster)
    assert [one.level for one in item.interaction.statements] == ["Biết", "Biết", "Hiểu", "Vận dụng"]
    shares = [share(item, dict(zip("abcd", said, strict=True))) for said in _truths()]
    assert shares == [Fraction(0), Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(1)]


def _truths() -> list[tuple[bool, ...]]:
    key = (True, False, True, False)
    return [tuple(right if n < count else not right for n, right in enumerate(key)) for count in range(5)]


def test_the_rubric_of_an_essay() -> None:
    item = read(write_template("vi")).items[5].item
    assert isinstance(item.interaction, Essay)
    assert [point.points for point in item.interaction.rubric] == ["0.5", "1", "0.5"]


@pytest.mark.parametrize("key", ["ĐSSĐ", "đ s s đ", "Đ, S, S, Đ", "a) Đúng b) Sai c) Sai d) Đúng", "TFFT", "Đ-S-S-Đ"])
def test_ways_to_write_the_key_of_a_cluster(key: str) -> None:
    item = only(workbook([("1", "Đúng–Sai", "Xét", "một", "hai", "ba", "bốn", key, "1")]))
    assert isinstance(item.interaction, TrueFalseCluster)
    assert [one.correct for one in item.interaction.statements] == [True, False, False, True]


@pytest.mark.parametrize(
    ("value", "number_format", "accepted"),
    [
        (0.5, "General", "0.5"),
        (0.1 + 0.2, "General", "0.3"),
        ("0,50", "@", "0.50"),
        (0.5, "0.00", "0.50"),
        (-12, "General", "-12"),
        (1e-7, "General", "0.0000001"),
        ("−1,5", "@", "-1.5"),
    ],
)
def test_numbers_that_excel_made_floats_of_are_exact_again(value: object, number_format: str, accepted: str) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["H2"].number_format = number_format

    item = only(workbook([("1", "Trả lời ngắn", "Tính", "", "", "", "", value, 0.5)], change=change))
    assert isinstance(item.interaction, Numeric)
    assert item.interaction.accepted == (accepted,)
    assert item.points == "0.5"


def test_leading_zeros_come_back_from_the_number_format() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["A2"].number_format = "000"
        sheet["D2"].number_format = "00"

    item = only(workbook([(7, *CHOICE[1:3], 2, 3.5, *CHOICE[5:])], change=change))
    assert item.title == "007"
    assert isinstance(item.interaction, SingleChoice)
    assert [plain_text(option.markup) for option in item.interaction.options][:2] == ["02", "3,5"]


def test_an_option_that_became_a_date_is_recovered_and_said_so() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["E2"].number_format = "d-mmm"

    imported = read(workbook([(*CHOICE[:4], datetime(2026, 2, 1), *CHOICE[5:])], change=change))  # noqa: DTZ001
    (entry,) = imported.report.items
    assert (entry.outcome, entry.reasons[0].code, entry.reasons[0].place) == ("changed", "date_recovered", "Câu hỏi!E2")
    item = imported.items[0].item
    assert isinstance(item.interaction, SingleChoice)
    assert plain_text(item.interaction.options[1].markup) == "1/2"


def test_formulas_count_by_their_saved_result_only() -> None:
    imported = read(workbook([CHOICE, (*CHOICE[:7], "=CHAR(65)", "1")]))
    assert [entry.outcome for entry in imported.report.items] == ["kept", "refused"]
    (reason,) = imported.report.items[1].reasons
    assert (reason.code, reason.place) == ("formula_without_value", "Câu hỏi!H3")


def test_merged_cells_are_read_for_each_row() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["J1"] = "Chủ đề"
        sheet["J2"] = "Số học"
        sheet.merge_cells("J2:J3")

    imported = read(workbook([CHOICE, CHOICE], change=change))
    assert [one.item.topic for one in imported.items] == ["Số học", "Số học"]
    assert [reason.code for reason in imported.report.items[1].reasons] == ["merged_cell"]


def test_hidden_rows_are_read_and_said_so_and_empty_rows_are_nothing() -> None:
    def change(sheet: Worksheet) -> None:
        sheet.row_dimensions[2].hidden = True
        sheet["B400"].number_format = "@"
        sheet["C401"] = "   "

    imported = read(workbook([CHOICE, (None,) * 9, CHOICE], change=change))
    assert [(entry.place, entry.outcome) for entry in imported.report.items] == [
        ("Câu hỏi!2", "changed"),
        ("Câu hỏi!4", "kept"),
    ]
    assert imported.report.items[0].reasons[0].code == "hidden_row"


def test_title_rows_before_the_header_and_english_titles() -> None:
    rows = [("Code", "Type", "Stem", "A", "B", "Key"), ("1", "Single choice", "1+1?", "2", "3", "A")]
    imported = read(workbook(rows, header=("ĐỀ KIỂM TRA",)))
    assert imported.report.counts()["kept"] == 1


def test_a_picture_stands_where_it_is_anchored(png: bytes) -> None:
    imported = read(with_picture(workbook([CHOICE]), png, row=2, column=5))
    (asset,) = imported.assets
    item = imported.items[0].item
    assert isinstance(item.interaction, SingleChoice)
    assert f'alt="một hình" data-asset="{asset.digest}"' in item.interaction.options[1].markup.html
    assert "<img" not in item.stem.html


def test_a_picture_without_a_row_is_reported(png: bytes) -> None:
    imported = read(with_picture(workbook([CHOICE]), png, row=9, column=3))
    assert imported.report.counts()["kept"] == 1
    assert [(one.code, one.place) for one in imported.report.problems] == [("picture_stray", "Câu hỏi!9")]


def test_letters_of_several_kinds_are_kept() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C2"] = CellRichText("H", TextBlock(InlineFont(vertAlign="subscript"), "2"), "O là $x<1$?")

    item = only(workbook([CHOICE], change=change))
    assert item.stem.html.startswith("H<sub>2</sub>O là <span")
    assert item.stem.math[0].source == "x<1"


def test_passages_are_shared_and_unknown_ones_refuse_the_item() -> None:
    header = (*HEADER, "Ngữ liệu")
    sheets = {"Ngữ liệu": [("Mã ngữ liệu", "Tiêu đề", "Nội dung"), ("NL1", "Sông", "Dòng sông $x^2$.")]}
    imported = read(workbook([(*CHOICE, "nl1"), (*CHOICE, "NL1"), (*CHOICE, "NL2")], header=header, more=sheets))
    assert [entry.outcome for entry in imported.report.items] == ["kept", "kept", "refused"]
    assert len(imported.passages) == 1
    assert imported.report.items[2].reasons[0].code == "passage_unknown"
    assert imported.report.items[2].reasons[0].place == "Câu hỏi!J4"


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        (("1", "", *CHOICE[2:]), "type_missing", "Câu hỏi!B2"),
        (("1", "Kéo thả", *CHOICE[2:]), "type_unknown", "Câu hỏi!B2"),
        (("1", CHOICE[1], "", *CHOICE[3:]), "stem_missing", "Câu hỏi!C2"),
        ((*CHOICE[:7], "E", "1"), "key_without_option", "Câu hỏi!H2"),
        ((*CHOICE[:7], "A, B", "1"), "several_keys", "Câu hỏi!H2"),
        ((*CHOICE[:7], "", "1"), "key_unreadable", "Câu hỏi!H2"),
        ((*CHOICE[:8], "một"), "points_unreadable", "Câu hỏi!I2"),
        ((*CHOICE[:8], "-1"), "points_unreadable", "Câu hỏi!I2"),
        (("1", "Đúng–Sai", *CHOICE[2:7], "ĐSĐ", "1"), "key_unreadable", "Câu hỏi!H2"),
        (("1", "Trả lời ngắn", "Tính", "", "", "", "", "1/2", "1"), "number_unreadable", "Câu hỏi!H2"),
        (("1", "Trả lời ngắn", "Tính", "", "", "", "", datetime(2026, 2, 1), "1"), "key_date", "Câu hỏi!H2"),  # noqa: DTZ001
        (("1", "Điền từ", "Tên?", "", "", "", "", "", "1"), "key_missing", "Câu hỏi!H2"),
        (("1", "Tự luận", "Kể", "", "", "", "", "hai ý", "1"), "rubric_unreadable", "Câu hỏi!H2"),
    ],
)
def test_a_row_with_a_mistake_is_refused_by_its_cell_and_the_others_are_kept(
    row: tuple[object, ...], code: str, place: str
) -> None:
    imported = read(workbook([row, CHOICE]))
    first, second = imported.report.items
    assert second.outcome == "kept"
    assert first.outcome == "refused"
    assert (first.reasons[-1].code, first.reasons[-1].place) == (code, place)
    assert first.reasons[-1].place in first.reasons[-1].text


def test_unknown_columns_are_reported() -> None:
    imported = read(workbook([(*CHOICE, "x")], header=(*HEADER, "Ghi chú riêng")))
    assert [(one.code, one.place) for one in imported.report.problems] == [("column_ignored", "Câu hỏi!J1")]


def test_a_workbook_without_the_columns_is_refused() -> None:
    with pytest.raises(ReadProblem) as caught:
        read(workbook([("a", "b")], header=("Họ tên", "Ngày sinh")))
    assert caught.value.code == "header_missing"


def test_old_excel_files_are_named() -> None:
    with pytest.raises(ReadProblem) as caught:
        read_file("cu.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert caught.value.code == "workbook_old"


def test_far_away_and_endless_cells_cost_nothing() -> None:
    def far(sheet: Worksheet) -> None:
        sheet.cell(1_048_576, 16_384, "x")

    def formatted(sheet: Worksheet) -> None:
        sheet.cell(1_048_576, 1).number_format = "@"

    start = time.process_time()
    with pytest.raises(ReadProblem, match="more than 5000 rows"):
        read(workbook([CHOICE], change=far))
    assert read(workbook([CHOICE], change=formatted)).report.counts()["kept"] == 1
    parts = unzipped(workbook([CHOICE]))
    sheet = parts["xl/worksheets/sheet1.xml"]
    merged = b'</sheetData><mergeCells><mergeCell ref="A2:XF&#68;1048576"/></mergeCells>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", merged)
    with pytest.raises(HostileFile, match="merged"):
        read(zipped(parts))
    assert time.process_time() - start < 5


def test_the_template_offers_lists_in_every_row_that_is_read() -> None:
    sheet = load_workbook(io.BytesIO(write_template("vi"))).worksheets[0]
    titles = {cell.column_letter: cell.value for cell in sheet[1]}
    offered = {
        titles[str(rule.sqref)[0]]: (rule.formula1, bool(rule.showErrorMessage))
        for rule in sheet.data_validations.dataValidation
        if str(rule.sqref)[1:] == f"2:{str(rule.sqref)[0]}{MAX_ROWS + 1}"
    }
    types = '"Một phương án đúng,Nhiều phương án đúng,Đúng–Sai,Trả lời ngắn,Điền từ,Tự luận"'
    assert offered == {
        "Loại câu hỏi": (types, True),
        "Mức độ": ('"Biết,Hiểu,Vận dụng,Vận dụng cao"', False),
        "Ngữ liệu": (f"'Ngữ liệu'!$A$2:$A${MAX_ROWS + 1}", False),
        "Giữ thứ tự": ('"x"', False),
        "Ngôn ngữ": ('"vi,en"', False),
    }
