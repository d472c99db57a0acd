"""QTI 2.0, 2.1, 2.2 and 3.0: a file with one item or one test. What is read and what is refused: docs/formats.md."""

from __future__ import annotations

from collections.abc import Callable

from item_bank.content import checking
from item_bank.content.model import Item
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, HostileFile, Imported, ReadProblem
from item_bank.formats.qti.composite import read_composite
from item_bank.formats.qti.item import read_item
from item_bank.formats.qti.names import Element, attribute, line_of, local
from item_bank.formats.qti.rules import declarations
from item_bank.formats.qti.tests import read_test
from item_bank.formats.qti.usual import NotUsual
from item_bank.formats.registry import Format, Reading
from item_bank.formats.xml import parse_xml

MAX_ELEMENTS = 20_000
TESTS = ("assessmentTest", "assessmentSection")
_NAMES = (b"assessmentItem", b"assessment-item", b"assessmentTest", b"assessment-test", b"assessmentSection")
Describe = Callable[[Item], Item]


def _as_it_is(item: Item) -> Item:
    return item


def detect(name: str, data: bytes) -> float:
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if looks_like_zip(data) or not start.startswith(b"<"):
        return 0.5 if name.lower().endswith((".xml", ".qti")) and not looks_like_zip(data) else 0.0
    return 0.9 if any(name in data for name in _NAMES) else 0.4


def read(data: bytes, reading: Reading) -> Imported:
    collector = Collector("qti", reading)
    read_into(collector, data, reading)
    return collector.finish()


def read_into(collector: Collector, data: bytes, reading: Reading, place: str = "") -> None:
    """`place`: the file within a package. Raises ReadProblem where the file holds neither an item nor a test."""
    read_root(collector, parse_xml(data), data, reading, place)


def read_root(
    collector: Collector,
    root: Element,
    data: bytes,
    reading: Reading,
    place: str = "",
    described: Describe = _as_it_is,
) -> None:
    """`described`: adds what a package says of the item."""
    name = local(root)
    if name in TESTS:
        read_test(collector, root, data, reading, place)
    elif name == "assessmentItem":
        _read_item(collector, root, data, reading, place, described)
    else:
        message = N_("The file is a <%(name)s>, which is neither a QTI item nor a test.")
        raise ReadProblem("qti_no_item", message, line=line_of(root), name=name)


def _read_item(
    collector: Collector, root: Element, data: bytes, reading: Reading, place: str, described: Describe
) -> None:
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise HostileFile("xml_too_large", N_("The item has more than %(limit)s elements."), limit=MAX_ELEMENTS)
    entry = Entry(attribute(root, "identifier"), attribute(root, "title"), line_of(root), place)
    collector.add(entry, data, lambda entry: described(_read(root, reading, entry)))


def _read(root: Element, reading: Reading, entry: Entry) -> Item:
    """As one of the usual kinds of item where it is one in every respect: they are edited and analysed with less ado.
    Otherwise as it is written."""
    declarations(root)  # what is declared wrongly is wrong for every kind of item
    if reading.whole:
        return read_composite(root, reading, entry)
    simple = Entry(entry.identifier, entry.title, entry.line, entry.place)
    try:
        item = read_item(root, reading, simple)
    except HostileFile:
        raise
    except (NotUsual, ReadProblem):  # what is wrong with its texts or passage, the composite's reader says
        return read_composite(root, reading, entry)
    if checking.problems(item):
        return read_composite(root, reading, entry)
    entry.take(simple)
    return item


FORMAT = Format("qti", "QTI 2.0, 2.1, 2.2, 3.0", (".xml",), detect, read)
