"""Composite items of formats that know only keys and points: parts, each with what its answer earns.

A format that has no rules of its own (Moodle, H5P, QTI 1.2 by its kinds) says "this option earns so much"; the rules
that add it up are made here, in QTI's words (`content/processing`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from item_bank.content.interactions.options import letters
from item_bank.content.model import Composite, Feedback, Markup, Part, PartChoice
from item_bank.content.processing import patterns
from item_bank.content.processing.declared import (
    Cardinality,
    Declaration,
    Field,
    MapEntry,
    Node,
    Rules,
    ValueMap,
)
from item_bank.content.processing.rules import SCORE
from item_bank.content.processing.values import ProcessingError
from item_bank.content.rational import rational_text
from item_bank.formats.model import N_, ReadProblem

FEEDBACK = "FEEDBACK"
NOTHING, WHOLE = Fraction(0), Fraction(1)
#: What may stand around a typed answer.
BLANKS = r"\s*"


@dataclass(frozen=True, slots=True)
class Marked:
    """A part with its response, and the rules that add what its answer earns to the score."""

    part: Part
    declaration: Declaration
    rules: tuple[Node, ...] = ()


def response_name(number: int, count: int) -> str:
    """RESPONSE where an item has one part, RESPONSE_1, RESPONSE_2 … where it has several."""
    return "RESPONSE" if count == 1 else f"RESPONSE_{number + 1}"


def place(number: int, *, inline: bool = False) -> str:
    """Where a part stands in the stem."""
    name = "span" if inline else "div"
    return f'<{name} data-place="part:{number}"></{name}>'


def with_place(stem: Markup, number: int = 0) -> Markup:
    """The stem with a part after it."""
    return Markup(stem.html + place(number), stem.math)


# --- expressions and rules -------------------------------------------------------------------------------------------


def node(name: str, *children: Node, **attributes: str) -> Node:
    return Node(name, {key.replace("_", ""): value for key, value in attributes.items()}, children)


def variable(name: str) -> Node:
    return Node("variable", {"identifier": name})


def constant(base: str, text: str) -> Node:
    return Node("baseValue", {"baseType": base}, text=text)


def number(value: Fraction) -> Node:
    """A third is 1 divided by 3: a decimal would not be it."""
    text = rational_text(value)
    if "/" not in text:
        return constant("float", text)
    return node("divide", constant("float", str(value.numerator)), constant("float", str(value.denominator)))


def setting(name: str, value: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": name}, (value,))


def adding(value: Node) -> Node:
    """The rule by which an answer earns something."""
    return setting(SCORE, node("sum", variable(SCORE), value))


def first_of(cases: Iterable[tuple[Node, tuple[Node, ...]]], otherwise: Node | None = None) -> Node:
    """The rules of the first condition that holds."""
    branches = [
        Node("responseElseIf" if at else "responseIf", children=(test, *rules))
        for at, (test, rules) in enumerate(cases)
    ]
    if otherwise is not None:
        branches.append(Node("responseElse", children=(otherwise,)))
    return Node("responseCondition", children=tuple(branches))


def earning(cases: Iterable[tuple[Node, Fraction]]) -> tuple[Node, ...]:
    """What the first condition that holds earns."""
    kept = [(test, (adding(number(points)),)) for test, points in cases]
    return (first_of(kept),) if kept else ()


def bounded(value: Node, low: Fraction, high: Fraction) -> Node:
    return node("max", number(low), node("min", number(high), value))


# --- parts that are marked by a table --------------------------------------------------------------------------------


def mapped(
    part: Part,
    cardinality: Cardinality,
    base: str,
    points: Mapping[str, Fraction],
    *,
    correct: Sequence[str] | None = None,
    bounds: tuple[Fraction, Fraction] | None = None,
    otherwise: Fraction = NOTHING,
) -> Marked:
    """What each choice or pair earns, and any other one; of several answers the sum, within bounds where they are
    told."""
    shared = common_divisor([*points.values(), otherwise])
    told = [(key, value) for key, value in points.items() if value != otherwise]
    entries = tuple(MapEntry(key, rational_text(value * shared)) for key, value in told)
    best = [key for key, value in points.items() if value > 0] if correct is None else list(correct)
    if correct is None and cardinality == "single" and best:
        best = [max(best, key=lambda key: points[key])]
    declaration = Declaration(
        part.id,
        "response",
        cardinality,
        base,
        correct=tuple(map(Field, best)) or None,
        mapping=ValueMap(entries, rational_text(otherwise * shared)),
    )
    earned = Node("mapResponse", {"identifier": part.id})
    if shared != 1:
        earned = node("divide", earned, constant("float", str(shared)))
    return Marked(part, declaration, (adding(bounded(earned, *bounds) if bounds else earned),))


def common_divisor(points: Iterable[Fraction]) -> int:
    """1 where all points are short decimals; else what makes whole numbers of them."""
    values = list(points)
    if all("/" not in rational_text(value) for value in values):
        return 1
    return math.lcm(*(value.denominator for value in values))


def all_or_nothing(part: Part, cardinality: Cardinality, base: str, correct: Sequence[str], points: Fraction) -> Marked:
    declaration = Declaration(part.id, "response", cardinality, base, correct=tuple(map(Field, correct)) or None)
    key = Node("correct", {"identifier": part.id})
    blank: tuple[Node, ...] = earning([(node("isNull", variable(part.id)), points)])
    rules = earning([(node("match", variable(part.id), key), points)]) if correct else blank
    return Marked(part, declaration, rules)


def matching(
    identifier: str,
    stems: Sequence[tuple[Markup, int]],
    targets: Sequence[Markup],
    points: Fraction,
    *,
    shuffle: bool = True,
    prompt: Markup | None = None,
) -> Marked:
    """Each stem with the number of its target; every right pair earns the same. A target may serve several stems."""
    named = [
        (letter, text, f"T{target + 1}") for letter, (text, target) in zip(letters(len(stems)), stems, strict=True)
    ]
    part = Part(
        identifier,
        "match",
        prompt=prompt,
        choices=tuple(PartChoice(letter, text) for letter, text, _target in named),
        targets=tuple(PartChoice(f"T{at}", text, most=0) for at, text in enumerate(targets, 1)),
        most=len(stems),
        shuffle=shuffle,
    )
    pairs = {f"{letter} {target}": points / len(stems) for letter, _text, target in named}
    return mapped(part, "multiple", "directedPair", pairs)


# --- typed words -----------------------------------------------------------------------------------------------------


def text_pattern(wanted: str, *, case_sensitive: bool, wildcards: bool = True) -> str:
    r"""A pattern of XML Schema for a text as candidates type it: blanks around it and their number do not count; `*`
    is anything and `\*` an asterisk, unless told otherwise."""
    pieces = re.split(r"(?<!\\)\*+", wanted) if wildcards else [wanted]
    literal = [_literal(piece.replace("\\*", "*") if wildcards else piece, case_sensitive) for piece in pieces]
    return BLANKS + ".*".join(literal) + BLANKS


def _literal(text: str, case_sensitive: bool) -> str:
    found = []
    for character in re.sub(r"\s+", " ", text):
        if character == " ":
            found.append(r"\s+")
        elif character.isalnum() and character.isascii() and (case_sensitive or not character.isalpha()):
            found.append(character)
        elif character.isalpha() and not case_sensitive:
            found.append(_either_case(character))
        else:
            found.append(_escaped(character))
    return "".join(found)


def _either_case(character: str) -> str:
    cases = {character, character.lower(), character.upper()}
    single = sorted(case for case in cases if len(case) == 1)
    return f"[{''.join(single)}]" if len(single) > 1 else character


def _escaped(character: str) -> str:
    """A backslash stands in a class, for `\\i` and `\\c` mean something else."""
    if character == "\\":
        return r"[\\]"
    return f"\\{character}" if character in ".^$*+?()[]{}|-" else character


def fits(identifier: str, pattern: str) -> Node:
    """Raises ReadProblem for a pattern that no marking could carry out."""
    try:
        patterns.fits(pattern, "")
    except ProcessingError:
        raise ReadProblem("answer_too_long", N_("An accepted answer is too long to be compared.")) from None
    return Node("patternMatch", {"pattern": pattern}, (variable(identifier),))


def typed_text(
    identifier: str,
    answers: Sequence[tuple[str, Fraction]],
    points: Fraction,
    *,
    case_sensitive: bool = False,
    wildcards: bool = True,
) -> Marked:
    """A gap for words: the first accepted text that fits tells what is earned."""
    part = Part(identifier, "text_entry")
    cases = [
        (fits(identifier, text_pattern(text, case_sensitive=case_sensitive, wildcards=wildcards)), share * points)
        for text, share in answers
    ]
    best = max(answers, key=lambda one: one[1], default=None)
    declaration = Declaration(part.id, "response", "single", "string", correct=(Field(best[0]),) if best else None)
    return Marked(part, declaration, earning(cases))


# --- typed numbers ---------------------------------------------------------------------------------------------------


def within(identifier: str, low: Node, high: Node) -> Node:
    return node("and", node("gte", variable(identifier), low), node("lte", variable(identifier), high))


def typed_number(
    identifier: str, ranges: Sequence[tuple[Fraction, Fraction, Fraction]], points: Fraction, otherwise: Fraction
) -> Marked:
    """A gap for a number: (lowest, highest, share); the first range that holds it counts, else `otherwise`."""
    cases = [
        (within(identifier, number(low), number(high)), (adding(number(share * points)),))
        for low, high, share in ranges
    ]
    last = adding(number(otherwise * points)) if otherwise else None
    best = max(ranges, key=lambda one: one[2], default=None)
    correct = (Field(decimal((best[0] + best[1]) / 2)),) if best else None
    declaration = Declaration(identifier, "response", "single", "float", correct=correct)
    rules = (first_of(cases, last),) if cases else (last,) if last else ()
    return Marked(Part(identifier, "text_entry"), declaration, rules)


def decimal(value: Fraction) -> str:
    text = rational_text(value)
    return text if "/" not in text else repr(float(value))


# --- the item --------------------------------------------------------------------------------------------------------


def composite(
    marked: Sequence[Marked],
    points: Fraction,
    *,
    before: Sequence[Node] = (),
    least: Fraction | None = NOTHING,
    remarks: Mapping[str, Markup] | None = None,
    more: Sequence[Declaration] = (),
    drawing: Rules | None = None,
) -> Composite:
    """Parts whose points are added up, not below `least`. remarks: `correct`, `partial`, `incorrect` → what is said."""
    score = Declaration(SCORE, "outcome", base_type="float", maximum=decimal(points))
    rules = [*before, *(rule for one in marked for rule in one.rules)]
    if least is not None and rules:
        rules.append(setting(SCORE, node("max", number(least), variable(SCORE))))
    declarations = [*(one.declaration for one in marked), score, *more]
    said = {name: markup for name, markup in (remarks or {}).items() if markup.html.strip()}
    if said:
        declarations.append(Declaration(FEEDBACK, "outcome", base_type="identifier"))
        rules.append(_remarked(points))
    return Composite(
        tuple(one.part for one in marked),
        tuple(declarations),
        Rules(tuple(rules)),
        drawing or Rules(),
        tuple(Feedback(FEEDBACK, name, markup) for name, markup in said.items()),
    )


def _remarked(points: Fraction) -> Node:
    def said(name: str) -> Node:
        return setting(FEEDBACK, constant("identifier", name))

    full = node("gte", variable(SCORE), number(points))
    some = node("gt", variable(SCORE), number(NOTHING))
    return first_of([(full, (said("correct"),)), (some, (said("partial"),))], said("incorrect"))


def nothing_to_answer() -> Composite:
    """A text between questions."""
    return Composite((), ())


def by_hand(parts: Sequence[Part], points: Fraction) -> Composite:
    """Parts that a person marks."""
    bases = {"upload": "file"}
    declared = [Declaration(part.id, "response", "single", bases.get(part.type, "string")) for part in parts]
    score = Declaration(SCORE, "outcome", base_type="float", maximum=decimal(points), external="human")
    return Composite(tuple(parts), (*declared, score))
