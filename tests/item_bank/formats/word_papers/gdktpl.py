"""Giáo dục kinh tế và pháp luật: `Đáp án` and a solution below each question, texts for several questions named one by
one, statements with their reasons."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, paragraph, run

EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate("ABCD", 1)),
    ("II.1", "true_false_cluster", "ĐSĐS"),
]


def _question(number: int, stem: str, key: str, why: str) -> list[str]:
    return [
        paragraph(run(f"Câu {number}. ", "b"), stem),
        paragraph("A. Nhà nước.\tB. Công dân.\tC. Doanh nghiệp.\tD. Toà án."),
        paragraph(run("Hướng dẫn giải:", "b", "i")),
        paragraph(why),
        paragraph(run(f"=> Chọn {key}", "b")),
    ]


def build() -> bytes:
    return document(
        paragraph(run("PHẦN I. TRẮC NGHIỆM", "b")),
        paragraph(run("Đọc thông tin sau và trả lời các câu hỏi 1, 2 và 3:", "i")),
        paragraph("Năm 2023, Quốc hội thông qua luật về thuế. Doanh nghiệp nhỏ được giảm thuế."),
        *_question(1, "Ai ban hành luật?", "A", "Quốc hội là cơ quan nhà nước."),
        *_question(2, "Ai nộp thuế thu nhập cá nhân?", "B", "Thuế đánh vào thu nhập của công dân."),
        *_question(3, "Ai được giảm thuế?", "C", "Theo thông tin, doanh nghiệp nhỏ được giảm."),
        paragraph(run("Câu 4. ", "b"), "Cơ quan nào xét xử?"),
        paragraph("A. Quốc hội.\tB. Chính phủ.\tC. Viện kiểm sát.\tD. Toà án."),
        paragraph(run("Đáp án: D", color="C00000")),
        paragraph(run("PHẦN II. ĐÚNG/SAI", "b")),
        paragraph(run("Câu 1. ", "b"), "Anh T mở cửa hàng và không đăng kí kinh doanh."),
        paragraph("a) Anh T vi phạm pháp luật."),
        paragraph("b) Anh T không phải nộp thuế."),
        paragraph("c) Anh T phải đăng kí."),
        paragraph("d) Anh T được miễn mọi nghĩa vụ."),
        paragraph(run("Lời giải", "b")),
        paragraph("a) Đúng. Vì kinh doanh phải đăng kí."),
        paragraph("b) Sai. Vì mọi người kinh doanh đều nộp thuế."),
        paragraph("c) Đúng."),
        paragraph("d) Sai. Không ai được miễn."),
    )
