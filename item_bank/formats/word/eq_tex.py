"""TeX of what switches of an EQ field draw: raised and lowered text, brackets, boxes, arrays, signs over letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from item_bank.content.mathematics import MathematicsError

_WORD = re.compile(r"[^\W\d_]{2,}(?:\s+[^\W\d_]+)*")
_ACCENT = {"→": r"\overrightarrow", "⃗": r"\overrightarrow", "⟶": r"\overrightarrow", "^": r"\widehat", "∧": r"\widehat"}
_ACCENT |= {"–": r"\overline", "—": r"\overline", "-": r"\overline", "¯": r"\overline", "_": r"\overline"}
_PLAIN = {one: rf"\{one}" for one in "{}%#&$_"} | {"^": r"\hat{}", "~": r"\sim "}
#: Who reads the field tells it with its code.
UNKNOWN = "EQ"
_CLOSING = {"(": ")", "[": "]", "{": "}", "<": ">"}
_FENCES = {"{": r"\{", "}": r"\}", "<": r"\langle ", ">": r"\rangle "}


@dataclass(frozen=True, slots=True)
class Option:
    """`number`: of columns or points; `sign`: the bracket or the sign that the switch names."""

    name: str
    sign: str = ""
    number: int = 0


def text(plain: str) -> str:
    """Signs as they stand; two letters and more of other languages are words."""
    made, at = [], 0
    for word in _WORD.finditer(plain):
        if word[0].isascii() and " " not in word[0]:
            continue
        made += [signs(plain[at : word.start()]), rf"\text{{{word[0]}}}"]
        at = word.end()
    return "".join([*made, signs(plain[at:])])


def signs(plain: str) -> str:
    return "".join(_PLAIN.get(one, one) for one in plain)


def raised(elements: Sequence[str], options: Sequence[Option]) -> str:
    way = next((one.name for one in options if one.name in ("up", "do")), "")
    match way, elements:
        case "up", [inner]:
            return f"^{{{inner}}}"
        case "do", [inner]:
            return f"_{{{inner}}}"
        case _, [above, below]:
            return f"^{{{above}}}_{{{below}}}"
    raise MathematicsError(UNKNOWN)


def sign(options: Sequence[Option]) -> str:
    names = {one.name for one in options}
    drawn = next((one.sign for one in options if one.name in ("fc", "vc")), "")
    if drawn:
        return rf"\mathop{{{signs(drawn)}}}\limits"
    return r"\sum" if "su" in names else r"\prod" if "pr" in names else r"\int"


def fenced(inner: str, options: Sequence[Option]) -> str:
    signs = {one.name: one.sign for one in options}
    both = signs.get("bc", "")
    left = both or signs.get("lc", "" if "rc" in signs else "(")
    right = _CLOSING.get(both, both) or signs.get("rc", "" if "lc" in signs else ")")
    return rf"\left{_FENCES.get(left, left) or '.'}{inner}\right{_FENCES.get(right, right) or '.'}"


def boxed(inner: str, options: Sequence[Option]) -> str:
    sides = {one.name for one in options} & {"to", "bo", "le", "ri"}
    if sides == {"to"}:
        return rf"\overline{{{inner}}}"
    if sides == {"bo"}:
        return rf"\underline{{{inner}}}"
    if sides:
        raise MathematicsError(UNKNOWN)
    return rf"\boxed{{{inner}}}"


def array(elements: Sequence[str], options: Sequence[Option]) -> str:
    """`\\coN`: so many columns, filled row by row."""
    way = next((one.name[1] for one in options if one.name in ("al", "ac", "ar")), "c")
    columns = max(1, next((one.number for one in options if one.name == "co"), 1))
    rows = [" & ".join(elements[at : at + columns]) for at in range(0, len(elements), columns)]
    inner = r" \\ ".join(rows)
    return rf"\begin{{array}}{{{way * min(columns, len(elements))}}}{inner}\end{{array}}"


def over(elements: Sequence[str]) -> str:
    """An arrow or a line over letters: one element is the sign, raised or not, the other what it stands over."""
    if len(elements) != 2:
        raise MathematicsError(UNKNOWN)
    for sign, inner in (elements, elements[::-1]):
        if (accent := _ACCENT.get(re.sub(r"[\^_{}\\\s]|hat", "", sign) or "^")) is not None:
            return rf"{accent}{{{inner}}}"
    raise MathematicsError(UNKNOWN)
