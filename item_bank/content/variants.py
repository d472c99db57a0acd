"""Variants of a parametric item: variables drawn by its rules, and the item with their values in place.

Source: QTI 2.2, template processing: template variables, setCorrectResponse, setDefaultValue, templateConstraint; a
choice or text that only some variants show; printedVariable, and variables inside formulas (mathVariable).
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from item_bank.content.model import Composite, Formula, Item, Language, Markup, Part
from item_bank.content.processing.declared import Declaration, Field, Rules
from item_bank.content.processing.operators.custom import formula_of
from item_bank.content.processing.rules import drawn
from item_bank.content.processing.scope import Below, Scope
from item_bank.content.processing.values import Maybe, told

_VARIABLE = re.compile(r'<span data-place="variable:([^"]*)"></span>')
_PLACE = re.compile(r'<(div|span) data-place="when:([^"=!]*)(!?=)([^"]*)">')
_SIGNS = {"-": "\N{MINUS SIGN}"} | {sign: html.escape(sign) for sign in ("+", "\N{MINUS SIGN}", "=", "<", ">")}
_TAG = re.compile(r"<(/?)(div|span)\b[^>]*?(/?)>")


def is_parametric(item: Item) -> bool:
    return isinstance(item.interaction, Composite) and bool(item.interaction.drawing.rules)


def variant(item: Item, below: Below) -> Item:
    """The item as one candidate or form meets it: no rules of drawing are left in it. The same numbers from `below`
    give the same variant. Raises ProcessingError where no draw meets the item's constraints."""
    composite = item.interaction
    if not isinstance(composite, Composite) or not composite.drawing.rules:
        return item
    scope = drawn(composite.declarations, composite.drawing, below)
    shown = _Shown(
        {name: _text(value, item.language) for name, value in scope.values.items()},
        {name: _atoms(value) for name, value in scope.values.items()},
        {name: formula for name, value in scope.values.items() if (formula := formula_of(value))},
    )
    filled = msgspec.structs.replace(
        composite,
        parts=tuple(_part(part, shown) for part in composite.parts),
        declarations=_declarations(composite, scope),
        drawing=Rules(),
        feedback=tuple(msgspec.structs.replace(one, markup=_filled(one.markup, shown)) for one in composite.feedback),
    )
    rationale = _filled(item.rationale, shown) if item.rationale else None
    changed: Item = msgspec.structs.replace(
        item, stem=_filled(item.stem, shown), interaction=filled, rationale=rationale
    )
    return changed


def declarations_of(composite: Composite, below: Below) -> tuple[Declaration, ...]:
    return _declarations(composite, drawn(composite.declarations, composite.drawing, below))


def _declarations(composite: Composite, scope: Scope) -> tuple[Declaration, ...]:
    """Template variables with their values as defaults; keys and defaults as the rules set them."""
    found = []
    for one in composite.declarations:
        changes: dict[str, tuple[Field, ...] | None] = {}
        if one.kind == "template" or _was_set(one, composite.drawing):
            changes["default"] = _fields(scope.values.get(one.identifier))
        if one.identifier in scope.correct:
            changes["correct"] = _fields(scope.correct[one.identifier])
        found.append(msgspec.structs.replace(one, **changes) if changes else one)
    return tuple(found)


def _was_set(declared: Declaration, rules: Rules) -> bool:
    return any(
        node.name == "setDefaultValue" and node.attributes.get("identifier") == declared.identifier
        for node in rules.walk()
    )


def _fields(value: Maybe) -> tuple[Field, ...] | None:
    if value is None:
        return None
    names = value.names or ("",) * len(value.atoms)
    types = value.types or ("",) * len(value.atoms)
    return tuple(Field(told(atom), name, base) for atom, name, base in zip(value.atoms, names, types, strict=True))


@dataclass(frozen=True, slots=True)
class _Shown:
    """Variables by their identifiers: each as it is read, as what conditions compare, expressions also as MathML."""

    texts: Mapping[str, str]
    atoms: Mapping[str, Sequence[str]]
    formulas: Mapping[str, str]


