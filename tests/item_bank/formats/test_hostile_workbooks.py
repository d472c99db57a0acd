# ruff: noqa: E501 - markup in one line reads better than broken up
"""Workbooks that openpyxl would take for ever to open, or hold in gigabytes: refused by name before it sees them."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from item_bank.formats.model import Imported, ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.xlsx import safety
from tests.item_bank.formats.workbooks import CHOICE, unzipped, workbook, zipped

SHEET, BOOK, BOOK_RELATIONS = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
DRAWING = (
    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{}</xdr:wsDr>',
    '<xdr:oneCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:row>1</xdr:row></xdr:from><xdr:ext cx="1" cy="1"/><xdr:pic><xdr:blipFill><a:blip r:embed="r1"/></xdr:blipFill></xdr:pic></xdr:oneCellAnchor>',
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'


def parts() -> dict[str, bytes]:
    return dict(unzipped(workbook([CHOICE])))


def read(changed: dict[str, bytes]) -> Imported:
    return read_file("a.xlsx", zipped(changed))


def refused(changed: dict[str, bytes]) -> str:
    with pytest.raises(ReadProblem) as caught:
        read(changed)
    return caught.value.code


def swapped(part: bytes, old: str, new: str) -> bytes:
    text = part.decode()
    assert old in text
    return text.replace(old, new).encode()


def test_merged_cells_in_another_encoding_are_counted() -> None:
    """The count looked for the element's name in UTF-8 alone: this one made 17 billion cells."""
    held = parts()
    sheet = swapped(
        held[SHEET], "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A5:XFD1048576"/></mergeCells>'
    ).decode()
    sheet = re.sub(r"<\?xml[^>]*\?>", "", sheet)
    told = '<?xml version="1.0" encoding="UTF-16"?>' + sheet
    assert refused(held | {SHEET: told.encode("utf-16")}) == "too_many_merged"
    told = '<?xml version="1.0" encoding="cp037"?>' + sheet
    assert refused(held | {SHEET: told.encode("cp037")}) == "xml_encoding"
    told = '<?xml version="1.0" encoding="UTF-7"?>' + sheet
    assert refused(held | {SHEET: told.encode("utf-7")}) == "xml_encoding"


def test_a_sheet_that_the_book_lists_again_and_again() -> None:
    held = parts()
    first = re.search(r"<sheet [^>]*/>", held[BOOK].decode())
    assert first is not None
    again = "".join(re.sub('name="[^"]*"', f'name="s{n}"', first[0]) for n in range(3))
    assert refused(held | {BOOK: swapped(held[BOOK], first[0], again)}) == "too_many_sheets"
    relation = re.search(r"<Relationship [^>]*/worksheet\"[^>]*/>", held[BOOK_RELATIONS].decode())
    assert relation is not None
    other = relation[0].replace("sheet1.xml", "../worksheets/sheet1.xml")
    other = re.sub(' Id="[^"]*"', ' Id="rX"', other)
    listed = swapped(held[BOOK_RELATIONS], relation[0], relation[0] + other)
    assert refused(held | {BOOK_RELATIONS: listed}) == "too_many_sheets"


@pytest.mark.parametrize(
    ("limit", "more"), [("_MAX_CELLS", "<row><c/><x:c/></row>"), ("_MAX_HEAVY", "<cfRule/>"), ("_MAX_LIGHT", "<v/>")]
)
def test_cells_and_what_is_beside_them_are_counted(monkeypatch: pytest.MonkeyPatch, limit: str, more: str) -> None:
    monkeypatch.setattr(safety, limit, 1_000)
    held = parts()
    assert len(read(held).items) == 1
    assert (
        refused(held | {SHEET: swapped(held[SHEET], "</sheetData>", "</sheetData>" + more * 1_000)}) == "too_many_cells"
    )


def test_a_picture_that_is_shown_time_and_again_counts_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place of it was unpacked and held by itself."""
    monkeypatch.setattr(safety, "_MAX_SHOWN", 10_000)
    made = io.BytesIO()
    Image.effect_noise((40, 40), 90).save(made, "PNG")
    more = {
        "xl/media/a.png": made.getvalue(),
        "xl/drawings/_rels/drawing1.xml.rels": RELATIONS.format("image", "../media/a.png").encode(),
        "xl/worksheets/_rels/sheet1.xml.rels": RELATIONS.format("drawing", "../drawings/drawing1.xml").encode(),
    }
    whole, anchor = DRAWING
    shown = {n: {"xl/drawings/drawing1.xml": whole.format(anchor * n).encode()} for n in (2, 20)}
    assert len(read(parts() | more | shown[2]).items) == 1
    assert refused(parts() | more | shown[20]) == "workbook_pictures"
