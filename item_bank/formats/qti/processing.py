"""Response processing: recognises the standard templates, also written out.

Source: QTI 2.1 ASI Information Model, section 8 (response processing) and its templates match_correct and map_response.
A rule that sets no score (feedback, completion status) is passed over; with any other rule the item is none of the
usual kinds, because a guess would mark candidates wrongly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from item_bank.formats.qti.declarations import Outcome, number
from item_bank.formats.qti.names import Element, attribute, child, flag, local, text_of
from item_bank.formats.qti.usual import NotUsual

SCORE = "SCORE"
#: match: the declared key earns `points` · map: mapped values are added · lookup: a table of the mapped sum · none.
Kind = Literal["match", "map", "lookup", "none"]
Comparison = Literal["match", "equal", "stringMatch"]


@dataclass(slots=True)
class Scoring:
    kind: Kind = "none"
    points: Fraction = Fraction(1)
    comparison: Comparison = "match"
    tolerance: str = "0"
    relative: bool = False
    case_sensitive: bool = True
    #: outcomes that take the identifier of the chosen option
    feedback: set[str] = field(default_factory=set)


def scoring_of(item: Element, response: str, outcomes: dict[str, Outcome]) -> Scoring | None:
    """None when the item has no response processing at all."""
    processing = child(item, "responseProcessing")
    if processing is None:
        return None
    template = attribute(processing, "template") or attribute(processing, "templateLocation")
    if len(processing) == 0:
        return _from_template(template) if template else None
    return _Reader(response, outcomes).read(processing)


def _from_template(template: str) -> Scoring:
    name = re.sub(r"\.xml$", "", template.rstrip("/").rsplit("/", 1)[-1])
    match name:
        case "match_correct":
            return Scoring("match")
        case "map_response":
            return Scoring("map")
        case _:
            raise NotUsual


class _Reader:
    """Walks the rules in order, following the value of SCORE."""

    def __init__(self, response: str, outcomes: dict[str, Outcome]) -> None:
        self.response = response
        self.outcomes = outcomes
        self.scoring = Scoring()

    def read(self, processing: Element) -> Scoring:
        for rule in processing:
            match local(rule):
                case "setOutcomeValue":
                    self._set(rule)
                case "lookupOutcomeValue" if attribute(rule, "identifier") == SCORE:
                    self._lookup(rule)
                case "responseCondition" if _sets_score(rule):
                    self._condition(rule)
                case "responseProcessingFragment" | "include" | "exitResponse":
                    raise NotUsual
                case _ if _sets_score(rule):
                    raise NotUsual
        return self.scoring

    def _set(self, rule: Element) -> None:
        target, expression = attribute(rule, "identifier"), _only(rule)
        if target != SCORE:
            if self._is_response(expression):
                self.scoring.feedback.add(target)
            return
        if self._is_mapped(expression):
            self._decide("map")
        elif self._constant(expression) != 0 or self.scoring.kind != "none":
            raise NotUsual

    def _is_mapped(self, expression: Element) -> bool:
        """mapResponse, alone or added to a SCORE that is still 0."""
        if local(expression) == "sum" and len(expression) == 2 and self.scoring.kind == "none":
            first, second = sorted(expression, key=local)
            added = local(second) == "variable" and attribute(second, "identifier") == SCORE
            return added and self._default_score() == 0 and self._is_mapped(first)
        return local(expression) == "mapResponse" and attribute(expression, "identifier") == self.response

    def _decide(self, kind: Kind) -> None:
        if self.scoring.kind != "none":
            raise NotUsual
        self.scoring.kind = kind

    def _lookup(self, rule: Element) -> None:
        expression = _only(rule)
        inner = _only(expression) if local(expression) in {"truncate", "round"} else expression
        if local(inner) != "mapResponse" or attribute(inner, "identifier") != self.response:
            raise NotUsual
        self._decide("lookup")

    def _condition(self, rule: Element) -> None:
        """`if key matches: SCORE = points, else: SCORE = 0`, perhaps within `if there is an answer`."""
        branches = list(rule)
        if not branches:
            raise NotUsual
        test = _unwrapped(_first(branches[0]))
        if self._is_null(test):
            if self._score_in(branches.pop(0)) not in {None, Fraction(0)} or not branches:
                raise NotUsual
        elif local(test) == "not" and self._is_null(_only(test)):
            if len(branches) > 1 and self._score_in(branches.pop()) not in {None, Fraction(0)}:
                raise NotUsual
            self._inner(branches[0], skip=1)
            return
        if local(branches[0]) == "responseElse":
            self._inner(branches[0], skip=0)
        else:
            self._match(branches)

    def _is_null(self, test: Element) -> bool:
        return local(test) == "isNull" and self._is_response(_only(test))

    def _inner(self, branch: Element, skip: int) -> None:
        for inner in list(branch)[skip:]:
            if local(inner) == "setOutcomeValue":
                self._set(inner)
            elif local(inner) == "responseCondition" and _sets_score(inner):
                self._condition(inner)
            elif _sets_score(inner):
                raise NotUsual

    def _match(self, branches: list[Element]) -> None:
        first, *others = branches
        if any(local(branch) != "responseElse" for branch in others):
            raise NotUsual
        self._compare(_unwrapped(_first(first)))
        points = self._score_in(first)
        otherwise = self._score_in(others[0]) if others else None
        if points is None or points <= 0 or otherwise not in {None, Fraction(0)} or self._default_score() != 0:
            raise NotUsual
        self._decide("match")
        self.scoring.points = points

    def _compare(self, test: Element) -> None:
        kind = local(test)
        operands = list(test)
        if kind not in {"match", "equal", "stringMatch"} or not self._is_key_test(operands):
            raise NotUsual
        self.scoring.comparison = kind  # type: ignore[assignment]
        if kind == "stringMatch":
            if flag(test, "substring"):
                raise NotUsual
            self.scoring.case_sensitive = flag(test, "caseSensitive", default=True)
        if kind == "equal":
            self._tolerance(test)

    def _tolerance(self, test: Element) -> None:
        mode, bounds = attribute(test, "toleranceMode", "exact"), attribute(test, "tolerance").split()
        if mode == "exact":
            return
        if mode not in {"absolute", "relative"} or not bounds or len(set(bounds)) > 1:
            raise NotUsual
        if not (flag(test, "includeLowerBound", default=True) and flag(test, "includeUpperBound", default=True)):
            raise NotUsual
        self.scoring.tolerance, self.scoring.relative = bounds[0], mode == "relative"

    def _is_key_test(self, operands: list[Element]) -> bool:
        """variable and correct of the one response, in either order."""
        names = sorted(local(one) for one in operands)
        return names == ["correct", "variable"] and all(
            attribute(one, "identifier") == self.response for one in operands
        )

    def _is_response(self, element: Element) -> bool:
        return local(element) == "variable" and attribute(element, "identifier") == self.response

    def _score_in(self, branch: Element) -> Fraction | None:
        """The constant that the branch gives SCORE; None when it leaves it alone."""
        found = None
        for rule in branch:
            if local(rule) == "setOutcomeValue" and attribute(rule, "identifier") == SCORE:
                found = self._constant(_only(rule))
            elif local(rule) != "setOutcomeValue" and _sets_score(rule):
                raise NotUsual
        return found

    def _constant(self, expression: Element) -> Fraction:
        match local(expression):
            case "baseValue":
                return number(text_of(expression))
            case "variable" if attribute(expression, "identifier") in self.outcomes:
                return self._default(attribute(expression, "identifier"))
            case "sum" if len(expression) == 2 and self.scoring.kind == "none":
                return sum((self._constant(one) for one in expression), Fraction(0))
            case _:
                raise NotUsual

    def _default(self, name: str) -> Fraction:
        text = self.outcomes[name].default
        return number(text) if text else Fraction(0)

    def _default_score(self) -> Fraction:
        known = self.outcomes.get(SCORE)
        return number(known.default) if known and known.default else Fraction(0)


def _sets_score(rule: Element) -> bool:
    return any(
        local(each) in {"setOutcomeValue", "lookupOutcomeValue"} and attribute(each, "identifier") == SCORE
        for each in rule.iter()
    )


def _first(element: Element) -> Element:
    if len(element) == 0:
        raise NotUsual
    return element[0]


def _only(element: Element) -> Element:
    if len(element) != 1:
        raise NotUsual
    return element[0]


def _unwrapped(test: Element) -> Element:
    """`and` or `or` around a single condition says nothing."""
    while local(test) in {"and", "or"} and len(test) == 1:
        test = test[0]
    return test
