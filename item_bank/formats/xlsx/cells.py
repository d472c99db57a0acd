"""A cell → the text its author typed, as far as Excel has left it.

Excel turns what it takes for numbers and dates into numbers: 0,5 into a binary float, 007 into 7, 1/2 into a day.
What the number format still tells is put back; the rest is reported with the cell's name.
"""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from item_bank.formats.model import N_, Reason

_ZEROS = re.compile(r"0+")
_DECIMALS = re.compile(r"[#,]*0\.(0+)")


@dataclass(frozen=True, slots=True)
class Value:
    """`rich` is HTML when the cell has letters of several kinds; a `problem` makes the cell unusable."""

    place: str
    text: str = ""
    rich: str = ""
    remarks: tuple[Reason, ...] = ()
    problem: Reason | None = None
    is_date: bool = False

    def __bool__(self) -> bool:
        return bool(self.text) or self.problem is not None


@dataclass(slots=True)
class CellReader:
    """Reads cells of one sheet; `cached` has the results of its formulas. Vietnamese writes decimals with a comma."""

    sheet: str
    comma: bool = True
    cached: dict[str, object] = field(default_factory=dict)

    def read(self, cell: Cell) -> Value:
        place = f"{self.sheet}!{cell.coordinate}"
        content: object = cell.value
        remarks: tuple[Reason, ...] = ()
        if cell.data_type == "f":
            content = self.cached.get(cell.coordinate)
            if content is None:
                message = N_("%(place)s holds a formula without a result; save the file in Excel or write the value.")
                return Value(place, problem=_at("formula_without_value", message, place))
            remarks = (_at("formula_value", N_("%(place)s: the result of a formula was read."), place),)
        if cell.data_type == "e" or (
            isinstance(content, str) and content.startswith("#") and content.endswith(("!", "?", "/A"))
        ):
            return Value(place, problem=_at("cell_error", N_("%(place)s holds an error of Excel."), place))
        return self._value(place, content, cell.number_format or "General", remarks)

    def _value(self, place: str, content: object, number_format: str, remarks: tuple[Reason, ...]) -> Value:
        match content:
            case None:
                return Value(place)
            case CellRichText():
                return Value(place, _clean(str(content)), _rich(content), remarks)
            case bool():
                return Value(place, "TRUE" if content else "FALSE", remarks=remarks)
            case int() | float():
                return Value(place, self._number(content, number_format), remarks=remarks)
            case datetime() | date() | time():
                text = _typed_date(content, number_format)
                message = N_("%(place)s: Excel made a date of it; %(text)s was read. Format the column as text.")
                return Value(
                    place, text, remarks=(*remarks, _at("date_recovered", message, place, text=text)), is_date=True
                )
            case _:
                return Value(place, _clean(str(content)), remarks=remarks)

    def _number(self, number: float, number_format: str) -> str:
        if not math.isfinite(number):
            return str(number)
        value = Decimal(f"{number:.15g}")  # what Excel itself shows: 0.1 + 0.2 is 0.3
        if _ZEROS.fullmatch(number_format) and value == value.to_integral_value():
            return f"{int(value):0{len(number_format)}d}"
        percent = number_format.endswith("%")
        value = value * 100 if percent else value
        if (found := _DECIMALS.fullmatch(number_format.rstrip("%"))) and -value.as_tuple().exponent <= len(found[1]):  # type: ignore[operator]
            value = value.quantize(Decimal(1).scaleb(-len(found[1])))
        elif value == value.to_integral_value():
            value = value.to_integral_value()
        text = f"{value:f}" + ("%" if percent else "")
        return text.replace(".", ",") if self.comma else text


def _at(code: str, message: str, cell: str, **params: object) -> Reason:
    """A reason whose message names the cell too."""
    return Reason(code, message, {**{name: str(value) for name, value in params.items()}, "place": cell}, None, cell)


def _typed_date(value: date | datetime | time, number_format: str) -> str:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    pattern = number_format.lower()
    if "y" not in pattern:
        return f"{value.day}/{value.month}"
    if "d" not in pattern:
        return f"{value.month}/{value:%y}"
    return f"{value:%d/%m/%Y}"


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _rich(content: CellRichText) -> str:
    """Bold, italic, underlined, raised and lowered letters (H₂O, x²) as HTML."""
    pieces = []
    for piece in content:
        if isinstance(piece, TextBlock):
            pieces.append(_styled(html.escape(piece.text, quote=False), piece.font))
        else:
            pieces.append(html.escape(str(piece), quote=False))
    joined = "".join(pieces).strip()
    return joined.replace("\n", "<br/>") if "<" in joined else ""


def _styled(text: str, font: InlineFont) -> str:
    tags = [
        tag
        for tag, on in (
            ("b", font.b),
            ("i", font.i),
            ("u", font.u),
            ("sup", font.vertAlign == "superscript"),
            ("sub", font.vertAlign == "subscript"),
        )
        if on
    ]
    return "".join(f"<{tag}>" for tag in tags) + text + "".join(f"</{tag}>" for tag in reversed(tags))
