"""Response processing of QTI 1.2 → rules (ASI XML Binding 1.2: resprocessing, respcondition, setvar).

Conditions stand in their order. After one that holds the rest is left out unless it says continue="Yes". Where it says
nothing, one that only adds to a score or only shows feedback lets the rest follow, too: that is how the systems that
leave it out mean it. `other` holds where no condition before it held that sets a variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from item_bank.content.processing.declared import Declaration, Field, Node
from item_bank.content.processing.values import ProcessingError, parsed_number
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, children, descendants, line_of, text_of
from item_bank.formats.qti12.conditions import (
    MAX_CONDITIONS,
    TRUE,
    Conditions,
    call,
    constant,
    number_told,
    processing_unsupported,
    variable,
)
from item_bank.formats.qti12.d2l import PERCENT, counts, earned_by_counts, is_sum

SCORE = "SCORE"
FEEDBACK = "FEEDBACK"
_ACTIONS = {"add": "sum", "subtract": "subtract", "multiply": "product", "divide": "divide"}
_NUMBERS = {"", "integer", "decimal", "scientific", "float", "real"}
#: How often conditions that end the processing may alternate with others.
_MOST_LEVELS = 30
#: Of all conditions together: `other` repeats those before it.
_MOST_NODES = 50_000


@dataclass(frozen=True, slots=True)
class Condition:
    test: Node
    sets: tuple[Node, ...] = ()
    shows: tuple[str, ...] = ()
    stops: bool = False
    #: Blackboard: it shows the feedback of right answers and says nothing of the score.
    right: bool = False
    asks: frozenset[str] = frozenset()


@dataclass(slots=True)
class Processing:
    """`outcomes`: the declared variables. `score`: the one that is the score; empty where none is set."""

    outcomes: dict[str, Declaration] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    score: str = ""
    #: Feedback that no condition shows and its name says when: after the conditions.
    also: list[Condition] = field(default_factory=list)

    def rules(self, *, feedback: bool = True) -> tuple[Node, ...]:
        also = [node for one in self.also for node in _loose(one, feedback)]
        return (*_chain(self.conditions, feedback, 0), *also)

    @property
    def shown(self) -> set[str]:
        return {name for one in (*self.conditions, *self.also) for name in one.shows}


def processing_of(item: Element, conditions: Conditions, *, blackboard: bool) -> Processing:
    """Raises ReadProblem for what only its maker knows."""
    made = Processing()
    for block in children(item, "resprocessing"):
        for declared in descendants(block, "decvar"):
            _declare(made, declared)
    found = [one for block in children(item, "resprocessing") for one in children(block, "respcondition")]
    if len(found) > MAX_CONDITIONS:
        message = N_("The item has more than %(limit)s conditions.")
        raise ReadProblem("too_many_conditions", message, line=line_of(found[-1]), limit=MAX_CONDITIONS)
    found = [one for one in found if not is_sum(one)]
    for_points = [one for one in found if any(True for _ in children(one, "setvar"))]
    conditions.scored = frozenset(text_of(one) for each in for_points for one in descendants(each, "varequal"))
    conditions.from_zero = any(
        attribute(one, "index") == "0" for each in found for one in descendants(each, "varequal")
    )
    nodes = 0
    for element in found:
        earlier = [one.test for one in made.conditions if (one.sets or one.right) and not one.stops]
        made.conditions.append(_condition(element, made, conditions, earlier, blackboard=blackboard))
        nodes += sum(1 for _ in made.conditions[-1].test.walk())
        if nodes > _MOST_NODES:
            raise _too_deep()
    if blackboard:
        _earn_the_right(made)
    if any(map(counts, found)):
        _earn_the_counted(item, found, made)
    made.score = _score_of(made)
    return made


def _declare(made: Processing, element: Element) -> None:
    name = attribute(element, "varname", SCORE)
    kind = attribute(element, "vartype").lower()
    base = "float" if kind in _NUMBERS else "boolean" if kind == "boolean" else "string"
    bounds = {side: attribute(element, f"{side}value") for side in ("min", "max")}
    default = attribute(element, "defaultval")
    if base == "float":
        bounds = {side: _number_or_nothing(text) for side, text in bounds.items()}
        default = _number_or_nothing(default)
    made.outcomes[name] = declaration(name, base, default, bounds["min"], bounds["max"])


def declaration(name: str, base: str = "float", default: str = "", least: str = "", most: str = "") -> Declaration:
    fields = (Field(default),) if default else None
    return Declaration(name, "outcome", base_type=base, default=fields, minimum=least, maximum=most)


def _number_or_nothing(text: str) -> str:
    try:
        return number_told(text)
    except ProcessingError:
        return ""


def _condition(
    element: Element, made: Processing, conditions: Conditions, earlier: Sequence[Node], *, blackboard: bool
) -> Condition:
    tests = list(children(element, "conditionvar"))
    sets = tuple(_setter(one, made) for one in children(element, "setvar"))
    test = conditions.test(tests[0], earlier, scores=bool(sets)) if tests else TRUE
    if any(True for _ in children(element, "respcond_extension")):
        raise processing_unsupported(element)
    shows = tuple(attribute(one, "linkrefid") for one in children(element, "displayfeedback"))
    told = attribute(element, "continue").lower()
    adds = all(attribute(one, "action", "Set").lower() != "set" for one in children(element, "setvar"))
    right = blackboard and not sets and any(name.lower() == "correct" for name in shows)
    names = {one.attributes["identifier"] for one in test.walk() if one.name == "variable"}
    return Condition(
        test, sets, tuple(filter(None, shows)), told == "no" or (not told and not adds), right, frozenset(names)
    )


def _setter(element: Element, made: Processing) -> Node:
    name = attribute(element, "varname") or attribute(element, "variablename") or SCORE
    if name not in made.outcomes:
        made.outcomes[name] = declaration(name)
    action, base = attribute(element, "action", "Set").lower(), made.outcomes[name].base_type
    if action != "set" and (action not in _ACTIONS or base != "float"):
        raise processing_unsupported(element)
    value = _value(element, made, base)
    if action != "set":
        value = call(_ACTIONS[action], variable(name), value)
    return call("setOutcomeValue", value, identifier=name)


def _value(element: Element, made: Processing, base: str) -> Node:
    """A number; Blackboard also names the bounds of a variable, "SCORE.max"."""
    said = text_of(element)
    name, _dot, bound = said.rpartition(".")
    if name in made.outcomes and bound in {"max", "min"}:
        declared = made.outcomes[name]
        said = (declared.maximum if bound == "max" else declared.minimum) or ("1" if bound == "max" else "0")
    if base != "float":
        return constant(base, said)
    try:
        return constant("float", number_told(said or "0"))
    except ProcessingError:
        raise processing_unsupported(element) from None


def _earn_the_right(made: Processing) -> None:
    """Blackboard leaves the score of gaps and matches to the feedback: what shows "correct" is right. Answers to
    different responses share the points."""
    places = [n for n, one in enumerate(made.conditions) if one.right]
    if not places:
        return
    declared = made.outcomes.setdefault(SCORE, declaration(SCORE, most="1"))
    asked = [made.conditions[n].asks for n in places]
    shared = len(places) > 1 and len(set(asked)) == len(asked) and all(len(names) == 1 for names in asked)
    most: Node = constant("float", declared.maximum or "1")
    if shared:
        part = call("divide", most, constant("float", str(len(places))))
        earned = call("setOutcomeValue", call("sum", variable(SCORE), part), identifier=SCORE)
    else:
        earned = call("setOutcomeValue", most, identifier=SCORE)
    for n in places:
        made.conditions[n] = replace(made.conditions[n], sets=(earned,), stops=not shared)


def _earn_the_counted(item: Element, found: Sequence[Element], made: Processing) -> None:
    """What D2L's counts earn, in place of the counts."""
    pairs = list(zip(found, made.conditions, strict=True))
    made.outcomes = {SCORE: declaration(SCORE, default="0", least="0", most=PERCENT)}
    earned = earned_by_counts(item, [(element, one.test) for element, one in pairs if counts(element)])
    shown = [replace(one, sets=(), stops=False) for _element, one in pairs if one.shows]
    made.conditions = [*shown, *(Condition(one.test, (one.sets,), stops=one.stops) for one in earned)]


