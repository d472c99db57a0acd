r"""Formulas of EQ fields, as Word up to 2003 has them, → TeX: `EQ \f(1;2)` (ISO/IEC 29500-1, 17.16.5.19).

Elements are parted by semicolons where there is one at the element's own level, else by commas: which of them counts is
a setting of the system on which the document was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from item_bank.content.mathematics import MathematicsError, tex_to_mathml
from item_bank.content.model import Formula
from item_bank.formats.mathtype import symbols
from item_bank.formats.paper.lines import Look
from item_bank.formats.word import eq_tex
from item_bank.formats.word.eq_tex import Option
from item_bank.formats.word.package import W

_CODE = re.compile(r"\s*eq\b", re.IGNORECASE)
_TOKEN = re.compile(r"\\[a-z]+-?\d*|\\.|[^\\]", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(r"\\([a-z]+?)(-?\d*)", re.IGNORECASE)
#: Of switches: to which side of an overstrike, which sign of an integral.
_OPTIONS = re.compile("a[lcrdi]|[lrbfv]c|su|pr|in|up|do|di|co|vs|hs|fo|ba|li|to|bo|le|ri")
_MOST_DEEP, _LONGEST = 12, 2_000


def is_formula(code: str) -> bool:
    return _CODE.match(code) is not None


def code_of(child: etree._Element, look: Look) -> str:
    """What an element of a run adds to a field's code: letters lowered or raised by their look are so by a switch."""
    name = str(child.tag).removeprefix(W)
    if name == "sym" and re.fullmatch("[0-9A-Fa-f]{1,4}", code := str(child.get(f"{W}char", ""))):
        return symbols.sign(int(code, 16), str(child.get(f"{W}font", "")))
    text = (child.text or "") if name == "instrText" else ""
    if not look & (Look.SUB | Look.SUP) or not re.fullmatch(r"[^\\(),;]+", text):
        return text
    return rf"\s\{'do' if look & Look.SUB else 'up'}2({text})"


def formula_of(code: str) -> Formula:
    """Raises MathematicsError."""
    tex = tex_of(code)
    return Formula(tex, "tex", tex_to_mathml(tex))


def tex_of(code: str) -> str:
    """Raises MathematicsError."""
    found = _CODE.match(code)
    if found is None or len(code) > _LONGEST:
        raise MathematicsError(eq_tex.UNKNOWN)
    reader = _Reader(_TOKEN.findall(code[found.end() :].strip()))
    made = reader.sequence("")
    if reader.at < len(reader.pieces) or not made.strip():
        raise MathematicsError(eq_tex.UNKNOWN)
    return made


class _Reader:
    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces, self.at, self.depth = pieces, 0, 0

    def sequence(self, until: str) -> str:
        """TeX up to one of the signs of `until`, which is not taken; brackets inside belong to the text."""
        made, plain, inside = [], "", 0
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            if not inside and piece in until:
                break
            self.at += 1
            named = _NAMED.fullmatch(piece)
            if named is not None:
                made += [eq_tex.text(plain), self._switch(named[1].lower())]
                plain = ""
                continue
            inside += (piece == "(") - (piece == ")")
            plain += piece.removeprefix("\\")
        return "".join([*made, eq_tex.text(plain)])

    def _switch(self, name: str) -> str:
        options = self._options()
        if name == "d":
            self._arguments()
            return r"\;"
        elements = self._arguments()
        match name, elements:
            case "f", [above, below]:
                return rf"\frac{{{above}}}{{{below}}}"
            case "r", [inner]:
                return rf"\sqrt{{{inner}}}"
            case "r", [degree, inner]:
                return rf"\sqrt[{degree}]{{{inner}}}" if degree else rf"\sqrt{{{inner}}}"
            case "s", _:
                return eq_tex.raised(elements, options)
            case "i", [low, high, inner]:
                return rf"{eq_tex.sign(options)}_{{{low}}}^{{{high}}}{{{inner}}}"
            case "b", _:
                return eq_tex.fenced(";".join(elements), options)
            case "l", _:
                return ";".join(elements)
            case "x", [inner]:
                return eq_tex.boxed(inner, options)
            case "a", _:
                return eq_tex.array(elements, options)
            case "o", _:
                return eq_tex.over(elements)
        raise MathematicsError(eq_tex.UNKNOWN)

    def _options(self) -> list[Option]:
        found: list[Option] = []
        while self.at < len(self.pieces):
            piece = self.pieces[self.at]
            named = _NAMED.fullmatch(piece)
            if piece.isspace():
                self.at += 1
            elif named is not None and _OPTIONS.fullmatch(named[1].lower()):
                self.at += 1
                number = int(named[2]) if named[2].isdecimal() and len(named[2]) < 4 else 0
                found.append(Option(named[1].lower(), self._sign_of(named[1].lower()), number))
            else:
                return found
        return found

    def _sign_of(self, name: str) -> str:
        """`\\lc\\{`: the bracket that follows."""
        if name not in ("lc", "rc", "bc", "fc", "vc") or self.at >= len(self.pieces):
            return ""
        self.at += 1
        return self.pieces[self.at - 1][-1:]

    def _arguments(self) -> list[str]:
        if self.at >= len(self.pieces) or self.pieces[self.at] != "(" or self.depth >= _MOST_DEEP:
            raise MathematicsError(eq_tex.UNKNOWN)
        self.depth += 1
        self.at += 1
        between = ";" if self._parted_by_semicolons() else ","
        found = [self.sequence(between + ")")]
        while self.at < len(self.pieces) and self.pieces[self.at] == between:
            self.at += 1
            found.append(self.sequence(between + ")"))
        if self.at >= len(self.pieces):
            raise MathematicsError(eq_tex.UNKNOWN)
        self.at += 1
        self.depth -= 1
        return [one.strip() for one in found]

    def _parted_by_semicolons(self) -> bool:
        inside = 0
        for piece in self.pieces[self.at :]:
            if piece == ";" and not inside:
                return True
            inside += (piece == "(") - (piece == ")")
            if inside < 0:
                return False
        return False
