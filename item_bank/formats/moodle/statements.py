"""The plugins "Multiple True/False" (mtf) and "Kprime" of Moodle: statements in rows, two columns to judge them by.

Source: documentation of both plugins (ETH Zürich). `subpoints`: each right row the same; `mtfonezero`, `kprimeonezero`:
all rows or nothing; `kprime`: half for all rows but one; `subpointdeduction`: a wrong row takes its deduction off, a
blank one does not, and nothing falls below 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import msgspec

from item_bank.content.folding import fold
from item_bank.content.markup import plain_text
from item_bank.content.model import (
    GRADUATION_TABLE,
    Composite,
    Interaction,
    Item,
    Markup,
    Part,
    PartChoice,
    Statement,
    TrueFalseCluster,
)
from item_bank.content.rational import rational, rational_or_none, rational_text
from item_bank.content.ruled import composite_of
from item_bank.formats.building import composite, mapped, with_place
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.moodle.question import Question, line_of, plain_of, written
from item_bank.formats.qti.cluster import FALSE_WORDS, TRUE_WORDS
from item_bank.formats.qti.names import Element

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALL_OR_NOTHING = {"mtfonezero", "kprimeonezero"}
_DEDUCTED = "subpointdeduction"
_METHODS = {*_ALL_OR_NOTHING, "kprime", "subpoints", _DEDUCTED}


def read_statements(question: Question) -> Interaction:
    """A true/false cluster; with other words in its columns, or with deductions, a composite that shows a table."""
    method = question.setting("scoringmethod", "kprime" if question.element.get("type") == "kprime" else "subpoints")
    columns = [question.texts(one).markup(written(one), "plain") for one in question.element.findall("column/*")]
    if method not in _METHODS or len(columns) != 2:
        message = N_("Items of the type %(type)s are not supported.")
        kind = f"{question.element.get('type')} ({method[:40]})"
        raise ReadProblem("unsupported_interaction", message, line=line_of(question.element), type=kind)
    true = _true_column(columns)
    statements = _statements(question, true or 0)
    if method == _DEDUCTED:
        return _deducted(question, statements, columns)
    if question.number("deduction", Fraction(0)) > 0:
        message = N_("Wrong answers take no points off, as the way of marking says.")
        question.entry.note("deduction_unused", message, line=line_of(question.element))
    cluster = TrueFalseCluster(tuple(statements), _table(method, len(statements)))
    if true is None:
        return _in_own_words(question, cluster, columns)
    if question.flag("shuffleanswers"):
        message = N_("The statements stay in their order; Moodle shuffles them.")
        question.entry.note("statements_fixed", message, line=line_of(question.element))
    return cluster


def _true_column(columns: Sequence[Markup]) -> int | None:
    """Which of the columns says "true"; None where they say something else."""
    words = [fold(plain_text(one)).strip(" .") for one in columns]
    for true, false in ((0, 1), (1, 0)):
        if words[true] in TRUE_WORDS and words[false] in FALSE_WORDS:
            return true
    return None


def _statements(question: Question, true: int) -> list[Statement]:
    rows = question.answers("row")
    if len(rows) > len(_LETTERS):
        message = N_("The question has more than %(limit)s answers.")
        raise ReadProblem("too_many_answers", message, line=line_of(rows[len(_LETTERS)]), limit=len(_LETTERS))
    if not rows:
        raise ReadProblem("key_missing", N_("The item has no key: no answer earns a point."))
    if any(written(row.find("feedbacktext")).strip() for row in rows):
        message = N_("Feedback on the statements is not kept.")
        question.entry.note("feedback_dropped", message, line=line_of(question.element))
    return [
        _statement(question, row, letter, right, true)
        for row, letter, right in zip(rows, _LETTERS, _right_columns(question, rows), strict=False)
    ]


def _right_columns(question: Question, rows: Sequence[Element]) -> list[set[int]]:
    """Of each row the columns, from 0, that weigh something."""
    found: dict[tuple[str, int], Fraction] = {}
    for weight in question.element.findall("weight"):
        column = weight.get("columnnumber", "")
        value = rational_or_none(plain_of(weight.find("value"), own=True)) or Fraction(0)
        if column in ("1", "2"):
            found[weight.get("rownumber", ""), int(column) - 1] = value
    names = [row.get("number") or str(at) for at, row in enumerate(rows, 1)]
    return [{column for column in (0, 1) if found.get((name, column), 0) > 0} for name in names]


def _statement(question: Question, row: Element, letter: str, right: set[int], true: int) -> Statement:
    if not right:
        message = N_("The key of statement %(id)s is missing.")
        raise ReadProblem("key_missing", message, line=line_of(row), id=letter)
    text = question.markup(row.find("optiontext"))
    return Statement(letter, text, true in right, either=len(right) == 2)


def _table(method: str, count: int) -> tuple[str, ...]:
    shares = [
        Fraction(right, count) if method == "subpoints" else Fraction(right == count) for right in range(count + 1)
    ]
    if method == "kprime" and count > 1:
        shares[-2] = Fraction(1, 2)
    usual = shares == [rational(one) for one in GRADUATION_TABLE]
    return GRADUATION_TABLE if usual else tuple(map(rational_text, shares))


def _in_own_words(question: Question, cluster: TrueFalseCluster, columns: Sequence[Markup]) -> Composite:
    whole = composite_of(Item(question.main_markup(), cluster, points=rational_text(question.points)))
    question.stem = whole.stem
    made = whole.interaction
    assert isinstance(made, Composite)
    (part,) = made.parts
    targets = tuple(msgspec.structs.replace(one, markup=text) for one, text in zip(part.targets, columns, strict=True))
    shown = msgspec.structs.replace(part, targets=targets, shuffle=question.flag("shuffleanswers"))
    changed: Composite = msgspec.structs.replace(made, parts=(shown,))
    return changed


def _deducted(question: Question, statements: Sequence[Statement], columns: Sequence[Markup]) -> Composite:
    each = question.points / max(len(statements), 1)
    off = min(max(question.number("deduction", Fraction(0)), Fraction(0)), Fraction(1))
    truths = {"C1": True, "C2": False} if _true_column(columns) != 1 else {"C1": False, "C2": True}
    points = {
        f"S{one.id} {column}": each if one.either or one.correct == truth else -each * off
        for one in statements
        for column, truth in truths.items()
    }
    part = Part(
        "RESPONSE",
        "match",
        choices=tuple(PartChoice(f"S{one.id}", one.markup) for one in statements),
        targets=tuple(PartChoice(name, text, most=0) for name, text in zip(truths, columns, strict=True)),
        most=len(statements),
        shuffle=question.flag("shuffleanswers"),
        settings={"table": "true"},
    )
    question.stem = with_place(question.main_markup())
    marked = mapped(part, "multiple", "directedPair", points, bounds=(Fraction(0), question.points))
    return composite([marked], question.points)
