"""The body of a Word document → lines (`paper.lines`): runs with their looks, lists, tables, formulas, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from item_bank.content import omml
from item_bank.content.mathematics import MathematicsError, omml_to_mathml
from item_bank.content.model import Formula
from item_bank.content.sentence import why
from item_bank.formats.model import N_, HostileFile, Reason
from item_bank.formats.paper import labels as exam_labels
from item_bank.formats.paper import marks as exam_marks
from item_bank.formats.paper.lines import EMPTY, Document, Line, Look, Lost, Objects, Rich, Table, joined
from item_bank.formats.word import eq_fields
from item_bank.formats.word.drawings import Drawings
from item_bank.formats.word.letters import Letters
from item_bank.formats.word.numbering import Numbering
from item_bank.formats.word.package import Package, W
from item_bank.formats.word.remarks import remarks_on
from item_bank.formats.word.structure import bare, blocks, cells, owner, span, split
from item_bank.formats.word.styles import Styles, applied, is_on, is_shaded

MAX_PARAGRAPHS = 20_000
M = f"{{{omml.NAMESPACE}}}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Elements whose text is not shown.
_HIDDEN = {f"{W}{name}" for name in ("del", "moveFrom", "delText", "commentReference")}
_THINGS = frozenset({"drawing", "pict", "object", "footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef"})
_DEEPEST_BOX = 8
#: As in Word itself.
_MOST_COLUMNS = 63


def document_of(package: Package) -> Document:
    return _Body(package).run()


class _Body:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package.part("styles"))
        self.numbering = Numbering(package.part("numbering"), self.styles)
        self.objects = Objects()
        self.drawings = Drawings(package, self.objects)
        self.letters = Letters(self.styles, self.objects)
        self.problems: list[Reason] = []
        #: Blocks of the body, and all paragraphs, those in tables and notes, too.
        self.number = self.read = 0
        self.boxed = 0
        #: Whether the cell being read has a colour of its own.
        self.shaded = False
        #: Of the paragraph being read: its properties, the notes it refers to, the field codes it is inside of.
        self.paragraph: etree._Element | None = None
        self.notes: list[etree._Element] = []
        self.noted = 0
        self.fields: list[str | None] = []

    def run(self) -> Document:
        body = self.package.document.find(f"{W}body")
        lines = [] if body is None else [line for node in blocks(body) for line in self._block(node)]
        margins = self.package.texts("header") + self.package.texts("footer")
        return Document(lines, self.objects, [*remarks_on(self.package, margins), *self.problems], margins)

    def _block(self, node: etree._Element) -> Iterator[Line]:
        self.number += 1
        number = self.number
        if node.tag == f"{W}tbl":
            yield Line(EMPTY, number, self._table(node))
            return
        for content in self._lines(node):
            yield Line(content, number)

    def _table(self, node: etree._Element) -> Table:
        rows = (row for row in node.iter(f"{W}tr") if owner(row, f"{W}tbl") is node)
        return Table(tuple(tuple(self._row(row)) for row in rows))

    def _row(self, row: etree._Element) -> Iterator[tuple[Rich, ...]]:
        """A cell over several columns is followed by empty ones, so that columns stay under their heads."""
        width = 0
        for cell in cells(row):
            yield self._cell(cell)
            width += span(cell)
            yield from ((EMPTY,),) * (span(cell) - 1 if width <= _MOST_COLUMNS else 0)

    def _cell(self, cell: etree._Element) -> tuple[Rich, ...]:
        paragraphs = [one for one in cell.iter(f"{W}p") if owner(one, f"{W}txbxContent") is None]
        self.shaded = is_shaded(cell.find(f"{W}tcPr"))
        lines = tuple(line for one in paragraphs for line in self._lines(one))
        self.shaded = False
        return lines

    # --- paragraphs and runs ------------------------------------------------

    def _lines(self, node: etree._Element) -> list[Rich]:
        """A paragraph with the text boxes that are anchored in it, and the notes it refers to."""
        self.read += 1
        if self.read > MAX_PARAGRAPHS:
            message = N_("The document has more than %(limit)s paragraphs.")
            raise HostileFile("docx_too_long", message, limit=MAX_PARAGRAPHS)
        content = self._paragraph(node)
        boxes, self.drawings.boxes = self.drawings.boxes, []
        notes, self.notes = self.notes, []
        below: list[Rich] = []
        for box in boxes:
            beside, lines = self._box(box, alone=not content)
            content, below = content + beside, below + lines
        self.boxed += 1  # a note refers to no other: it may refer to itself
        for note in notes:
            below += [line for one in note.iter(f"{W}p") for line in self._lines(one)]
        self.boxed -= 1
        return split(content) + below

    def _box(self, box: etree._Element, *, alone: bool) -> tuple[Rich, list[Rich]]:
        """What stands in a text box: lines of the test, or something that only floats beside the text."""
        self.boxed += 1
        own = (one for one in box.iter(f"{W}p") if owner(one, f"{W}txbxContent") is box)
        lines = [] if self.boxed > _DEEPEST_BOX else [line for one in own for line in self._lines(one)]
        self.boxed -= 1
        lines = [line for line in lines if line]
        if alone or any(_leads(line.text) for line in lines):
            return EMPTY, lines
        if not lines:
            return EMPTY, []
        if len(lines) == 1 and len(lines[0].text.strip()) == 1:
            return self.objects.floated(lines[0].stripped()), []
        return self.objects.add(Table(((tuple(lines),),)), floating=True), []

    def _paragraph(self, node: etree._Element) -> Rich:
        properties = node.find(f"{W}pPr")
        self.paragraph, self.fields = properties, []
        inherited = self.styles.paragraph_look(properties)
        if self.shaded or is_shaded(properties):
            inherited |= Look.HIGHLIGHT
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
                yield from self._alternatives(child, inherited, None)
            else:
                yield from self._inline(child, inherited)

    def _run(self, node: etree._Element, inherited: Look) -> Iterator[Rich]:
        properties = node.find(f"{W}rPr")
        if properties is not None and is_on(properties.find(f"{W}vanish")):
            return
        look = self.styles.look(properties, inherited)
        for child in node:
            yield from self._piece(child, look, properties)

    def _piece(self, child: etree._Element, look: Look, properties: etree._Element | None) -> Iterator[Rich]:
        name = str(child.tag).removeprefix(W)
        if name == "fldChar":
            yield from self._field(str(child.get(f"{W}fldCharType", "")))
        elif self.fields and (code := self.fields[-1]) is not None:
            self.fields[-1] = code + eq_fields.code_of(child, look)
        elif name in _THINGS:
            yield from self._thing(name, child, look)
        elif child.tag == f"{MC}AlternateContent":
            yield from self._alternatives(child, look, properties)
        else:
            yield from self.letters.of(name, child, look, self.styles.font(properties, self.paragraph))

    def _thing(self, name: str, child: etree._Element, look: Look) -> Iterator[Rich]:
        if name == "drawing":
            yield from self.drawings.drawing(child)
        elif name in ("pict", "object"):
            yield from self.drawings.legacy(child)
        elif name.endswith("Reference"):
            yield from self._note(child, look)
        else:
            yield Rich.of(f"[{self.noted}] ", look & ~Look.SUP)

    def _alternatives(self, node: etree._Element, look: Look, properties: etree._Element | None) -> Iterator[Rich]:
        """The first alternative that holds something to show; the others say the same again."""
        boxes = len(self.drawings.boxes)
        for choice in node:
            found = [one for child in choice for one in self._alternative(child, look, properties)]
            if found or len(self.drawings.boxes) > boxes:
                yield from found
                return

    def _alternative(self, child: etree._Element, look: Look, properties: etree._Element | None) -> Iterator[Rich]:
        """Runs, or what stands inside of one."""
        return self._run(child, look) if child.tag == f"{W}r" else self._piece(child, look, properties)

    # --- fields, notes, formulas -----------------------------------------------

    def _field(self, kind: str) -> Iterator[Rich]:
        """Codes stand between `begin` and `separate`, what is shown between that and `end` (17.16)."""
        if kind == "begin":
            self.fields.append("")
        elif kind == "separate" and self.fields:
            self.fields[-1] = None
        elif kind == "end" and self.fields:
            code = self.fields.pop() or ""
            if eq_fields.is_formula(code):
                yield self.objects.add(_drawn_by(code))

    def _note(self, node: etree._Element, look: Look) -> Iterator[Rich]:
        """The text of a footnote follows the paragraph that refers to it."""
        kind = str(node.tag).removeprefix(W).removesuffix("Reference")
        found = self.package.notes(kind).get(str(node.get(f"{W}id", "")))
        if found is None or self.boxed:
            return
        self.noted += 1
        self.notes.append(found)
        yield Rich.of(f"[{self.noted}]", look | Look.SUP)

    def _formula(self, node: etree._Element) -> Rich:
        source = bare(node)
        display = node.tag == f"{M}oMathPara"
        try:
            mathml = omml_to_mathml(source, display)
        except MathematicsError as error:
            reason = Reason.of("formula_lost", N_("A formula can't be read: %(problem)s"), problem=why(error))
            return self.objects.add(Lost(reason, picture=True))
        if not re.search(r"<m[ino]>|<mtext>|<m[io] ", mathml):
            return EMPTY
        return self.objects.add(Formula(etree.tostring(source, encoding="unicode"), "omml", mathml, display))


def _drawn_by(code: str) -> Formula | Lost:
    """The formula of an EQ field."""
    try:
        return eq_fields.formula_of(code)
    except MathematicsError:
        message = N_("A formula of an EQ field can't be read: %(problem)s")
        return Lost(Reason.of("formula_lost", message, problem=code.strip()[:60]), picture=True)


def _leads(text: str) -> bool:
    """Whether a line in a text box is one of the test's own: a question, an option, a heading, answers."""
    labelled = exam_labels.at_start(text, lower=False) or exam_labels.at_start(text, lower=True)
    start = exam_marks.question_start(text)
    return bool(labelled or (start and start.named) or exam_marks.key_heading(text) or exam_marks.answer_said(text))
