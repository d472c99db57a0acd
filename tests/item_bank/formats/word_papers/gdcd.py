"""GDCD 9: a bank as it is collected in a table, one row for each question, its key in a column; and answers in two
pairs of columns."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, paragraph, run, table

EXPECTED = [(str(number), "single_choice", key) for number, key in enumerate("CABDDB", 1)]


def build() -> bytes:
    return document(
        paragraph(run("CÂU HỎI ÔN TẬP GDCD 9", "b")),
        *(
            block
            for number in range(1, 7)
            for block in (
                paragraph(run(f"Câu {number}.", "b"), f" Việc làm thứ {number} thể hiện điều gì?"),
                paragraph("A. Tự chủ.   B. Dân chủ.   C. Kỉ luật."),
                paragraph("D. Hoà bình."),
            )
        ),
        paragraph(run("BẢNG ĐÁP ÁN", "b")),
        table(
            ("Câu", "Đáp án", "Câu", "Đáp án"),
            ("1", "C", "4", "D"),
            ("2", "A", "5", "D"),
            ("3", "B", "6", "B"),
        ),
    )  # fmt: skip
