"""Tiếng Việt và Toán, grade 3: options with small letters, `Khoanh vào chữ đặt trước câu trả lời đúng`, lines of dots
to write on, numbers of Word's lists as pictures of boxes."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, paragraph, run

EXPECTED = [
    ("I.1", "single_choice", "B"),
    ("I.2", "single_choice", "A"),
    ("I.3", "single_choice", "C"),
    ("II.4", "essay", "1"),
    ("II.5", "essay", "1"),
]


def build() -> bytes:
    return document(
        paragraph(run("PHIẾU KIỂM TRA CUỐI TUẦN – LỚP 3", "b")),
        paragraph("Họ và tên: …………………………… Lớp: ………"),
        paragraph(run("I. TRẮC NGHIỆM", "b"), " Khoanh vào chữ đặt trước câu trả lời đúng:"),
        paragraph(run("Câu 1: ", "b"), "Số liền sau của 999 là:"),
        paragraph("a. 998\t", run("b. 1000", "b", color="FF0000"), run("\tc. 1001")),
        paragraph(run("Câu 2: ", "b"), "Từ nào chỉ sự vật?"),
        paragraph(run("a.", "u"), run(" cây bàng")),
        paragraph("b. chạy nhảy"),
        paragraph("c. xinh đẹp"),
        paragraph(run("Câu 3: ", "b"), "7 × 8 = ?"),
        paragraph("a. 54      b. 48      ", run("c. 56", "u"), run("      d. 63")),
        paragraph(run("II. TỰ LUẬN", "b")),
        paragraph(run("Câu 4: ", "b"), "Đặt tính rồi tính:"),
        paragraph("347 + 129\t\t\t560 – 238"),
        paragraph("…………………………………………………………"),
        paragraph("…………………………………………………………"),
        paragraph(run("Câu 5: ", "b"), "Viết đoạn văn ngắn kể về một người bạn."),
        paragraph("…………………………………………………………"),
    )
