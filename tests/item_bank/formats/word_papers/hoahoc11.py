"""Hoá học 11 with a code of its own: answers of four forms side by side, numbers that run on through the parts; the
test is form 0202, which only the foot of its pages says."""

from __future__ import annotations

from tests.item_bank.formats.documents import W, document, paragraph, run, table

_KEYS = {
    "0201": ("A", "C", "B", "D", "ĐSĐS", "SSĐĐ", "1,5", "12"),
    "0202": ("D", "A", "B", "C", "SĐĐS", "ĐĐSS", "2,4", "30"),
    "0203": ("B", "B", "C", "A", "ĐĐĐS", "SĐSĐ", "0,3", "9"),
    "0204": ("C", "D", "A", "B", "SSSĐ", "ĐSSĐ", "7,1", "5"),
}
_KINDS = ["single_choice"] * 4 + ["true_false_cluster"] * 2 + ["numeric"] * 2
_PLACES = ["I.1", "I.2", "I.3", "I.4", "II.5", "II.6", "III.7", "III.8"]
EXPECTED = list(zip(_PLACES, _KINDS, _KEYS["0202"], strict=True))


def build() -> bytes:
    rows = [(str(at), *(key[at - 1] for key in _KEYS.values())) for at in range(1, 9)]
    return document(
        paragraph(run("ĐỀ KIỂM TRA GIỮA KÌ I", "b")),
        paragraph("Môn: HOÁ HỌC 11 – Thời gian làm bài 45 phút"),
        paragraph(run("PHẦN I. TRẮC NGHIỆM NHIỀU LỰA CHỌN", "b")),
        *(
            block
            for number in range(1, 5)
            for block in (
                paragraph(run(f"Câu {number}:", "b", "u"), f" Chất thứ {number} tác dụng với dung dịch nào?"),
                paragraph("\tA. NaOH.\tB. HCl.\tC. KNO", run("3", "sub"), ".\tD. BaCl", run("2", "sub"), "."),
            )
        ),
        paragraph(run("PHẦN II. TRẮC NGHIỆM ĐÚNG SAI", "b")),
        *(
            block
            for number in (5, 6)
            for block in (
                paragraph(run(f"Câu {number}:", "b"), " Cho cân bằng hoá học."),
                *(paragraph(run(f"{letter}.", "b"), f" Phát biểu {letter} của câu {number}.") for letter in "abcd"),
            )
        ),
        paragraph(run("PHẦN III. TRẢ LỜI NGẮN", "b")),
        *(paragraph(run(f"Câu {number}:", "b"), " Tính pH của dung dịch.") for number in (7, 8)),
        paragraph("-----HẾT-----"),
        paragraph(run("ĐÁP ÁN CÁC MÃ ĐỀ", "b")),
        table(("Câu\\Mã đề", *_KEYS), *rows),
        parts={"footer": f'<w:ftr xmlns:w="{W}">{paragraph("Trang 1/2 – Mã đề: 0202")}</w:ftr>'},
    )
