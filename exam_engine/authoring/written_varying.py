"""Numbers that vary, in the editor's form: `{a}` in the texts, variables and conditions, formulas as answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import msgspec

from exam_engine.authoring.writing_problems import Problem
from exam_engine.kit.errors import _, invalid
from item_bank.assembly.randomness import Stream
from item_bank.content.model import Composite, Item, Markup
from item_bank.content.processing.rules import drawn
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import Maybe, ProcessingError, Unsupported, told
from item_bank.content.sentence import Sentence
from item_bank.formats.simple import Simple
from item_bank.formats.simple.expressions import node_of
from item_bank.formats.simple.points import number_of
from item_bank.formats.simple.varying import MOST, Varying, drawn_by, formula_of, names_of

Json = dict[str, Any]
#: So many forms' numbers are tried before an item is published.
TRIED = 40
_LONGEST = 2_000
_TYPED = re.compile(r'<(?:[^<>"]|"[^"]*")*>|\{([A-Za-z][A-Za-z0-9_]*)\}')
_PLACED = re.compile(r'<span data-place="variable:([A-Za-z][A-Za-z0-9_]*)"></span>')


def taken_varying(content: Json) -> Varying:
    """Takes it out of the item's JSON. Refused (422) where it has not the form's shape."""
    interaction = content.get("interaction")
    sent = interaction.pop("varying", None) if isinstance(interaction, dict) else None
    try:
        found = msgspec.convert(sent or {}, Varying)
    except (msgspec.ValidationError, RecursionError) as error:
        raise invalid(_("This is no question that can be kept. Reload the page.")) from error
    lines = [*found.variables, *found.conditions]
    if len(lines) > 2 * MOST or any(len(line) > _LONGEST for line in lines):
        raise invalid(_("This is no question that can be kept. Reload the page."))
    return Varying(*(tuple(one for one in kind if one.strip()) for kind in (found.variables, found.conditions)))


def with_places(markup: Markup, varying: Varying) -> Markup:
    """`{a}` becomes the variable's place; in formulas its name stands for it anyway."""
    names = names_of(varying)

    def place(found: re.Match[str]) -> str:
        return f'<span data-place="variable:{found[1]}"></span>' if found[1] in names else found[0]

    return Markup(_TYPED.sub(place, markup.html), markup.math) if names else markup


def with_braces(html: str) -> str:
    return _PLACED.sub(r"{\1}", html)


def is_filled(field: str) -> bool:
    """A variant puts its numbers into the text and the parts alone."""
    return field == "stem" or field.startswith("parts/")


def varying_problems(marking: Sequence[Simple], varying: Varying) -> list[Problem]:
    """Everything that can't be read, each at its field."""
    found: list[Problem] = []
    names: list[str] = []
    for line in varying.variables:
        try:
            names.append(drawn_by(line)[0].identifier)
        except Unsupported:
            said = _("“%(text)s” can't be read. Write a = 2..9, or a = 2..20 +2, or a = 0,5; 1; 2.")
            found.append(Problem("varying/variables", Sentence.of(said, text=line[:60])))
    for name in sorted({name for name in names if names.count(name) > 1}):
        said = _("The variable %(name)s stands there twice.")
        found.append(Problem("varying/variables", Sentence.of(said, name=name)))
    for line in varying.conditions:
        if not _is_read(line, names, truth=True):
            said = _("“%(text)s” can't be read. Compare the variables, for example a != b or a*b < 100.")
            found.append(Problem("varying/conditions", Sentence.of(said, text=line[:60])))
    for number, one in enumerate(marking):
        formula = formula_of(one)
        if formula and len(one.answers) > 1:
            said = _("A formula is the only right answer of its field.")
            found.append(Problem(f"parts/{number}/marking", Sentence.of(said)))
        elif formula and not _is_read(formula, names, truth=False):
            said = _("“%(text)s” can't be computed. Use the variables with + - * / ^ ( ), sqrt and abs.")
            found.append(Problem(f"parts/{number}/marking", Sentence.of(said, text=formula[:60])))
    return found


def _is_read(text: str, names: Sequence[str], *, truth: bool) -> bool:
    try:
        node_of(text, frozenset(names), truth=truth)
    except Unsupported:
        return False
    return True


def drawing_problems(item: Item, marking: Sequence[Simple]) -> list[Problem]:
    """Tries it with the numbers of many forms."""
    composite = item.interaction
    assert isinstance(composite, Composite)
    for seed in range(1, TRIED + 1):
        scope = numbers_of(composite, seed)
        if scope is None:
            return [Problem("varying/conditions", Sentence.of(_("No numbers were found that meet the conditions.")))]
        for number, (part, formula) in enumerate(zip(composite.parts, map(formula_of, marking), strict=True)):
            if formula and scope.correct.get(part.id) is None:
                said = _("With %(values)s the answer can't be computed. Exclude such numbers by a condition.")
                return [Problem(f"parts/{number}/marking", Sentence.of(said, values=values_told(composite, scope)))]
            if formula and number_of(marking[number].tolerance) == 0 and _is_endless(scope.correct[part.id]):
                said = _("With %(values)s the answer has more than 6 decimals. Give a tolerance.")
                return [Problem(f"parts/{number}/marking", Sentence.of(said, values=values_told(composite, scope)))]
    return []


def _is_endless(value: Maybe) -> bool:
    """Nobody could type it to its last digit."""
    return value is not None and any(isinstance(one, Fraction) and (one * 10**6).denominator > 1 for one in value.atoms)


def numbers_of(composite: Composite, seed: int) -> Scope | None:
    """None where no draw meets the conditions."""
    try:
        return drawn(composite.declarations, composite.drawing, Stream("preview", seed, "values").below)
    except ProcessingError:
        return None


def variants_told(item: Item, count: int) -> list[dict[str, Any]]:
    """What some forms get: their seed, numbers and right answers."""
    composite = item.interaction
    if not isinstance(composite, Composite) or not composite.drawing.rules:
        return []
    scopes = [(seed, scope) for seed in range(1, count + 1) if (scope := numbers_of(composite, seed)) is not None]
    return [
        {
            "seed": seed,
            "values": values_told(composite, scope),
            "answers": "; ".join(
                _text(scope.correct.get(part.id)) for part in composite.parts if part.id in scope.correct
            ),
        }
        for seed, scope in scopes
    ]


def values_told(composite: Composite, scope: Scope) -> str:
    names = [one.identifier for one in composite.declarations if one.kind == "template"]
    return "; ".join(f"{name} = {_text(scope.values.get(name))}" for name in names)


def _text(value: Maybe) -> str:
    return "—" if value is None else ", ".join(map(told, value.atoms))
