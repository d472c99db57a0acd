"""Expressions as an author types them (`a*b + 1`, `a != b`) ↔ QTI's nodes. Read by the grammar of item algebra."""

from __future__ import annotations

from item_bank.content.processing.algebra.grammar import Tree, parsed
from item_bank.content.processing.declared import Node
from item_bank.content.processing.values import Unsupported

_EXACT = {"toleranceMode": "exact"}
#: Sign → (QTI's operator, how strongly it binds).
_SIGNS = {
    "or": ("or", 1), "and": ("and", 2), "=": ("equal", 4), "<": ("lt", 4), ">": ("gt", 4), "<=": ("lte", 4),
    ">=": ("gte", 4), "+": ("sum", 5), "-": ("subtract", 5), "*": ("product", 6), "/": ("divide", 6), "^": ("power", 9),
}  # fmt: skip
_TYPED = {operator: (sign, binding) for sign, (operator, binding) in _SIGNS.items()}
_TRUTHS = frozenset({"or", "and", "equal", "lt", "gt", "lte", "gte", "not"})
_OF_ONE = frozenset({"abs", "floor", "ceil", "sin", "cos", "tan", "exp", "ln"})
_STRONGEST = 10


def node_of(text: str, names: frozenset[str], *, truth: bool) -> Node:
    """`truth`: a condition is wanted, else a number. Raises Unsupported, in words for its author."""
    found = parsed(text.replace("!=", "#").replace("==", "="))
    if len(found) != 1:
        raise Unsupported("one expression is wanted")
    made = _node(found[0], names)
    if (made.name in _TRUTHS) != truth:
        raise Unsupported("a comparison is wanted" if truth else "a number is wanted")
    return made


def _node(tree: Tree, names: frozenset[str]) -> Node:
    parts = tuple(_node(part, names) for part in tree.parts)
    logical = tree.kind in ("and", "or", "not")
    if any((part.name in _TRUTHS) != logical for part in parts):
        raise Unsupported("numbers and comparisons are mixed up")
    if tree.kind == "number":
        return Node("baseValue", {"baseType": "integer" if tree.text.isdigit() else "float"}, text=tree.text)
    if tree.kind == "name" and tree.text in names:
        return Node("variable", {"identifier": tree.text})
    if tree.kind == "negate":
        return Node("subtract", {}, (Node("baseValue", {"baseType": "integer"}, text="0"), *parts))
    if tree.kind == "#":
        return Node("not", {}, (Node("equal", _EXACT, parts),))
    if tree.kind == "not":
        return Node("not", {}, parts)
    if tree.kind in _SIGNS:
        operator = _SIGNS[tree.kind][0]
        return Node(operator, _EXACT if operator == "equal" else {}, parts)
    if tree.kind == "call" and tree.text in _OF_ONE and len(parts) == 1:
        return Node("mathOperator", {"name": tree.text}, parts)
    if tree.kind == "call" and tree.text == "sqrt" and len(parts) == 1:
        return Node("power", {}, (*parts, Node("baseValue", {"baseType": "float"}, text="0.5")))
    raise Unsupported(f"“{(tree.text or tree.kind)[:40]}” is not known")


def text_of(node: Node) -> str:
    """Raises LookupError for what no author types here."""
    return _text(node)[0]


def _text(node: Node) -> tuple[str, int]:
    """The text, and how strongly its outermost sign binds."""
    if node.name == "baseValue":
        return node.text, _STRONGEST
    if node.name == "variable":
        return node.attributes["identifier"], _STRONGEST
    if node.name == "not" and len(node.children) == 1:
        inner = node.children[0]
        if inner.name == "equal" and len(inner.children) == 2:
            return f"{_within(inner.children[0], 5)} != {_within(inner.children[1], 5)}", 4
        return f"not {_within(inner, 3)}", 3
    if node.name == "mathOperator":
        return f"{node.attributes['name']}({text_of(node.children[0])})", _STRONGEST
    sign, binding = _TYPED[node.name]
    if len(node.children) != 2:
        raise LookupError(node.name)
    left, right = node.children
    if sign == "-" and left.name == "baseValue" and left.text == "0":
        return f"-{_within(right, 7)}", 5
    power = sign == "^"
    return f"{_within(left, binding + power)} {sign} {_within(right, binding + (not power))}", binding


def _within(node: Node, least: int) -> str:
    text, binding = _text(node)
    return text if binding >= least else f"({text})"
