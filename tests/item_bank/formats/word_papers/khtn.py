"""Khoa học tự nhiên 7: frames with questions, footnotes, pictures as options, tracked changes, signs of Wingdings, and
a question whose drawing Word made of shapes."""

from __future__ import annotations

from tests.item_bank.formats.documents import (
    W,
    document,
    drawn_group,
    in_font,
    paragraph,
    picture,
    png,
    run,
    symbol,
    table,
    text_box,
)

EXPECTED = [(str(number), "single_choice", key) for number, key in enumerate("ABDCA", 1)]


def _inserted(text: str) -> str:
    return f'<w:ins w:id="1" w:author="GV">{run(text)}</w:ins>'


def _deleted(text: str) -> str:
    return f'<w:del w:id="2" w:author="GV"><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def build() -> bytes:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    notes = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{paragraph("Đo ở 25 °C.")}</w:footnote></w:footnotes>'
    return document(
        paragraph(run("ĐỀ KIỂM TRA KHTN 7", "b")),
        paragraph(text_box(
            paragraph("Câu 1: Chất nào ở thể lỏng?", note),
            paragraph(run("A. Nước", "u")), paragraph("B. Sắt"), paragraph("C. Đá vôi"), paragraph("D. Gỗ"),
        )),
        paragraph("Câu 2: ", _deleted("Tốc độ"), _inserted("Tốc độ của vật"), run(" được đo bằng")),
        paragraph(
            "A. cân\t", run("B. ", "u"), _deleted("thước"), _inserted("tốc kế"), run("\tC. nhiệt kế\tD. ampe kế")
        ),
        paragraph("Câu 3: Hình nào là lá kép?"),
        table(
            (paragraph(picture("rA")), paragraph(picture("rB"))), ("A", "B"),
            (paragraph(picture("rC")), paragraph(picture("rD"))), ("C", paragraph(run("D", "u", "b"))),
        ),
        paragraph("Câu 4: Nguyên tử H có mấy proton?"),
        paragraph(in_font("o", "Wingdings"), run(" A. 0")),
        paragraph(in_font("o", "Wingdings"), run(" B. 2")),
        paragraph(symbol("F0FE", "Wingdings"), run(" C. 1")),
        paragraph(in_font("o", "Wingdings"), run(" D. 3")),
        paragraph("Câu 5: Quan sát sơ đồ.", drawn_group("N", "S"), run(" Cực nào là cực bắc?")),
        paragraph(run("A", "b", "u"), run(". N\t"), run("B", "b"), run(". S\t"), run("C", "b"), run(". Cả hai\t"),
                  run("D", "b"), run(". Không có")),
        media={f"r{letter}": png((30 * at, 150, 60)) for at, letter in enumerate("ABCD", 1)},
        parts={"footnotes": notes},
    )  # fmt: skip
