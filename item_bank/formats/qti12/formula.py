"""Items whose numbers are drawn: `itemproc_extension/calculated` of Canvas and Blackboard.

The file lists sets of values, each with its answer; a variant is one of them. The formula is kept as text only: what it
would give for other values its maker's program alone can say.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from item_bank.content.processing.declared import Declaration, Field, Node, Rules
from item_bank.content.processing.values import ProcessingError, parsed_number
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, child, children, descendants, line_of, text_of
from item_bank.formats.qti12.conditions import call, number_told, variable

_SET, _ANSWER = "VARIANT", "ANSWER"
_NAME = re.compile(r"[\w.-]{1,100}")
_POWER = re.compile(r"\s*[*x×]\s*10\s*\^\s*([+-]?\d+)")
MAX_SETS = 1_000


@dataclass(frozen=True, slots=True)
class Calculated:
    """`columns`: name of a variable → its value in each set; `answers`: of each set."""

    columns: dict[str, tuple[str, ...]]
    answers: tuple[str, ...]
    tolerance: str
    relative: bool

    def declarations(self) -> tuple[Declaration, ...]:
        found = [Declaration(_SET, "template", base_type="integer")]
        for name, values in (*self.columns.items(), (_ANSWER, self.answers)):
            column = tuple(map(Field, values))
            found.append(Declaration(name, "template", base_type="float"))
            found.append(Declaration(f"{name}_SETS", "template", "ordered", "float", default=column))
        return tuple(found)

    def drawing(self, response: str) -> Rules:
        drawn = call("randomInteger", min="1", max=str(len(self.answers)))
        rules = [call("setTemplateValue", drawn, identifier=_SET)]
        for name in (*self.columns, _ANSWER):
            picked = call("index", variable(f"{name}_SETS"), n=_SET)
            rules.append(call("setTemplateValue", picked, identifier=name))
        rules.append(call("setCorrectResponse", variable(_ANSWER), identifier=response))
        return Rules(tuple(rules))

    def test(self, response: str) -> Node:
        mode = "relative" if self.relative else "absolute"
        answer, given = variable(_ANSWER), variable(response)
        if parsed_number(self.tolerance) == 0:
            return call("equal", answer, given)
        return call("equal", answer, given, toleranceMode=mode, tolerance=self.tolerance)

    def shown(self, text: str) -> str:
        """`[x]` in the text becomes the place of the variable."""
        for name in self.columns:
            place = f'<span data-place="variable:{name}"></span>'
            text = text.replace(f"[{html.escape(name, quote=False)}]", place)
        return text


def calculated_of(item: Element) -> Calculated | None:
    """None where the item draws no numbers. Raises ReadProblem where it lists none."""
    found = next(descendants(item, "calculated"), None)
    if found is None:
        return None
    sets = list(descendants(found, "var_set"))
    if not sets or len(sets) > MAX_SETS:
        message = N_("The item's numbers are drawn by a formula, and it lists no values.")
        raise ReadProblem("values_missing", message, line=line_of(found))
    names = [attribute(one, "name") for one in children(sets[0], "var")]
    rows = [{attribute(one, "name"): one for one in children(each, "var")} for each in sets]
    if any(set(row) != set(names) for row in rows) or not all(map(_NAME.fullmatch, names)):
        message = N_("The sets of values of the item do not fit together.")
        raise ReadProblem("values_differ", message, line=line_of(found))
    columns = {name: tuple(_number(row[name]) for row in rows) for name in names}
    answers = tuple(_number(child(each, "answer")) for each in sets)
    tolerance, relative = _tolerance(found)
    return Calculated(columns, answers, tolerance, relative)


def _number(element: Element | None) -> str:
    """Also as Canvas writes scientific notation, 1.5*10^3."""
    said = text_of(element) if element is not None else ""
    try:
        return number_told(_POWER.sub(r"e\1", said))
    except ProcessingError:
        line = line_of(element) if element is not None else None
        raise ReadProblem("number_unreadable", N_("%(text)s is not a number."), line=line, text=said[:60]) from None


def _tolerance(calculated: Element) -> tuple[str, bool]:
    """Absolute, or of the answer where it is written with a percent sign or said to be a percentage."""
    element = child(calculated, "answer_tolerance")
    if element is None:
        return "0", False
    said = text_of(element) or "0"
    relative = (
        said.endswith("%") or "percent" in (attribute(element, "margin_type") + attribute(element, "type")).lower()
    )
    try:
        return number_told(said.rstrip("% ").lstrip("-")), relative
    except ProcessingError:
        raise ReadProblem(
            "number_unreadable", N_("%(text)s is not a number."), line=line_of(element), text=said[:60]
        ) from None
