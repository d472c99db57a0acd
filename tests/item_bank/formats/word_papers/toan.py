"""Toán 12, in the format of 2025: numbers by Word's lists, begun anew in each part; options in the cells of a table;
the key's letter underlined; equations of Word and of MathType; a picture that floats beside its question."""

from __future__ import annotations

from tests.item_bank.formats.compounds import SUB, char, embedded, mtef, number, row, sign, template
from tests.item_bank.formats.documents import (
    WMF,
    cases,
    document,
    formula,
    fraction,
    integral,
    letters,
    level,
    listed,
    lists,
    math_type_object,
    matrix,
    paragraph,
    picture,
    png,
    power,
    root,
    run,
    table,
    vector,
)

EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate("BACDABCCDBAD", 1)),
    *(("II." + str(n), "true_false_cluster", key) for n, key in enumerate(("ĐSĐS", "ĐĐSĐ", "SĐĐS", "ĐSSĐ"), 1)),
    *(("III." + str(n), "numeric", key) for n, key in enumerate(("2,5", "120", "-3", "0,24", "48", "7"), 1)),
]
_SQUARE = mtef(
    *(char("y"), sign("=")),
    template(11, 0, row(char("x"), sign("+"), number("1")), row(char("x"), sign("−"), number("2"))),
)  # fmt: skip
_ROOT = mtef(
    template(10, 0, row(char("x"), template(28, 0, SUB, b"\x01\x01", row(number("2"))), sign("+"), number("3")))
)


def _question(text: str, *runs: str) -> str:
    return listed(text, (1, 0), "b", runs=runs)


def _options(key: str, *options: str) -> str:
    """One row of four cells; equations stand for themselves."""
    cells = []
    for letter, option in zip("ABCD", options, strict=True):
        label = run(letter, "b", "u") if letter == key else run(letter, "b")
        cells.append(paragraph(label, run(". ", "b"), formula(option) if option.startswith("<m:") else run(option)))
    return table(tuple(cells))


def _first_part() -> list[str]:
    figure = picture("rGraph", anchored=True)
    stems: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
        ("Đạo hàm của hàm số ", (formula(power("x", "3")), run(" là")), ("x", power("3x", "2"), "3x", power("x", "2"))),
        ("Giá trị của ", (formula(integral("0", "1", "2xdx")), run(" bằng")), ("1", "2", "3", "4")),
        ("Tiệm cận ngang của đồ thị ", (math_type_object("rW1", "rO1"),), ("x = 2", "x = 1", "y = 1", "y = 2")),
        ("Tập xác định của y = ", (math_type_object("rW2", "rO2"),), ("(0; 3)", "(3; +∞)", "(−∞; 0)", "ℝ")),
        ("Trong không gian Oxyz, độ dài của ", (formula(vector("a") + letters("=(1;2;−2)")),), ("3", "9", "5", "1")),
        ("Nghiệm của hệ ", (formula(cases("x+y=3", "x−y=1")), run(" là")), ("(1; 2)", "(2; 1)", "(3; 0)", "(0; 3)")),
        ("Định thức của ", (formula(matrix(("1", "2"), ("3", "4"))), run(" bằng")), ("10", "2", "−2", "−10")),
        ("Hình bên là đồ thị của hàm số nào?", (figure,), ("y = x", power("x", "3"), power("x", "2"), root("x"))),
        ("Nguyên hàm của cos x là", (), ("tan x + C", "−sin x + C", "cos x + C", "sin x + C")),
        ("Giá trị lớn nhất của ", (formula(root(letters("4−") + power("x", "2"))), run(" bằng")), ("4", "2", "0", "1")),
        ("Rút gọn ", (formula(fraction(power("x", "2"), "x")),), ("x", power("x", "2"), "1", fraction("1", "x"))),
        ("Khẳng định nào sau đây đúng?", (), ("ln 1 = 1", "ln e = 0", "ln 0 = 1", "Cả A, B, C đều sai")),
    ]  # fmt: skip
    made = []
    for (stem, runs, options), (_, _, key) in zip(stems, EXPECTED[:12], strict=True):
        made += [_question(stem, *runs), _options(key, *options)]
    return made


def _second_part() -> list[str]:
    stems = (
        "Cho hàm số y = x² − 4x.",
        "Một vật chuyển động theo s = t³.",
        "Xét phép thử gieo xúc xắc.",
        "Cho hình chóp S.ABC.",
    )
    made = []
    for at, stem in enumerate(stems):
        made.append(_question(stem))
        for letter, sign_ in zip("abcd", EXPECTED[12 + at][2], strict=True):
            looks = ("b", "u") if sign_ == "Đ" else ("b",)
            made.append(listed(f"Mệnh đề {letter} về câu {at + 1}, dài hơn một chút.", (10 + at, 0), *looks))
    return made


def _third_part() -> list[str]:
    made = []
    for at in range(6):
        value = EXPECTED[16 + at][2]
        told = f"Đáp án: {value}" if at % 2 else f"<Key={value}>"
        made += [
            _question(f"Tính giá trị thứ {at + 1} (kết quả làm tròn đến hàng phần trăm).", formula(power("x", "2")))
        ]
        made.append(paragraph(run(told, "b")))
    return made


def build() -> bytes:
    minutes = "Thời gian làm bài: 90 phút (không kể thời gian phát đề)"
    question = level(0, "decimal", "Câu %1.")
    statement = level(0, "lowerLetter", "%1)")
    numbers = ((1, 0, 0), *((10 + at, 1 + at, 0) for at in range(4)))
    # Each part's first question begins the list anew, as “Restart at 1” of Word does.
    numbers += ((2, 0, 1), (3, 0, 1))
    second, third = _second_part(), _third_part()
    second[0] = second[0].replace('w:numId w:val="1"', 'w:numId w:val="2"')
    third[0] = third[0].replace('w:numId w:val="1"', 'w:numId w:val="3"')
    return document(
        table(("SỞ GD&ĐT HẢI PHÒNG\nTRƯỜNG THPT TRẦN PHÚ", "KIỂM TRA CUỐI HỌC KÌ I\nMôn: TOÁN 12\n" + minutes)),
        paragraph(run("Họ và tên: ……………………… Số báo danh: ………", "i")),
        paragraph(run("PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn.", "b"), " Trả lời từ câu 1 đến câu 12."),
        *_first_part(),
        paragraph(run("PHẦN II. Câu trắc nghiệm đúng sai.", "b"), " Thí sinh trả lời từ câu 1 đến câu 4."),
        *second,
        paragraph(run("PHẦN III. Câu trắc nghiệm trả lời ngắn.", "b"), " Thí sinh trả lời từ câu 1 đến câu 6."),
        *third,
        paragraph("-------------- HẾT --------------"),
        numbered=lists((question,), *[(statement,)] * 4, numbers=numbers),
        media={
            "rGraph": png((20, 90, 200)), "rW1": WMF, "rW2": WMF, "rO1": embedded(_SQUARE), "rO2": embedded(_ROOT),
        },
    )  # fmt: skip
