"""Which typed answers a gap takes, told from the rules that mark it: the way back of `building.typed_text` and
`building.typed_number`, by which gaps of Moodle were read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from item_bank.content.model import Composite
from item_bank.content.processing.declared import Declaration, Node
from item_bank.formats.building import BLANKS, text_pattern
from item_bank.formats.model import N_
from item_bank.formats.numbers import middle
from item_bank.formats.written import NotHeldError

#: Rules in which more answers could count than a declaration tells.
_COMPUTED = frozenset({"patternMatch", "stringMatch", "substring", "gt", "gte", "lt", "lte", "equal", "equalRounded"})
_CONSTANT, _KEY = ["baseValue", "variable"], ["correct", "variable"]
#: One character of a text, as `text_pattern` writes it.
_PIECE = re.compile(
    r"(?P<space>\\s\+)|(?P<star>\.\*)|(?P<backslash>\[\\\\\])|\[(?P<cases>[^]\\]{2,3})\]|\\(?P<escaped>.)"
    r"|(?P<plain>[^\\\[\].])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Typed:
    """shown: what is typed → as Moodle writes it: `*` is anything, `\\*` an asterisk. strict: capitals count."""

    shown: Mapping[str, str]
    strict: bool = True


def typed_answers(declared: Declaration, composite: Composite) -> Typed:
    """Raises NotHeldError where rules compute what counts in a way that no list of answers says."""
    tests = [test for rule in composite.rules.rules for test in _tests(rule, declared.identifier)]
    if not tests:
        return _listed(declared)
    best = declared.correct[0].text if declared.correct else ""
    found = [_of_test(test, best) for test in tests]
    if len({strict for _typed, _shown, strict in found}) > 1:
        raise _computed()
    return Typed({typed: shown for typed, shown, _strict in found}, found[0][2])


def _listed(declared: Declaration) -> Typed:
    entries = declared.mapping.entries if declared.mapping else ()
    texts = [one.key for one in entries] or [one.text for one in declared.correct or ()]
    number = declared.base_type in ("integer", "float")
    shown = {text: text if number else text.replace("*", r"\*") for text in texts}
    return Typed(shown, not entries or all(one.case_sensitive for one in entries))


def _tests(node: Node, identifier: str) -> Iterator[Node]:
    """Conditions on what was typed. Raises NotHeldError for one that is of no known form."""
    names = [child.name for child in node.children]
    told = node.name == "patternMatch" or (node.name == "and" and names == ["gte", "lte"]) or _is_number(node)
    if told and _mentions(node, identifier):
        yield node
    elif node.name in _COMPUTED and _mentions(node, identifier):
        raise _computed()
    else:
        for child in node.children:
            yield from _tests(child, identifier)


def _is_number(node: Node) -> bool:
    """A number within an absolute tolerance, ends included."""
    known = {"toleranceMode": ("exact", "absolute"), "tolerance": ()}
    plain = all(key in known and (not known[key] or value in known[key]) for key, value in node.attributes.items())
    tolerance = node.attributes.get("tolerance", "0").split()
    names = [child.name for child in node.children]
    return node.name == "equal" and plain and len(tolerance) == 1 and names in (_CONSTANT, _KEY)


def _mentions(node: Node, identifier: str) -> bool:
    here = node.attributes.get("identifier") == identifier
    return here or any(_mentions(one, identifier) for one in node.children)


def _of_test(test: Node, best: str) -> tuple[str, str, bool]:
    if test.name == "patternMatch":
        return _of_pattern(test.attributes.get("pattern", ""), best)
    if test.name == "equal":
        value = best if test.children[0].name == "correct" else test.children[0].text
        return value, f"{value}:{test.attributes.get('tolerance', '0')}", True
    bounds = [child.children[1] for child in test.children]
    if any(one.name != "baseValue" for one in bounds):
        raise _computed()
    centre, tolerance = middle(bounds[0].text, bounds[1].text)
    return centre, f"{centre}:{tolerance}", True


def _of_pattern(pattern: str, best: str) -> tuple[str, str, bool]:
    """What is typed, as Moodle writes it, and whether capitals count."""
    inside = pattern.removeprefix(BLANKS).removesuffix(BLANKS)
    pieces = list(_PIECE.finditer(inside))
    shown = "".join(map(_letter, pieces))
    for strict in (False, True):
        if "".join(one[0] for one in pieces) == inside and text_pattern(shown, case_sensitive=strict) == pattern:
            same = shown.casefold() == best.casefold() and not strict
            shown = best if same else shown
            return shown.replace(r"\*", "*"), shown, strict
    raise _computed()


def _letter(piece: re.Match[str]) -> str:
    if piece["space"]:
        return " "
    if piece["star"]:
        return "*"
    if piece["backslash"]:
        return "\\"
    if cases := piece["cases"]:
        return min(cases, key=str.isupper)
    return r"\*" if piece["escaped"] == "*" else piece["escaped"] or piece["plain"]


def _computed() -> NotHeldError:
    return NotHeldError("marking_not_held", N_("Rules compute which typed answers count; a gap lists them."))
