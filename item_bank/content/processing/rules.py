"""Carrying out rules: what a response earns, and what a variant of a parametric item shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from item_bank.content.processing import operators as operators  # noqa: PLC0414 - makes the expressions known
from item_bank.content.processing.declared import NUMERIC, Declaration, Node, Rules
from item_bank.content.processing.expressions import OPERATORS, evaluate
from item_bank.content.processing.mappings import looked_up
from item_bank.content.processing.scope import MOST_STEPS, Below, Scope, cast_to, fresh
from item_bank.content.processing.values import Maybe, ProcessingError, Unsupported, truth

SCORE = "SCORE"
#: Under which items tell the most that can be earned.
MAXIMA = ("MAXSCORE", "MAX_SCORE", "MAXIMUM_SCORE")
#: How often a variant is drawn again until its constraints hold (QTI 2.2, templateConstraint: "at least 100").
MOST_DRAWS = 200
#: Of all draws of one variant together.
MOST_DRAWN_STEPS = 5 * MOST_STEPS
_CONDITIONS = {"responseCondition", "templateCondition", "outcomeCondition"}
_SETTERS = {"setOutcomeValue", "setTemplateValue", "setDefaultValue", "setCorrectResponse"}
_EXITS = {"exitResponse", "exitTemplate", "exitTest"}
_FRAGMENTS = {"responseProcessingFragment", "templateProcessingFragment"}
_KNOWN = _CONDITIONS | _SETTERS | _EXITS | _FRAGMENTS | {"lookupOutcomeValue", "templateConstraint"}
_BRANCHES = {f"{stage}{branch}" for stage in ("response", "template", "outcome") for branch in ("If", "ElseIf", "Else")}
#: Sets of rules that a file names by address: the name is its last part (QTI 2.1, 7.2 and appendix; Common Cartridge).
TEMPLATES = {"match_correct", "map_response", "map_response_point", "CC2_match", "CC2_map_response"}


class _Stop(Exception):
    """An exit rule."""


class _Again(Exception):
    """A constraint of a variant does not hold."""


def unknown_names(rules: Rules) -> list[str]:
    """Rules and operators that cannot be carried out here."""
    known = _KNOWN | _BRANCHES | OPERATORS.keys()
    found = dict.fromkeys(node.name for node in rules.walk() if node.name not in known or _is_foreign(node))
    return [*found, *([rules.template] if rules.template and rules.template not in TEMPLATES else [])]


def _is_foreign(node: Node) -> bool:
    if node.name != "customOperator":
        return False
    try:
        operators.custom.script_of(node)
    except Unsupported:
        return True
    return False


def score_name(declarations: tuple[Declaration, ...], rules: Rules) -> str:
    """The outcome that is the item's score: SCORE, else the only number that rules set. Empty where there is none."""
    numeric = [one for one in declarations if one.kind == "outcome" and one.cardinality == "single"]
    names = [one.identifier for one in numeric if one.base_type in NUMERIC and one.identifier not in MAXIMA]
    if rules.template:
        return SCORE if SCORE in names else ""
    set_somewhere = _written(rules)
    written = [name for name in names if name in set_somewhere]
    external = [one.identifier for one in numeric if one.external]
    found = written or external
    return SCORE if SCORE in found else found[0] if len(found) == 1 else ""


def _written(rules: Rules) -> set[str]:
    """The outcomes that any rule sets."""
    setters = _SETTERS | {"lookupOutcomeValue"}
    return {node.attributes.get("identifier", "") for node in rules.walk() if node.name in setters}


def processed(declarations: tuple[Declaration, ...], rules: Rules, responses: dict[str, Maybe]) -> Scope:
    """The outcomes of a response: every variable after response processing. A rule that fails on these values is left
    out and told in `failures`; raises ProcessingError for a response of another type, Unsupported for a rule that only
    its maker knows."""
    scope = fresh(declarations)
    for identifier, value in responses.items():
        scope.set(identifier, value)
    if rules.template:
        _by_template(rules.template, scope)
    carry_out(rules.rules, scope)
    return scope


def drawn(declarations: tuple[Declaration, ...], rules: Rules, below: Below) -> Scope:
    """The template variables of one variant. Raises ProcessingError where no draw meets the constraints."""
    spent = 0
    for _draw in range(MOST_DRAWS):
        scope = fresh(declarations, below)
        try:
            carry_out(rules.rules, scope)
        except _Again:
            spent += len(declarations) + scope.steps
            if spent > MOST_DRAWN_STEPS:
                break
            continue
        return scope
    raise ProcessingError(f"{_draw + 1} draws met no constraint of the item")


