"""The parts of a .docx (ISO/IEC 29500-2): the document, its relations, styles, numbering and pictures, all bounded."""

from __future__ import annotations

import itertools
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from item_bank.formats.archives import Archive, Limits
from item_bank.formats.model import N_, HostileFile, ReadProblem
from item_bank.formats.xml import parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT = "http://purl.oclc.org/ooxml/"
#: Word documents of a test are small; what unpacks to more is no test.
LIMITS = Limits(entries=2_000, entry_bytes=20 * 1024 * 1024, total_bytes=80 * 1024 * 1024)
#: Heads and feet of pages: three of each for a section.
_MOST_MARGINS = 60


@dataclass(frozen=True, slots=True)
class Relation:
    kind: str
    target: str
    external: bool


class Package:
    """Raises ReadProblem (HostileFile) for what is no Word document or one that is built to harm."""

    def __init__(self, data: bytes) -> None:
        self.archive = Archive(data, LIMITS)
        self.names = set(self.archive.names)
        self.main = self._main_part()
        self.document = parse_xml(self.archive.read(self.main))
        if not str(self.document.tag).startswith(W):
            strict = _STRICT in str(self.document.tag)
            message = N_("The file is a “Strict Open XML Document”; save it as an ordinary Word document (.docx).")
            raise ReadProblem("docx_strict", message) if strict else _no_document()
        self.relations = self._relations(self.main)
        self._notes: dict[str, dict[str, etree._Element]] = {}

    def part(self, kind: str) -> etree._Element | None:
        """The root of the part that the document calls its `styles` or `numbering`."""
        found = next(self._parts(kind), None)
        return None if found is None else parse_xml(found)

    def texts(self, kind: str) -> list[str]:
        """What stands in each of the document's `header` and `footer`, or in each comment of its `comments`. A damaged
        one says nothing: the test does not stand there."""
        texts = []
        for data in itertools.islice(self._parts(kind), _MOST_MARGINS):
            try:
                root = parse_xml(data)
            except HostileFile:
                raise
            except ReadProblem:
                continue
            for one in root.iterchildren() if kind == "comments" else (root,):
                paragraphs = ("".join(map(str, each.itertext(f"{W}t"))) for each in one.iter(f"{W}p"))
                texts.append(" ".join(" ".join(paragraphs).split()))
        return [text for text in texts if text]

    def _parts(self, kind: str) -> Iterator[bytes]:
        for relation in self.relations.values():
            if relation.kind == kind and not relation.external and relation.target in self.names:
                yield self.archive.read(relation.target)

    def notes(self, kind: str) -> dict[str, etree._Element]:
        """By their ids: `footnote`, `endnote`."""
        if kind not in self._notes:
            root = self.part(f"{kind}s")
            found = [] if root is None else root.iterchildren(f"{W}{kind}")
            self._notes[kind] = {str(one.get(f"{W}id", "")): one for one in found}
        return self._notes[kind]

    def inside(self, relation_id: str) -> str | None:
        """The part under the relation; None for links to elsewhere and for what is missing."""
        relation = self.relations.get(relation_id)
        if relation is None or relation.external or relation.target not in self.names:
            return None
        return relation.target

    def _main_part(self) -> str:
        if "_rels/.rels" in self.names:
            for relation in self._relations("").values():
                if relation.kind == "officeDocument" and relation.target in self.names:
                    return relation.target
        if "word/document.xml" in self.names:
            return "word/document.xml"
        raise _no_document()

    def _relations(self, part: str) -> dict[str, Relation]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self.names:
            return {}
        found = {}
        for node in parse_xml(self.archive.read(path)):
            target = str(node.get("Target", ""))
            inside = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[str(node.get("Id", ""))] = Relation(
                str(node.get("Type", "")).rpartition("/")[2], inside, node.get("TargetMode") == "External"
            )
        return found


def _no_document() -> ReadProblem:
    return ReadProblem("docx_no_document", N_("The file holds no Word document."))
