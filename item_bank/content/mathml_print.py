"""MathML → the mathematics of Typst, for print: fractions, roots, scripts, big operators, matrices, accents, text."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from lxml import etree

from item_bank.content.mathml import parse

_ACCENTS = {
    "^": "hat", "ˆ": "hat", "\u0302": "hat", "~": "tilde", "˜": "tilde", "\u0303": "tilde", "˙": "dot",
    "¨": "dot.double", "¯": "overline", "‾": "overline", "―": "overline", "_": "underline", "‗": "underline",
    "→": "arrow", "⟶": "arrow", "\u20d7": "arrow", "\u20d6": "arrow.l", "↔": "arrow.l.r", "\u20e1": "arrow.l.r",
    "⏞": "overbrace", "⏜": "overparen",
}  # fmt: skip
_UNDER = {"¯": "underline", "‾": "underline", "_": "underline", "⏟": "underbrace"}
_DELIMITERS = {"(": '"("', "[": '"["', "{": '"{"', "|": '"|"', "‖": '"||"', "∥": '"||"'}
_CLOSING = {"(": ")", "[": "]", "{": "", "|": "|", "‖": "‖", "∥": "∥"}
_FENCES = {"prefix": {"(", "[", "{", "⟨", "⌊", "⌈"}, "postfix": {")", "]", "}", "⟩", "⌋", "⌉"}}
# fmt: off
_FUNCTIONS = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "arccot", "sinh", "cosh", "tanh", "coth",
    "ln", "log", "lg", "exp", "lim", "max", "min", "sup", "inf", "det", "dim", "gcd", "deg", "arg", "ker", "Pr",
})
# fmt: on
_NAMED = {",": "comma", ";": "semi", ":": "colon"}
_ESCAPED = "\\#$&_^/\"'`*~@()[]{}"
_PLACES = {"msub": ("br",), "msup": ("tr",), "msubsup": ("br", "tr")}
_SPACES = ((0.1, "thin"), (0.2, "med"), (0.4, "thick"), (0.8, "quad"), (1.6, "wide"))


def mathml_to_typst(source: str) -> str:
    """The inside of a Typst equation (between the dollars). What has no counterpart is given by its text."""
    return " ".join(_row(list(parse(source))).split())


def _row(nodes: list[etree._Element]) -> str:
    """Neighbours one after another; fences around them grow with what they hold."""
    if len(nodes) > 2 and _is_fence(nodes[0], "prefix") and _is_fence(nodes[-1], "postfix"):
        inside = _sequence(nodes) if _fenced_table(nodes, 0) else ""
        return inside or f"lr({_sequence(nodes)})"
    return _sequence(nodes)


def _is_fence(node: etree._Element, form: str) -> bool:
    if _name(node) != "mo" or node.get("stretchy") == "false":
        return False
    return _text(node).strip() in _FENCES[form] or (node.get("form") == form and node.get("fence") == "true")


def _sequence(nodes: list[etree._Element]) -> str:
    written: list[str] = []
    at = 0
    while at < len(nodes):
        fenced = _fenced_table(nodes, at)
        if fenced:
            written.append(fenced[0])
            at = fenced[1]
        else:
            base = _base_before(nodes, at, written)
            written.append(_node(nodes[at]) if base is None else _attached(nodes[at], _PLACES[_name(nodes[at])], base))
            at += 1
    return " ".join(part for part in written if part)


def _base_before(nodes: list[etree._Element], at: int, written: list[str]) -> str | None:
    """Chemists' TeX writes SO₄ as S, O and a script of nothing; the script belongs to what stands before it."""
    node = nodes[at]
    empty = _name(node) in _PLACES and not len(node[0]) and not (node[0].text or "").strip()
    if (
        not empty
        or not at
        or _name(nodes[at - 1]) not in {"mi", "mn", "mrow", "mpadded"}
        or not (written and written[-1])
    ):
        return None
    return written.pop()


