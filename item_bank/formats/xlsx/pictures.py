"""Pictures embedded in a workbook, by the cell they are anchored to (ECMA-376 Part 1, 20.5 SpreadsheetML Drawing)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from item_bank.formats.archives import Archive
from item_bank.formats.xml import parse_xml

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_MAIN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class Embedded:
    """`row` and `column` count from 1. `data` is None where the file names a picture that it does not hold."""

    row: int
    column: int
    name: str
    alt: str
    data: bytes | None


def embedded_pictures(archive: Archive, sheet_title: str) -> list[Embedded]:
    part = _sheet_parts(archive).get(sheet_title)
    if part is None:
        return []
    drawings = [target for kind, target in _relations(archive, part).values() if kind.endswith("/drawing")]
    return [picture for drawing in drawings for picture in _anchored(archive, drawing)]


def _sheet_parts(archive: Archive) -> dict[str, str]:
    """Sheet title → the name of its part."""
    workbook = next(
        (target for kind, target in _relations(archive, "").values() if kind.endswith("/officeDocument")), ""
    )
    if workbook not in archive.names:
        return {}
    relations = _relations(archive, workbook)
    sheets = parse_xml(archive.read(workbook)).iter(f"{_SHEET}sheet")
    named = ((sheet.get("name", ""), sheet.get(f"{_RELATION}id", "")) for sheet in sheets)
    return {title: relations[identifier][1] for title, identifier in named if identifier in relations}


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Relationship id → (type, target part) of a part; external targets are left out."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", name + ".rels")
    return {one: (kind, target) for one, kind, target in _related(archive, path)} if archive.size_of(path) else {}


def _related(archive: Archive, path: str) -> Iterator[tuple[str, str, str]]:
    """Id, type and target part of each relationship of a `.rels` part."""
    folder = posixpath.dirname(posixpath.dirname(path))
    for relation in parse_xml(archive.read(path)).iter("{*}Relationship"):
        if relation.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            yield relation.get("Id", ""), relation.get("Type", ""), target


def relations_of(archive: Archive, path: str) -> list[tuple[str, str]]:
    """Type and target part of each relationship of a `.rels` part."""
    return [(kind, target) for _id, kind, target in _related(archive, path)]


def blips_of(archive: Archive, drawing: str) -> list[str]:
    """The pictures of a drawing, as often as it shows them."""
    if not archive.size_of(drawing):
        return []
    relations = _relations(archive, drawing)
    blips = parse_xml(archive.read(drawing)).iter(f"{_MAIN}blip")
    return [relations.get(blip.get(f"{_RELATION}embed", ""), ("", ""))[1] for blip in blips]


def _anchored(archive: Archive, drawing: str) -> list[Embedded]:
    if not archive.size_of(drawing):
        return []
    relations = _relations(archive, drawing)
    pictures: list[Embedded] = []
    read: dict[str, bytes] = {}
    for anchor in parse_xml(archive.read(drawing)):
        start = anchor.find(f"{_DRAWING}from")
        for blip in anchor.iter(f"{_MAIN}blip"):
            target = relations.get(blip.get(f"{_RELATION}embed", ""), ("", ""))[1]
            if target not in read and archive.size_of(target):
                read[target] = archive.read(target)
            pictures.append(
                Embedded(
                    row=_index(start, "row"),
                    column=_index(start, "col"),
                    name=target or "?",
                    alt=_alternative(anchor),
                    data=read.get(target),
                )
            )
    return pictures


def _index(start: etree._Element | None, axis: str) -> int:
    text = start.findtext(f"{_DRAWING}{axis}", "0") if start is not None else "0"
    return int(text) + 1 if text.strip().isdecimal() and len(text) < 9 else 1


def _alternative(anchor: etree._Element) -> str:
    properties = next(anchor.iter(f"{_DRAWING}cNvPr"), None)
    return properties.get("descr", "") if properties is not None else ""
