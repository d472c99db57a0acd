"""The usual kinds of items as composites: the same text, choices and marks, said by QTI's variables and rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import assert_never

import msgspec

from item_bank.content.interactions.options import right_ids
from item_bank.content.model import (
    Composite,
    Essay,
    Feedback,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Part,
    PartChoice,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.processing.declared import Declaration, Field, MapEntry, Node, Rules, Table, TableEntry, ValueMap
from item_bank.content.processing.rules import SCORE
from item_bank.content.rational import rational

RESPONSE, FEEDBACK = "RESPONSE", "FEEDBACK"
_HERE = {"identifier": RESPONSE}
VARIABLE, CORRECT = Node("variable", _HERE), Node("correct", _HERE)
MAPPED = Node("mapResponse", _HERE)
#: The columns of a cluster, true first.
TRUTHS = {"vi": ("Đúng", "Sai"), "en": ("True", "False")}
_WILDCARD = re.compile(r"(?<!\\)\*")
_PLACE = '<div data-place="part:0"></div>'
_LINE = '<p><span data-place="part:0"></span></p>'


def composite_of(item: Item) -> Item:
    """The item itself if it is a composite already. Feedback of options is shown by the outcome FEEDBACK."""
    made: Composite
    match item.interaction:
        case Composite():
            return item
        case SingleChoice() as single:
            made = _choice(item, single, several=False)
        case MultipleChoice() as multiple:
            made = _multiple(item, multiple)
        case TrueFalseCluster() as cluster:
            made = _cluster(item, cluster)
        case Numeric() as numeric:
            made = _numeric(item, numeric)
        case ShortText() as short:
            made = _short(item, short)
        case Essay() as essay:
            made = _essay(item, essay)
        case _ as never:
            assert_never(never)
    place = _LINE if made.parts[0].type == "text_entry" else _PLACE
    stem = msgspec.structs.replace(item.stem, html=item.stem.html + place)
    changed: Item = msgspec.structs.replace(item, stem=stem, interaction=made)
    return changed


def plain(value: Fraction) -> str:
    """A decimal, as QTI writes numbers; repeating ones to twelve places."""
    if value.denominator == 1:
        return str(value.numerator)
    text = f"{float(value):.12f}".rstrip("0")
    return text.rstrip(".")


def _points(item: Item, weight: str) -> str:
    return plain(item.maximum * rational(weight))


def _score(item: Item, table: Table | None = None) -> Declaration:
    return Declaration(SCORE, "outcome", base_type="float", maximum=plain(item.maximum), table=table)


def _set_score(value: Node) -> Node:
    return Node("setOutcomeValue", {"identifier": SCORE}, (value,))


def _number(text: str) -> Node:
    return Node("baseValue", {"baseType": "float"}, text=text)


def _either(tests: Sequence[Node], points: str) -> Rules:
    """The points where any test holds, else nothing."""
    test = tests[0] if len(tests) == 1 else Node("or", children=tuple(tests))
    branches = Node("responseIf", children=(test, _set_score(_number(points))))
    otherwise = Node("responseElse", children=(_set_score(_number("0")),))
    return Rules((Node("responseCondition", children=(branches, otherwise)),))


# --- choices ---------------------------------------------------------------------------------------------------------


def _choice(item: Item, choice: SingleChoice | MultipleChoice, *, several: bool, most: int = 1) -> Composite:
    """Marked by the sum of what the chosen options earn."""
    options, right_ones = choice.options, right_ids(choice)
    right = tuple(Field(one.id) for one in options if one.id in right_ones)
    entries = tuple(MapEntry(one.id, _points(item, one.weight)) for one in options if rational(one.weight))
    bounds = ("0", plain(item.maximum)) if several else ("", "")
    key = right if several or len(right) == 1 else right[:1]
    response = Declaration(
        RESPONSE,
        "response",
        "multiple" if several else "single",
        "identifier",
        correct=key or None,
        mapping=ValueMap(entries, "0", *bounds),
    )
    return _with_feedback(
        options, _choice_part(options, choice.shuffle, most), response, item, Rules(template="map_response")
    )


def _choice_part(options: Sequence[Option], shuffle: bool, most: int, least: int = 0) -> Part:
    choices = tuple(PartChoice(one.id, one.markup, pinned=one.pinned) for one in options)
    return Part(RESPONSE, "choice", choices=choices, least=least, most=most, shuffle=shuffle)


def _with_feedback(options: Sequence[Option], part: Part, response: Declaration, item: Item, rules: Rules) -> Composite:
    """What is said of the chosen options is shown by an outcome that takes their identifiers."""
    told = tuple(Feedback(FEEDBACK, one.id, one.feedback) for one in options if one.feedback)
    declared: tuple[Declaration, ...] = (response, _score(item))
    if told:
        declared += (Declaration(FEEDBACK, "outcome", response.cardinality, "identifier"),)
        marked = (_set_score(MAPPED),) if rules.template == "map_response" else rules.rules
        rules = Rules((*marked, Node("setOutcomeValue", {"identifier": FEEDBACK}, (VARIABLE,))))
    return Composite((part,), declared, rules, feedback=told)


def _multiple(item: Item, choice: MultipleChoice) -> Composite:
    most = choice.max_choices or 0
    if choice.partial and not choice.also:
        made = _choice(item, choice, several=True, most=most)
        part = msgspec.structs.replace(made.parts[0], least=choice.min_choices)
        changed: Composite = msgspec.structs.replace(made, parts=(part,))
        return changed
    key = right_ids(choice)
    right = tuple(Field(one.id) for one in choice.options if one.id in key)
    response = Declaration(RESPONSE, "response", "multiple", "identifier", correct=right)
    tests = [Node("match", children=(VARIABLE, CORRECT))]
    tests += [Node("match", children=(VARIABLE, _several(one))) for one in choice.also]
    part = _choice_part(choice.options, choice.shuffle, most, choice.min_choices)
    return _with_feedback(choice.options, part, response, item, _either(tests, plain(item.maximum)))


def _several(identifiers: Sequence[str]) -> Node:
    return Node("multiple", children=tuple(_identifier(one) for one in identifiers))


def _identifier(text: str) -> Node:
    return Node("baseValue", {"baseType": "identifier"}, text=text)


# --- statements, numbers, texts --------------------------------------------------------------------------------------


def _cluster(item: Item, cluster: TrueFalseCluster) -> Composite:
    """Statements × (true, false); the number of right ones is looked up in the cluster's table."""
    rows = tuple(PartChoice(f"S{one.id}", one.markup, most=1) for one in cluster.statements)
    columns = tuple(
        PartChoice(name, Markup(word), most=len(rows)) for name, word in zip("TF", TRUTHS[item.language], strict=True)
    )
    right = {one.id: "TF" if one.either else "T" if one.correct else "F" for one in cluster.statements}
    entries = tuple(MapEntry(f"S{name} {side}", "1") for name, sides in right.items() for side in sides)
    correct = tuple(Field(f"S{name} {sides[0]}") for name, sides in right.items())
    mapping = ValueMap(entries, "0")
    response = Declaration(RESPONSE, "response", "multiple", "directedPair", correct=correct, mapping=mapping)
    table = Table("match", tuple(TableEntry(str(n), _points(item, one)) for n, one in enumerate(cluster.table)), "0")
    rules = Rules((Node("lookupOutcomeValue", {"identifier": SCORE}, (Node("truncate", children=(MAPPED,)),)),))
    part = Part(RESPONSE, "match", choices=rows, targets=columns, most=len(rows), settings={"table": "true"})
    return Composite((part,), (response, _score(item, table)), rules)


