"""What an import tells: questions that come twice, and the report as a workbook in which nothing is a formula."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from openpyxl import load_workbook

from exam_engine.authoring.duplicates import told_in_file
from exam_engine.authoring.import_sheet import workbook
from exam_engine.cli import main
from exam_engine.kit.languages import translator
from item_bank.formats.model import ImportReport, ItemReport, Reason, TestReport
from item_bank.formats.reading import read_file
from tests.item_bank.formats.packages import zipped
from tests.item_bank.formats.qti_items import choices, item, response


def _cells(data: bytes) -> dict[str, list[list[Any]]]:
    book = load_workbook(io.BytesIO(data))
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book}


def test_every_reason_is_a_row_with_its_place_and_no_cell_is_a_formula() -> None:
    reasons = (Reason.of("a", "Eins %(n)s", n=1, line=7), Reason.of("b", "=cmd|' /C calc'!A1"))
    report = ImportReport(
        "t.gift",
        "gift",
        items=(ItemReport("kept", "=1+1", "@x", "single_choice", 3), ItemReport("refused", "i2", reasons=reasons)),
        problems=(Reason.of("c", "Rest", line=9),),
        tests=(TestReport("T", "+Đề", sections=2, items=5),),
    )
    found = _cells(workbook([("-t.gift", report), ("x.zip", Reason.of("d", "Kaputt"))], translator("en")))
    kept, *refused = found["Items"][1:]
    assert kept == ["'-t.gift", 1, "'=1+1", "'@x", "Single choice", "kept", None, None, 3, None]
    assert [row[5:] for row in refused] == [
        ["refused", "Eins 1", None, 7, "a"],
        ["refused", "'=cmd|' /C calc'!A1", None, None, "b"],
    ]
    assert found["Tests"][1][:5] == ["'-t.gift", "T", "'+Đề", 2, 5]
    assert [row[2] for row in found["Files"][1:]] == ["Rest", "Kaputt"]


def test_the_command_writes_one_report_for_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.gift").write_text("::x:: Một? {=có ~không}", "utf-8")
    (tmp_path / "b.xml").write_text("<assessmentItem")
    out = tmp_path / "out.xlsx"
    done = CliRunner().invoke(main, ["import", str(tmp_path), "--dry-run", "--report", str(out)])
    assert done.exit_code == 0, done.output
    found = _cells(out.read_bytes())
    items, _tests, files = found.values()
    assert [(Path(row[0]).name, row[5]) for row in items[1:]] == [("a.gift", "giữ nguyên")]
    assert [Path(row[0]).name for row in files[1:] if row[2]] == ["b.xml"]
    wrong = CliRunner().invoke(
        main, ["import", str(tmp_path), "--dry-run", "--report", str(tmp_path / "no" / "x.xlsx")]
    )
    assert wrong.exit_code == 2


def test_questions_that_come_twice_are_told() -> None:
    same, key = item(choices("một", "hai"), response("A")), item(choices("một", "hai"), response("B"))
    found = told_in_file(read_file("p.zip", zipped({"a.xml": same, "b.xml": same, "c.xml": key})))
    assert [[reason.code for reason in one.reasons] for one in found.report.items] == [
        [],
        ["same_in_file"],
        ["alike_in_file"],
    ]
    assert [one.outcome for one in found.report.items] == ["kept"] * 3
    assert found.report.items[1].reasons[0].params == {"n": "1"}
