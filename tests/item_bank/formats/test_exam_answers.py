"""Answers after the end of a test, in the spellings of tables that were copied; nothing of them is lost unseen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import Interaction, Numeric, SingleChoice, TrueFalseCluster
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file

EXAM = (Path(__file__).parent / "exams" / "tin10_20_cau.txt").read_text("utf-8")


def read(text: str, **hints: Any) -> Imported:
    return read_file("paste.txt", text.encode(), format_name="text", **hints)


def shown(interaction: Interaction) -> str:
    match interaction:
        case SingleChoice(options=options):
            return "".join(one.id for one in options if one.weight == "1")
        case TrueFalseCluster(statements=statements):
            return "".join("Đ" if one.correct else "S" for one in statements)
        case Numeric(accepted=accepted):
            return accepted[0]
    return "?"


def answers(found: Imported) -> list[str]:
    return [shown(one.item.interaction) for one in found.items]


def test_of(count: int) -> str:
    return "\n".join(f"Câu {at}. Hỏi {at}?\nA. một\tB. hai\tC. ba\tD. bốn" for at in range(1, count + 1))


test_of.__test__ = False  # type: ignore[attr-defined]
KEYS = "DDBACCABDADB"
NUMBERS = [str(at) for at in range(1, 13)]


def rows(gap: str, width: int = 6) -> str:
    cut = range(0, 12, width)
    return "\n".join(gap.join(NUMBERS[at : at + width]) + "\n" + gap.join(KEYS[at : at + width]) for at in cut)


@pytest.mark.parametrize("heading", ["ĐÁP ÁN", "BẢNG ĐÁP ÁN", "----HẾT----", "Đáp án:", ""])
@pytest.mark.parametrize(
    "table",
    [
        rows("\t", 12), rows("\t"), rows(" "), rows("   "), rows(" | "), rows("\t", 4),
        "\n".join([*NUMBERS, *KEYS]),
        "\n".join(f"{number}\n{letter}" for number, letter in zip(NUMBERS, KEYS, strict=True)),
        "\n".join(f"{number}\t{letter}" for number, letter in zip(NUMBERS, KEYS, strict=True)),
        "Câu\tĐáp án\n" + "\n".join(f"{number}\t{letter}" for number, letter in zip(NUMBERS, KEYS, strict=True)),
        "Câu | Đáp án\n" + "\n".join(f"| {number} | {letter} |" for number, letter in zip(NUMBERS, KEYS, strict=True)),
        "Câu\t" + "\t".join(NUMBERS) + "\nĐáp án\t" + "\t".join(KEYS),
        "Câu\n" + "\n".join(NUMBERS) + "\nĐáp án\n" + "\n".join(KEYS),
        ", ".join(f"{number}-{letter}" for number, letter in zip(NUMBERS, KEYS, strict=True)),
        " ".join(f"{number}.{letter}" for number, letter in zip(NUMBERS, KEYS, strict=True)),
    ],
)  # fmt: skip
def test_tables_of_letters_in_many_spellings(heading: str, table: str) -> None:
    found = read(f"{test_of(12)}\n{heading}\n{table}")
    assert "".join(answers(found)) == KEYS, found.report
    last = found.items[-1].item.interaction
    assert isinstance(last, SingleChoice)
    assert plain_text(last.options[3].markup) == "bốn"


def test_answers_on_one_line_after_the_last_question() -> None:
    assert answers(read(f"{test_of(3)}\nĐáp án: 1-D, 2-D, 3-B")) == ["D", "D", "B"]


@pytest.mark.parametrize("heading", ["ĐÁP ÁN", "HẾT"])
@pytest.mark.parametrize(
    "line", ["1-D ?? 2-", "x\ty\tz", "1\t2\t3\nD\tD", "abc 5", "1\n2\nD", "a) đúng là thế", "ĐSSĐ"]
)
def test_what_is_not_understood_among_the_answers_is_told(heading: str, line: str) -> None:
    found = read(f"{test_of(3)}\n{heading}\n{line}\n")
    told = " ".join(problem.text for problem in found.report.problems if problem.code == "line_skipped")
    for one in line.split("\n"):
        assert " ".join(one.split()) in " ".join(told.split()), (one, told)


@pytest.mark.parametrize(
    "solution",
    ["Lời giải\nChọn D", "Lời giải:\nChọn D.", "Hướng dẫn giải: D.", "Hướng dẫn giải\nD", "Lời giải\n=> Chọn D",
     "Lời giải\nTa có 2 + 2 = 4.\n=> Chọn D", "Lời giải. Vậy chọn đáp án D", "Lời giải\nVậy chọn đáp án D.",
     "Lời giải: Chọn D", "Giải thích: Vì thế. Vậy đáp án D", "=> Chọn D", "Vậy chọn đáp án D",
     "Lời giải\nVì thế.\nVậy đáp án đúng là D.", "Hướng dẫn: ⇒ D"],
)  # fmt: skip
def test_solutions_that_name_the_letter(solution: str) -> None:
    found = read(f"Câu 1. Hỏi?\nA. một\nB. hai\nC. ba\nD. bốn\n{solution}\nCâu 2. Nữa?\nA. một\nB. hai\nĐáp án: A")
    assert answers(found) == ["D", "A"], found.report
    first = found.items[0].item.interaction
    assert isinstance(first, SingleChoice)
    assert plain_text(first.options[3].markup) == "bốn"


ALL = [*"BADCABDCBADC", "ĐSSĐ", "ĐĐSS", "SĐSĐ", "SSĐĐ", "8", "2,5", "112,36", "-1,5"]
TRUTHS, VALUES = ALL[12:16], ALL[16:]


def in_rows() -> str:
    row = "\t".join
    return "\n".join([row(NUMBERS), row(ALL[:12]), row("1234"), row(TRUTHS), row("1234"), row(VALUES)])


def in_cells() -> str:
    return "\n".join([*NUMBERS, *ALL[:12], "PHẦN II", *"1234", *TRUTHS, "PHẦN III", *"1234", *VALUES])


def by_parts() -> str:
    first = " ".join(f"{number}{letter}" for number, letter in zip(NUMBERS, ALL, strict=False))
    second = "; ".join(f"{at}: {said}" for at, said in enumerate(TRUTHS, 1))
    third = "; ".join(f"{at}: {said}" for at, said in enumerate(VALUES, 1))
    return f"PHẦN I {first}\nPHẦN II {second}\nPHẦN III {third}"


def in_two_columns() -> str:
    lines = [f"{number}\t{letter}" for number, letter in zip(NUMBERS, ALL, strict=False)]
    for named, part in (("PHẦN II", TRUTHS), ("PHẦN III", VALUES)):
        lines += [named, *(f"{at}\t{said}" for at, said in enumerate(part, 1))]
    return "\n".join(lines)


@pytest.mark.parametrize("table", [in_rows(), in_cells(), by_parts(), in_two_columns()])
def test_a_messy_test_of_twenty_questions_needs_no_repair(table: str) -> None:
    found = read(f"{EXAM}\n{table}\n")
    doubtful = [entry for entry in found.report.items if entry.outcome == "doubtful"]
    assert not doubtful
    assert answers(found) == ALL


CLUSTERS = """PHẦN II. Đúng sai
Câu 1. x
a) m
b) n
c) o
d) p
Câu 2. y
a) m
b) n
c) o
d) p
PHẦN III. Trả lời ngắn
Câu 1. Tính
Câu 2. Tính
Câu 3. Tính
HẾT
BẢNG ĐÁP ÁN
PHẦN II
"""


@pytest.mark.parametrize(
    "table",
    [
        "1a Đ 1b S 1c S 1d Đ\n2a S 2b S 2c S 2d Đ",
        "Câu 1: a) Đ b) S c) S d) Đ\nCâu 2: a) S b) S c) S d) Đ",
        "1a) Đúng 1b) Sai 1c) Sai 1d) Đúng\n2a) Sai\n2b) Sai\n2c) Sai\n2d) Đúng",
        "1a-Đ; 1b-S; 1c-S; 1d-Đ\n2a-S; 2b-S; 2c-S; 2d-Đ",
        "1.a Đ\n1.b S\n1.c S\n1.d Đ\n2.a S\n2.b S\n2.c S\n2.d Đ",
        "Câu 1a: Đ\nCâu 1b: S\nCâu 1c: S\nCâu 1d: Đ\nCâu 2a: S, 2b: S, 2c: S, 2d: Đ",
        "Câu\ta\tb\tc\td\n1\tĐ\tS\tS\tĐ\n2\tS\tS\tS\tĐ",
        "Câu 1\na) Đ\nb) S\nc) S\nd) Đ\nCâu 2\na) Sai\nb) Sai\nc) Sai\nd) Đúng",
        "1\ta)\tĐ\n\tb)\tS\n\tc)\tS\n\td)\tĐ\n2\ta)\tS\n\tb)\tS\n\tc)\tS\n\td)\tĐ",
        "Câu 1.\na) Đúng. Vì thế.\nb) Sai. Vì kia.\nc) Sai.\nd) Đúng.\nCâu 2: SSSĐ",
    ],
)
def test_single_statements_are_answered_one_by_one(table: str) -> None:
    found = read(CLUSTERS + table)
    assert [shown(one.item.interaction) for one in found.items] == ["ĐSSĐ", "SSSĐ"], found.report
    assert all((one.line or 0) < CLUSTERS.count("\n") for one in found.report.problems)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("Câu 1: 12,5 cm\nCâu 2: -3 m/s\nCâu 3: 5%", ["12,5", "-3", "5"]),
        ("1. 12,5 cm  2. 7 3. 9", ["12,5", "7", "9"]),
        ("1: 12,5cm; 2: 3 m; 3: 4 kg", ["12,5", "3", "4"]),
        ("Câu 1: 12,5 cm²\nCâu 2: 3 m^2\nCâu 3: x = 4", ["12,5", "3", "4"]),
        ("Câu\t1\t2\t3\nĐáp án\t12,5 cm\t30°\t1500 đồng", ["12,5", "30", "1500"]),
        ("Câu 1: Hà Nội\nCâu 2: 5\nCâu 3: 6", ["Hà Nội", "5", "6"]),
    ],
)
def test_values_with_units_and_words_answer_the_short_questions(table: str, values: list[str]) -> None:
    found = read(f"{CLUSTERS}1: ĐĐĐĐ 2: ĐĐĐĐ\nPHẦN III\n{table}")
    accepted = [one.item.interaction.accepted[0] for one in found.items[2:]]  # type: ignore[union-attr]
    assert [getattr(one, "text", one) for one in accepted] == values, found.report


def test_an_answer_of_another_kind_is_doubted_with_its_line() -> None:
    text = (
        "Câu 1. x\nA. a\n*B. b\nCâu 2. y\na) m (Đ)\nb) n (S)\nCâu 3. Tính.\nĐáp án: 5\n"
        "HẾT\nCâu 1: Đ\nCâu 2: 12\nCâu 3: B"
    )
    found = read(text)
    told = [
        [(one.code, one.line) for one in entry.reasons if one.code == "answer_unfit"] for entry in found.report.items
    ]
    assert told == [[("answer_unfit", 10)], [("answer_unfit", 11)], [("answer_unfit", 12)]]
    assert [entry.outcome for entry in found.report.items] == ["doubtful"] * 3
    sure = read(text, repairs={"1": {"sure": True}, "2": {"sure": True}})
    assert [entry.outcome for entry in sure.report.items] == ["changed", "changed", "doubtful"]
