"""QTI 1.2: files of Canvas, Blackboard and Common Cartridge, and plain ones (docs/authoring/qti12.md)."""

from __future__ import annotations

import re
from functools import partial

from lxml import etree

from item_bank.content.model import Item, Passage
from item_bank.content.processing.values import ProcessingError
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, HostileFile, Imported, ReadProblem, Reason
from item_bank.formats.qti.names import Element, attribute, child, descendants, line_of, local
from item_bank.formats.qti12.item import Passages, read_item
from item_bank.formats.qti12.metadata import TEXT_ONLY, Metadata
from item_bank.formats.qti12.tests import read_tests
from item_bank.formats.qti12.texts import MaterialTexts
from item_bank.formats.registry import Format, Reading
from item_bank.formats.xml import parse_xml

#: Of one item; the file itself is bounded by its bytes.
MAX_ELEMENTS = 20_000
_ROOT = b"questestinterop"
#: An item by itself, as the IMS allows no file to be.
_LONE_ITEM = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*+)*+<item\b[^>]*\bident\s*=", re.DOTALL
)
_DOCTYPE = re.compile(rb"<!DOCTYPE\s+questestinterop\b[^\[<>]*(\[.*?\]\s*)>", re.DOTALL)
_DECLARED = re.compile(rb"<!(?:ELEMENT|ATTLIST)\b[^<>%&]*>|<!--.*?(?:-->|\Z)|\s+", re.DOTALL)


def detect(_name: str, data: bytes) -> float:
    start = data[:65_536].replace(b"\0", b"")
    if looks_like_zip(data) or not (_ROOT in start or _LONE_ITEM.match(start)):
        return 0.0
    return 0.95


def read(data: bytes, reading: Reading) -> Imported:
    collector = Collector("qti12", reading)
    read_into(collector, data, reading)
    return collector.finish()


def read_into(collector: Collector, data: bytes, reading: Reading, place: str = "") -> None:
    """`place`: the file within a package. Raises ReadProblem where the file is none of this format."""
    root = parse_xml(without_plain_doctype(data))
    if local(root) not in {"questestinterop", "item"}:
        message = N_("The file is a <%(name)s>, not a single QTI item; only items are read.")
        raise ReadProblem("qti_no_item", message, line=line_of(root), name=local(root))
    items = [root] if local(root) == "item" else list(descendants(root, "item"))
    metadata = [Metadata(element) for element in items]
    passages = _passages(items, metadata, reading)
    for element, told in zip(items, metadata, strict=True):
        entry = Entry(told.identifier, attribute(element, "title"), line_of(element), place)
        source = data if len(items) == 1 else etree.tostring(element, encoding="utf-8", with_tail=False)
        collector.add(entry, source, partial(_item, element, told, reading, passages))
    read_tests(collector, root, reading, place)
    _note_the_rest(collector, root, empty=not items)


def without_plain_doctype(data: bytes) -> bytes:
    """Files of the IMS bring a document type that only says which elements there are. It is left out, its lines are
    kept; one with anything else in it stays, and is refused."""
    found = _DOCTYPE.search(data[:65_536])
    if found is None or _DECLARED.sub(b"", found[1].strip()[1:-1].strip()):
        return data
    return data[: found.start(1)] + b"\n" * found[1].count(b"\n") + data[found.end(1) :]


def _item(element: Element, told: Metadata, reading: Reading, passages: Passages, entry: Entry) -> Item:
    if sum(1 for _ in element.iter()) > MAX_ELEMENTS:
        raise HostileFile("xml_too_large", N_("The item has more than %(limit)s elements."), limit=MAX_ELEMENTS)
    try:
        return read_item(element, told, reading, entry, passages)
    except ProcessingError as problem:
        message = N_("A rule of the item cannot be carried out: %(problem)s")
        raise ReadProblem("processing_failed", message, line=line_of(element), problem=problem) from None


def _passages(items: list[Element], metadata: list[Metadata], reading: Reading) -> Passages:
    """Texts that other items of the file name as theirs."""
    wanted = {told.passage for told in metadata if told.passage}
    found: dict[str, tuple[Passage, Entry]] = {}
    for one, told in zip(items, metadata, strict=True):
        presentation = child(one, "presentation")
        if told.identifier in wanted and told.type == TEXT_ONLY and presentation is not None:
            said = Entry(line=line_of(one))
            texts = MaterialTexts(said, reading.find_picture)
            found[told.identifier] = (Passage(texts.markup(texts.html(presentation)), attribute(one, "title")), said)
    return found


def _note_the_rest(collector: Collector, root: Element, *, empty: bool) -> None:
    """What stands beside the items."""
    elsewhere = sum(1 for _ in descendants(root, "bankentry_item", "sourcebank_ref", "itemref"))
    if elsewhere:
        message = N_("%(n)s entries name items of a bank that is not in this file: import the bank, too.")
        collector.problems.append(Reason.of("items_elsewhere", message, line=line_of(root), n=elsewhere))
    elif empty:
        collector.problems.append(Reason.of("no_items", N_("The file holds no question."), line=line_of(root)))


FORMAT = Format("qti12", "QTI 1.2", (".xml", ".dat", ".qti"), detect, read)
