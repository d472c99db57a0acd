"""Địa lí 12: options in tables of two rows, a chart and a SmartArt that no picture stands for, comments, a
header and a footer; the answers of all three parts in tables below the end."""

from __future__ import annotations

from tests.item_bank.formats.documents import W, document, paragraph, run, table

EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate("BDACBA", 1)),
    ("II.1", "true_false_cluster", "ĐĐSĐ"),
    ("II.2", "true_false_cluster", "SSĐS"),
    *(("III." + str(n), "numeric", key) for n, key in enumerate(("24,5", "1204", "-2,3"), 1)),
]
CHART = (
    '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Chart 1"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rChart"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
)
SMART_ART = CHART.replace("/chart", "/diagram").replace("c:chart", "dgm:relIds").replace(":c=", ":dgm=")


def _commented(text: str) -> str:
    """As Word marks a place that somebody has a remark on."""
    mark = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="0"/></w:r>'
    return f'<w:commentRangeStart w:id="0"/>{run(text)}<w:commentRangeEnd w:id="0"/>{mark}'


def _options(*texts: str) -> str:
    a, b, c, d = (f"{letter}. {text}" for letter, text in zip("ABCD", texts, strict=True))
    return table((a, b), (c, d))


def _statements(*texts: str) -> list[str]:
    return [paragraph(f"{letter}) {text}") for letter, text in zip("abcd", texts, strict=True)]


def build() -> bytes:
    comments = f'<w:comments xmlns:w="{W}"><w:comment w:id="0">{paragraph("Xem lại số liệu")}</w:comment></w:comments>'
    return document(
        table(("SỞ GDĐT CÀ MAU", "ĐỀ KHẢO SÁT LỚP 12"), ("Đề có 04 trang", "Môn: ĐỊA LÍ")),
        paragraph(run("PHẦN I (1,5 điểm). Câu trắc nghiệm nhiều phương án lựa chọn", "b")),
        paragraph("Câu 1. ", _commented("Gió mùa đông bắc thổi vào nước ta từ"), run(" tháng nào?")),
        _options("tháng 5", "tháng 11", "tháng 7", "tháng 8"),
        paragraph("Câu 2. Vùng nào có mật độ dân số cao nhất?"),
        _options("Tây Nguyên", "Tây Bắc", "Bắc Trung Bộ", "Đồng bằng sông Hồng"),
        paragraph("Câu 3. Cho biểu đồ: ", CHART, run(" Nhận xét nào đúng?")),
        _options("Tăng", "Giảm", "Không đổi", "Giảm rồi tăng"),
        paragraph("Câu 4. Theo sơ đồ ", SMART_ART, run(" nước ta có mấy vùng kinh tế?")),
        _options("5", "7", "6", "8"),
        paragraph("Câu 5. Tỉnh nào không giáp biển?"),
        _options("Cà Mau", "Hà Giang", "Nghệ An", "Bến Tre"),
        paragraph("Câu 6. Cây công nghiệp lâu năm là"),
        _options("cà phê", "lạc", "mía", "đậu tương"),
        paragraph(run("PHẦN II (2 điểm). Câu trắc nghiệm đúng sai", "b")),
        paragraph("Câu 1. Cho thông tin sau:"),
        paragraph("Nước ta nằm trong vùng nội chí tuyến, có nền nhiệt cao."),
        *_statements("Nền nhiệt cao do góc nhập xạ lớn.", "Tổng bức xạ lớn.", "Không có mùa đông.", "Mưa nhiều."),
        paragraph("Câu 2. Cho bảng số liệu:"),
        table(("Năm", "2010", "2020"), ("Dân số (triệu người)", "87,1", "97,6")),
        paragraph("(Nguồn: Niên giám thống kê năm 2021)"),
        *_statements("Dân số giảm.", "Dân số không đổi.", "Dân số tăng 10,5 triệu người.", "Tăng gấp đôi."),
        paragraph(run("PHẦN III (1,5 điểm). Câu trắc nghiệm trả lời ngắn", "b")),
        *(paragraph(f"Câu {n}. Tính giá trị thứ {n} (làm tròn kết quả đến một chữ số thập phân).") for n in (1, 2, 3)),
        paragraph("------------- HẾT -------------"),
        paragraph("- Thí sinh không được sử dụng tài liệu; - Cán bộ coi thi không giải thích gì thêm."),
        paragraph(run("HƯỚNG DẪN CHẤM", "b")),
        paragraph(run("PHẦN I", "b")),
        table(("Câu", "1", "2", "3"), ("Chọn", "B", "D", "A"), ("Câu", "4", "5", "6"), ("Chọn", "C", "B", "A")),
        paragraph(run("PHẦN II", "b")),
        table(("Câu 1", "Câu 2"), ("a) Đ", "a) S"), ("b) Đ", "b) S"), ("c) S", "c) Đ"), ("d) Đ", "d) S")),
        paragraph(run("PHẦN III", "b")),
        table(("Câu", "1", "2", "3"), ("Đáp án", "24,5", "1204", "-2,3")),
        parts={
            "comments": comments,
            "header": f'<w:hdr xmlns:w="{W}">{paragraph("Trường THPT Đầm Dơi")}</w:hdr>',
            "footer": f'<w:ftr xmlns:w="{W}">{paragraph("Trang 1/4 – Mã đề 101")}</w:ftr>',
        },
    )  # fmt: skip
