"""Tiếng Anh: sounds told by underlined letters, a cloze test whose questions have no words, a text to read, options by
Word's lists with levels, and one table of answers for several forms, of which the paper is one."""

from __future__ import annotations

from tests.item_bank.formats.documents import document, level, listed, lists, paragraph, run, table

_KEYS = {"101": "ACBDACBDCA", "102": "BACDABDCAB", "103": "DDACBCABDC"}
EXPECTED = [(str(n), "single_choice", key) for n, key in enumerate(_KEYS["102"], 1)]


def _sounds() -> list[str]:
    words = (("l", "a", "te"), ("m", "a", "p"), ("d", "a", "y"), ("n", "a", "me"))
    options: list[str] = []
    for letter, (before, sound, after) in zip("ABCD", words, strict=True):
        options += [run(f"{letter}. ", "b"), run(before), run(sound, "u"), run(after + "\t")]
    return [paragraph(run("Question 1: ", "b"), *options)]


def _levels(number: int, stem: str, *options: str) -> list[str]:
    """The question on the first level of a list, its options on the second."""
    del number
    return [listed(stem, (1, 0), "b"), *(listed(one, (1, 1), "b") for one in options)]


def build() -> bytes:
    cloze = (
        "Learning a language takes time. Many students (4) ______ every day, and they (5) ______ new words in "
        "a notebook. It is (6) ______ to speak than to read."
    )
    text = (
        "Bees are small, but they matter. They carry pollen from one flower to another, so that plants can grow fruit."
    )
    return document(
        paragraph(run("KỲ THI THỬ TỐT NGHIỆP THPT NĂM 2025", "b")),
        paragraph(run("Môn: TIẾNG ANH – Mã đề thi: 102", "b")),
        paragraph(run("Mark the letter A, B, C, or D to indicate the word whose underlined part differs.", "b", "i")),
        *_sounds(),
        *_levels(2, "She ______ to school every day.", "goes", "go", "going", "gone"),
        *_levels(3, "The opposite of “cheap” is", "low", "free", "expensive", "poor"),
        paragraph(
            run("Read the following passage and mark the letter A, B, C, or D to indicate the correct word ", "b"),
            run("that best fits each of the numbered blanks from 4 to 6.", "b"),
        ),
        paragraph(cloze),
        paragraph("Question 4. A. sleep\tB. cook\tC. paint\tD. practise"),
        paragraph("Question 5. A. write\tB. eat\tC. close\tD. break"),
        paragraph("Question 6. A. easy\tB. easier\tC. easiest\tD. ease"),
        paragraph(run("Read the following passage and answer the questions from 7 to 10.", "b")),
        paragraph(text),
        paragraph("Question 7. What do bees carry?"),
        *(paragraph(one) for one in ("A. Water", "B. Leaves", "C. Seeds", "D. Pollen")),
        paragraph("Question 8. The word “they” refers to"),
        *(paragraph(one) for one in ("A. flowers", "B. plants", "C. bees", "D. fruits")),
        paragraph("Question 9. Bees are important because"),
        *(paragraph(one) for one in ("A. plants need them", "B. they are large", "C. they are slow", "D. they sing")),
        paragraph("Question 10. The best title is"),
        *(paragraph(one) for one in ("A. Fruit", "B. Why bees matter", "C. Small things", "D. Plants")),
        paragraph("------ THE END ------"),
        table(
            ("Câu \\ Mã đề", *_KEYS),
            *((str(n + 1), *(keys[n] for keys in _KEYS.values())) for n in range(10)),
        ),
        numbered=lists(
            (level(0, "decimal", "Question %1:"), level(1, "upperLetter", "%2.")),
            numbers=((1, 0, 2),),
        ),
    )  # fmt: skip
