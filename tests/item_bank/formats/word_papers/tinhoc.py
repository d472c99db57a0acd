"""Tin học 11: lines of programs with their indents, options that are code, and every mark of a group."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, paragraph, run

EXPECTED = [(str(number), "single_choice", key) for number, key in enumerate("BDACBA", 1)]


def _options(key: str, *texts: str) -> list[str]:
    return [
        paragraph(run(f"{letter}.", *(("u",) if letter == key else ())), run(f" {text}"))
        for letter, text in zip("ABCD", texts, strict=True)
    ]


def build() -> bytes:
    return document(
        paragraph(run("KIỂM TRA 15 PHÚT – TIN HỌC 11", "b")),
        paragraph(run("<g0>")),
        paragraph("Câu 1. Đoạn chương trình sau in ra gì?"),
        paragraph("for i in range(3):"),
        paragraph("    if i % 2 == 0:"),
        paragraph("\t\tprint(i, end=' ')"),
        paragraph("print('xong')"),
        *_options("B", "0 1 2", "0 2", "1 2", "1"),
        paragraph("Câu 2. Lệnh nào đúng cú pháp?"),
        *_options("D", "print 'a'", "int x = 5;", "if x > 1 then", "x = [1, 2, 3]"),
        paragraph(run("</g0>")),
        paragraph(run("<g1>")),
        paragraph("Câu 3. Kiểu dữ liệu của 3.14 là"),
        *_options("A", "float", "int", "str", "bool"),
        paragraph(run("<g2>")),
        paragraph("Câu 4. a, b = 1, 2; a, b = b, a. Giá trị của a là"),
        *_options("C", "0", "1", "2", "3"),
        paragraph("[<g3>]"),
        paragraph("Câu 5. len('Xin chào') bằng"),
        *_options("B", "7", "8", "9", "10"),
        paragraph(run("<#g3>")),
        paragraph("Câu 6. Biểu thức 7 // 2 có giá trị"),
        *_options("A", "3", "3.5", "4", "Cả A và B đều sai"),
    )
