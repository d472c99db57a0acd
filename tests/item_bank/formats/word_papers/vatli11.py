"""Vật lí 11 from a document of Word 2003: fractions, roots, vectors and indices as EQ fields, typed over many runs."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, paragraph, run

EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate("ACBD", 1)),
    ("II.1", "true_false_cluster", "ĐSĐS"),
    ("III.1", "numeric", "0,5"),
]


def eq(*codes: str, result: str = "") -> str:
    """A field as Word stores it: its code in pieces, its result or none."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    code = "".join(f'<w:r><w:instrText xml:space="preserve">{one}</w:instrText></w:r>' for one in codes)
    shown = mark("separate") + run(result) if result else ""
    return mark("begin") + code + shown + mark("end")


def build() -> bytes:
    return document(
        paragraph(run("PHẦN I. Trắc nghiệm nhiều lựa chọn", "b")),
        paragraph("Câu 1: Cường độ dòng điện là I = ", eq(" EQ \\f(", "U", ";R) "), run(". Đơn vị của I là")),
        paragraph(run("A. ", "u"), run("ampe.\tB. vôn.\tC. ôm.\tD. oát.")),
        paragraph("Câu 2: Chu kì của con lắc T = 2π", eq("EQ \\r(\\f(l,g))"), run(" phụ thuộc vào")),
        paragraph("A. m.\tB. biên độ.\t", run("C. ", "u"), run("g.\tD. pha.")),
        paragraph("Câu 3: Lực ", eq("eq \\o(\\s\\up8(→),F)"), run(" có độ lớn bằng")),
        paragraph(
            *("A. ", eq("EQ \\f(1,2)"), run("\t"), run("B. ", "u")),
            *(eq("EQ \\f(q\\s\\do4(1)q\\s\\do4(2),r\\s\\up4(2))"), run("\tC. "), eq("EQ \\r(3;8)"), run("\tD. 0")),
        ),
        paragraph("Câu 4: Giá trị của ", eq("EQ \\b\\lc\\{(\\a\\al(x+y=3,x-y=1))"), run(" là")),
        paragraph("A. 1\tB. 2\tC. 3\t", run("D. ", "u"), run("4")),
        paragraph(run("PHẦN II. Trắc nghiệm đúng sai", "b")),
        paragraph("Câu 1: Xét mạch điện có R = ", eq("EQ \\x(5)"), run(" Ω.")),
        paragraph(run("a)", "u"), run(" Điện trở là R.")),
        paragraph("b) Hiệu điện thế bằng 0."),
        paragraph(run("c)", "u"), run(" Công suất P = "), eq("EQ \\f(U\\s\\up4(2),R)"), run(".")),
        paragraph("d) Dòng điện bằng 0."),
        paragraph(run("PHẦN III. Trả lời ngắn", "b")),
        paragraph("Câu 1: Tính ", eq("EQ \\i\\su(n=1,5,n)"), run(".")),
        paragraph("Đáp án: 0,5"),
    )  # fmt: skip
