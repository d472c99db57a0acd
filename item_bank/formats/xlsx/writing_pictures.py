"""Pictures put into a workbook, each on its cell (ECMA-376 Part 1, 20.5 SpreadsheetML Drawing): the way back of
`pictures`. openpyxl would want a library for images, and the bank knows type and size already."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from item_bank.content.model import Asset
from item_bank.content.pictures import inspect
from item_bank.formats.qti.writing_package import ENDINGS
from item_bank.formats.written import clean

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.drawing+xml"
#: English Metric Units of a pixel; the longest side of a picture on a sheet; how far one lies below another.
_EMU, _LONGEST, _STEP = 9_525, 240, 20


@dataclass(frozen=True, slots=True)
class Placed:
    """row, column: from 1. place: how many lie on the same cell before it."""

    row: int
    column: int
    asset: Asset
    alt: str = ""
    place: int = 0


def with_pictures(workbook: bytes, sheets: Mapping[int, Sequence[Placed]]) -> bytes:
    """sheets: number of a sheet, from 1 → its pictures."""
    used = {number: placed for number, placed in sheets.items() if placed}
    if not used:
        return workbook
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        parts = {name: source.read(name) for name in source.namelist()}
        for number, placed in used.items():
            parts |= _drawn(number, placed)
            sheet = f"xl/worksheets/sheet{number}.xml"
            shown = f'<drawing xmlns:r="{_OFFICE}" r:id="pictures"/></worksheet>'
            parts[sheet] = parts[sheet].replace(b"</worksheet>", shown.encode())
        parts["[Content_Types].xml"] = _typed(parts["[Content_Types].xml"], used)
        for name, content in parts.items():
            target.writestr(name, content)
    return stream.getvalue()


def _drawn(number: int, placed: Sequence[Placed]) -> dict[str, bytes]:
    names = {one.asset.digest: f"image-{one.asset.digest[:32]}.{ENDINGS[one.asset.media_type]}" for one in placed}
    media = {f"xl/media/{names[one.asset.digest]}": one.asset.data for one in placed}
    related = {f"p{digest[:32]}": ("image", f"../media/{name}") for digest, name in names.items()}
    anchors = "".join(_anchor(at, one) for at, one in enumerate(placed, 1))
    drawing = f'<xdr:wsDr xmlns:xdr="{_DRAWING}" xmlns:a="{_MAIN}" xmlns:r="{_OFFICE}">{anchors}</xdr:wsDr>'
    return media | {
        f"xl/drawings/drawing{number}.xml": drawing.encode(),
        f"xl/drawings/_rels/drawing{number}.xml.rels": _relations(related),
        f"xl/worksheets/_rels/sheet{number}.xml.rels": _relations(
            {"pictures": ("drawing", f"../drawings/drawing{number}.xml")}
        ),
    }


def _anchor(number: int, one: Placed) -> str:
    size = inspect(one.asset.data)
    scale = min(1.0, _LONGEST / max(size.width, size.height))
    extent = f'cx="{int(size.width * scale * _EMU) or 1}" cy="{int(size.height * scale * _EMU) or 1}"'
    told = f'id="{number}" name="Picture {number}" descr="{escape(clean(one.alt), quote=True)}"'
    down = (one.place + 1) * _STEP * _EMU
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{one.column - 1}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{one.row - 1}</xdr:row><xdr:rowOff>{down}</xdr:rowOff></xdr:from><xdr:ext {extent}/>"
        f"<xdr:pic><xdr:nvPicPr><xdr:cNvPr {told}/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>"
        f'<a:blip r:embed="p{one.asset.digest[:32]}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</xdr:spPr></xdr:pic><xdr:clientData/></xdr:oneCellAnchor>"
    )


def _relations(targets: Mapping[str, tuple[str, str]]) -> bytes:
    made = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_PACKAGE}">{made}</Relationships>'.encode()


def _typed(types: bytes, used: Mapping[int, Sequence[Placed]]) -> bytes:
    kinds = sorted({one.asset.media_type for placed in used.values() for one in placed})
    told = "".join(f'<Default Extension="{ENDINGS[kind]}" ContentType="{kind}"/>' for kind in kinds)
    told += "".join(
        f'<Override PartName="{posixpath.join("/xl/drawings", f"drawing{number}.xml")}" ContentType="{_KIND}"/>'
        for number in used
    )
    return types.replace(b"</Types>", f"{told}</Types>".encode())
