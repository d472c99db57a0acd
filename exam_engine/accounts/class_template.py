"""The columns of an empty class list to fill in."""

from __future__ import annotations

from exam_engine.kit import sheet_templates
from exam_engine.kit.sheet_templates import Column

#: `class_list.HEADINGS` knows them all.
COLUMNS: tuple[Column, ...] = (
    ("Lớp", "Class", "6A1", "6A1", 10),
    ("Mã học sinh", "Pupil code", "0079123456", "0079123457", 16),
    ("Họ và tên", "Full name", "Nguyễn Thị Ánh", "Đặng Văn Bình", 30),
    ("Ngày sinh", "Date of birth", "05/09/2014", "21/11/2014", 14),
    ("Giới tính", "Sex", "Nữ", "Nam", 10),
)


def write_template(kind: str, locale: str) -> bytes:
    return sheet_templates.write_template(kind, locale, COLUMNS, "Pupils")