def _atoms(value: Maybe) -> list[str]:
    return [] if value is None else [told(atom) for atom in value.atoms]


def _text(value: Maybe, language: Language) -> str:
    """Numbers with the decimal comma where it is written so; several are then parted by semicolons."""
    if value is None:
        return ""
    decimals = {atom for atom in value.atoms if isinstance(atom, Fraction) and atom.denominator > 1}
    if language != "vi" or not decimals:
        return ", ".join(map(told, value.atoms))
    return "; ".join(told(atom).replace(".", ",") if atom in decimals else told(atom) for atom in value.atoms)


def _part(part: Part, shown: _Shown) -> Part:
    changed: Part = msgspec.structs.replace(
        part,
        prompt=_filled(part.prompt, shown) if part.prompt else None,
        text=_filled(part.text, shown) if part.text else None,
        choices=tuple(
            msgspec.structs.replace(one, markup=_filled(one.markup, shown), when="")
            for one in part.choices
            if not one.when or _holds(one.when, shown)
        ),
        targets=tuple(msgspec.structs.replace(one, markup=_filled(one.markup, shown)) for one in part.targets),
    )
    return changed


def _holds(when: str, shown: _Shown) -> bool:
    name, _equals, value = when.partition("=")
    hidden = name.endswith("!")
    return (value in (shown.atoms.get(name.rstrip("!")) or ("",))) != hidden


def _filled(markup: Markup, shown: _Shown) -> Markup:
    text = _without_other_variants(markup.html, shown)
    formulas = [_formula(one, shown) for one in markup.math]

    def value(found: re.Match[str]) -> str:
        if (mathml := shown.formulas.get(found[1])) is None:
            return html.escape(shown.texts.get(found[1], ""), quote=False)
        whole = f"<math>{mathml}</math>"
        formulas.append(Formula(whole, "mathml", whole))
        return f'<span data-math="{len(formulas) - 1}"></span>'

    return Markup(_VARIABLE.sub(value, text), tuple(formulas))


def _without_other_variants(text: str, shown: _Shown) -> str:
    """What only other variants show goes with its content; the rest stays in a plain element."""
    while (found := _PLACE.search(text)) is not None:
        end = _end_of(text, found.end(), found[1])
        inner = text[found.end() : end]
        closing = len(f"</{found[1]}>")
        keep = _holds(f"{found[2]}{found[3]}{found[4]}", shown)
        kept = f"<{found[1]}>{inner}</{found[1]}>" if keep else ""
        text = text[: found.start()] + kept + text[end + closing :]
    return text


def _end_of(text: str, start: int, name: str) -> int:
    """Where the element that was opened before `start` closes; markup is well-formed."""
    depth = 1
    for tag in _TAG.finditer(text, start):
        if tag[2] != name or tag[3]:
            continue
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.start()
    return len(text)


def _formula(formula: Formula, shown: _Shown) -> Formula:
    """A variable's name as an identifier of the formula becomes its value (QTI 2.2, mathVariable)."""

    def value(found: re.Match[str]) -> str:
        name = html.unescape(found[1]).strip()
        if name not in shown.texts:
            return found[0]
        return shown.formulas.get(name) or _in_formula(shown.texts[name])

    mathml = re.sub(r"<mi>([^<]*)</mi>", value, formula.mathml)
    source = re.sub(r"<mi>([^<]*)</mi>", value, formula.source) if formula.notation == "mathml" else formula.source
    changed: Formula = msgspec.structs.replace(formula, mathml=mathml, source=source)
    return changed


def _in_formula(text: str) -> str:
    """A number, or a sign that a variable stands for, with the minus of formulas."""
    said = html.escape(text, quote=False)
    if text in _SIGNS:
        return f"<mo>{_SIGNS[text]}</mo>"
    if text[:1] == "-" and text[1:2].isdigit():
        return f"<mrow><mo>\N{MINUS SIGN}</mo><mn>{said[1:]}</mn></mrow>"
    return f"<mn>{said}</mn>"
