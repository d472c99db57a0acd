"""Word documents that are made to hold a reader up: each is read, with what it says."""

from __future__ import annotations

import pytest

from item_bank.content.model import SingleChoice
from item_bank.formats.paper.lines import Rich, joined
from item_bank.formats.reading import read_file
from item_bank.formats.word.numbering import formatted
from tests.item_bank.formats.documents import document, level, numbering, paragraph, run

OPTIONS = (paragraph("A. một"), paragraph("*B. hai"))


def kept(data: bytes) -> str:
    """The words of the only question's stem."""
    found = read_file("de.docx", data)
    (one,) = found.items
    assert isinstance(one.item.interaction, SingleChoice)
    return one.item.stem.html


def test_a_gap_of_hundreds_of_tabs_is_as_wide_as_one_of_eight() -> None:
    """Patterns of labels and signs try each cut of a gap: four hundred tabs, each a run, took hours."""
    assert kept(document(paragraph("Câu 1. Cột", *[run("\t")] * 400, "hai"), *OPTIONS)).count("\u2003") == 8
    wide = joined([Rich.of("a"), *[Rich.of(" ")] * 20, Rich.of("b"), *[Rich.of("\t")] * 20], "")
    assert wide == Rich("a" + " " * 8 + "b" + "\t" * 8, bytes(18))


def test_a_note_that_refers_to_itself() -> None:
    reference = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    note = f'<w:footnote w:id="1">{paragraph("Xem lại", reference)}</w:footnote>'
    notes = {"footnotes": f"<w:footnotes {space}>{note}</w:footnotes>"}
    stem = paragraph("Câu 1. Theo chú thích", reference, " thì sao?")
    assert kept(document(stem, *OPTIONS, parts=notes)).count("Xem lại") == 1


def test_labels_without_end_are_cut() -> None:
    lists = numbering(level(0, "decimal", "Câu %1." + "%1" * 50_000))
    questions = read_file("de.docx", document(paragraph("Một", list_of=(1, 0)), *OPTIONS, numbered=lists))
    assert len(questions.items[0].item.stem.html) < 200
    assert formatted(999_999, "upperLetter") == "M" * 30


@pytest.mark.parametrize("span", [b"63", b"999"])
def test_cells_over_columns_that_no_table_has(span: bytes) -> None:
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="{span.decode()}"/></w:tcPr>{paragraph("1")}</w:tc>'
    table = f"<w:tbl><w:tr>{cell * 40}</w:tr></w:tbl>"
    assert kept(document(paragraph("Câu 1. Cho bảng"), table, *OPTIONS)).count("<td>") <= 63 + 40
