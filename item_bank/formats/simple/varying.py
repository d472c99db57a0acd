"""Numbers that vary from form to form, as an author types them, ↔ the drawing rules of a composite item.

A typed number's only answer may then be a formula of the variables. What other rules draw is not described: it stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from item_bank.content.model import Composite, Item, Markup, Part
from item_bank.content.processing.declared import Declaration, Field, Node, Rules
from item_bank.content.processing.values import Unsupported
from item_bank.content.rational import rational_or_none
from item_bank.formats import building
from item_bank.formats.simple.describing import described
from item_bank.formats.simple.expressions import node_of, text_of
from item_bank.formats.simple.making import made
from item_bank.formats.simple.model import Answer, Simple

MOST, MOST_VALUES = 20, 1_000
_NUMBER = r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?"
_NAME = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]{0,19})\s*=\s*(.+?)\s*")
_RANGE = re.compile(r"(-?[0-9]{1,9})\s*\.\.\s*(-?[0-9]{1,9})(?:\s*\+\s*([1-9][0-9]{0,8}))?")
_LIST = re.compile(rf"{_NUMBER}(?:\s*;\s*{_NUMBER}){{0,{MOST_VALUES - 1}}}")
_WORDS = frozenset({"and", "or", "not", "if", "then", "else", "for", "from", "step", "thru", "while", "unless", "do"})


class Varying(msgspec.Struct, frozen=True, omit_defaults=True):
    """`variables`: "a = 2..9", "b = 2..20 +2" (every second), "k = 0.5; 1"; `conditions`: "a != b"."""

    variables: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()


def drawn_by(line: str) -> tuple[Declaration, Node]:
    """One variable and the rule that draws it. Raises Unsupported."""
    found = _NAME.fullmatch(line.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    if found is None or found[1] in _WORDS or found[1].startswith(("RESPONSE", "SCORE", "FEEDBACK")):
        raise Unsupported("no name with its numbers")
    if span := _RANGE.fullmatch(found[2]):
        low, high, step = span[1], span[2], span[3] or "1"
        if int(high) < int(low):
            raise Unsupported("from above to")
        bounds = {"min": low, "max": high} | ({"step": step} if step != "1" else {})
        value, base = Node("randomInteger", bounds), "integer"
    elif _LIST.fullmatch(found[2]):
        texts = [one.strip() for one in found[2].split(";")]
        base = "float" if any("." in one for one in texts) else "integer"
        ordered = Node("ordered", children=tuple(building.constant(base, one) for one in texts))
        value = Node("random", children=(ordered,))
    else:
        raise Unsupported("no numbers")
    declared = Declaration(found[1], "template", base_type=base, mathematical=True)
    return declared, Node("setTemplateValue", {"identifier": found[1]}, (value,))


def _line_of(rule: Node) -> str:
    (value,) = rule.children
    if value.name == "randomInteger":
        step = f" +{value.attributes['step']}" if "step" in value.attributes else ""
        numbers = f"{value.attributes['min']}..{value.attributes['max']}{step}"
    else:
        numbers = "; ".join(one.text for one in value.children[0].children)
    return f"{rule.attributes['identifier']} = {numbers}"


def names_of(varying: Varying) -> frozenset[str]:
    return frozenset(found[1] for line in varying.variables if (found := _NAME.fullmatch(line)))


def formula_of(simple: Simple) -> str:
    """What is typed as the answer where that is no number."""
    formulas = [one.value for one in simple.answers if rational_or_none(one.value) is None]
    return formulas[0] if simple.numeric and formulas else ""


def without_formula(simple: Simple) -> Simple:
    """With a number in its place."""
    answers = tuple(Answer("0", one.points) for one in simple.answers[:1])
    changed: Simple = msgspec.structs.replace(simple, answers=answers)
    return changed if formula_of(simple) else simple


def varied(
    parts: Sequence[Part],
    marking: Sequence[Simple],
    varying: Varying,
    remarks: Mapping[str, Markup] | None = None,
) -> Composite:
    """Raises Unsupported for what can't be read."""
    lines = [drawn_by(line) for line in varying.variables]
    names = frozenset(declared.identifier for declared, _rule in lines)
    rules = [rule for _declared, rule in lines]
    rules += [Node("templateConstraint", children=(node_of(one, names, truth=True),)) for one in varying.conditions]
    keys = {part.id: formula for part, one in zip(parts, marking, strict=True) if (formula := formula_of(one))}
    for name, formula in keys.items():
        rules.append(Node("setCorrectResponse", {"identifier": name}, (node_of(formula, names, truth=False),)))
    plain = made(parts, [without_formula(one) for one in marking], remarks)
    declared = [
        msgspec.structs.replace(one, correct=None) if one.identifier in keys else one for one in plain.declarations
    ]
    changed: Composite = msgspec.structs.replace(
        plain,
        declarations=(*declared, *(one for one, _rule in lines)),
        rules=_compared(plain.rules, frozenset(keys), _ZERO, _KEY),
        drawing=Rules(tuple(rules)),
    )
    return changed


def described_varying(item: Item) -> tuple[tuple[Simple, ...], Varying] | None:
    """None where the item's rules draw nothing, or say more than the form does."""
    composite = item.interaction
    if not isinstance(composite, Composite) or not composite.drawing.rules:
        return None
    try:
        found = _described(item, composite)
        again = varied(composite.parts, found[0], found[1], {one.identifier: one.markup for one in composite.feedback})
    except (LookupError, ValueError, ArithmeticError):
        return None
    return found if again == composite else None


def _described(item: Item, composite: Composite) -> tuple[tuple[Simple, ...], Varying]:
    of: dict[str, list[Node]] = {"setTemplateValue": [], "templateConstraint": [], "setCorrectResponse": []}
    for rule in composite.drawing.rules:
        of[rule.name].append(rule)
    keys = {rule.attributes["identifier"]: text_of(rule.children[0]) for rule in of["setCorrectResponse"]}
    declared = tuple(
        msgspec.structs.replace(one, correct=(Field("0"),)) if one.identifier in keys else one
        for one in composite.declarations
        if one.kind != "template"
    )
    plain = msgspec.structs.replace(
        composite,
        declarations=declared,
        rules=_compared(composite.rules, frozenset(keys), _KEY, _ZERO),
        drawing=Rules(),
    )
    marking = described(msgspec.structs.replace(item, interaction=plain))
    if marking is None:
        raise LookupError("marking")
    with_formulas = tuple(
        msgspec.structs.replace(one, answers=(Answer(keys[part.id], one.answers[0].points),))
        if part.id in keys
        else one
        for part, one in zip(composite.parts, marking, strict=True)
    )
    conditions = tuple(text_of(rule.children[0]) for rule in of["templateConstraint"])
    return with_formulas, Varying(tuple(_line_of(rule) for rule in of["setTemplateValue"]), conditions)


_ZERO, _KEY = "baseValue", "correct"


def _compared(rules: Rules, keys: frozenset[str], was: str, becomes: str) -> Rules:
    """What is typed is compared with the key of the variant, in place of a number, or the other way round."""

    def changed(node: Node) -> Node:
        names = [one.name for one in node.children]
        if node.name == "equal" and names == [was, "variable"]:
            name = node.children[1].attributes["identifier"]
            if name in keys:
                key = Node("correct", {"identifier": name})
                zero = building.constant("float", "0")
                other = key if becomes == _KEY else zero
                return Node("equal", node.attributes, (other, node.children[1]))
        return Node(node.name, node.attributes, tuple(map(changed, node.children)), node.text)

    return Rules(tuple(map(changed, rules.rules)), rules.template)
