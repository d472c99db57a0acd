"""Moodle XML: the format in which Moodle gives away its question bank.

Source: Moodle documentation, "Moodle XML format", https://docs.moodle.org/en/Moodle_XML_format, and what Moodle 4
exports. Marking as the question types' own pages say. What becomes what: docs/authoring/moodle.md.
"""

from __future__ import annotations

from functools import partial

from lxml import etree

from item_bank.content.model import Item
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.gift.blocks import topic_of
from item_bank.formats.model import N_, Imported, ReadProblem, Reason
from item_bank.formats.moodle.items import KINDS
from item_bank.formats.moodle.question import Question, plain_of
from item_bank.formats.registry import Format, Reading
from item_bank.formats.xml import parse_xml

_LOOKED_AT = 100_000


def detect(_name: str, data: bytes) -> float:
    start = data[:_LOOKED_AT].replace(b"\0", b"")
    if looks_like_zip(data) or not start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return 0.0
    return 0.95 if b"<quiz" in start and b"assessmentItem" not in start else 0.0


def read(data: bytes, reading: Reading) -> Imported:
    root = parse_xml(data)
    if root.tag != "quiz":
        message = N_("The file is a <%(name)s>, not a <quiz> of Moodle.")
        raise ReadProblem("moodle_no_quiz", message, line=_line(root), name=str(root.tag)[:60])
    collector = Collector("moodle_xml", reading)
    topic = ""
    for element in root.iterchildren("question"):
        if element.get("type") == "category":
            topic = topic_of(plain_of(element.find("category")))
            continue
        entry = Entry(plain_of(element.find("idnumber"), own=True), plain_of(element.find("name")), _line(element))
        source = etree.tostring(element, encoding="utf-8", with_tail=False)
        collector.add(entry, source, partial(_item, element, reading, topic))
    if not collector.entries:
        collector.problems.append(Reason.of("no_items", N_("The file holds no question.")))
    return collector.finish()


def _item(element: etree._Element, reading: Reading, topic: str, entry: Entry) -> Item:
    kind = element.get("type", "")
    read_kind = KINDS.get(kind)
    if read_kind is None:
        message = N_("Items of the type %(type)s are not supported.")
        raise ReadProblem("unsupported_interaction", message, line=_line(element), type=kind[:60] or "—")
    return read_kind(Question(element, reading, entry)).item(topic)


def _line(element: etree._Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) else None


FORMAT = Format("moodle_xml", "Moodle XML", (".xml",), detect, read)
