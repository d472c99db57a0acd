"""Moodle's calculated questions → parametric items: each row of the given data is one variant.

Source: Moodle documentation, "Calculated question type": wildcards `{x}`, formulas `{={x}+1}` in texts, answers
that are formulas with a tolerance (1 relative, 2 nominal, 3 geometric). All results are computed here, row by row, as
Moodle computes them; the item draws a row.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from item_bank.content.interactions.options import letters
from item_bank.content.model import Interaction, Markup, Part, PartChoice
from item_bank.content.processing.declared import Declaration, Node, Rules
from item_bank.content.processing.values import number_text
from item_bank.formats.building import (
    Marked,
    adding,
    composite,
    constant,
    first_of,
    mapped,
    node,
    number,
    variable,
    with_place,
    within,
)
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle.formulas import computed, shown
from item_bank.formats.moodle.question import Question, line_of, plain_of, written
from item_bank.formats.qti.names import Element
from item_bank.formats.texts import check_length

MAX_ROWS = 100
MAX_CHARS = 20_000
_ROW = "ROW"
_FORMULA = re.compile(r"\{=((?:[^{}]|\{[^{}]*\})*)\}")
_MATH = re.compile(r"\$\$.+?\$\$|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)

_STANDS = "\ufdde%d\ufddf"


@dataclass
class Table:
    """Columns of texts, a row a variant; every column is a template variable."""

    columns: dict[str, list[str]] = field(default_factory=dict)
    bases: dict[str, str] = field(default_factory=dict)
    #: The columns that are wildcards, under the names of their author.
    wildcards: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return min((len(column) for column in self.columns.values()), default=0)

    def values(self, row: int) -> dict[str, float]:
        return {name: float(self.columns[column][row]) for name, column in self.wildcards.items()}

    def add(self, name: str, base: str, compute: Callable[[dict[str, float]], str]) -> str:
        self.bases[name] = base
        self.columns[name] = [compute(self.values(row)) for row in range(self.rows)]
        return name

    def declarations(self) -> list[Declaration]:
        row = Declaration(_ROW, "template", base_type="integer")
        return [row, *(Declaration(name, "template", base_type=base) for name, base in self.bases.items())]

    def drawing(self, responses: dict[str, str]) -> Rules:
        """Draws the row, then takes its value of every column; `responses`: name → the column of its key."""
        row = Node("randomInteger", {"min": "1", "max": str(self.rows)})
        rules = [Node("setTemplateValue", {"identifier": _ROW}, (row,))]
        for name, base in self.bases.items():
            values = node("ordered", *(constant(base, text) for text in self.columns[name][: self.rows]))
            taken = Node("index", {"n": _ROW}, (values,))
            rules.append(Node("setTemplateValue", {"identifier": name}, (taken,)))
        for name, column in responses.items():
            rules.append(Node("setCorrectResponse", {"identifier": name}, (variable(column),)))
        return Rules(tuple(rules))


def table_of(question: Question) -> Table:
    """The data that came with the question. Raises ReadProblem where there is none."""
    table = Table()
    for definition in question.element.findall("dataset_definitions/dataset_definition"):
        name = plain_of(definition.find("name"))
        column = f"X{len(table.columns) + 1}"
        items = {
            plain_of(item.find("number"), own=True): plain_of(item.find("value"), own=True)
            for item in definition.findall("dataset_items/dataset_item")
        }
        texts = [items[str(at)] for at in range(1, MAX_ROWS + 1) if str(at) in items]
        if not name or not texts or not all(_is_number(text) for text in texts):
            message = N_("The wildcard %(name)s has no values, or one that is no number.")
            raise ReadProblem("wildcard_values", message, line=line_of(definition), name=name[:60] or "—")
        table.wildcards[name] = column
        table.columns[column], table.bases[column] = texts, "string"
    if not table.columns:
        raise ReadProblem("wildcard_values", N_("The question came without the values of its wildcards."))
    return table


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9]{1,20}(?:\.[0-9]{0,20})?(?:[eE][-+]?[0-9]{1,2})?", text) is not None


# --- texts -----------------------------------------------------------------------------------------------------------


def parametric(question: Question, table: Table, holder: Element | None, text: str) -> Markup:
    """The text with places for its variables. Raises ReadProblem where one stands in a formula."""
    check_length(text, MAX_CHARS)  # what follows takes more than linear time
    _check_formulas(text, table)
    names: list[str] = []

    def put(name: str) -> str:
        names.append(name)
        return _STANDS % (len(names) - 1)

    def result(found: re.Match[str]) -> str:
        formula = html.unescape(found[1])
        return put(
            table.add(f"T{len(table.columns) + 1}", "string", lambda values: _shortest(computed(formula, values)))
        )

    text = _FORMULA.sub(result, text)
    text = re.sub(
        r"\{([^{}=][^{}]{0,60})\}",
        lambda found: put(table.wildcards[found[1]]) if found[1] in table.wildcards else found[0],
        text,
    )
    markup = question.texts(holder).markup(text.strip(), question.notation(holder))
    filled = markup.html
    for at, name in enumerate(names):
        filled = filled.replace(_STANDS % at, f'<span data-place="variable:{name}"></span>')
    return Markup(filled, markup.math)


def _filled(question: Question, table: Table, holder: Element | None, text: str) -> Markup:
    """Feedback, where a wildcard that can't be shown is no reason to refuse the question."""
    try:
        return parametric(question, table, holder, text)
    except ReadProblem as problem:
        question.entry.remark(problem, line=line_of(holder) if holder is not None else None)
        return question.texts(holder).markup(text.strip(), question.notation(holder))


