"""Ngữ văn 12: a text with notes at the foot of the page, questions that say their points, all of them essays; how to
mark them stands after the end."""

from __future__ import annotations

from tests.item_bank.formats.documents import W, document, paragraph, run, table

EXPECTED = [
    *(("I." + str(n), "essay", points) for n, points in enumerate(("0.5", "0.5", "1", "1", "1"), 1)),
    ("II.1", "essay", "2"),
    ("II.2", "essay", "4"),
]
_NOTE = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
_NOTES = (
    f'<w:footnotes xmlns:w="{W}"><w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote><w:footnote w:id="2">'
    "<w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>Đò: thuyền nhỏ chở khách qua sông.</w:t></w:r></w:p>"
    "</w:footnote></w:footnotes>"
)


def build() -> bytes:
    return document(
        table(("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "ĐỀ KIỂM TRA CUỐI HỌC KÌ II"), ("(Đề có 02 trang)", "Môn: NGỮ VĂN 12")),
        paragraph(run("I. ĐỌC HIỂU (4,0 điểm)", "b")),
        paragraph(run("Đọc văn bản sau và thực hiện các yêu cầu:", "b", "i")),
        paragraph(run("BẾN SÔNG QUÊ", "b")),
        paragraph("Con đò", _NOTE, run(" nằm lại bên bờ vắng,\nnghe nước ròng kể chuyện mùa đi.")),
        paragraph("Mẹ đứng chờ ai trên bãi lạnh,\ntóc hòa màu khói của chiều quê."),
        paragraph(run("(Trích sách học sinh tự viết)", "i")),
        *(
            paragraph(run(f"Câu {number} ({points} điểm). ", "b"), text)
            for number, points, text in (
                (1, "0,5", "Xác định thể thơ của văn bản."),
                (2, "0,5", "Chỉ ra hình ảnh của quê hương trong văn bản."),
                (3, "1,0", "Nêu tác dụng của biện pháp nhân hóa trong hai dòng đầu."),
                (4, "1,0", "Anh/chị hiểu hai dòng cuối như thế nào?"),
                (5, "1,0", "Văn bản gợi cho anh/chị suy nghĩ gì về mẹ?"),
            )
        ),
        paragraph(run("II. VIẾT (6,0 điểm)", "b")),
        paragraph(run("Câu 1 (2,0 điểm). ", "b"), "Viết đoạn văn (khoảng 200 chữ) cảm nhận về hình ảnh con đò."),
        paragraph(run("Câu 2 (4,0 điểm). ", "b"), "Viết bài văn nghị luận về trách nhiệm với quê hương."),
        paragraph("……………… Hết ………………"),
        paragraph(run("HƯỚNG DẪN CHẤM", "b")),
        paragraph("PHẦN I"),
        paragraph("Câu 1. Thể thơ bảy chữ."),
        parts={"footnotes": _NOTES},
    )  # fmt: skip
