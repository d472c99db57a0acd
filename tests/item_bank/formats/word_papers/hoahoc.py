"""Hoá học 10: the key's option highlighted or red, marks of groups, solutions, tracked changes, reactions of MathType,
one question in a font from before Unicode, and one that its teacher forgot to mark."""

from __future__ import annotations

from tests.item_bank.formats.compounds import NULL, char, embedded, mtef, row, template
from tests.item_bank.formats.documents import (
    WMF,
    document,
    highlighted,
    in_font,
    math_type_object,
    paragraph,
    picture,
    png,
    run,
    table,
)

EXPECTED = [
    ("I.1", "single_choice", "B"),
    ("I.2", "single_choice", "D"),
    ("I.3", "single_choice", "A"),
    ("I.4", "single_choice", "C"),
    ("I.5", "single_choice", ""),
    ("I.6", "single_choice", "C"),
    ("II.1", "true_false_cluster", "ĐSĐĐ"),
    ("II.2", "true_false_cluster", "SSĐĐ"),
    ("III.1", "numeric", "5,6"),
    ("III.2", "short_text", "NaCl"),
]
DOUBTFUL = {"I.5": ("key_missing", "group_mark")}
_ARROW = mtef(char("CaCO", 1), template(14, 0x24, row(char("t", 1)), NULL), char("CaO", 1))


def _chemical(text: str) -> list[str]:
    """`H2SO4` with its numbers lowered."""
    return [run(one, "sub") if one.isdigit() else run(one) for one in text]


def _first_part() -> list[str]:
    return [
        paragraph(run("Câu 1. ", "b"), "Axit sunfuric có công thức là"),
        paragraph(run("A. "), *_chemical("HCl")),
        paragraph(run("B. ", color="FF0000"), *_chemical("H2SO4")),
        paragraph(run("C. "), *_chemical("HNO3")),
        paragraph(run("D. "), *_chemical("H3PO4")),
        paragraph(run("Câu 2. ", "b"), "Phản ứng ", math_type_object("rW", "rO"), " thuộc loại"),
        table(("A. hoá hợp", "B. thế"), ("C. trao đổi", paragraph(highlighted("D. phân huỷ")))),
        paragraph(run("Lời giải: ", "b"), "Một chất tạo ra nhiều chất mới."),
        paragraph(in_font("C©u 3. Kim lo¹i nµo sau ®©y ë thÓ láng?", ".VnTime")),
        paragraph(run("A.", "u"), in_font(" Thñy ng©n.", ".VnTime"), run("\tB."), in_font(" Vµng.", ".VnTime")),
        paragraph(run("C."), in_font(" S¾t.", ".VnTime"), run("\tD."), in_font(" B¹c.", ".VnTime")),
        paragraph(run("Câu 4. ", "b"), "Số hiệu nguyên tử của cacbon là"),
        paragraph(
            "A. 12\tB. 14\t",
            run("C. ", "u"),
            '<w:del w:id="1"><w:r><w:delText>7</w:delText></w:r></w:del>',
            '<w:ins w:id="2"><w:r><w:t>6</w:t></w:r></w:ins>',
            run("\tD. 8"),
        ),
        paragraph(run("Câu 5. ", "b"), "Chất nào sau đây là muối?"),
        paragraph("A. NaOH\tB. HCl\tC. KCl\tD. CaO"),
        paragraph(run("Câu 6. ", "b"), "Dụng cụ nào dùng để đo thể tích?"),
        table(
            (paragraph(picture("rA")), paragraph(picture("rB")), paragraph(picture("rC")), paragraph(picture("rD"))),
            ("A.", "B.", paragraph(run("C.", "u")), "D."),
        ),
    ]  # fmt: skip


def build() -> bytes:
    statements = [
        ("(Đ)", "Nước cứng chứa Ca"),
        ("(S)", "Nước mềm chứa Mg"),
        ("(Đ)", "Đun sôi làm giảm độ cứng"),
        ("(Đ)", "Xô đa làm mềm nước"),
    ]
    return document(
        paragraph(run("ĐỀ KIỂM TRA GIỮA KÌ II – HOÁ HỌC 10", "b")),
        paragraph(run("PHẦN I. TRẮC NGHIỆM NHIỀU LỰA CHỌN", "b")),
        paragraph(run("<g1>")),
        *_first_part(),
        paragraph(run("PHẦN II. TRẮC NGHIỆM ĐÚNG SAI", "b")),
        paragraph(run("Câu 1. ", "b"), "Cho các phát biểu về nước cứng:"),
        *(paragraph(f"{letter}) {text}. {sign}") for letter, (sign, text) in zip("abcd", statements, strict=True)),
        paragraph(run("Câu 2. ", "b"), "Xét phản ứng oxi hoá – khử:"),
        paragraph("a) Chất khử nhận electron.", run("\tS", "b")),
        paragraph("b) Chất oxi hoá nhường electron.", run("\tS", "b")),
        paragraph("c) Số oxi hoá của chất khử tăng.", run("\tĐ", "b")),
        paragraph("d) Tổng electron nhường bằng tổng electron nhận.", run("\tĐ", "b")),
        paragraph(run("PHẦN III. TRẢ LỜI NGẮN", "b")),
        paragraph(run("Câu 1. ", "b"), "Tính khối lượng sắt (gam)."),
        paragraph(run("Đáp số: 5,6 gam", "b")),
        paragraph(run("Hướng dẫn giải: ", "b"), "n = 0,1 mol nên m = 5,6 gam."),
        paragraph(run("Câu 2. ", "b"), "Công thức của muối ăn là gì?"),
        paragraph(run("<Key=NaCl>")),
        paragraph("HẾT"),
        media={
            "rW": WMF, "rO": embedded(_ARROW),
            **{f"r{letter}": png((20 * at, 80, 160)) for at, letter in enumerate("ABCD", 1)},
        },
    )  # fmt: skip
