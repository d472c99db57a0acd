"""Conditions of QTI 1.2 → expressions (ASI XML Binding 1.2, conditionvar and what stands in it).

Every expression is true, or false or NULL; `certain` makes NULL false where a `not` would ask for it: an answer that
was not given is not equal to anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from item_bank.content.processing.declared import Area, Cardinality, Node
from item_bank.content.processing.values import ProcessingError, parsed_number
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.names import Element, attribute, children, line_of, local, text_of, whole
from item_bank.formats.qti12.areas import area_of_text
from item_bank.formats.qti12.typed import Typed

_COMPARED = {"varlt": "lt", "varlte": "lte", "vargt": "gt", "vargte": "gte"}
_TIMED = {"durlt": "lt", "durlte": "lte", "durgt": "gt", "durgte": "gte", "durequal": "equal"}
MAX_CONDITIONS = 500
_LARGEST = 10**30


@dataclass(frozen=True, slots=True)
class Given:
    """A response as it is declared here. `labels`: of a gap that is typed, what each label of the source accepts;
    `places`: how many gaps or ranks an ordered response has."""

    ident: str
    base: str = "identifier"
    cardinality: Cardinality = "single"
    labels: Mapping[str, Typed] = field(default_factory=dict)
    places: int = 0
    #: What may be chosen; empty: anything can be answered.
    choices: frozenset[str] = frozenset()
    #: The words of each choice, for ILIAS: its keys of gaps name them.
    said: Mapping[str, str] = field(default_factory=dict)


def call(name: str, *inner: Node, **attributes: str) -> Node:
    return Node(name, attributes, inner)


def constant(base: str, text: str) -> Node:
    return Node("baseValue", {"baseType": base}, text=text)


def variable(name: str) -> Node:
    return call("variable", identifier=name)


def number_told(text: str) -> str:
    """A number as it is written, with a point. Raises ProcessingError for what is none, or beyond all measure."""
    told = text.strip().replace(",", ".")
    value = parsed_number(told)
    if abs(value) > _LARGEST:
        raise ProcessingError(f"{told[:60]} is too large")
    return told


TRUE, FALSE = constant("boolean", "true"), constant("boolean", "false")


def any_of(nodes: Iterable[Node]) -> Node:
    found = tuple(nodes)
    return found[0] if len(found) == 1 else Node("or", children=found) if found else FALSE


def all_of(nodes: Iterable[Node]) -> Node:
    found = tuple(one for one in nodes if one != TRUE)
    return found[0] if len(found) == 1 else Node("and", children=found) if found else TRUE


def certain(node: Node) -> Node:
    """The same, but false where it would be NULL."""
    if node.name in {"and", "or", "not"}:
        return Node(node.name, children=tuple(map(certain, node.children)))
    asked = next((one for one in node.walk() if one.name == "variable"), None)
    if asked is None or node.name == "isNull":
        return node
    return call("and", call("not", call("isNull", asked)), node)


class Conditions:
    """The conditions of one item. `corners`: its rectangles are told by two corners, not by a corner and a size."""

    def __init__(self, given: Mapping[str, Given], entry: Entry, *, corners: bool, whole: bool) -> None:
        self.given = given
        self.entry = entry
        self.corners = corners
        #: A label's own name is an answer, too: for a program that asks what a response earns.
        self.whole = whole
        #: Labels that a condition for points names.
        self.scored: frozenset[str] = frozenset()
        #: The only label of a typed field → its response.
        self.fields: Mapping[str, str] = {}
        #: ILIAS counts the places of an ordered response from 0.
        self.from_zero = False

    def test(self, element: Element, earlier: Iterable[Node], *, scores: bool = False) -> Node:
        """`earlier`: the conditions before, for `other`: it is true where none of them was. `scores`: it is one for
        points, not for feedback."""
        self._earlier, self._scores = tuple(earlier), scores
        return self._all(element)

    def _all(self, element: Element) -> Node:
        inner = list(children(element))
        found: list[Node] = []
        together: dict[str, list[Node]] = {}
        for one in inner:
            test = self._one(one, self._rank(one, inner))
            if local(element) == "conditionvar" and self._is_alternative(one):
                name = self._name(one)
                together.setdefault(name, []).append(test)
            else:
                found.append(test)
        return all_of([*map(any_of, together.values()), *found])

    def _is_alternative(self, element: Element) -> bool:
        """One answer cannot equal several values: listed without more, each of them is right (so do Canvas and Common
        Cartridge list what a gap accepts)."""
        known = self.given.get(self._name(element)) if local(element) == "varequal" else None
        return known is not None and known.cardinality == "single"

    def _rank(self, element: Element, beside: list[Element]) -> int:
        """Several equalities with one ordered response tell its order (Best Practice Guide 1.2, ordered responses)."""
        if local(element) != "varequal" or attribute(element, "index"):
            return 0
        name = self._name(element)
        known = self.given.get(name)
        if known is None or known.cardinality != "ordered":
            return 0
        same = [one for one in beside if local(one) == "varequal" and self._name(one) == name]
        return same.index(element) + 1 if len(same) > 1 else 0

    def _one(self, element: Element, rank: int = 0) -> Node:
        name = local(element)
        match name:
            case "and":
                return self._all(element)
            case "or":
                return any_of(map(self._one, children(element)))
            case "not":
                return call("not", certain(self._all(element)))
            case "other":
                return call("not", certain(any_of(self._earlier))) if self._earlier else TRUE
        if name in _TIMED:
            return call(_TIMED[name], variable("duration"), constant("float", self._number(element)))
        if name not in _TESTS:
            raise processing_unsupported(element)
        known = self._known(element)
        if known is None:
            return FALSE
        return call("isNull", variable(known.ident)) if name == "unanswered" else self._test(element, known, rank)

    def _test(self, element: Element, known: Given, rank: int) -> Node:
        asked = self._asked(element, known, rank)
        match local(element):
            case "varequal":
                return self._equal(element, known, asked)
            case "varsubstring":
                flag = _case(element)
                return call("substring", constant("string", _said(element)), asked, caseSensitive=flag)
            case "varsubset":
                return self._subset(element, known, asked)
            case "varinside":
                area = area_of_text(_said(element), attribute(element, "areatype"), corners=self.corners)
                return _inside(area, asked) if area else FALSE
        return call(_COMPARED[local(element)], asked, constant("float", self._number(element)))

    def _name(self, element: Element) -> str:
        """A name that no response has means the only one there is: some exporters translate it."""
        named = attribute(element, "respident")
        if named not in self.given and named in self.fields:
            return self.fields[named]
        return next(iter(self.given)) if named not in self.given and len(self.given) == 1 else named

    def _known(self, element: Element) -> Given | None:
        known = self.given.get(self._name(element))
        if known is None:
            message = N_("A condition asks for %(name)s, which is no response of the item: it never holds.")
            name = attribute(element, "respident") or "—"
            self.entry.note("response_unknown", message, line=line_of(element), name=name[:60])
        return known

    def _asked(self, element: Element, known: Given, rank: int) -> Node:
        index = attribute(element, "index")
        if known.cardinality != "ordered" or not (index or rank):
            return variable(known.ident)
        place = (whole(index) or 0) + self.from_zero if index else rank
        if not 0 < place <= 1_000:
            raise processing_unsupported(element)
        return call("index", variable(known.ident), n=str(place))

    def _equal(self, element: Element, known: Given, asked: Node) -> Node:
        said = _said(element)
        several = known.cardinality != "single" and asked.name == "variable"
        if known.labels:
            return self._typed(element, known, asked, said)
        if known.base == "float":
            return self._equal_number(element, asked, said)
        if known.base == "string":
            flag = _case(element)
            places = [call("index", asked, n=str(n + 1)) for n in range(known.places or 1)] if several else [asked]
            return any_of(call("stringMatch", one, constant("string", said), caseSensitive=flag) for one in places)
        named = [ident for ident, words in known.said.items() if words == said]
        if known.choices and said not in known.choices and len(named) == 1:
            said = named[0]
        if known.choices and said not in known.choices:
            message = N_("The key of %(name)s names %(option)s, which is no choice.")
            self.entry.note("key_unknown", message, line=line_of(element), name=known.ident[:60], option=said[:60])
        value = constant(known.base, _pair(said) if known.base in {"directedPair", "point"} else said)
        return call("member", value, asked) if several else call("match", asked, value)

    def _typed(self, element: Element, known: Given, asked: Node, said: str) -> Node:
        """The label names what is accepted. Canvas writes the condition for points with the first label only: labels
        that no such condition names are accepted with it."""
        names = [said]
        if self._scores and said in known.labels:
            names += [name for name in known.labels if name not in self.scored]
        accepted = [known.labels.get(name, Typed(said)) for name in names]
        found = [one.test(asked, self.entry, line_of(element)) for one in accepted]
        if self.whole and said in known.labels:
            found.append(call("stringMatch", asked, constant("string", said), caseSensitive="true"))
        return any_of(found)

    def _equal_number(self, element: Element, asked: Node, said: str) -> Node:
        try:
            value = constant("float", number_told(said))
        except ProcessingError:
            message = N_("A number is compared with %(text)s, which is none: it never holds.")
            self.entry.note("key_no_number", message, line=line_of(element), text=said[:60])
            return FALSE
        if figures := attribute(element, "precision"):
            decimal = attribute(element, "precisiontype").lower().startswith("decimal")
            mode = "decimalPlaces" if decimal else "significantFigures"
            return call("equalRounded", asked, value, roundingMode=mode, figures=figures)
        if margin := attribute(element, "margin"):
            mode = "relative" if attribute(element, "margintype").lower().startswith("percent") else "absolute"
            return call("equal", value, asked, toleranceMode=mode, tolerance=margin)
        return call("equal", asked, value)

    def _subset(self, element: Element, known: Given, asked: Node) -> Node:
        """Exact: the response is this set; partial: one of its members is in the response. A pair is one member of a
        match: makers add its points to those of the others."""
        words = [one.strip() for one in _said(element).split(",") if one.strip()]
        if known.base == "directedPair":
            words = [_pair(_said(element))]
        values = tuple(constant(known.base, one) for one in words)
        if known.cardinality == "single":
            return any_of(call("match", asked, one) for one in values)
        setmatch = attribute(element, "setmatch").lower()
        if setmatch == "partial" or (known.base == "directedPair" and not setmatch):
            return any_of(call("member", one, asked) for one in values)
        return call("match", asked, call(known.cardinality, *values))

    def _number(self, element: Element) -> str:
        try:
            return number_told(_said(element))
        except ProcessingError:
            raise processing_unsupported(element) from None


_TESTS = {*_COMPARED, "varequal", "varsubstring", "varsubset", "varinside", "unanswered"}


def _said(element: Element) -> str:
    return text_of(element)


def _case(element: Element) -> str:
    """Upper and lower case count only where it is said (`case`, by default "No")."""
    return "true" if attribute(element, "case").lower() in {"yes", "true"} else "false"


def _pair(said: str) -> str:
    return " ".join(said.replace(",", " ").split())


def _inside(area: Area, asked: Node) -> Node:
    return call("inside", asked, shape=area.shape, coords=" ".join(area.coords))


def processing_unsupported(element: Element) -> ReadProblem:
    message = N_("The response processing is not one of the known forms (at %(name)s).")
    return ReadProblem("processing_unsupported", message, line=line_of(element), name=local(element))
