"""What of a Word document is no text: pictures, drawings, text boxes, embedded objects, fields that draw formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from item_bank.content.model import Asset, Formula
from item_bank.content.pictures import PictureRefused, asset_of
from item_bank.content.sentence import Sentence, why
from item_bank.formats.mathtype import metafiles
from item_bank.formats.mathtype.reading import mathml_of
from item_bank.formats.model import N_, Reason
from item_bank.formats.paper.lines import Lost, Objects, Rich
from item_bank.formats.word.package import Package, R, W

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
V = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
_BOX = f"{W}txbxContent"
#: Shapes of VML; a shapetype only describes others.
_SHAPES = tuple(
    f"{V}{name}" for name in ("shape", "rect", "roundrect", "oval", "line", "polyline", "arc", "curve", "image")
)
_ABSOLUTE = re.compile(r"position\s*:\s*absolute")
_MOST_LABELS, _LONGEST_ALT = 12, 500
_MADE_UP = re.compile(
    r"^(?:image|picture|hình|ảnh)?\s*\d*$|\.(?:png|jpe?g|gif|bmp|emf|wmf)$|generated|được tạo tự động|MathType",
    re.IGNORECASE,
)


class Drawings:
    """Gathers what is found in `objects`, and the text boxes of a paragraph in `boxes`, for its reader to take."""

    def __init__(self, package: Package, objects: Objects) -> None:
        self.package = package
        self.objects = objects
        self.boxes: list[etree._Element] = []
        #: By target: a document may show one picture a thousand times, and unpacking it each time takes long.
        self._pictures: dict[str, Asset | Formula | PictureRefused] = {}
        self._formulas: dict[str, str | None] = {}

    def drawing(self, node: etree._Element) -> Iterator[Rich]:
        """`w:drawing`: DrawingML (ISO/IEC 29500-1, 20.4)."""
        floating = node.find(f"{WP}anchor") is not None
        blips = _outside_boxes(node, f"{A}blip")
        told = next(node.iter(f"{WP}docPr"), None)
        alt = _description("" if told is None else str(told.get("descr", "")))
        for blip in blips:
            yield self._picture(str(blip.get(f"{R}embed") or blip.get(f"{R}link") or ""), floating=floating, alt=alt)
        shapes = _outside_boxes(node, f"{WPS}wsp")
        yield from self._drawn(node, shapes, bool(blips), floating=floating)

    def legacy(self, node: etree._Element) -> Iterator[Rich]:
        """`w:pict`, `w:object`: VML, and embedded objects with their pictures."""
        if node.tag == f"{W}object" and (formula := self._formula(node)) is not None:
            yield self.objects.add(formula)
            return
        shapes = [one for tag in _SHAPES for one in _outside_boxes(node, tag) if one.get(f"{OFFICE}hr") is None]
        floating = any(_ABSOLUTE.search(str(one.get("style", ""))) for one in shapes)
        images = _outside_boxes(node, f"{V}imagedata")
        is_object = node.tag == f"{W}object"
        for image in images:
            above = image.getparent()
            alt = _description("" if above is None else str(above.get("alt", "")))
            yield self._picture(str(image.get(f"{R}id") or ""), is_object=is_object, floating=floating, alt=alt)
        drawn = [one for one in shapes if one.find(f"{V}imagedata") is None and one.find(f"{V}textpath") is None]
        if images or drawn:
            yield from self._drawn(node, drawn, bool(images), floating=floating)
        elif is_object:
            yield self._lost(PictureRefused(Sentence.of(N_("it has no picture."))), is_object=True)

    def _drawn(
        self, node: etree._Element, shapes: Sequence[etree._Element], pictured: bool, *, floating: bool
    ) -> Iterator[Rich]:
        """Text boxes by themselves are text. Among lines and circles, or on a picture, they are labels of a drawing."""
        boxes = _outside_boxes(node, _BOX)
        bare = [one for one in shapes if one.find(f".//{_BOX}") is None]
        if not bare and not pictured:
            self.boxes += boxes
            if boxes or shapes:
                return
        labels = [text for box in boxes if (text := " ".join("".join(map(str, box.itertext())).split()))]
        if pictured and (bare or labels):
            message = N_("What is drawn or written on a picture (%(parts)s) can't be read; paste all as one picture.")
            parts = ", ".join(labels[:_MOST_LABELS]) or "—"
            reason = Reason.of("drawing_partial", message, parts=parts)
            yield self.objects.add(Lost(reason, shown=""), floating=floating)
        elif not pictured:
            message = N_("A drawing made in Word (shapes, charts) can't be read; paste it as a picture.")
            yield self.objects.add(Lost(Reason.of("drawing_lost", message), picture=True), floating=floating)

    # --- pictures and formulas ------------------------------------------------

    def _formula(self, node: etree._Element) -> Formula | None:
        """What MathType or Equation Editor keeps beside the picture of its formula."""
        ole = node.find(f".//{OFFICE}OLEObject")
        target = None if ole is None else self.package.inside(str(ole.get(f"{R}id") or ""))
        if target is None:
            return None
        if target not in self._formulas:
            self._formulas[target] = mathml_of(self.package.archive.read(target))
        mathml = self._formulas[target]
        return None if mathml is None else Formula(mathml, "mathml", mathml)

    def _picture(self, relation: str, *, floating: bool = False, is_object: bool = False, alt: str = "") -> Rich:
        found = self._asset(relation)
        if isinstance(found, Formula):
            return self.objects.add(found)
        if isinstance(found, PictureRefused):
            return self._lost(found, is_object=is_object, floating=floating, alt=alt)
        return self.objects.add(found, floating=floating, alt=alt)

    def _lost(self, found: PictureRefused, *, is_object: bool, floating: bool = False, alt: str = "") -> Rich:
        message = N_("A picture can't be used: %(problem)s")
        if is_object:
            message = N_("A MathType formula or another embedded object can't be read: %(problem)s")
        reason = Reason.of("object_lost" if is_object else "picture_lost", message, problem=why(found))
        return self.objects.add(Lost(reason, picture=True), floating=floating, alt=alt)

    def _asset(self, relation: str) -> Asset | Formula | PictureRefused:
        target = self.package.inside(relation)
        if target is None:
            return PictureRefused(Sentence.of(N_("it does not lie inside the document.")))
        if target not in self._pictures:
            self._pictures[target] = _shown(self.package.archive.read(target))
        return self._pictures[target]


def _shown(data: bytes) -> Asset | Formula | PictureRefused:
    """A picture that browsers show; of a metafile its formula, or its bitmap."""
    try:
        if metafiles.is_metafile(data):
            if mathml := metafiles.formula_in(data):
                return Formula(mathml, "mathml", mathml)
            return asset_of(metafiles.picture_in(data) or data)
        return asset_of(data)
    except PictureRefused as refusal:
        return refusal


def _description(text: str) -> str:
    """What the author wrote about a picture: neither its file's name nor what Word made up."""
    said = " ".join(text.split())
    return "" if _MADE_UP.search(said) else said[:_LONGEST_ALT]


def _outside_boxes(node: etree._Element, tag: str) -> list[etree._Element]:
    """Those that are not inside of a text box: its paragraphs bring theirs themselves."""
    return [one for one in node.iter(tag) if not _in_box(one, node)]


def _in_box(one: etree._Element, top: etree._Element) -> bool:
    for above in one.iterancestors():
        if above is top:
            return False
        if above.tag == _BOX:
            return True
    return False
