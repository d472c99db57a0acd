"""Office MathML (ECMA-376 Part 1, 22.1) → MathML: every construct of Word's equation editor.

Structure only: `mathematics.omml_to_mathml` makes the result safe and renders-ready as it does with any other MathML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lxml import etree

from item_bank.content.mathml import MathematicsError
from item_bank.content.mathml_letters import in_variant
from item_bank.content.sentence import N_, Sentence

NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_M = f"{{{NAMESPACE}}}"
_DEEPEST = 60

#: 22.1.2.111 `sty` and 22.1.2.95 `scr` → the letters of Unicode; plain and italic need none.
_SCRIPTS = {"double-struck": "double-struck", "script": "script", "fraktur": "fraktur", "monospace": "monospace"}
_TOKEN = re.compile(r"(?P<number>\d+(?:[.,]\d+)*)|(?P<name>[^\W\d_]+)|(?P<space>\s+)|(?P<sign>.)", re.DOTALL)
# fmt: off
_NAMES = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "arccot", "sinh", "cosh", "tanh", "log",
    "ln", "lg", "lim", "max", "min", "sup", "inf", "det", "gcd", "mod", "exp", "tg", "cotg", "arctg", "const",
})
# fmt: on
# Word keeps combining characters for accents; as operators above a base MathML has these (MathML 3, C.4).
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "´",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "‾",
    "\u0305": "‾",
    "\u0306": "˘",
    "\u0307": "˙",
    "\u0308": "¨",
    "\u030c": "ˇ",
    "\u20d6": "←",
    "\u20d7": "→",
    "\u20e1": "↔",
    "\u2322": "⌢",
    "\u0311": "⌢",
}
INTEGRALS = frozenset("∫∬∭∮∯∰∱∲∳")
_SCALING = ("sub", "sup")
#: Stands where an equation is meant to be empty and Word would draw a dotted box.
NOTHING = "\u200b"
#: Lines through what is boxed, in the order of its properties (22.1.2.11).
STRUCK = {
    "strikeH": "horizontalstrike",
    "strikeV": "verticalstrike",
    "strikeBLTR": "updiagonalstrike",
    "strikeTLBR": "downdiagonalstrike",
}


def converted(root: etree._Element, *, display: bool = False) -> etree._Element:
    """The `<math>` of an `m:oMath` or `m:oMathPara`. Raises MathematicsError for what is none."""
    name = etree.QName(root).localname
    if not str(root.tag).startswith(_M) or name not in {"oMath", "oMathPara"}:
        raise MathematicsError(Sentence.of(N_("This formula is not in the form that Word writes")))
    math = etree.Element("math")
    if display or name == "oMathPara":
        math.set("display", "block")
    formulas = list(root.iterchildren(f"{_M}oMath")) if name == "oMathPara" else [root]
    if len(formulas) == 1:
        math.extend(_children(formulas[0], 0))
    else:
        table = etree.SubElement(math, "mtable", {"columnalign": "left", "displaystyle": "true"})
        for formula in formulas:
            etree.SubElement(etree.SubElement(table, "mtr"), "mtd").extend(_children(formula, 0))
    return math


def _children(node: etree._Element, depth: int) -> list[etree._Element]:
    if depth > _DEEPEST:
        raise MathematicsError(Sentence.of(N_("The formula is nested too deeply")))
    made: list[etree._Element] = []
    for child in node:
        made.extend(_converted(child, depth + 1))
    return made


def _converted(node: etree._Element, depth: int) -> list[etree._Element]:
    name = etree.QName(node).localname
    if not node.tag.startswith(_M):  # marks of revisions, bookmarks and the like: what they hold counts
        return [] if name in {"del", "rPr", "proofErr", "moveFrom"} else _children(node, depth)
    if name == "r":
        return _run(node)
    if name.endswith("Pr") or name == "argSz":
        return []
    convert = _CONVERT.get(name)
    if convert is None:
        raise MathematicsError(Sentence.of(N_("The formula uses %(name)s, which is not known"), name=f"m:{name}"))
    return [convert(node, depth)]


def _row(node: etree._Element | None, depth: int) -> etree._Element:
    """One element for an argument: itself when it is one, a row of what it holds otherwise."""
    made = [] if node is None else _children(node, depth)
    return made[0] if len(made) == 1 else _element("mrow", made)


def _argument(node: etree._Element, name: str, depth: int) -> etree._Element:
    return _row(node.find(f"{_M}{name}"), depth)


def _element(tag: str, children: Sequence[etree._Element] = (), /, **attributes: str) -> etree._Element:
    made = etree.Element(tag, attributes)
    made.extend(children)
    return made


def _operator(text: str, **attributes: str) -> etree._Element:
    made = etree.Element("mo", attributes)
    made.text = text
    return made


def _property(node: etree._Element, name: str, default: str) -> str:
    """The value of a property; an element without a value is on (22.9.2.7)."""
    properties = node.find(f"{_M}{etree.QName(node).localname}Pr")
    found = None if properties is None else properties.find(f"{_M}{name}")
    if found is None:
        return default
    value: str | None = found.get(f"{_M}val")
    return ("1" if name.endswith("Hide") else default) if value is None else value


def _on(node: etree._Element, name: str) -> bool:
    return _property(node, name, "0") in {"1", "on", "true"}


def _filled(node: etree._Element | None) -> bool:
    return node is not None and len(node) > 0


# --- runs ---------------------------------------------------------------


def _run(node: etree._Element) -> list[etree._Element]:
    text = "".join(str(part.text or "") for part in node.iterchildren(f"{_M}t"))
    properties = node.find(f"{_M}rPr")
    if properties is not None and properties.find(f"{_M}nor") is not None:
        return [_token("mtext", text.replace(" ", "\u00a0"))] if text else []
    style = _run_property(properties, "sty", "i")
    script = _SCRIPTS.get(_run_property(properties, "scr", "roman"), "")
    made: list[etree._Element] = []
    for found in _TOKEN.finditer(text):
        made.extend(_tokens(found, style, script))
    return made


def _run_property(properties: etree._Element | None, name: str, default: str) -> str:
    found = None if properties is None else properties.find(f"{_M}{name}")
    return default if found is None else str(found.get(f"{_M}val", default))


def _tokens(found: re.Match[str], style: str, script: str) -> list[etree._Element]:
    if number := found["number"]:
        return [_token("mn", in_variant(number, "bold") if "b" in style else number)]
    if name := found["name"]:
        return _letters(name, style, script)
    if sign := found["sign"]:
        return [] if sign in ("&", NOTHING) else [_operator({"-": "−", "'": "′", "*": "∗"}.get(sign, sign))]
    return [_element("mspace", width="0.28em")] if len(found["space"]) > 1 else []


def _letters(name: str, style: str, script: str) -> list[etree._Element]:
    if script or style in {"b", "bi"}:
        variant = script or {"b": "bold", "bi": "bold-italic"}[style]
        return [_token("mi", in_variant(letter, variant)) for letter in name]
    if name in _NAMES or (style == "p" and len(name) > 1):
        return [_token("mi", name)]
    made = [_token("mi", letter) for letter in name]
    if style == "p":
        for one in made:
            one.set("mathvariant", "normal")
    return made


def _token(tag: str, text: str) -> etree._Element:
    made = etree.Element(tag)
    made.text = text
    return made


# --- structures, in the order of 22.1.2 -----------------------------------


def _accent(node: etree._Element, depth: int) -> etree._Element:
    mark = _property(node, "chr", "\u0302")
    above = _operator(_ACCENTS.get(mark, mark), stretchy="true")
    return _element("mover", [_argument(node, "e", depth), above], accent="true")


def _bar(node: etree._Element, depth: int) -> etree._Element:
    base = _argument(node, "e", depth)
    if _property(node, "pos", "bot") == "top":
        return _element("mover", [base, _operator("‾", stretchy="true")], accent="true")
    return _element("munder", [base, _operator("_", stretchy="true")], accentunder="true")


def _boxed(node: etree._Element, depth: int) -> etree._Element:
    hidden = [side for side in ("Top", "Bot", "Left", "Right") if _on(node, f"hide{side}")]
    struck = [name for strike, name in STRUCK.items() if _on(node, strike)]
    if not hidden and not struck:
        return _element("menclose", _children(node, depth), notation="box")
    names = {"Top": "top", "Bot": "bottom", "Left": "left", "Right": "right"}
    sides = [name for side, name in names.items() if side not in hidden]
    shown = " ".join([*(["box"] if len(sides) == len(names) else sides), *struck])
    return _element("menclose", _children(node, depth), notation=shown) if shown else _row(node, depth)


def _delimited(node: etree._Element, depth: int) -> etree._Element:
    """22.1.2.24: round brackets and `|` between the arguments, unless it says otherwise."""
    opening, closing = _property(node, "begChr", "("), _property(node, "endChr", ")")
    separator = _property(node, "sepChr", "|")
    made = _element("mrow")
    if opening:
        made.append(_operator(opening, fence="true", form="prefix", stretchy="true"))
    for at, argument in enumerate(node.iterchildren(f"{_M}e")):
        if at and separator:
            made.append(_operator(separator, separator="true", stretchy="true"))
        made.append(_row(argument, depth))
    if closing:
        made.append(_operator(closing, fence="true", form="postfix", stretchy="true"))
    return made


def _equations(node: etree._Element, depth: int) -> etree._Element:
    rows = [_element("mtr", [_element("mtd", _children(one, depth))]) for one in node.iterchildren(f"{_M}e")]
    return _element("mtable", rows, columnalign="left", displaystyle="true")


def _fraction(node: etree._Element, depth: int) -> etree._Element:
    top, bottom = _argument(node, "num", depth), _argument(node, "den", depth)
    kind = _property(node, "type", "bar")
    if kind in {"lin", "skw"}:
        return _element("mrow", [top, _operator("/"), bottom])
    return _element("mfrac", [top, bottom], **({"linethickness": "0"} if kind == "noBar" else {}))


def _function(node: etree._Element, depth: int) -> etree._Element:
    return _element("mrow", [_argument(node, "fName", depth), _operator("\u2061"), _argument(node, "e", depth)])


def _grouped(node: etree._Element, depth: int) -> etree._Element:
    mark = _operator(_property(node, "chr", "⏟"), stretchy="true")
    base = _argument(node, "e", depth)
    return _element("mover" if _property(node, "pos", "bot") == "top" else "munder", [base, mark])


def _limit_below(node: etree._Element, depth: int) -> etree._Element:
    return _element("munder", [_argument(node, "e", depth), _argument(node, "lim", depth)])


def _limit_above(node: etree._Element, depth: int) -> etree._Element:
    return _element("mover", [_argument(node, "e", depth), _argument(node, "lim", depth)])


def _matrix(node: etree._Element, depth: int) -> etree._Element:
    rows = [
        _element("mtr", [_element("mtd", _children(cell, depth)) for cell in row.iterchildren(f"{_M}e")])
        for row in node.iterchildren(f"{_M}mr")
    ]
    return _element("mtable", rows)


def _nary(node: etree._Element, depth: int) -> etree._Element:
    sign = _property(node, "chr", "∫")
    beside = _property(node, "limLoc", "subSup" if sign in INTEGRALS else "undOvr") == "subSup"
    scripts = [name for name in _SCALING if not _on(node, f"{name}Hide") and _filled(node.find(f"{_M}{name}"))]
    operator = _operator(sign, largeop="true", **({} if beside else {"movablelimits": "false"}))
    tags = {("sub",): ("msub", "munder"), ("sup",): ("msup", "mover"), _SCALING: ("msubsup", "munderover")}
    if scripts:
        tag = tags[tuple(scripts)][0 if beside else 1]
        operator = _element(tag, [operator, *(_argument(node, name, depth) for name in scripts)])
    return _element("mrow", [operator, _argument(node, "e", depth)])


def _phantom(node: etree._Element, depth: int) -> etree._Element:
    if _property(node, "show", "1") in {"1", "on", "true"}:
        return _row(node.find(f"{_M}e"), depth)
    return _element("mphantom", [_argument(node, "e", depth)])


def _radical(node: etree._Element, depth: int) -> etree._Element:
    degree = node.find(f"{_M}deg")
    base = _argument(node, "e", depth)
    if degree is None or _on(node, "degHide") or not len(degree):
        return _element("msqrt", [base])
    return _element("mroot", [base, _row(degree, depth)])


def _scripted(tag: str, *names: str) -> Callable[[etree._Element, int], etree._Element]:
    return lambda node, depth: _element(tag, [_argument(node, name, depth) for name in names])


def _prescripted(node: etree._Element, depth: int) -> etree._Element:
    scripts = [_argument(node, "sub", depth), _argument(node, "sup", depth)]
    return _element("mmultiscripts", [_argument(node, "e", depth), _element("mprescripts"), *scripts])


_CONVERT: dict[str, Callable[[etree._Element, int], etree._Element]] = {
    "acc": _accent,
    "bar": _bar,
    "borderBox": _boxed,
    "box": lambda node, depth: _argument(node, "e", depth),
    "d": _delimited,
    "e": _row,
    "eqArr": _equations,
    "f": _fraction,
    "func": _function,
    "groupChr": _grouped,
    "limLow": _limit_below,
    "limUpp": _limit_above,
    "m": _matrix,
    "nary": _nary,
    "oMath": _row,
    "phant": _phantom,
    "rad": _radical,
    "sPre": _prescripted,
    "sSub": _scripted("msub", "e", "sub"),
    "sSubSup": _scripted("msubsup", "e", "sub", "sup"),
    "sSup": _scripted("msup", "e", "sup"),
}
