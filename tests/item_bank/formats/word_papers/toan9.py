"""Toán 9, entrance to grade 10: nothing but problems to write out, with points, parts a) and b), and their solutions
after the end; one is half points."""

from __future__ import annotations

from tests.item_bank.formats.documents import (
    cases,
    document,
    formula,
    fraction,
    letters,
    paragraph,
    picture,
    png,
    root,
    run,
)

EXPECTED = [("1", "essay", "2"), ("2", "essay", "2"), ("3", "essay", "1.5"), ("4", "essay", "3.5"), ("5", "essay", "1")]


def _problem(number: int, points: str, *text: str) -> str:
    return paragraph(run(f"Bài {number}. ", "b"), run(f"({points} điểm) ", "i"), *text)


def build() -> bytes:
    return document(
        paragraph(run("KỲ THI TUYỂN SINH VÀO LỚP 10 THPT – MÔN TOÁN", "b")),
        paragraph("Thời gian làm bài: 120 phút"),
        paragraph(run("TỰ LUẬN (10 điểm)", "b")),
        _problem(1, "2,0", "Cho biểu thức ", formula(letters("P=") + fraction(root("x"), "x−1"))),
        paragraph("a) Rút gọn P."),
        paragraph("b) Tìm x để P = 2."),
        _problem(2, "2,0"),
        paragraph("1) Giải hệ phương trình ", formula(cases("x+y=3", "x−y=1")), run(".")),
        paragraph("2) Cho phương trình x² − 2mx + 1 = 0. Tìm m để phương trình có nghiệm kép."),
        _problem(3, "1,5", "Một ô tô đi từ A đến B. Tính vận tốc của ô tô."),
        _problem(4, "3,5", "Cho đường tròn (O; R) như hình vẽ.", picture("rO", anchored=True)),
        paragraph("a) Chứng minh tứ giác ABOC nội tiếp."),
        paragraph("b) Chứng minh AB² = AM.AN."),
        paragraph("c) Tính diện tích tam giác ABC."),
        _problem(5, "1,0", "Cho a, b > 0. Chứng minh ", formula(fraction("a", "b") + letters("+") + fraction("b", "a")),
                 run(" ≥ 2.")),
        paragraph("-------- Hết --------"),
        paragraph("Họ và tên thí sinh: ………………  Số báo danh: ………………"),
        media={"rO": png((10, 200, 120))},
    )  # fmt: skip
