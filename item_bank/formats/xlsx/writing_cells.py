"""Texts of items → cells of a workbook: kinds of letters as rich text, formulas as TeX, pictures beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from item_bank.content.model import Asset, Formula, Markup
from item_bank.formats.model import N_
from item_bank.formats.runs import Block, Grid, Line, Piece, Shown, Text, blocks_of
from item_bank.formats.written import NotHeldError, clean
from item_bank.formats.xlsx.writing import Words

#: What a cell of Excel holds (ECMA-376, maximum of a cell's text).
_MAX_CHARS = 32_767
_SHOWABLE = {"image/png", "image/jpeg", "image/gif"}


class Cells:
    """The texts of one row; `pictures`: on which column, which, and the words that describe it."""

    def __init__(self, asset: Callable[[str], Asset]) -> None:
        self.asset = asset
        self.pictures: list[tuple[str, Asset, str]] = []

    def text(self, column: str, markup: Markup) -> Words:
        """Words with their kinds of letters, formulas as TeX between `\\(` and `\\)`; pictures lie on the cell."""
        for shown in _pictures(blocks_of(markup)):
            asset = self.asset(shown.digest)
            if asset.media_type not in _SHOWABLE:
                raise NotHeldError(
                    "picture_not_held", N_("A picture is missing, or of a kind that Excel does not show.")
                )
            self.pictures.append((column, asset, shown.alt))
        pieces = [Text(clean(one.text), one.looks) for one in _written(blocks_of(markup))]
        if not any(one.looks for one in pieces):
            return "".join(one.text for one in pieces).strip()
        return CellRichText(*(TextBlock(_font(one.looks), one.text) if one.looks else one.text for one in pieces))


def check(cells: Mapping[str, Words]) -> None:
    for words in cells.values():
        text = str(words)
        if len(text) > _MAX_CHARS:
            message = N_("A text is longer than the %(limit)s characters of a cell.")
            raise NotHeldError("text_too_long", message, limit=_MAX_CHARS)
        if text.startswith("#") and text.endswith(("!", "?", "/A")):
            raise NotHeldError("not_readable", N_("A text is taken for an error of Excel."))


def _pictures(blocks: Sequence[Block]) -> Iterator[Shown]:
    for block in blocks:
        if isinstance(block, Grid):
            yield from (shown for row in block.rows for cell in row for shown in _pictures(cell))
        else:
            yield from (one for one in block.pieces if isinstance(one, Shown))


def _written(blocks: Sequence[Block]) -> Iterator[Text]:
    """Lines below each other; the cells of a table beside each other."""
    for at, block in enumerate(blocks):
        if at:
            yield Text("\n")
        if isinstance(block, Line):
            yield from (_piece(one) for one in block.pieces)
            continue
        for number, row in enumerate(block.rows):
            yield Text("\n" * bool(number))
            for place, cell in enumerate(row):
                yield Text("\t" * bool(place))
                yield from _written(cell)


def _piece(one: Piece) -> Text:
    match one:
        case Text():
            return one
        case Shown():
            return Text("")
        case Formula():
            if one.notation != "tex":
                message = N_("A formula has no TeX, which is how a cell writes formulas.")
                raise NotHeldError("formula_not_held", message)
            return Text(f"\\[{one.source}\\]" if one.display else f"\\({one.source}\\)")


def _font(looks: AbstractSet[str]) -> InlineFont:
    raised: Literal["superscript", "subscript"] | None = (
        "superscript" if "sup" in looks else "subscript" if "sub" in looks else None
    )
    return InlineFont(b="b" in looks, i="i" in looks, u="single" if "u" in looks else None, vertAlign=raised)
