"""Lịch sử 12: the key's letter bold and nothing else, sources before statements, a table with columns Đúng and Sai, a
question in a frame with its picture, content controls, links; its last statements are left unmarked."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, paragraph, picture, png, run, table, text_box

EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate("CABD", 1)),
    ("I.5", "single_choice", "B"),
    ("I.6", "single_choice", ""),
    ("II.1", "true_false_cluster", "ĐSSĐ"),
    ("II.2", "true_false_cluster", "ĐĐSS"),
    ("II.3", "true_false_cluster", ""),
]
DOUBTFUL = {"I.6": ("keys_differ",), "II.3": ("truth_missing",)}


def _bold(key: str, *options: str) -> list[str]:
    return [
        paragraph(run(f"{letter}.", *(("b",) if letter == key else ())), run(f" {text}"))
        for letter, text in zip("ABCD", options, strict=True)
    ]


def _control(inner: str) -> str:
    return f"<w:sdt><w:sdtPr><w:alias w:val='câu'/></w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def build() -> bytes:
    link = f'<w:hyperlink r:id="rLink">{run("Liên hợp quốc")}</w:hyperlink>'
    smart = f'<w:smartTag w:uri="urn:place" w:element="place">{run("Việt Nam")}</w:smartTag>'
    return document(
        paragraph(run("TRƯỜNG THPT CHU VĂN AN", "b"), text_box(paragraph("ĐỀ CHÍNH THỨC"))),
        paragraph(run("PHẦN I. Trắc nghiệm nhiều lựa chọn (từ câu 1 đến câu 6)", "b")),
        paragraph("Câu 1: Tổ chức ", link, run(" ra đời năm nào?")),
        *_bold("C", "1919", "1939", "1945", "1955"),
        _control(paragraph("Câu 2: Năm 1930, tổ chức nào ra đời ở ", smart, run("?")) + "".join(
            _bold("A", "Đảng Cộng sản", "Việt Minh", "Hội Duy tân", "Quốc dân đảng"))),
        paragraph("Câu 3: Chiến dịch nào kết thúc kháng chiến chống Pháp?"),
        *_bold("B", "Biên giới", "Điện Biên Phủ", "Việt Bắc", "Tây Bắc"),
        table((
            paragraph("Câu 4: Hình bên chụp công trình nào?")
            + "".join(_bold("D", "Cột cờ", "Chùa Hương", "Cầu Rồng", "Văn Miếu")),
            paragraph(picture("rGate")),
        )),
        paragraph("Câu 5: Nước nào sáng lập ASEAN? A. Lào", run(" B. Thái Lan", "b"), run(" C. Việt Nam D. Mianma")),
        paragraph("Câu 6: Chủ tịch nước đầu tiên là"),
        paragraph(
            *(run("A.", "u"), run(" Hồ Chí Minh\tB. Tôn Đức Thắng\t")),
            *(run("C. Võ Chí Công", color="FF0000"), run("\tD. Lê Đức Anh")),
        ),
        paragraph(run("PHẦN II. Trắc nghiệm đúng sai", "b")),
        paragraph("Câu 1. Đọc đoạn tư liệu sau: “Chúng ta muốn hoà bình, chúng ta phải nhân nhượng.”"),
        table(
            ("Nội dung", "Đúng", "Sai"),
            ("a) Tư liệu nói về năm 1946.", "x", ""),
            ("b) Tư liệu nói về năm 1975.", "", "x"),
            ("c) Ta không muốn hoà bình.", "", "x"),
            ("d) Ta đã nhân nhượng.", "x", ""),
        ),
        paragraph("Câu 2. Cho bảng số liệu về các nước thành viên:"),
        table(("Năm", "1967", "1999"), ("Số nước", "5", "10")),
        paragraph(run("a)", "u"), run(" Năm 1967 có 5 nước.")),
        paragraph(run("b)", "u"), run(" Số nước tăng gấp đôi.")),
        paragraph("c) Năm 1999 có 5 nước."),
        paragraph("d) Số nước giảm."),
        paragraph("Câu 3. Xét các nhận định về cách mạng tháng Tám."),
        *(paragraph(f"{letter}) Nhận định {letter} về thời cơ.") for letter in "abcd"),
        paragraph("===== HẾT ====="),
        media={"rGate": png((150, 120, 60))},
        external={"rLink": "https://example.org/un"},
    )  # fmt: skip
