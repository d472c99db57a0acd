"""Answers after the end of a test, in the spellings of tables that were copied; nothing of them is lost unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.model import Interaction, Numeric, SingleChoice, TrueFalseCluster
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file

EXAM = (Path(__file__).parent / "exams" / "tin10_20_cau.txt").read_text("utf-8")


def read(text: str) -> Imported:
    return read_file("paste.txt", text.encode(), format_name="text")


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
