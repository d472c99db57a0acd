"""MathML → Office MathML (ECMA-376 Part 1, 22.1), which Word edits as an equation: the way back of `omml`.

`omml_of` reads what it wrote: a formula that would come back as another one is not written at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from lxml import etree

from item_bank.content import mathml
from item_bank.content.mathematics import omml_to_mathml
from item_bank.content.mathml import MathematicsError
from item_bank.content.mathml_gist import GROUPING, gist, says
from item_bank.content.omml_pieces import ACCENTS, NARY, STRIKES, element, nothing, property_of, run, space
from item_bank.content.sentence import N_, Sentence

_DEEPEST = 60
#: What ends the operand of a sum or an integral.
_RELATIONS = frozenset("=<>≤≥≠≈≡→⇒⇔←∈,;.:")


def omml_of(source: str, *, display: bool = False) -> etree._Element:
    """An `m:oMath`, or with `display` an `m:oMathPara`. Raises MathematicsError for what Word has no equation for."""
    made = element("oMath", *_row(list(mathml.parse(source)), 0))
    made = element("oMathPara", made) if display else made
    if gist(omml_to_mathml(made, display)) != gist(source):
        raise MathematicsError(Sentence.of(N_("Word has no equation that says the same as this formula")))
    return made


def _row(nodes: Sequence[etree._Element], depth: int) -> list[etree._Element]:
    if depth > _DEEPEST:
        raise MathematicsError(Sentence.of(N_("The formula is nested too deeply")))
    flat = _flattened(nodes)
    made: list[etree._Element] = []
    at = 0
    while at < len(flat):
        end, written = _from(flat, at, depth)
        made += written
        at = end
    return made


def _flattened(nodes: Sequence[etree._Element]) -> list[etree._Element]:
    """Groups that only hold together are opened, so that a bracket finds the one that closes it."""
    found: list[etree._Element] = []
    for node in nodes:
        found += _flattened(list(node)) if node.tag in GROUPING else [node]
    return found


def _from(flat: Sequence[etree._Element], at: int, depth: int) -> tuple[int, list[etree._Element]]:
    """Where the next one begins, and what this one is written as."""
    node = flat[at]
    if _opens(node) and (end := _closing(flat, at)) is not None:
        return end + 1, [_delimited(flat[at : end + 1], depth)]
    if _is_nary(node):
        end = at + 1
        while end < len(flat) and not (flat[end].tag == "mo" and _text(flat[end]) in _RELATIONS):
            end += 1
        return end, [_nary(node, flat[at + 1 : end], depth)]
    return at + 1, _one(node, depth)


# --- brackets ----------------------------------------------------------


def _opens(node: etree._Element) -> bool:
    return node.tag == "mo" and node.get("fence") == "true" and node.get("form") == "prefix"


def _closing(flat: Sequence[etree._Element], at: int) -> int | None:
    depth = 0
    for place in range(at, len(flat)):
        node = flat[place]
        depth += _opens(node)
        if node.tag == "mo" and node.get("fence") == "true" and node.get("form") == "postfix":
            depth -= 1
            if not depth:
                return place
    return None


def _delimited(nodes: Sequence[etree._Element], depth: int) -> etree._Element:
    properties = element("dPr", property_of("begChr", _text(nodes[0])), property_of("sepChr", ""))
    properties.append(property_of("endChr", _text(nodes[-1])))
    return element("d", properties, element("e", *_row(nodes[1:-1], depth + 1)))


# --- one element -------------------------------------------------------


def _one(node: etree._Element, depth: int) -> list[etree._Element]:
    name = str(node.tag)
    if name in mathml.TOKENS:
        return run(node)
    if name == "mspace":
        return space(node)
    children = list(node)
    convert = _CONVERT.get(name)
    if convert is None:
        raise MathematicsError(Sentence.of(N_("The formula uses %(name)s, which is not known"), name=name))
    return [convert(node, children, depth + 1)]


def _argument(name: str, node: etree._Element, depth: int) -> etree._Element:
    """Word draws a dotted box where nothing stands: what is meant to be empty holds a character without width."""
    return element(name, *(_row([node], depth) or [nothing()]))


def _fraction(node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    made = element("f", _argument("num", children[0], depth), _argument("den", children[1], depth))
    if re.fullmatch(r"0(?:[a-z]+|\.0*)?", str(node.get("linethickness", ""))):
        made.insert(0, element("fPr", property_of("type", "noBar")))
    return made


def _root(_node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    return element("rad", _argument("deg", children[1], depth), _argument("e", children[0], depth))


def _square_root(_node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    hidden = element("radPr", property_of("degHide", "1"))
    return element("rad", hidden, element("deg"), element("e", *_row(children, depth)))


def _scripted(node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    names = {"msub": ("sSub", "sub"), "msup": ("sSup", "sup"), "msubsup": ("sSubSup", "sub", "sup")}[str(node.tag)]
    inner = [_argument(name, child, depth) for name, child in zip(("e", *names[1:]), children, strict=True)]
    return element(names[0], *inner)


def _above_or_below(node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    if node.tag == "munderover":
        inner = element("limLow", _argument("e", children[0], depth), _argument("lim", children[1], depth))
        return element("limUpp", element("e", inner), _argument("lim", children[2], depth))
    above = node.tag == "mover"
    base, mark = children
    if not says(mark):
        return element("box", _argument("e", base, depth))
    if mark.tag == "mo" and (found := _marked(_text(mark), base, depth, above=above)) is not None:
        return found
    name = "limUpp" if above else "limLow"
    return element(name, _argument("e", base, depth), _argument("lim", mark, depth))


def _marked(text: str, base: etree._Element, depth: int, *, above: bool) -> etree._Element | None:
    """A bar, an accent or a brace as Word has them; None for any other sign."""
    if text in "‾¯_―" and text:
        return element(
            "bar", element("barPr", property_of("pos", "top" if above else "bot")), _argument("e", base, depth)
        )
    if above and text in ACCENTS:
        return element("acc", element("accPr", property_of("chr", ACCENTS[text])), _argument("e", base, depth))
    if text in "⏞⏟⎴⎵⏜⏝" and text:
        place = [property_of("pos", "top")] if above else []
        return element("groupChr", element("groupChrPr", property_of("chr", text), *place), _argument("e", base, depth))
    return None


def _is_nary(node: etree._Element) -> bool:
    if node.tag in {"msub", "msup", "msubsup", "munder", "mover", "munderover"}:
        return len(node) > 0 and node[0].tag == "mo" and _text(node[0]) in NARY
    return node.tag == "mo" and _text(node) in NARY


def _nary(node: etree._Element, operand: Sequence[etree._Element], depth: int) -> etree._Element:
    sign = _text(node if node.tag == "mo" else node[0])
    below = node.tag in {"munder", "mover", "munderover"}
    properties = element("naryPr", property_of("chr", sign), property_of("limLoc", "undOvr" if below else "subSup"))
    scripts = dict(zip(_PLACES.get(str(node.tag), ()), list(node)[1:], strict=True))
    for name in ("sub", "sup"):
        if name not in scripts:
            properties.append(property_of(f"{name}Hide", "1"))
    made = element("nary", properties)
    for name in ("sub", "sup"):
        made.append(_argument(name, scripts[name], depth + 1) if name in scripts else element(name))
    made.append(element("e", *_row(operand, depth + 1)))
    return made


_PLACES = {
    "msub": ("sub",),
    "munder": ("sub",),
    "msup": ("sup",),
    "mover": ("sup",),
    "msubsup": ("sub", "sup"),
    "munderover": ("sub", "sup"),
}


def _prescripted(_node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    """A base with scripts before it, and at most one pair behind it."""
    names = [str(child.tag) for child in children]
    at = names.index("mprescripts") if "mprescripts" in names else len(names)
    after, before = children[1:at], children[at + 1 :]
    if len(after) not in (0, 2) or len(before) != 2:
        raise MathematicsError(Sentence.of(N_("The formula uses %(name)s, which is not known"), name="mmultiscripts"))
    base = _argument("e", children[0], depth)
    if after:
        inner = element("sSubSup", base, _argument("sub", after[0], depth), _argument("sup", after[1], depth))
        base = element("e", inner)
    return element("sPre", _argument("sub", before[0], depth), _argument("sup", before[1], depth), base)


def _table(_node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    rows = [[_row(list(cell), depth) for cell in row] for row in children]
    width = max((len(row) for row in rows), default=0)
    sides = [_side(cell) for cell in (children[0] if children else ())]
    columns = [
        element("mc", element("mcPr", property_of("count", "1"), property_of("mcJc", side)))
        for side in [*sides, *["center"] * (width - len(sides))]
    ]
    made = element("m", element("mPr", element("mcs", *columns)))
    made.extend(element("mr", *(element("e", *cell) for cell in row)) for row in rows)
    return made


def _side(cell: etree._Element) -> str:
    """The classes are those of `mathml._align_columns`."""
    classes = str(cell.get("class", "")).split()
    return next((side for side in ("left", "right") if f"tml-{side}" in classes), "center")


def _enclosed(node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    kinds = set(str(node.get("notation", "longdiv")).split())
    sides = {"top": "Top", "bottom": "Bot", "left": "Left", "right": "Right"}
    if kinds - {"box", *sides, *STRIKES}:
        raise MathematicsError(Sentence.of(N_("The formula uses %(name)s, which is not known"), name="menclose"))
    inner = element("e", *_row(children, depth))
    hidden = (
        [] if "box" in kinds else [property_of(f"hide{name}", "1") for side, name in sides.items() if side not in kinds]
    )
    struck = [property_of(strike, "1") for kind, strike in STRIKES.items() if kind in kinds]
    return (
        element("borderBox", element("borderBoxPr", *hidden, *struck), inner)
        if hidden + struck
        else element("borderBox", inner)
    )


def _phantom(_node: etree._Element, children: list[etree._Element], depth: int) -> etree._Element:
    return element("phant", element("phantPr", property_of("show", "0")), element("e", *_row(children, depth)))


_CONVERT: dict[str, Callable[[etree._Element, list[etree._Element], int], etree._Element]] = {
    "mfrac": _fraction,
    "mroot": _root,
    "msqrt": _square_root,
    "msub": _scripted,
    "msup": _scripted,
    "msubsup": _scripted,
    "munder": _above_or_below,
    "mover": _above_or_below,
    "munderover": _above_or_below,
    "mmultiscripts": _prescripted,
    "mtable": _table,
    "menclose": _enclosed,
    "mphantom": _phantom,
    "none": lambda _node, _children, _depth: element("r"),
}


def _text(node: etree._Element) -> str:
    return str(node.text or "").strip()
