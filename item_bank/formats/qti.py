"""QTI 2.0, 2.1, 2.2 and 3.0: a file with one item. What is read and what is refused: docs/authoring/qti.md."""

from __future__ import annotations

from functools import partial

from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, HostileFile, Imported, ReadProblem
from item_bank.formats.qti_item import read_item
from item_bank.formats.qti_names import attribute, line_of, local
from item_bank.formats.registry import Format, Reading
from item_bank.formats.xml import parse_xml

MAX_ELEMENTS = 20_000


def detect(name: str, data: bytes) -> float:
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if looks_like_zip(data) or not start.startswith(b"<"):
        return 0.5 if name.lower().endswith((".xml", ".qti")) and not looks_like_zip(data) else 0.0
    return 0.9 if b"assessmentItem" in data or b"assessment-item" in data else 0.4


def read(data: bytes, reading: Reading) -> Imported:
    root = parse_xml(data)
    name = local(root)
    if name != "assessmentItem":
        message = N_("The file is a <%(name)s>, not a single QTI item; only items are read.")
        raise ReadProblem("qti_no_item", message, line=line_of(root), name=name)
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise HostileFile("xml_too_large", N_("The item has more than %(limit)s elements."), limit=MAX_ELEMENTS)
    collector = Collector("qti", reading)
    entry = Entry(attribute(root, "identifier"), attribute(root, "title"), line_of(root))
    collector.add(entry, data, partial(read_item, root, reading))
    return collector.finish()


FORMAT = Format("qti", "QTI 2.1, 2.2, 3.0", (".xml",), detect, read)