def _numeric(item: Item, numeric: Numeric) -> Composite:
    part = Part(
        RESPONSE,
        "text_entry",
        most=1,
        settings={"length": str(numeric.max_chars), "class": f"chars-{numeric.max_chars}"},
    )
    base = "string" if numeric.literal else "float"
    accepted = [one.replace(",", ".") if base == "float" else one for one in numeric.accepted]
    response = Declaration(RESPONSE, "response", base_type=base, correct=(Field(accepted[0]),))
    values = [CORRECT, *(Node("baseValue", {"baseType": base}, text=one) for one in accepted[1:])]
    tests = [_same(value, numeric) for value in values]
    return Composite((part,), (response, _score(item)), _either(tests, plain(item.maximum)))


def _same(value: Node, numeric: Numeric) -> Node:
    if numeric.literal:
        return Node("stringMatch", {"caseSensitive": "true"}, (VARIABLE, value))
    tolerance = rational(numeric.tolerance)
    ways = {"toleranceMode": "absolute", "tolerance": plain(tolerance)} if tolerance else {"toleranceMode": "exact"}
    return Node("equal", ways, (value, VARIABLE))


def _short(item: Item, short: ShortText) -> Composite:
    part = Part(RESPONSE, "text_entry", most=1, settings={"length": str(min(short.max_chars, 60))})
    if any(_WILDCARD.search(one.text) for one in short.accepted):
        response = Declaration(RESPONSE, "response", base_type="string")
        return Composite((part,), (response, _score(item)), _by_pattern(item, short))
    entries = tuple(
        MapEntry(one.text.replace("\\*", "*"), _points(item, one.weight), short.case_sensitive)
        for one in short.accepted
    )
    key = next((entry for entry in entries if entry.value == plain(item.maximum)), None)
    correct = (Field(key.key),) if key else None
    mapping = ValueMap(entries, "0")
    response = Declaration(RESPONSE, "response", base_type="string", correct=correct, mapping=mapping)
    return Composite((part,), (response, _score(item)), Rules(template="map_response"))


def _by_pattern(item: Item, short: ShortText) -> Rules:
    """The accepted text of the highest weight that fits; `*` stands for anything."""
    branches: list[Node] = []
    for one in sorted(short.accepted, key=lambda accepted: rational(accepted.weight), reverse=True):
        fits = Node("patternMatch", {"pattern": _pattern(one.text, short.case_sensitive)}, (VARIABLE,))
        earned = _set_score(_number(_points(item, one.weight)))
        branches.append(Node("responseElseIf" if branches else "responseIf", children=(fits, earned)))
    return Rules((Node("responseCondition", children=tuple(branches)),))


def _pattern(text: str, case_sensitive: bool) -> str:
    """As XML Schema writes patterns, which know nothing of case."""
    parts = [part.replace("\\*", "*") for part in _WILDCARD.split(text)]
    return ".*".join("".join(_character(letter, case_sensitive) for letter in part) for part in parts)


def _character(letter: str, case_sensitive: bool) -> str:
    lower, upper = letter.lower(), letter.upper()
    if case_sensitive or lower == upper or len(lower + upper) > 2:
        return re.escape(letter) if letter in ".\\?*+{}()[]|^$-" else letter
    return f"[{lower}{upper}]"


def _essay(item: Item, essay: Essay) -> Composite:
    part = Part(RESPONSE, "extended_text", most=1, settings={"lines": str(essay.lines)})
    response = Declaration(RESPONSE, "response", base_type="string")
    score = Declaration(SCORE, "outcome", base_type="float", maximum=plain(item.maximum), external="human")
    return Composite((part,), (response, score), Rules())
