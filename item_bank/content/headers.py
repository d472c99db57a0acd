"""Header cells of the tables in an item. Browsers take no name for a cell from MathML, so a cell that holds nothing but
formulas (the x and f(x) of a table of variation) gets one in words; an empty cell is no header."""

from __future__ import annotations

import html
import re

from item_bank.content.model import Formula, Markup

SLOT = re.compile(r'<span data-math="([0-9]+)"></span>')
_HEADER = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SPAN = re.compile(r'\s(?:colspan|rowspan|lang|dir)="[^"]*"')
#: Characters alone say these; of a fraction or a root they would say something else.
_BUILT = re.compile(r"<m(?:sup|sub|subsup|frac|sqrt|root|table|multiscripts|under|over|underover)\b")


def words_of(formula: Formula) -> str:
    """As TeX if that is how it was written, otherwise its characters."""
    return formula.source if formula.notation == "tex" else _characters(formula)


def named(formula: Formula) -> str:
    """Its MathML with a name of its own, for a place where no other words stand."""
    said = words_of(formula) if _BUILT.search(formula.mathml) else _characters(formula) or words_of(formula)
    label = html.escape(" ".join(said.split()), quote=True)
    return formula.mathml.replace("<math", f'<math aria-label="{label}"', 1)


def bare(markup: Markup) -> set[int]:
    """The formulas that alone fill a header cell, by number."""
    cells = (cell[2] for cell in _HEADER.finditer(markup.html))
    return {int(number) for cell in cells if not _says(cell) for number in SLOT.findall(cell)}


def without_empty(text: str) -> str:
    """The corner of a table is often written as a header; without content it becomes a common cell."""

    def plain(cell: re.Match[str]) -> str:
        if _says(cell[2]) or SLOT.search(cell[2]):
            return cell[0]
        return f"<td{''.join(_SPAN.findall(cell[1]))}>{cell[2]}</td>"

    return _HEADER.sub(plain, text) if "<th" in text else text


def _says(cell: str) -> bool:
    return "<img" in cell or bool(html.unescape(_TAG.sub("", cell)).strip())


def _characters(formula: Formula) -> str:
    return html.unescape(_TAG.sub("", formula.mathml)).strip()