def _score_of(made: Processing) -> str:
    """SCORE in whatever spelling, else the only number that is set."""
    written = {one.attributes["identifier"] for each in made.conditions for one in each.sets}
    numbers = [name for name in made.outcomes if name in written and made.outcomes[name].base_type == "float"]
    named = [name for name in numbers if name.upper() == SCORE]
    return named[0] if named else numbers[0] if len(numbers) == 1 else _scorelike(numbers)


def _scorelike(names: list[str]) -> str:
    found = [name for name in names if "score" in name.lower()]
    return found[0] if len(found) == 1 else ""


def _chain(conditions: Sequence[Condition], feedback: bool, level: int) -> Iterator[Node]:
    """Conditions that end the processing become branches of one; what follows them its last branch."""
    for place, one in enumerate(conditions):
        if not one.stops:
            yield from _loose(one, feedback)
            continue
        ending = _run(conditions[place:])
        rest = conditions[place + len(ending) :]
        if level > _MOST_LEVELS:
            raise _too_deep()
        names = ["responseIf", *["responseElseIf"] * (len(ending) - 1)]
        branches = [call(name, each.test, *_actions(each, feedback)) for name, each in zip(names, ending, strict=True)]
        after = tuple(_chain(rest, feedback, level + 1))
        if after:
            branches.append(call("responseElse", *after))
        yield call("responseCondition", *branches)
        return


