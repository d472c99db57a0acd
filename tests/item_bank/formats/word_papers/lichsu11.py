"""Lịch sử 11: options by Word's lists that begin anew at each question, parts named `Phần 1`, a source for several
clusters, answers of each part in a line of their own."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, level, listed, lists, paragraph, run

EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate("DABC", 1)),
    ("II.1", "true_false_cluster", "ĐĐSS"),
    ("II.2", "true_false_cluster", "SĐSĐ"),
]


def _choice(number: int, *texts: str) -> list[str]:
    return [listed(f"Sự kiện thứ {number} diễn ra ở đâu?", (1, 0)), *(listed(text, (10 + number, 0)) for text in texts)]


def build() -> bytes:
    numbers = ((1, 0, 0), *((10 + at, 1, 1) for at in range(1, 5)), (2, 0, 1), *((20 + at, 2, 1) for at in (1, 2)))
    return document(
        paragraph(run("Phần 1: Trắc nghiệm nhiều phương án lựa chọn", "b")),
        *_choice(1, "Pháp", "Anh", "Đức", "Nga"),
        *_choice(2, "Huế", "Hà Nội", "Sài Gòn", "Đà Nẵng"),
        *_choice(3, "Nhật Bản", "Xiêm", "Lào", "Ấn Độ"),
        *_choice(4, "1789", "1848", "1917", "1945"),
        paragraph(run("Phần 2: Trắc nghiệm đúng – sai", "b")),
        paragraph(run("Đọc đoạn tư liệu sau đây và trả lời câu 1, câu 2:", "i")),
        paragraph("“Cuộc Duy tân Minh Trị đưa Nhật Bản trở thành nước tư bản.”"),
        listed("Về nguyên nhân của cuộc Duy tân:", (2, 0)),
        *(listed(f"Nhận định {letter} về nguyên nhân.", (21, 0)) for letter in "abcd"),
        listed("Về kết quả của cuộc Duy tân:", (2, 0)),
        *(listed(f"Nhận định {letter} về kết quả.", (22, 0)) for letter in "abcd"),
        paragraph("----------HẾT----------"),
        paragraph(run("Đáp án phần 1: ", "b"), "1-D, 2-A, 3-B, 4-C"),
        paragraph(run("Đáp án phần 2: ", "b"), "1: Đ-Đ-S-S; 2: S-Đ-S-Đ"),
        numbered=lists((level(0, "decimal", "Câu %1:"),), (level(0, "upperLetter", "%1."),),
                       (level(0, "lowerLetter", "%1)"),), numbers=numbers),
    )  # fmt: skip
