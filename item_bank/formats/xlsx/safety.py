"""What is asked of a workbook before openpyxl opens it: it holds everything in memory, twice, and reads what a part
refers to as often as that is referred to (ISO/IEC 29500-1, SpreadsheetML; 29500-2, Open Packaging Conventions)."""

from __future__ import annotations

import io
import re
from collections import Counter

from lxml import etree
from openpyxl.utils.cell import range_boundaries

from item_bank.formats.archives import Archive, Limits
from item_bank.formats.model import N_, HostileFile, ReadProblem
from item_bank.formats.xlsx.pictures import blips_of, relations_of

_LIMITS = Limits(entries=3_000, entry_bytes=20 * 2**20, total_bytes=60 * 2**20)
_MAX_MERGED = 100_000
#: 5,000 rows of 60 columns are 300,000 cells.
_MAX_CELLS = 500_000
#: Elements of cells and texts, and all others: a hundred times slower to read.
_MAX_LIGHT, _MAX_HEAVY = 3_000_000, 200_000
_MAX_SHEETS = 100
#: Of pictures, as often as they are shown.
_MAX_SHOWN = 120 * 2**20
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb"<(?:[\w.-]+:)?(?:c|row)[\s/>]")
_LIGHT = re.compile(rb"<(?:[\w.-]+:)?(?:c|row|v|f|is|si|t|r|rPr|b|i|u|sz|vertAlign)[\s/>]")
_SHEET = re.compile(rb"<(?:[\w.-]+:)?sheet\s[^<>]*>")
_SHEET_ID = re.compile(rb"\s[\w.-]+:id\s*=\s*[\"']([^\"']*)")
_ENCODING = re.compile(rb"\s*<\?xml[^<>]*\bencoding\s*=\s*[\"'](?!utf-?8|utf-?16|us-ascii|ascii)", re.IGNORECASE)


def safe_archive(data: bytes) -> Archive:
    """Raises ReadProblem, HostileFile for what is made to harm."""
    if data.startswith(OLD_EXCEL):
        message = N_(
            "This is an old .xls file or protected by a password. Save it in Excel as .xlsx without a password."
        )
        raise ReadProblem("workbook_old", message)
    archive = Archive(data, _LIMITS)
    count: Counter[str] = Counter()
    for name in archive.names:
        if name.lower().endswith((".xml", ".rels", ".vml")):
            _check_part(archive.read(name), count)
    _check_relations(archive)
    return archive


def _check_part(content: bytes, count: Counter[str]) -> None:
    """`count`: of all parts so far."""
    text = content.replace(b"\0", b"")
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        message = N_("A part of the workbook declares a document type, which is refused.")
        raise HostileFile("xml_declarations", message)
    if not text.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<") or _ENCODING.match(text, 0, 200):
        message = N_("The XML is in an encoding that is not read; save it as UTF-8.")
        raise ReadProblem("xml_encoding", message)
    light = len(_LIGHT.findall(text))
    count["cells"] += len(_CELL.findall(text))
    count["light"] += light
    count["heavy"] += text.count(b"<") - text.count(b"</") - light
    if count["cells"] > _MAX_CELLS or count["light"] > _MAX_LIGHT or count["heavy"] > _MAX_HEAVY:
        message = N_("The workbook has more than %(limit)s cells, or too much beside them.")
        raise HostileFile("too_many_cells", message, limit=_MAX_CELLS)
    _check_sheets(text)
    if b"mergeCell" in text and _merged_cells(content) > _MAX_MERGED:
        message = N_("More than %(limit)s cells of the workbook are merged.")
        raise HostileFile("too_many_merged", message, limit=_MAX_MERGED)


def _check_sheets(text: bytes) -> None:
    ids = [found[1] for one in _SHEET.findall(text) if (found := _SHEET_ID.search(one))]
    if len(ids) > _MAX_SHEETS or len(set(ids)) < len(ids):
        raise _too_many_sheets()


def _check_relations(archive: Archive) -> None:
    """No sheet twice; pictures only so much as openpyxl may load them."""
    shown = 0
    sizes: dict[str, int] = {}
    for name in archive.names:
        if not name.endswith(".rels"):
            continue
        targets = relations_of(archive, name)
        sheets = [target for kind, target in targets if kind.endswith("/worksheet")]
        if len(set(sheets)) < len(sheets):
            raise _too_many_sheets()
        for drawing in (target for kind, target in targets if kind.endswith("/drawing")):
            if drawing not in sizes:
                sizes[drawing] = sum(map(archive.size_of, blips_of(archive, drawing)))
            shown += sizes[drawing]
    if shown > _MAX_SHOWN:
        message = N_("The pictures of the workbook have more than %(limit)s MB, counted as often as they are shown.")
        raise HostileFile("workbook_pictures", message, limit=_MAX_SHOWN // 2**20)


def _too_many_sheets() -> HostileFile:
    message = N_("The workbook has more than %(limit)s sheets, or one of them twice.")
    return HostileFile("too_many_sheets", message, limit=_MAX_SHEETS)


def _merged_cells(content: bytes) -> int:
    """How many cells openpyxl would make for the merged ranges of a sheet."""
    count = 0
    try:
        for _, element in etree.iterparse(
            io.BytesIO(content), tag="{*}mergeCell", resolve_entities=False, no_network=True
        ):
            left, top, right, bottom = range_boundaries(element.get("ref", ""))
            count += ((right or 16_384) - (left or 1) + 1) * ((bottom or 1_048_576) - (top or 1) + 1)
    except (etree.XMLSyntaxError, ValueError, TypeError) as error:
        raise ReadProblem("workbook_damaged", N_("The workbook is damaged or is no Excel workbook (.xlsx).")) from error
    return count