def _too_deep() -> ReadProblem:
    return ReadProblem("conditions_deep", N_("The conditions of the item are nested too deeply."))


def _run(conditions: Sequence[Condition]) -> list[Condition]:
    found = []
    for one in conditions:
        if not one.stops:
            break
        found.append(one)
    return found


def _loose(one: Condition, feedback: bool) -> Iterator[Node]:
    actions = _actions(one, feedback)
    if one.test == TRUE:
        yield from actions
    elif actions:
        yield call("responseCondition", call("responseIf", one.test, *actions))


def _actions(one: Condition, feedback: bool) -> list[Node]:
    shown = [_show(name) for name in one.shows] if feedback else []
    return [*one.sets, *shown]


def _show(name: str) -> Node:
    joined = call("multiple", variable(FEEDBACK), constant("identifier", name))
    return call("setOutcomeValue", joined, identifier=FEEDBACK)


# --- the score -------------------------------------------------------------------------------------------------------


def bounded(made: Processing) -> tuple[Node, ...]:
    """The score within its bounds, at the end, where its rules could leave them."""
    declared = made.outcomes[made.score]
    found = []
    for text, beyond in ((declared.minimum, "lt"), (declared.maximum, "gt")):
        if text and _may_leave(made, parsed_number(text), beyond):
            bound = constant("float", text)
            test = call(beyond, variable(made.score), bound)
            setter = call("setOutcomeValue", bound, identifier=made.score)
            found.append(call("responseCondition", call("responseIf", test, setter)))
    return tuple(found)


def _may_leave(made: Processing, bound: Fraction, beyond: str) -> bool:
    """Whether all the changes that go this way, together, pass the bound."""
    declared = made.outcomes[made.score].default
    starts, steps = [parsed_number(declared[0].text) if declared else Fraction(0)], [Fraction(0)]
    for setter in (one for each in made.conditions for one in each.sets):
        if setter.attributes["identifier"] != made.score:
            continue
        change = setter.children[0]
        value = change.children[-1] if change.name == "sum" else change
        if value.name != "baseValue":
            return True
        (steps if change.name == "sum" else starts).append(parsed_number(value.text))
    if beyond == "gt":
        return max(starts) + sum(step for step in steps if step > 0) > bound
    return min(starts) + sum(step for step in steps if step < 0) < bound
