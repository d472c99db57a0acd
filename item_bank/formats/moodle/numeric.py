"""Moodle's numerical questions: accepted numbers with tolerances, and units.

Source: Moodle documentation, "Numerical question type": the first accepted number that fits counts; with units, the
typed number times the unit's multiplier is tried first, then the number alone, which costs the unit's penalty.
"""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.model import Interaction, Markup, Part, PartChoice
from item_bank.content.processing.declared import Declaration, Node
from item_bank.formats.building import (
    Marked,
    composite,
    constant,
    earning,
    node,
    number,
    place,
    typed_number,
    variable,
    with_place,
)
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle.question import Question, line_of, plain_of, rational_or_zero
from item_bank.formats.typed_answers import TypedRange, numeric, range_of

_NO_UNITS = "3"


def read_numerical(question: Question) -> Interaction:
    answers = question.answers()
    if any(question.feedback(answer) for answer in answers):
        question.entry.note("feedback_dropped", N_("Feedback on typed answers is not kept."))
    ranges = [
        range_of(question.plain(one), plain_of(one.find("tolerance"), own=True), question.share(one), line_of(one))
        for one in answers
    ]
    if not any(one.share > 0 for one in ranges):
        raise ReadProblem("key_missing", N_("The item has no key: no answer earns a point."))
    units = _units(question)
    if units:
        return _with_units(question, ranges, units)
    interaction = numeric(ranges, question.points)
    if interaction.__struct_config__.tag == "composite":
        question.stem = with_place(question.main_markup())
    return interaction


def _units(question: Question) -> list[tuple[str, Fraction]]:
    if question.setting("showunits") == _NO_UNITS:
        return []
    found = [
        (plain_of(unit.find("unit_name"), own=True), rational_or_zero(plain_of(unit.find("multiplier"), own=True)))
        for unit in question.element.findall("units/unit")
    ]
    return [(name, factor) for name, factor in found if name and factor > 0]


def _with_units(question: Question, ranges: list[TypedRange], units: list[tuple[str, Fraction]]) -> Interaction:
    """A field for the number and a list of units; Moodle's candidates may type the unit, too."""
    if question.setting("showunits", "0") == "0":
        message = N_("The unit is chosen from a list; in Moodle it is typed behind the number.")
        question.entry.note("unit_as_choice", message, line=line_of(question.element))
    number_part = typed_number(
        "RESPONSE_1", [one.bounds for one in ranges if not one.anything], Fraction(0), Fraction(0)
    )
    choices = tuple(PartChoice(f"U{at}", Markup(_escaped(name))) for at, (name, _factor) in enumerate(units, 1))
    unit = Marked(
        Part("RESPONSE_2", "inline_choice", choices=choices),
        Declaration("RESPONSE_2", "response", base_type="identifier"),
    )
    typed = Marked(number_part.part, number_part.declaration, earning(_cases(question, ranges, units)))
    stem = question.main_markup()
    left = question.flag("unitsleft")
    places = place(1, inline=True) + place(0, inline=True) if left else place(0, inline=True) + place(1, inline=True)
    question.stem = Markup(f"{stem.html}<p>{places}</p>", stem.math)
    return composite([typed, unit], question.points, least=None)


def _cases(
    question: Question, ranges: list[TypedRange], units: list[tuple[str, Fraction]]
) -> list[tuple[Node, Fraction]]:
    cases = []
    typed = variable("RESPONSE_1")
    for one in ranges:
        if one.anything:
            cases.append((node("not", node("isNull", typed)), one.share * question.points))
            continue
        low, high, share = one.bounds
        for at, (_name, factor) in enumerate(units, 1):
            chosen = node("match", variable("RESPONSE_2"), constant("identifier", f"U{at}"))
            scaled = node("product", typed, number(factor))
            cases.append((node("and", chosen, _between(scaled, low, high)), share * question.points))
        cases.append((_between(typed, low, high), _penalised(question, share) * question.points))
    return cases


def _between(value: Node, low: Fraction, high: Fraction) -> Node:
    return node("and", node("gte", value, number(low)), node("lte", value, number(high)))


def _penalised(question: Question, share: Fraction) -> Fraction:
    """A missing or wrong unit: nothing off, a share of what is earned (1), or a share of all points (2)."""
    penalty = question.number("unitpenalty", Fraction(0))
    match question.setting("unitgradingtype", "0"):
        case "1":
            return max(share * (1 - penalty), Fraction(0))
        case "2":
            return max(share - penalty, Fraction(0))
    return share


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