def _node(node: etree._Element) -> str:
    name = _name(node)
    writer = _WRITERS.get(name)
    if "m-box" in str(node.get("class", "")).split():
        return _boxed(_row(list(node)))
    if writer is not None:
        return writer(node)
    return _row(list(node)) if len(node) else quoted("".join(str(text) for text in node.itertext()).strip())


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname


def _text(node: etree._Element) -> str:
    return "".join(str(text) for text in node.itertext())


def quoted(text: str) -> str:
    """Text as a Typst string, in which nothing has a meaning but quote and backslash."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"' if text else ""


def _identifier(node: etree._Element) -> str:
    text = _text(node).strip()
    if not text:
        return ""
    if text in {"|", "‖"}:
        return f'class("normal", {text})'  # a bar by itself is a relation to Typst, with room around
    if len(text) == 1:
        upright = node.get("mathvariant") == "normal"
        return f"upright({_symbol(text)})" if upright and text.isalpha() else _symbol(text)
    return f"op({quoted(text)})" if text in _FUNCTIONS else f"upright({quoted(text)})"


def _operator(node: etree._Element) -> str:
    text = _text(node).strip()
    if text in {"", "\u2061", "\u2062", "\u2063", "\u2064"}:
        return ""
    if len(text) > 1 and text.isalpha():
        return f"op({quoted(text)})"
    return " ".join(_symbol(character) for character in text)


def _symbol(character: str) -> str:
    """One character. What means something in Typst is escaped; brackets too, as they may come without partner."""
    if character.isspace() or character == "\u200b":
        return ""
    escaped = character in _ESCAPED or unicodedata.category(character) in {"Ps", "Pe"}
    return _NAMED.get(character) or (f"\\{character}" if escaped else character)


def _fraction(node: etree._Element) -> str:
    above, below = (_argument(_node(child)) for child in node)
    if str(node.get("linethickness", "")).rstrip("ptxem%") == "0":
        return f"mat(delim: #none, {above}; {below})"
    return f"frac({above}, {below})"


def _argument(written: str) -> str:
    """An argument of a function may not be empty."""
    return written or '""'


def _root(node: etree._Element) -> str:
    inside, index = (_node(child) for child in node)
    return f"root({_argument(index)}, {_argument(inside)})"


def _square_root(node: etree._Element) -> str:
    return f"sqrt({_argument(_row(list(node)))})"


def _attached(node: etree._Element, names: tuple[str, ...], instead: str | None = None) -> str:
    base, *scripts = (_node(child) for child in node)
    base = base if instead is None else instead
    given = [f"{name}: {_argument(script)}" for name, script in zip(names, scripts, strict=False) if script]
    return f"attach({', '.join([_argument(base), *given])})"


def _under_over(node: etree._Element) -> str:
    name = _name(node)
    accent = _text(node[-1]).strip()
    table = _UNDER if name == "munder" else _ACCENTS
    if name in {"munder", "mover"} and accent in table and _name(node[-1]) == "mo":
        return f"{table[accent]}({_argument(_node(node[0]))})"
    names = {"munder": ("b",), "mover": ("t",), "munderover": ("b", "t")}[name]
    base, *scripts = (_node(child) for child in node)
    given = [f"{name}: {_argument(script)}" for name, script in zip(names, scripts, strict=False) if script]
    return f"attach({', '.join([f'limits({_argument(base)})', *given])})"


def _multiscripts(node: etree._Element) -> str:
    children = [(_name(child), _node(child)) for child in node]
    if not children:
        return ""
    base, rest = children[0][1], children[1:]
    split = next((at for at, (name, _) in enumerate(rest) if name == "mprescripts"), len(rest))
    after, before = rest[:split], rest[split + 1 :]
    given = []
    for place, scripts in (("r", after), ("l", before)):
        below, above = scripts[0::2], scripts[1::2]
        for side, parts in (("b", below), ("t", above)):
            written = " ".join(part for _, part in parts if part)
            if written:
                given.append(f"{side}{place}: {_argument(written)}")
    return f"attach({', '.join([_argument(base), *given])})"


def _space(node: etree._Element) -> str:
    width = str(node.get("width", ""))
    if node.get("linebreak") == "newline":
        return "\\\n"
    try:
        ems = float(width.removesuffix("em")) if width.endswith("em") else 0.0
    except ValueError:
        ems = 0.0
    return next((name for least, name in reversed(_SPACES) if ems >= least), "")


def _table(node: etree._Element) -> str:
    return _matrix(node, "#none", "")


def _matrix(node: etree._Element, delimiter: str, closing: str) -> str:
    rows = [[_argument(_row(list(cell))) for cell in row] for row in node if _name(row) == "mtr"]
    if delimiter == '"{"' and not closing:
        lines = [" & ".join(row) for row in rows]
        return f"cases({', '.join(lines)})"
    aligned = "align: #left, " if _is_aligned(node) else ""
    return f"mat(delim: {delimiter}, {aligned}{_lines(node)}{'; '.join(', '.join(row) for row in rows)})"


def _lines(node: etree._Element) -> str:
    """Lines between columns and rows; those around the table Typst has no word for."""
    rows = [[str(cell.get("class", "")).split() for cell in row] for row in node if _name(row) == "mtr"]
    upright = {at + 1 for row in rows for at, classes in enumerate(row[:-1]) if "m-line-right" in classes}
    level = {at + 1 for at, row in enumerate(rows[:-1]) if any("m-line-bottom" in classes for classes in row)}
    level |= {at for at, row in enumerate(rows) if at and any("m-line-top" in classes for classes in row)}
    given = [f"{name}: {_numbers(found)}" for name, found in (("vline", upright), ("hline", level)) if found]
    return f"augment: #({', '.join(given)}), " if given else ""


def _numbers(found: set[int]) -> str:
    return f"({', '.join(str(number) for number in sorted(found))},)"


def _is_aligned(node: etree._Element) -> bool:
    cells = [str(cell.get("class", "")) for row in node for cell in row]
    return bool(cells) and all("tml-left" in classes for classes in cells)


def _fenced_table(nodes: list[etree._Element], at: int) -> tuple[str, int] | None:
    """An opening fence before a table, and its closing one: matrix or cases."""
    if at + 1 >= len(nodes) or _name(nodes[at]) != "mo" or _name(nodes[at + 1]) != "mtable":
        return None
    opening = _text(nodes[at]).strip()
    if opening not in _DELIMITERS:
        return None
    closing = _text(nodes[at + 2]).strip() if at + 2 < len(nodes) and _name(nodes[at + 2]) == "mo" else ""
    if closing != _CLOSING[opening]:
        return None
    end = at + 3 if at + 2 < len(nodes) and _name(nodes[at + 2]) == "mo" else at + 2
    return _matrix(nodes[at + 1], _DELIMITERS[opening], closing), end


def _enclosed(node: etree._Element) -> str:
    inside = _argument(_row(list(node)))
    notation = str(node.get("notation", ""))
    if "strike" in notation:
        return f"cancel({inside})"
    if "top" in notation.split():
        return f"overline({inside})"
    if "bottom" in notation.split():
        return f"underline({inside})"
    return _boxed(inside) if "box" in notation else _row(list(node))


def _boxed(inside: str) -> str:
    return f"#box(stroke: 0.5pt, inset: 3pt, ${inside}$)"


_WRITERS: dict[str, Callable[[etree._Element], str]] = {
    "mi": _identifier,
    "mn": lambda node: quoted(_text(node).strip()) if not _text(node).strip().isdigit() else _text(node).strip(),
    "mo": _operator,
    "mtext": lambda node: quoted(_text(node)),
    "ms": lambda node: quoted(_text(node)),
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": _square_root,
    "mroot": _root,
    **dict.fromkeys(_PLACES, lambda node: _attached(node, _PLACES[_name(node)])),
    "munder": _under_over,
    "mover": _under_over,
    "munderover": _under_over,
    "mmultiscripts": _multiscripts,
    "mtable": _table,
    "menclose": _enclosed,
    "mphantom": lambda node: f"#hide(${_row(list(node))}$)",
    "mprescripts": lambda _: "",
}
