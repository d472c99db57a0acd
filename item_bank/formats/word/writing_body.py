"""Lines of runs → paragraphs and tables of a Word document (ISO/IEC 29500-1, 17.3 and 17.4), pictures and equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from item_bank.content.mathematics import MathematicsError
from item_bank.content.model import Asset, Formula, Markup
from item_bank.content.pictures import PictureRefused, inspect
from item_bank.formats.model import N_
from item_bank.formats.paper.lines import TEX
from item_bank.formats.runs import Block, Grid, Line, Piece, Shown, Text, blocks_of
from item_bank.formats.word.formulas import equation
from item_bank.formats.word.writing_package import Media
from item_bank.formats.written import NotHeldError, clean

#: In the order that the schema wants (17.3.2.28).
_LOOKS = (
    ("b", "<w:b/>"),
    ("i", "<w:i/>"),
    ("u", '<w:u w:val="single"/>'),
    ("sub", '<w:vertAlign w:val="subscript"/>'),
    ("sup", '<w:vertAlign w:val="superscript"/>'),
)
#: English Metric Units of a pixel, and how much of a page a picture may take (17 by 20 cm).
_EMU = 9_525
_WIDEST, _HIGHEST = 6_120_000, 7_200_000
_SHOWABLE = {"image/png", "image/jpeg", "image/gif"}


class Body:
    """Writes markup; pictures go to `media`, formulas that were TeX to `tex`. numbers: of the drawings."""

    def __init__(
        self, asset: Callable[[str], Asset], media: Media, tex: dict[str, Formula], numbers: Iterator[int]
    ) -> None:
        self.asset, self.media, self.tex, self.numbers = asset, media, tex, numbers

    def paragraphs(self, markup: Markup, style: str, label: str = "", *, plain: str = "") -> list[str]:
        """label: runs before the first line. plain: a look that is left out, for it would mean something."""
        made: list[str] = []
        for block in blocks_of(markup):
            if isinstance(block, Grid):
                made += [paragraph(label, style)] if label else []
                made += [self._table(block), paragraph("")]  # or Word joins two tables into one
            else:
                made.append(paragraph(label + self._line(block, plain), style))
            label = ""
        return [*made, paragraph(label, style)] if label else made

    def _line(self, line: Line, plain: str) -> str:
        text = "".join(one.text for one in line.pieces if isinstance(one, Text))
        dollars = TEX.search(text) is not None
        return "".join(self._piece(one, plain, dollars=dollars) for one in line.pieces)

    def _piece(self, one: Piece, plain: str, *, dollars: bool) -> str:
        match one:
            case Text():
                text = one.text.replace("$", r"\$") if dollars else one.text
                return run(text, *(one.looks - {plain}))
            case Shown():
                return self._picture(one)
            case Formula():
                return self._formula(one)

    # --- formulas and pictures

    def _formula(self, formula: Formula) -> str:
        if formula.notation == "omml":
            return formula.source
        try:
            xml, name = equation(formula.mathml, formula.display)
        except MathematicsError as problem:
            if formula.notation != "tex" or "$" in formula.source:
                message = N_("A formula can't be an equation of Word: %(problem)s.")
                raise NotHeldError("formula_not_held", message, problem=problem.message) from problem
            return run(f"$${formula.source}$$" if formula.display else f"${formula.source}$")
        if formula.notation == "tex":
            self.tex[name] = formula
        return xml

    def _picture(self, shown: Shown) -> str:
        asset = self.asset(shown.digest)
        try:
            size = inspect(asset.data)
        except PictureRefused as problem:
            raise NotHeldError("picture_not_held", N_("A picture is missing or damaged.")) from problem
        if asset.media_type not in _SHOWABLE:
            raise NotHeldError("picture_not_held", N_("Word shows no pictures of this kind (WebP)."))
        relation = self.media.relation(shown.digest, asset)
        width, height = shown.width or size.width, shown.height or size.height
        return _drawing(next(self.numbers), relation, shown.alt, *_fitted(width, height))

    # --- tables

    def _table(self, grid: Grid) -> str:
        width = max((len(row) for row in grid.rows), default=0)
        columns = "".join('<w:gridCol w:w="1800"/>' for _ in range(width))
        rows = "".join(f"<w:tr>{''.join(self._cell(cell) for cell in row)}</w:tr>" for row in grid.rows)
        looks = '<w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        return f"<w:tbl>{looks}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"

    def _cell(self, blocks: Sequence[Block]) -> str:
        if any(isinstance(block, Grid) for block in blocks):
            raise NotHeldError("layout_not_held", N_("A table stands inside another table."))
        lines = [paragraph(self._line(block, "")) for block in blocks if isinstance(block, Line)]
        return f"<w:tc><w:tcPr/>{''.join(lines) or paragraph('')}</w:tc>"


def paragraph(runs: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{runs}</w:p>"


def run(text: str, *looks: str) -> str:
    if not text:
        return ""
    properties = "".join(xml for look, xml in _LOOKS if look in looks)
    told = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{told}<w:t xml:space="preserve">{escape(clean(text), quote=False)}</w:t></w:r>'


def _fitted(width: int, height: int) -> tuple[int, int]:
    """In EMU, made smaller where the page is too small."""
    wide, high = width * _EMU, height * _EMU
    scale = min(1.0, _WIDEST / wide, _HIGHEST / high)
    return max(1, int(wide * scale)), max(1, int(high * scale))


def _drawing(number: int, relation: str, alt: str, width: int, height: int) -> str:
    """20.4.2.8 inline, 19.3.1.37 pic."""
    told = escape(clean(alt).replace("\n", " "), quote=True)
    named = f'id="{number}" name="Picture {number}" descr="{told}"'
    size = f'cx="{width}" cy="{height}"'
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {named}/>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{relation}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>"
        f'<a:off x="0" y="0"/><a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
