"""Makes small .xlsx files for tests, with what the template's writer never makes: pictures, formulas, odd cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEADER = (
    "Mã câu",
    "Loại câu hỏi",
    "Câu dẫn",
    "Phương án A",
    "Phương án B",
    "Phương án C",
    "Phương án D",
    "Đáp án",
    "Điểm",
)
CHOICE = ("1", "Một phương án đúng", "Một cộng một?", "2", "3", "4", "5", "A", "0,25")

_DRAWING = """<?xml version="1.0"?>
<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><xdr:oneCellAnchor><xdr:from>
<xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>
<xdr:ext cx="1" cy="1"/><xdr:pic><xdr:nvPicPr>
<xdr:cNvPr id="2" name="P" descr="một hình"/><xdr:cNvPicPr/></xdr:nvPicPr>
<xdr:blipFill><a:blip r:embed="rId1"/>
</xdr:blipFill><xdr:spPr/></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"""
_RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>
</Relationships>"""


def workbook(
    rows: Sequence[Sequence[object]],
    *,
    header: Sequence[str] = HEADER,
    change: Callable[[Worksheet], None] | None = None,
    more: Mapping[str, Sequence[Sequence[object]]] | None = None,
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Câu hỏi"
    for row in (header, *rows):
        sheet.append(list(row))
    if change:
        change(sheet)
    for title, content in (more or {}).items():
        other = book.create_sheet(title)
        for row in content:
            other.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_picture(data: bytes, picture: bytes, *, row: int, column: int) -> bytes:
    """Anchors a picture at a cell (from 1) of the first sheet."""
    parts = unzipped(data)
    parts["xl/media/image1.png"] = picture
    parts["xl/drawings/drawing1.xml"] = _DRAWING.format(row=row - 1, column=column - 1).encode()
    parts["xl/drawings/_rels/drawing1.xml.rels"] = _RELATIONS.format(
        kind="image", target="../media/image1.png"
    ).encode()
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = _RELATIONS.format(
        kind="drawing", target="/xl/drawings/drawing1.xml"
    ).encode()
    return zipped(parts)


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()
