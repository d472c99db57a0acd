"""Reading a class list: whatever schools send becomes pupils, or says by line what is wrong."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from exam_engine.accounts import class_list
from exam_engine.accounts.class_list import read_carried, read_file, read_pasted
from item_bank.formats.model import ReadProblem


def read(text: str) -> list[tuple[object, ...]]:
    found = read_pasted(text)
    assert not found.problems, found.problems
    return [(line.code, line.full_name, line.birth_date, line.gender) for line in found.lines]


DAY = date(2014, 9, 5)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Nguyễn Văn An\n\n  Lê  Thị Ánh ", [("", "Nguyễn Văn An", None, None), ("", "Lê Thị Ánh", None, None)]),
        ("1. Nguyễn Văn An\n2) Lê Ân", [("", "Nguyễn Văn An", None, None), ("", "Lê Ân", None, None)]),
        ("Nguyễn Văn An, 05/09/2014", [("", "Nguyễn Văn An", DAY, None)]),
        ("0012, Nguyễn Văn An", [("0012", "Nguyễn Văn An", None, None)]),
        (
            "1\tNguyễn Văn\tAn\t05/09/2014\n2\tLê\tÂn\t05/09/2014",
            [("", "Nguyễn Văn An", DAY, None), ("", "Lê Ân", DAY, None)],
        ),
        ("HS7\tNguyễn Văn\tAn\tNam", [("HS7", "Nguyễn Văn An", None, "nam")]),
        (
            "1.\tNguyễn Văn An\n2.\tLê Ân\n3) Đỗ Bình\nCao Cúc",
            [("", name, None, None) for name in ("Nguyễn Văn An", "Lê Ân", "Đỗ Bình", "Cao Cúc")],
        ),
        (
            "1\tNguyễn Văn An\n2\tLê Ân\nCao Cúc",
            [("", name, None, None) for name in ("Nguyễn Văn An", "Lê Ân", "Cao Cúc")],
        ),
        ("0012; Nguyễn Văn An; 2014-09-05; Nam", [("0012", "Nguyễn Văn An", DAY, "nam")]),
        ("Nguyễn Văn An\tnữ", [("", "Nguyễn Văn An", None, "nữ")]),
        ("1\tAn\t5/9/2014\n2\tBình\t5.9.2014", [("", "An", DAY, None), ("", "Bình", DAY, None)]),
        ("1\t0012\tAn\t\n2\t0013\tBình\t", [("0012", "An", None, None), ("0013", "Bình", None, None)]),
        ("STT\tHọ và tên\tMã HS\n1\tAn\t7", [("7", "An", None, None)]),
        ("Họ đệm\tTên\tNgày sinh\nNguyễn Văn\tAn\t05/09/2014", [("", "Nguyễn Văn An", DAY, None)]),
        ("Name,Code,Sex\nAn,7,female", [("7", "An", None, "nữ")]),
        ("Nguye\u0302\u0303n Thi\u0323 Y\u0301", [("", "Nguyễn Thị Ý", None, None)]),
    ],
)
def test_names_are_read_as_teachers_write_them(text: str, wanted: list[tuple[object, ...]]) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [1]),
        ("0012,", [1]),
        ("An, 31/02/2014\nBình, 05/09/1200", [1, 2]),
        ("Lê Cường 32/13/2014\nLê Cúc 05/09/2014\nBình, 05/09/2150", [1, 2, 3]),
        ("a, b, c, d, e", [1]),
        ("7, An\n7, Bình", [2]),
        ("x" * 300, [1]),
        ("7" + "x" * 40 + ", An", [1]),
        ("Họ và tên\tGiới tính\nAn\tkhác", [2]),
        ("Họ và tên\tHọ và tên\nAn\tBình", [1]),
        ("Họ và tên\tMã\n\t7", [2]),
        ("An\x01", [1]),
        ("\n".join(f"Pupil {n}" for n in range(501)), [501]),
    ],
)
def test_what_is_wrong_is_named_by_line(text: str, lines: list[int]) -> None:
    assert [problem.row for problem in read_pasted(text).problems] == lines


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_keeps_zeros_and_dates_and_finds_its_classes() -> None:
    data = workbook(("STT", "Lớp", "Mã học sinh", "Họ và tên", "Ngày sinh"), (1, "6A1", "007", "An", DAY))
    line = read_file(data, with_classes=True).lines[0]
    assert (line.number, line.class_name, line.code, line.birth_date) == (2, "6A1", "007", DAY)
    missing = read_file(workbook(("Họ và tên",), ("An",)), with_classes=True)
    assert [problem.row for problem in missing.problems] == [1]
    without = read_file(workbook(("Họ và tên", "Lớp"), ("An", None)), with_classes=True)
    assert [problem.row for problem in without.problems] == [2]
    assert read_pasted("An\nBình", with_classes=True).problems, "a whole school needs headings"


def test_old_encodings_and_byte_order_marks_are_read() -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        assert read_file("Họ và tên,Mã\nĐặng Ân,7\n".encode(encoding)).lines[0].full_name == "Đặng Ân"


def test_hostile_files_are_problems_or_refusals_and_never_crashes() -> None:
    for data in (b"PK\x03\x04broken", b"\0\1\2\3" * 50, b"a" * 5000):
        try:
            found = read_file(data)
        except ReadProblem:
            continue
        assert found.problems


def test_what_the_check_hands_on_is_read_again_and_checked_again() -> None:
    lines = read_pasted("Mã\tHọ và tên\tNgày sinh\tGiới tính\n7\tAn\t05/09/2014\tNam").lines
    again = read_carried(class_list.carried(lines))
    assert [(one.code, one.full_name, one.birth_date, one.gender) for one in again.lines] == [("7", "An", DAY, "nam")]
    assert read_carried("\t7\t\t\t").problems
    assert read_carried("\t7\tAn\tgestern\t").problems
    assert read_carried("").problems


TITLED: tuple[tuple[object, ...], ...] = (
    ("SỞ GD&ĐT VĨNH LONG", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("TRƯỜNG THPT LƯU VĂN LIỆT",),
    ("DANH SÁCH LỚP 12A1 - NĂM HỌC 2026-2027",),
    (None,),
    ("STT", "Mã HS", "Họ và tên", "Ngày sinh"),
    (1, "007", "Nguyễn Văn An", DAY),
    (2, "008", "Lê Thị Ánh", DAY),
)


def test_titles_above_the_headings_are_passed_over_and_told() -> None:
    found = read_file(workbook(*TITLED))
    assert not found.problems
    assert [(line.number, line.code, line.full_name) for line in found.lines] == [
        (6, "007", "Nguyễn Văn An"),
        (7, "008", "Lê Thị Ánh"),
    ]
    assert [note.row for note in found.notes] == [1, 2, 3]
    wrong = read_file(workbook(*TITLED, (3, "009", "Bình", "31/02/2014")))
    assert [problem.row for problem in wrong.problems] == [8], "rows count as in the file"
    text = "TRƯỜNG THPT X\n\nSTT;Họ và tên;Ngày sinh\n1;An;05/09/2014\n"
    assert [(line.number, line.full_name) for line in read_file(text.encode()).lines] == [(4, "An")]


def test_totals_and_signatures_below_are_told_and_never_become_pupils() -> None:
    footer = (
        ("", "", "Tổng số: 2 học sinh"),
        ("", "", "", "Vĩnh Long, ngày 05 tháng 9 năm 2026"),
        ("", "", "Giáo viên chủ nhiệm"),
        ("", "", "Trần Thị Bích"),
    )
    found = read_file(workbook(*TITLED, *footer))
    assert [line.full_name for line in found.lines] == ["Nguyễn Văn An", "Lê Thị Ánh"]
    assert not found.problems
    assert [note.row for note in found.notes][3:] == [8, 9, 10, 11]
    assert [line.full_name for line in read_pasted("An\nBình\nTổng số: 2").lines] == ["An", "Bình"]
    girls = read_file(workbook(*TITLED, ("", "", "Tổng số nam: 2"), (3, "009", "Hoa", DAY)))
    assert [line.full_name for line in girls.lines][2:] == ["Hoa"], "a list that goes on is read on"


def test_a_pupil_above_a_row_of_headings_is_no_title() -> None:
    found = read_pasted("An\t05/09/2014\nHọ và tên\tNgày sinh\nBình\t05/09/2014")
    assert [problem.row for problem in found.problems] == [1]


def test_digits_in_a_name_are_to_be_looked_at_and_a_date_without_its_comma_is_told() -> None:
    found = read_pasted("Lê Cường 2014\nNguyễn Văn An\nLê An 2")
    assert (found.problems, found.odd, found.to_look_at) == ([], {1, 3}, {1, 3})
    (problem,) = read_pasted("Lê Cúc 05/09/2014").problems
    assert problem.params == {"line": "Lê Cúc, 05/09/2014"}
