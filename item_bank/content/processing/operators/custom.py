"""`customOperator`: of all programs of makers, the scripts of MathAssess are known, as far as `algebra` reads them.

Source: MathAssessQTI, "QTI extensions": ScriptRule hands a script every mathematical variable and takes back what it
sets of them; CasProcess gives the value of an expression. An expression with unknowns is a record, whose field
`Maxima` is the text that scripts read.
"""

from __future__ import annotations

from fractions import Fraction

from item_bank.content.processing.algebra.grammar import Tree, parsed
from item_bank.content.processing.algebra.polynomials import Polynomial, as_mathml, as_maxima, constant
from item_bank.content.processing.algebra.programs import Known, Program
from item_bank.content.processing.declared import Node
from item_bank.content.processing.expressions import operator
from item_bank.content.processing.scope import Scope
from item_bank.content.processing.values import (
    Maybe,
    ProcessingError,
    Unsupported,
    Value,
    boolean,
    number,
    record,
    single,
)

_SCRIPT = "org.qtitools.mathassess.ScriptRule"
_EXPRESSION = "org.qtitools.mathassess.CasProcess"
_WRITTEN = "Maxima"


@operator("customOperator")
def _custom(node: Node, scope: Scope) -> Maybe:
    trees = script_of(node)
    mathematical = {name: scope.values.get(name) for name, one in scope.declared.items() if one.mathematical}
    given = {name: _known(value) for name, value in mathematical.items() if value is not None}
    program = Program(scope.below, dict(given))
    try:
        last = program.run(trees)
    finally:
        scope.steps += program.steps
    if node.attributes["class"] == _EXPRESSION:
        return _told(last, "record" if node.attributes.get("returnType") == "maths_content" else "single")
    for name in mathematical:
        if name in program.values and program.values[name] is not given.get(name):
            if name in program.kept_as_written:
                raise Unsupported(f"“{name}” is shown as the script writes it, which is not done here")
            scope.set(name, _told(program.values[name], scope.declared[name].cardinality))
    return boolean(True)


def script_of(node: Node) -> tuple[Tree, ...]:
    """Raises Unsupported for a program of another maker, or a script that is not read."""
    name = node.attributes.get("class", "")
    if name not in (_SCRIPT, _EXPRESSION) or [one.name for one in node.children] != ["baseValue"]:
        raise Unsupported(f"the program {name[:60]} is not known here")
    return parsed(node.children[0].text)


def formula_of(value: Maybe) -> str:
    """An expression's MathML, made anew from what a script reads; empty for all other values."""
    try:
        found = None if value is None else _expression_of(value)
    except ProcessingError:
        return ""
    return as_mathml(found) if isinstance(found, Polynomial) else ""


def _expression_of(value: Value) -> Known | None:
    written = value.field(_WRITTEN) if value.cardinality == "record" else None
    return None if written is None else Program(_never).run(parsed(str(written.atoms[0])))


def _known(value: Value) -> Known:
    """A variable's value inside a script."""
    written = _expression_of(value)
    if written is not None:
        return written
    atom = value.atoms[0] if value.single else None
    if isinstance(atom, Fraction):
        return constant(atom, exact=value.base == "integer")
    if isinstance(atom, str | bool):
        return atom
    raise Unsupported("a script reads numbers, texts and expressions alone")


def _never(_bound: int) -> int:
    raise ProcessingError("an expression draws no numbers")


def _told(value: Known, cardinality: str) -> Maybe:
    if isinstance(value, bool):
        return boolean(value)
    if isinstance(value, str):
        return single("string", value)
    if not isinstance(value, Polynomial):
        raise Unsupported("a list of a script is not shown here")
    told = value.number
    if cardinality == "single" and told is not None:
        return number(told, "integer" if value.exact and told.denominator == 1 else "float")
    return record({_WRITTEN: ("string", as_maxima(value))})
