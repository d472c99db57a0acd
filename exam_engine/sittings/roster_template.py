"""The columns of an empty roster to fill in."""

from __future__ import annotations

from exam_engine.kit import sheet_templates
from exam_engine.kit.sheet_templates import Column

#: `roster.HEADINGS` knows them all.
COLUMNS: tuple[Column, ...] = (
    ("Số báo danh", "Candidate number", "001", "002", 14),
    ("Mã học sinh", "Pupil code", "0079123456", "0079123457", 16),
    ("Họ và tên", "Full name", "Nguyễn Thị Ánh", "Đặng Văn Bình", 30),
    ("Ngày sinh", "Date of birth", "05/09/2008", "21/11/2008", 14),
    ("Lớp", "Class", "12A1", "12A1", 10),
    ("Phòng thi", "Room", "P01", "P01", 12),
    ("Chỗ ngồi", "Seat", "1", "2", 10),
    ("Thêm giờ %", "Extra time %", "", "25", 12),
    ("Thêm phút", "Extra minutes", "", "", 14),
    ("Lý do", "Reason", "", "Khiếm thị", 30),
)


def write_template(kind: str, locale: str) -> bytes:
    return sheet_templates.write_template(kind, locale, COLUMNS, "Roster")
