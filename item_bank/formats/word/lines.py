"""The body of a Word document → lines (`paper.lines`): runs with their looks, lists, tables, formulas, pictures."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from item_bank.content import omml
from item_bank.content.mathematics import MathematicsError, omml_to_mathml
from item_bank.content.model import Asset, Formula
from item_bank.content.pictures import PictureRefused, asset_of
from item_bank.content.sentence import Sentence, why
from item_bank.formats.model import N_, HostileFile, Reason
from item_bank.formats.paper.lines import EMPTY, Document, Line, Look, Lost, Objects, Rich, Table, joined
from item_bank.formats.word.numbering import Numbering
from item_bank.formats.word.package import Package, R, W
from item_bank.formats.word.styles import Styles, applied

MAX_PARAGRAPHS = 20_000
M = f"{{{omml.NAMESPACE}}}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
#: Elements whose text is not shown.
_HIDDEN = {
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "footnoteReference", "commentReference")
}
_SYMBOLS = {"F0B0": "°", "F0B4": "×", "F0B1": "±", "F0A3": "≤", "F0B3": "≥", "F0AE": "→", "F0DE": "⇒", "F0D0": "∠"}
_SYMBOLS |= {"F057": "Ω", "F06D": "μ", "F061": "α", "F062": "β", "F067": "γ", "F06C": "λ", "F070": "π", "F044": "Δ"}
_TOO_LONG = 20_000


def document_of(package: Package) -> Document:
    return _Body(package).run()


class _Body:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.part("styles"))
        self.numbering = Numbering(package.part("numbering"), self.styles)
        self.objects = Objects()
        self.number = 0
        self.boxes: list[etree._Element] = []
        #: By target: a document may show one picture a thousand times, and unpacking it each time takes long.
        self.pictures: dict[str, Asset | PictureRefused] = {}

    def run(self) -> Document:
        body = self.package.document.find(f"{W}body")
        lines = [] if body is None else [line for node in _blocks(body) for line in self._block(node)]
        return Document(lines, self.objects, self._comments())

    def _comments(self) -> list[Reason]:
        if self.package.document.find(f".//{W}del") is None and self.package.document.find(f".//{W}ins") is None:
            return []
        message = N_("The document holds tracked changes; it was read as if all were accepted.")
        return [Reason.of("docx_tracked", message)]

    def _block(self, node: etree._Element) -> Iterator[Line]:
        self.number += 1
        if self.number > MAX_PARAGRAPHS:
            message = N_("The document has more than %(limit)s paragraphs.")
            raise HostileFile("docx_too_long", message, limit=MAX_PARAGRAPHS)
        number = self.number
        if node.tag == f"{W}tbl":
            yield Line(EMPTY, number, self._table(node))
            return
        for content in _split(self._paragraph(node)):
            yield Line(content, number)
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            for inner in _blocks(box):
                yield from self._block(inner)

    def _table(self, node: etree._Element) -> Table:
        rows = node.iterchildren(f"{W}tr")
        return Table(tuple(tuple(self._cell(cell) for cell in _cells(row)) for row in rows))

    def _cell(self, cell: etree._Element) -> tuple[Rich, ...]:
        paragraphs = [one for one in cell.iter(f"{W}p") if _owner(one, f"{W}txbxContent") is None]
        return tuple(line for one in paragraphs for line in _split(self._paragraph(one)))

    # --- paragraphs and runs ------------------------------------------------

    def _paragraph(self, node: etree._Element) -> Rich:
        properties = node.find(f"{W}pPr")
        inherited = self.styles.paragraph_look(properties)
        content = joined(self._inline(node, inherited), "")
        label = self.numbering.label(properties)
        if not label or not content:
            return content
        mark = None if properties is None else properties.find(f"{W}rPr")
        look = inherited if mark is None else applied(mark, inherited)
        return Rich.of(label, look) + Rich.of(" ") + content

    def _inline(self, node: etree._Element, inherited: Look) -> Iterator[Rich]:
        for child in node:
            if child.tag in _HIDDEN or child.tag == f"{W}pPr":
                continue
            if child.tag == f"{W}r":
                yield from self._run(child, inherited)
            elif child.tag in {f"{M}oMath", f"{M}oMathPara"}:
                yield self._formula(child)
            elif child.tag == f"{MC}AlternateContent":
                yield from self._alternatives(child, inherited)
            else:
                yield from self._inline(child, inherited)

    def _run(self, node: etree._Element, inherited: Look) -> Iterator[Rich]:
        properties = node.find(f"{W}rPr")
        if properties is not None and properties.find(f"{W}vanish") is not None:
            return
        look = self.styles.look(properties, inherited)
        for child in node:
            yield from self._piece(child, look)

    def _piece(self, child: etree._Element, look: Look) -> Iterator[Rich]:
        match str(child.tag).removeprefix(W):
            case "t":
                yield Rich.of(re.sub(r"[\r\n]", " ", child.text or ""), look)
            case "tab" | "ptab":
                yield Rich.of("\t", look)
            case "br" | "cr":
                yield Rich.of("\n" if child.get(f"{W}type") != "page" else "")
            case "noBreakHyphen":
                yield Rich.of("-", look)
            case "sym":
                yield Rich.of(_SYMBOLS.get(str(child.get(f"{W}char", "")).upper(), "□"), look)
            case "drawing":
                yield from self._drawing(child)
            case "pict" | "object":
                yield from self._legacy(child)
            case _ if child.tag == f"{MC}AlternateContent":
                yield from self._alternatives(child, look)

    def _alternatives(self, node: etree._Element, look: Look) -> Iterator[Rich]:
        """The first alternative that holds something to show; the others say the same again."""
        for choice in node:
            found = [one for child in choice for one in self._piece(child, look)]
            if found or self.boxes:
                yield from found
                return

    # --- things -----------------------------------------------------------

    def _formula(self, node: etree._Element) -> Rich:
        source = _bare(node)
        display = node.tag == f"{M}oMathPara"
        try:
            mathml = omml_to_mathml(source, display)
        except MathematicsError as error:
            reason = Reason.of("formula_lost", N_("A formula can't be read: %(problem)s"), problem=why(error))
            return self.objects.add(Lost(reason))
        if not re.search(r"<m[ino]>|<mtext>|<mo ", mathml):
            return EMPTY
        return self.objects.add(Formula(etree.tostring(source, encoding="unicode"), "omml", mathml, display))

    def _drawing(self, node: etree._Element) -> Iterator[Rich]:
        self.boxes += list(node.iter(f"{W}txbxContent"))
        floating = node.find(f"{WP}anchor") is not None
        blips = list(node.iter(f"{A}blip"))
        for blip in blips:
            yield self._picture(str(blip.get(f"{R}embed") or ""), floating=floating)
        if not blips and node.find(f".//{W}txbxContent") is None:
            message = N_("A drawing made in Word (shapes, charts) can't be read; paste it as a picture.")
            yield self.objects.add(Lost(Reason.of("drawing_lost", message)), floating=floating)

    def _legacy(self, node: etree._Element) -> Iterator[Rich]:
        """VML pictures and embedded objects: MathType leaves its formula as a picture beside its own data."""
        self.boxes += list(node.iter(f"{W}txbxContent"))
        is_object = node.tag == f"{W}object"
        for image in node.iter(f"{V}imagedata"):
            yield self._picture(str(image.get(f"{R}id") or ""), is_object=is_object)

    def _picture(self, relation: str, *, floating: bool = False, is_object: bool = False) -> Rich:
        found = self._asset(relation)
        if not isinstance(found, PictureRefused):
            return self.objects.add(found, floating=floating)
        message = N_("A picture can't be used: %(problem)s")
        if is_object:
            message = N_("A MathType formula or another embedded object can't be read: %(problem)s")
        reason = Reason.of("object_lost" if is_object else "picture_lost", message, problem=why(found))
        return self.objects.add(Lost(reason), floating=floating)

    def _asset(self, relation: str) -> Asset | PictureRefused:
        target = self.package.inside(relation)
        if target is None:
            return PictureRefused(Sentence.of(N_("it does not lie inside the document.")))
        if target not in self.pictures:
            try:
                self.pictures[target] = asset_of(self.package.archive.read(target))
            except PictureRefused as refusal:
                self.pictures[target] = refusal
        return self.pictures[target]


def _blocks(node: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in their order, also inside of content controls."""
    for child in node:
        if child.tag in {f"{W}p", f"{W}tbl"}:
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"}:
            yield from _blocks(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    return (cell for cell in row.iter(f"{W}tc") if _owner(cell, f"{W}tr") is row)


def _owner(node: etree._Element, tag: str) -> etree._Element | None:
    return next(iter(node.iterancestors(tag)), None)


def _split(content: Rich) -> list[Rich]:
    """At line breaks; a paragraph of unusual length is cut, so that no rule meets it whole."""
    found, start = [], 0
    for at in [at for at, one in enumerate(content.text) if one == "\n"] + [len(content.text)]:
        places = range(start, max(at, start + 1), _TOO_LONG)
        found += [content[place : min(at, place + _TOO_LONG)] for place in places]
        start = at + 1
    return found


def _bare(node: etree._Element) -> etree._Element:
    """The formula without Word's fonts, which say nothing about it."""
    made = copy.deepcopy(node)
    made.tail = None
    for dropped in [*made.iter(f"{M}ctrlPr"), *made.iter(f"{W}rPr")]:
        parent = dropped.getparent()
        if parent is not None:
            parent.remove(dropped)
    etree.cleanup_namespaces(made)
    return made
