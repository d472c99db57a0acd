"""Sinh học 12: every question marks its key in another way, mixed with looks that mean nothing; two options a line by
tabs; a list of fonts of signs; the statements' answers below the end, a row for each letter."""

from __future__ import annotations

from tests.item_bank.formats.documents import (
    document,
    highlighted,
    in_font,
    paragraph,
    picture,
    png,
    run,
    symbol,
    table,
)

EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate("CADBBCDA", 1)),
    ("II.1", "true_false_cluster", "ĐSSĐ"),
    ("II.2", "true_false_cluster", "SĐĐS"),
    ("III.1", "numeric", "0,32"),
    ("III.2", "numeric", "46"),
]


def _question(number: int, *text: str) -> str:
    return paragraph(run(f"Câu {number}. ", "b"), *text)


def _choice() -> list[str]:
    return [
        _question(1, "Đơn phân của ADN là"),
        paragraph("A. axit amin.\tB. glucôzơ."),
        paragraph(run("C. nuclêôtit.", "u"), run("\tD. axit béo.")),
        _question(2, "Quá trình nào sau đây ", run("không", "b", "u"), " xảy ra ở ti thể?"),
        paragraph(run("A. Quang hợp.", color="FF0000"), run("\tB. Chu trình Krebs.")),
        paragraph("C. Chuỗi truyền electron.\tD. Tổng hợp ATP."),
        _question(3, "Loài nào là sinh vật sản xuất?"),
        paragraph("A. Hổ.\tB. Nấm.\tC. Giun.\t", highlighted("D. Rêu.")),
        _question(4, "Cặp gen ", run("Aa", "i"), " cho mấy loại giao tử?"),
        paragraph("A. 1\t*B. 2\tC. 3\tD. 4"),
        _question(5, "Mức phản ứng của kiểu gen ", symbol("F0AE"), " gọi là"),
        paragraph(run("A", "b"), ". đột biến.\t", run("B", "b", "u"), ". thường biến."),
        paragraph(run("C", "b"), ". biến dị.\t", run("D", "b"), ". di truyền."),
        _question(6, "Kiểu gen nào dị hợp?"),
        paragraph("A. AA ", in_font("\u00a8", "Wingdings")),
        paragraph("B. aa"),
        paragraph("C. Aa", in_font("\u00fc", "Wingdings")),
        paragraph("D. bb"),
        _question(7, "Hình bên là bào quan nào?", picture("rCell")),
        paragraph("A. Ribôxôm. B. Lục lạp. C. Bộ máy Gôngi. ", run("D. Ti thể.", "b", color="0000FF")),
        _question(8, "Mã di truyền có tính"),
        paragraph("A. thoái hoá (đúng)"),
        paragraph("B. liên tục (sai)"),
        paragraph("C. riêng biệt (sai)"),
        paragraph("D. chồng gối (sai)"),
    ]  # fmt: skip


def build() -> bytes:
    return document(
        paragraph(run("ĐỀ ÔN TẬP SINH HỌC 12", "b")),
        paragraph(run("PHẦN I. Thí sinh trả lời từ câu 1 đến câu 8. Mỗi câu hỏi chỉ chọn một phương án.", "b")),
        *_choice(),
        paragraph(run("PHẦN II. Câu trắc nghiệm đúng sai.", "b")),
        *(
            block
            for number in (1, 2)
            for block in (
                _question(number, f"Cho lưới thức ăn số {number}:"),
                *(paragraph(f"{letter}) Nhận định {letter} của câu {number}.") for letter in "abcd"),
            )
        ),
        paragraph(run("PHẦN III. Câu trắc nghiệm trả lời ngắn.", "b")),
        _question(1, "Tần số alen a bằng bao nhiêu?"),
        _question(2, "Bộ nhiễm sắc thể 2n của người là bao nhiêu?"),
        paragraph("------- Hết -------"),
        paragraph(run("ĐÁP ÁN PHẦN II", "b")),
        table(("Câu", "1", "2"), ("a", "Đ", "S"), ("b", "S", "Đ"), ("c", "S", "Đ"), ("d", "Đ", "S")),
        paragraph(run("ĐÁP ÁN PHẦN III", "b")),
        table(("Câu", "1", "2"), ("Đáp án", "0,32", "46")),
        media={"rCell": png((90, 160, 90))},
    )