def _check_formulas(text: str, table: Table) -> None:
    for found in _MATH.finditer(text):
        if any(f"{{{name}}}" in found[0] for name in table.wildcards) or "{=" in found[0]:
            message = N_("A wildcard stands inside the formula %(text)s; it cannot be shown there.")
            raise ReadProblem("gap_in_formula", message, text=found[0][:60])


def _shortest(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"


# --- questions -------------------------------------------------------------------------------------------------------


def read_calculated(question: Question) -> Interaction:
    table = table_of(question)
    if question.element.find("units/unit") is not None:
        message = N_("Units are not asked for: the number counts.")
        question.entry.note("unit_not_asked", message, line=line_of(question.element))
    cases = []
    key = ""
    for at, answer in enumerate(question.answers(), 1):
        share = question.share(answer)
        low, high, middle = _columns(question, table, answer, at)
        test = within("RESPONSE", variable(low), variable(high))
        cases.append((test, (adding(number(share * question.points)),)))
        key = key or (middle if share == 1 else "")
    if not key:
        raise ReadProblem("key_missing", N_("The item has no key: no answer earns a point."))
    question.stem = with_place(_main(question, table))
    part = Part("RESPONSE", "text_entry")
    marked = Marked(part, Declaration("RESPONSE", "response", base_type="float"), (first_of(cases),))
    return _drawn(question, table, marked, {"RESPONSE": key})


def _main(question: Question, table: Table) -> Markup:
    return parametric(question, table, question.element.find("questiontext"), question.main_text())


def _drawn(question: Question, table: Table, marked: Marked, keys: dict[str, str]) -> Interaction:
    question.fill = partial(_filled, question, table)
    question.rationale = question.general()  # before the table is told: a formula in it is one more column
    return composite(
        [marked],
        question.points,
        least=None,
        remarks=question.remarks(),
        more=table.declarations(),
        drawing=table.drawing(keys),
    )


def _columns(question: Question, table: Table, answer: Element, at: int) -> tuple[str, str, str]:
    """The bounds of an answer and the answer itself, computed for each row."""
    formula = question.plain(answer).removeprefix("=")
    wide = float(_decimal(plain_of(answer.find("tolerance"), own=True)))
    kind = plain_of(answer.find("tolerancetype"), own=True) or "1"

    def bound(values: dict[str, float], upper: bool) -> str:
        low, high = _bounds(computed(formula, values), wide, kind)
        return _exact(high if upper else low)

    low = table.add(f"LOW_{at}", "float", lambda values: bound(values, False))
    high = table.add(f"HIGH_{at}", "float", lambda values: bound(values, True))
    return low, high, table.add(f"KEY_{at}", "float", lambda values: _exact(computed(formula, values)))


def _decimal(text: str) -> str:
    return text if _is_number(text) else "0"


def _bounds(value: float, wide: float, kind: str) -> tuple[float, float]:
    """With Moodle's own allowance for the last digit of a double."""
    slack = 1e-14 * max(1.0, abs(value))
    if kind == "3" and value:
        factor = 1 + abs(wide)
        low, high = sorted((value / factor, value * factor))
    else:
        reach = abs(wide * value) if kind == "1" else abs(wide)
        low, high = value - reach, value + reach
    return low - slack, high + slack


def _exact(value: float) -> str:
    return number_text(Fraction(value))


def read_calculated_choice(question: Question) -> Interaction:
    """Options whose numbers follow the row."""
    table = table_of(question)
    answers = question.answers()
    names = letters(len(answers))
    choices = []
    for name, answer in zip(names, answers, strict=True):
        choices.append(PartChoice(name, _option(question, table, answer)))
    single = question.flag("single", True)
    part = Part(
        "RESPONSE",
        "choice",
        choices=tuple(choices),
        most=1 if single else 0,
        shuffle=question.flag("shuffleanswers", True),
    )
    points = {name: question.share(one) * question.points for name, one in zip(names, answers, strict=True)}
    if not any(value > 0 for value in points.values()):
        raise ReadProblem("key_missing", N_("The item has no key: no answer earns a point."))
    bounds = None if single else (Fraction(0), question.points)
    question.stem = with_place(_main(question, table))
    marked = mapped(part, "single" if single else "multiple", "identifier", points, bounds=bounds)
    return _drawn(question, table, marked, {})


def _option(question: Question, table: Table, answer: Element) -> Markup:
    """Formulas in options are shown in the length that the option asks for."""
    length = plain_of(answer.find("correctanswerlength"), own=True)
    figures = int(length) if re.fullmatch("[0-9]{1,2}", length) else 2
    significant = plain_of(answer.find("correctanswerformat"), own=True) == "2"
    text = written(answer)

    def told(found: re.Match[str]) -> str:
        formula = html.unescape(found[1])
        name = f"T{len(table.columns) + 1}"
        table.add(name, "string", lambda values: shown(computed(formula, values), figures, significant))
        table.wildcards.setdefault(f"\ufdd0{name}", name)
        return f"{{\ufdd0{name}}}"

    return parametric(question, table, answer, _FORMULA.sub(told, text))