def carry_out(rules: Iterable[Node], scope: Scope) -> None:
    try:
        _all(rules, scope)
    except _Stop:
        return


def _all(rules: Iterable[Node], scope: Scope) -> None:
    for rule in rules:
        _one(rule, scope)


def _one(rule: Node, scope: Scope) -> None:
    if rule.name in _CONDITIONS:
        _condition(rule, scope)
    elif rule.name in _FRAGMENTS:
        _all(rule.children, scope)
    elif rule.name in _EXITS:
        raise _Stop
    else:
        name = rule.attributes.get("identifier", "")
        try:
            _set(rule, name, scope)
        except Unsupported:
            raise
        except ProcessingError as error:
            scope.failures.append((name, str(error)))


def _set(rule: Node, name: str, scope: Scope) -> None:
    if rule.name == "templateConstraint":
        if truth(evaluate(_only(rule), scope)) is not True:
            raise _Again
    elif rule.name == "lookupOutcomeValue":
        scope.set(name, looked_up(scope.declaration(name), evaluate(_only(rule), scope)))
    elif rule.name == "setCorrectResponse":
        scope.correct[name] = cast_to(scope.declaration(name), evaluate(_only(rule), scope))
    elif rule.name in _SETTERS:
        scope.set(name, evaluate(_only(rule), scope))
    else:
        raise Unsupported(f"<{rule.name}> is not known here")


def _condition(rule: Node, scope: Scope) -> None:
    for branch in rule.children:
        if branch.name.endswith("Else"):
            _all(branch.children, scope)
            return
        test, *then = branch.children or (None,)
        if test is None:
            raise ProcessingError(f"<{branch.name}> has no condition")
        if _holds(test, scope):
            _all(then, scope)
            return


def _holds(test: Node, scope: Scope) -> bool:
    try:
        return truth(evaluate(test, scope)) is True
    except Unsupported:
        raise
    except ProcessingError as error:
        scope.failures.append(("", str(error)))
        return False


def _only(rule: Node) -> Node:
    if len(rule.children) != 1:
        raise ProcessingError(f"<{rule.name}> takes one expression")
    return rule.children[0]


def _by_template(name: str, scope: Scope) -> None:
    """The standard sets act on the response RESPONSE and the outcome SCORE; CC2_map_response also on MAXSCORE."""
    if name not in _TEMPLATE_RULES:
        raise Unsupported(f"the response processing template {name[:60]} is not known here")
    _all(_TEMPLATE_RULES[name], scope)


def template_written(name: str, response: str) -> tuple[Node, ...]:
    """The rules of a standard set, for a response of another name than RESPONSE."""
    return tuple(_renamed(one, response) for one in _TEMPLATE_RULES[name])


def _renamed(node: Node, response: str) -> Node:
    inner = tuple(_renamed(one, response) for one in node.children)
    return Node(
        node.name, {"identifier": response} if node.attributes == _RESPONSE else node.attributes, inner, node.text
    )


def _set_score(expression: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": SCORE}, (expression,))


def _number(text: str) -> Node:
    return Node("baseValue", {"baseType": "float"}, text=text)


_RESPONSE = {"identifier": "RESPONSE"}
_MATCHES = Node("match", children=(Node("variable", _RESPONSE), Node("correct", _RESPONSE)))
_MATCH_CORRECT = (
    Node(
        "responseCondition",
        children=(
            Node("responseIf", children=(_MATCHES, _set_score(_number("1")))),
            Node("responseElse", children=(_set_score(_number("0")),)),
        ),
    ),
)
_MAP_RESPONSE = (_set_score(Node("mapResponse", _RESPONSE)),)
_MAP_POINT = (_set_score(Node("mapResponsePoint", _RESPONSE)),)
_TEMPLATE_RULES: dict[str, Sequence[Node]] = {
    "match_correct": _MATCH_CORRECT,
    "CC2_match": _MATCH_CORRECT,
    "map_response": _MAP_RESPONSE,
    "CC2_map_response": _MAP_RESPONSE,
    "map_response_point": _MAP_POINT,
}
