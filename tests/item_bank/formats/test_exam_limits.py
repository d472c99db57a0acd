"""Texts built to take long, and documents with holes: an answer in time, or a refusal."""

from __future__ import annotations

import random
import time
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from item_bank.formats.model import ReadProblem
from item_bank.formats.reading import read_file
from tests.item_bank.formats.documents import PNG, document, formula, letters, paragraph, picture, run, table

START = "Câu 1. x\n"
SQUARE = f"<m:sSup><m:e>{letters('x')}</m:e><m:sup>{letters('2')}</m:sup></m:sSup>"
DOCUMENT = document(
    paragraph(run("Câu 1. ", "b"), "Tính ", formula(SQUARE)),
    table(("A. 1", "B. 2"), ("C. 3", "D. 4")),
    paragraph("Đáp án: A"),
)


@pytest.mark.parametrize(
    "text",
    [
        START + "A. " * 4_000,
        START + "A." + " " * 19_000 + "B",
        START + "$a " * 6_000,
        START + "\\(" * 9_000,
        START + "\\\\[" * 6_000,
        START + "x A. " * 3_900 + "!",
        START + "|B" + "a) 12 " * 3_000,
        START + "A. 1\n" * 3_600,
        START + "A. a\nB. b\nHẾT\n" + "1-A " * 4_500,
        START + "A. a\nB. b\nHẾT\n1: " + "Đ S " * 4_500,
        START + "A. a\nB. b\nLời giải " + "a) đúng " * 2_400,
        "\t" * 9_000 + "\n" + START + "A. 1\n*B. 2",
        START + "\n".join(["a\tb"] * 5_000),
        "Đọc " + "từ 1 " * 3_900 + "\n" + START,
        "\n".join(["Câu 1. x", "A. a", "B. b*"] * 6_000),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    with suppress(ReadProblem):
        read_file("paste.txt", text.encode(), format_name="text")
    assert time.process_time() - started < 6


def test_a_picture_that_stands_a_thousand_times_is_unpacked_once() -> None:
    large = PNG + random.Random(5).randbytes(8_000) * 1_000  # 8 MB unpacked: refused each time
    many = "".join(paragraph(picture("big")) for _ in range(1_500))
    data = document(paragraph("Câu 1. x"), many, paragraph("A. a"), paragraph("B. b*"), media={"big": large})
    started = time.process_time()
    read_file("de.docx", data)
    assert time.process_time() - started < 6


def test_a_line_break_with_a_distance_ends_no_formula() -> None:
    text = START + r"Tính \[ a \\[2pt] b \] nhé" + "\nA. 1\nB. 2\nĐáp án: A"
    found = read_file("paste.txt", text.encode(), format_name="text")
    assert [one.source.strip() for one in found.items[0].item.stem.math] == [r"a \\[2pt] b"]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_torn_documents_are_read_or_refused(seed: int) -> None:
    source = random.Random(seed)
    data = bytearray(DOCUMENT)
    for _ in range(source.randint(1, 6)):
        at = source.randrange(len(data))
        if source.random() < 0.5:
            data[at] = source.randrange(256)
        else:
            del data[at : at + source.randint(1, 20)]
    with suppress(ReadProblem):
        read_file("de.docx", bytes(data))


def _option(letter: str, number: int, key: str | None) -> list[str]:
    looks = ("b", "u") if letter == key else ("b",)
    return [run(letter, *looks, color="0000FF"), run(f". đáp {letter}{number}\t")]


def _statement(letter: str) -> str:
    return paragraph(run(f"{letter})", *(("u",) if letter in "ac" else ())), f" Ý {letter} của câu.")


def test_twenty_questions_of_a_word_file_need_at_most_two_clicks() -> None:
    """Ten with an underlined key on one line, four clusters, four short answers, two essays; one key was forgotten."""
    blocks = [paragraph(run("ĐỀ KIỂM TRA GIỮA KÌ", "b")), paragraph("PHẦN I. Trắc nghiệm nhiều lựa chọn")]
    for number in range(1, 11):
        blocks.append(paragraph(run(f"Câu {number}. ", "b", color="0000FF"), f"Nội dung câu hỏi số {number} là gì?"))
        key = None if number == 7 else "ABCD"[number % 4]
        blocks.append(paragraph(*(piece for letter in "ABCD" for piece in _option(letter, number, key))))
    blocks.append(paragraph("PHẦN II. Trắc nghiệm đúng sai"))
    for number in range(1, 5):
        blocks.append(paragraph(f"Câu {number}. Xét tình huống {number}."))
        blocks += [_statement(letter) for letter in "abcd"]
    blocks.append(paragraph("PHẦN III. Trắc nghiệm trả lời ngắn"))
    for number in range(1, 5):
        blocks += [paragraph(f"Câu {number}. Tính {number} + 0,5."), paragraph(f"Đáp án: {number},5")]
    blocks.append(paragraph("PHẦN IV. Tự luận"))
    blocks += [paragraph(f"Câu {number} (1,5 điểm). Trình bày ý kiến {number}.") for number in (1, 2)]
    data = document(*blocks)
    found = read_file("de.docx", data)
    assert len(found.report.items) == 20
    assert [entry.identifier for entry in found.report.items if entry.outcome == "doubtful"] == ["I.7"]
    mended = read_file("de.docx", data, repairs={"7": {"answer": "C"}})
    assert len(mended.items) == 20
    assert [one.item.type for one in mended.items] == (
        ["single_choice"] * 10 + ["true_false_cluster"] * 4 + ["numeric"] * 4 + ["essay"] * 2
    )
