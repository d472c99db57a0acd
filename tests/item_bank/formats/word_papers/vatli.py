"""Vật lí 12: options behind tabs, signs of the Symbol font, nuclei, figures beside their questions in text boxes and in
the cells of tables; three tables of answers, one for each part, after the end."""

from __future__ import annotations

from tests.item_bank.formats.documents import (
    document,
    formula,
    fraction,
    letters,
    nucleus,
    paragraph,
    picture,
    png,
    power,
    run,
    symbol,
    table,
    text_box,
    vml_picture,
)

_KEYS = "CADBBDAC"
EXPECTED = [
    *(("I." + str(n), "single_choice", key) for n, key in enumerate(_KEYS, 1)),
    ("II.1", "true_false_cluster", "ĐĐSS"),
    ("II.2", "true_false_cluster", "SĐSĐ"),
    ("III.1", "numeric", "2,50"),
    ("III.2", "numeric", "-0,8"),
    ("III.3", "numeric", "333"),
]


def _question(number: int, *runs: str) -> str:
    return paragraph(run(f"Câu {number}: ", "b", color="0000FF"), *runs)


def _line(*options: str) -> str:
    runs: list[str] = []
    for letter, option in zip("ABCD", options, strict=True):
        runs += [run(f"\t{letter}. ", "b", color="0000FF"), option if option.startswith("<") else run(option)]
    return paragraph(*runs)


def _first_part() -> list[str]:
    meter = table(
        (
            paragraph(run("Câu 6: ", "b"), "Số chỉ của nhiệt kế là")
            + paragraph("A. 10 °C\tB. 20 °C")
            + paragraph("C. 25 °C\tD. 30 °C"),
            paragraph(picture("rMeter")),
        )
    )
    figure = text_box(paragraph(picture("rBox")), paragraph("Hình 1"))
    return [
        _question(1, run("Điện trở của dây là R = 5 "), symbol("F057"), run(". Cường độ dòng điện khi U = 10 V là")),
        _line("0,5 A", "1 A", "2 A", "50 A"),
        _question(2, run("Hạt nhân "), formula(nucleus("235", "92", "U")), run(" có bao nhiêu nơtron?")),
        _line("143", "92", "235", "327"),
        _question(3, run("Bước sóng "), symbol("F06C"), run(" của sóng được tính bằng")),
        _line("vf", formula(fraction("f", "v")), "v + f", formula(fraction("v", "f"))),
        _question(4, run("Vật nặng 2 kg trong hình bên chịu trọng lực bao nhiêu?"), figure),
        _line("2 N", "20 N", "200 N", "0,2 N"),
        _question(5, run("Đơn vị của công suất là")),
        # The figure of the next question is anchored in the last option of this one.
        _line("N", "W", "J", "Pa"),
        meter,
        _question(7, run("Nhiệt độ tăng "), symbol("F0AE"), run(" động năng"), vml_picture("rFloat", floating=True)),
        _line("tăng", "giảm", "không đổi", "bằng 0"),
        _question(8, run("Năng lượng "), formula(letters("E=m") + power("c", "2")), run(" có đơn vị là")),
        table(("A. N", "B. W"), ("C. J", "D. Pa")),
    ]  # fmt: skip


def _second_part() -> list[str]:
    made = [_question(1, run("Một khối khí lí tưởng được đun nóng đẳng áp."))]
    made += [
        paragraph(f"{letter}) {text}")
        for letter, text in zip(
            "abcd",
            ("Thể tích tăng.", "Nhiệt độ tăng.", "Áp suất giảm.", "Nội năng không đổi."),
            strict=True,
        )
    ]
    made.append(_question(2, run("Cho mạch điện như hình vẽ."), picture("rCircuit")))
    made += [
        paragraph(f"{letter}. {text}")
        for letter, text in zip(
            "abcd",
            ("Hai đèn mắc nối tiếp.", "Hai đèn mắc song song.", "Vôn kế đo dòng điện.", "Khóa K đóng thì đèn sáng."),
            strict=True,
        )
    ]
    return made


def build() -> bytes:
    return document(
        paragraph(run("SỞ GIÁO DỤC VÀ ĐÀO TẠO VĨNH LONG", "b")),
        paragraph(run("ĐỀ THI THỬ TỐT NGHIỆP THPT NĂM 2025 – MÔN: VẬT LÍ", "b")),
        paragraph("Mã đề: [MA_DE]"),
        paragraph(run("PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn (2,0 điểm)", "b")),
        *_first_part(),
        paragraph(run("PHẦN II. Câu trắc nghiệm đúng sai", "b")),
        *_second_part(),
        paragraph(run("PHẦN III. Câu trắc nghiệm trả lời ngắn", "b")),
        paragraph("Thí sinh trả lời từ câu 1 đến câu 3. Mỗi câu trả lời đúng được 0,5 điểm."),
        _question(1, run("Tính công suất (W).")),
        _question(2, run("Tính gia tốc (m/s"), run("2", "sup"), run(").")),
        _question(3, run("Tính tốc độ truyền âm (m/s).")),
        paragraph("--- HẾT ---"),
        paragraph(run("ĐÁP ÁN", "b")),
        paragraph("PHẦN I"),
        table(("Câu", *map(str, range(1, 9))), ("Đáp án", *_KEYS)),
        paragraph("PHẦN II"),
        table(("Câu", "a)", "b)", "c)", "d)"), ("1", "Đ", "Đ", "S", "S"), ("2", "S", "Đ", "S", "Đ")),
        paragraph("PHẦN III"),
        table(("Câu", "1", "2", "3"), ("Đáp án", "2,50", "-0,8", "333")),
        media={
            "rBox": png((200, 30, 30)),
            "rMeter": png((30, 200, 30)),
            "rFloat": png((30, 30, 200)),
            "rCircuit": png((90, 90, 90)),
        },
    )
