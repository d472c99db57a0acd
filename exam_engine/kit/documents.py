"""Official documents of headings, tables and notes, written once and set as a page, a PDF or a Word file.

Paper and type follow Nghị định 30/2020/NĐ-CP, annex I: A4, Times or a type of its measures, upright black text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from exam_engine.kit.printing import typeset


@dataclass(frozen=True, slots=True)
class Cell:
    """`columns`, `rows`: how many it spans. Lines of `text` are separated by line ends."""

    text: str = ""
    columns: int = 1
    rows: int = 1
    bold: bool = False
    align: Literal["left", "center"] = "center"


@dataclass(frozen=True, slots=True)
class Grid:
    """`widths`: shares of the width by column; the first `heads` rows are repeated on every page. A row names only the
    cells that begin in it."""

    widths: tuple[float, ...]
    heads: int
    rows: tuple[tuple[Cell, ...], ...]

    def placed(self) -> Iterator[tuple[int, int, Cell]]:
        """Row, column and cell, where spans of earlier cells leave room. Raises `ValueError` where they do not."""
        taken: set[tuple[int, int]] = set()
        for y, row in enumerate(self.rows):
            x = 0
            for cell in row:
                while (y, x) in taken:
                    x += 1
                covered = {(y + down, x + across) for down in range(cell.rows) for across in range(cell.columns)}
                if covered & taken or x + cell.columns > len(self.widths):
                    raise ValueError(f"row {y} does not fit into {len(self.widths)} columns")
                taken |= covered
                yield y, x, cell
        if len(taken) != len(self.rows) * len(self.widths):
            raise ValueError("some rows are too short")


@dataclass(frozen=True, slots=True)
class Document:
    """`office`: who issues it; `title`: what it is, in capitals; `lines` stand below, `notes` behind the table."""

    office: str
    title: str
    lines: tuple[str, ...]
    grid: Grid
    notes: tuple[str, ...] = ()
    language: str = "vi"


async def pdf(documents: Sequence[Document]) -> bytes:
    """Landscape A4, each document on a new page."""

    def data() -> dict[str, Any]:
        shown = [asdict(one) | {"placed": _placed(one.grid)} for one in documents]
        return {"locale": documents[0].language, "title": documents[0].title, "texts": {}, "documents": shown}

    return await typeset("document", data)


def docx(documents: Sequence[Document]) -> bytes:
    """The same as a Word file (ISO/IEC 29500), which an officer can go on writing."""
    import docx as library  # only where a file is wanted
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    word = library.Document()
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(12)
    section.top_margin = section.bottom_margin = Mm(14)
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.paragraph_format.space_after = Pt(2)
    word.core_properties.title = documents[0].title
    word.core_properties.author = documents[0].office
    for number, one in enumerate(documents):
        _write(word, one, Mm(297 - 24), new_page=number > 0)
    held = io.BytesIO()
    word.save(held)
    return held.getvalue()


def _placed(grid: Grid) -> list[dict[str, Any]]:
    return [asdict(cell) | {"y": y, "x": x} for y, x, cell in grid.placed()]


def _write(word: Any, document: Document, width: int, *, new_page: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    office = word.add_paragraph()
    office.paragraph_format.page_break_before = new_page
    office.add_run(document.office.upper()).bold = True
    heading = word.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = heading.add_run(document.title)
    run.bold, run.font.size = True, Pt(14)
    for line in document.lines:
        paragraph = word.add_paragraph(line)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _table(word, document.grid, width)
    for note in document.notes:
        word.add_paragraph(note)


def _table(word: Any, grid: Grid, width: int) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement

    table = word.add_table(rows=len(grid.rows), cols=len(grid.widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, share in zip(table.columns, grid.widths, strict=True):
        column.width = int(width * share / sum(grid.widths))
    rows = [list(row.cells) for row in table.rows]  # found once: the library looks through the table at each question
    for row in rows:
        for cell, share in zip(row, grid.widths, strict=True):
            cell.width = int(width * share / sum(grid.widths))
    for y, x, cell in grid.placed():
        own = rows[y][x]
        if cell.columns > 1 or cell.rows > 1:
            own = own.merge(rows[y + cell.rows - 1][x + cell.columns - 1])
        _fill(own, cell)
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - the library has no word for either
        properties.append(OxmlElement("w:cantSplit"))
        if number < grid.heads:
            properties.append(OxmlElement("w:tblHeader"))


def _fill(place: Any, cell: Cell) -> None:
    from docx.enum.table import WD_ALIGN_VERTICAL
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    place.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for number, line in enumerate(cell.text.split("\n")):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        if cell.align == "center":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(line)
        run.bold, run.font.size = cell.bold, Pt(9.5)
