"""A cluster of statements, each true or false; the share of the points follows a table of the number of right ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import msgspec

from item_bank.content.interactions.base import (
    InvalidResponse,
    KeyMap,
    Mark,
    Render,
    Response,
    WithoutOptions,
    interaction_of,
)
from item_bank.content.interactions.key import Choice, Filled, InvalidKey, KeyField, ticked
from item_bank.content.model import Item, Statement, TrueFalseCluster
from item_bank.content.rational import rational, rational_or_none
from item_bank.content.sentence import N_, Sentence

#: Đúng/Sai in Vietnamese papers, True/False in English ones; a blank statement is a hyphen.
SIGNS = {"vi": ("Đ", "S"), "en": ("T", "F")}
BLANK = "-"


class TrueFalseClusterHandler(WithoutOptions):
    type = "true_false_cluster"

    def problems(self, item: Item) -> Sequence[str]:
        cluster = interaction_of(item, TrueFalseCluster)
        found = []
        if not cluster.statements:
            found.append(Sentence.of(N_("The cluster has no statement.")))
        if len({statement.id for statement in cluster.statements}) < len(cluster.statements):
            found.append(Sentence.of(N_("Two statements have the same id.")))
        empty = [s.id for s in cluster.statements if not s.markup.html.strip()]
        found += [Sentence.of(N_("Statement %(id)s is empty."), id=one) for one in empty]
        shares = [rational_or_none(share) for share in cluster.table]
        if len(shares) != len(cluster.statements) + 1:
            message = N_("The marking table needs one share for each number of right statements, from none to all.")
            found.append(Sentence.of(message))
        if any(share is None or not 0 <= share <= 1 for share in shares):
            found.append(Sentence.of(N_("The marking table holds a share that is not between 0 and 1.")))
        elif shares and shares[-1] != 1:
            found.append(Sentence.of(N_("The marking table does not give the full points for all statements right.")))
        return found

    def body(self, item: Item, render: Render, keys: KeyMap) -> dict[str, Any]:
        cluster = interaction_of(item, TrueFalseCluster)
        return {"statements": {statement.id: render(statement.markup) for statement in cluster.statements}}

    def parse(self, value: Any, body: Mapping[str, Any]) -> Response:
        if value is None or value == {}:
            return None
        if not isinstance(value, dict) or not all(isinstance(said, bool) for said in value.values()):
            raise InvalidResponse("true or false by statement is expected")
        if not value.keys() <= body["statements"].keys():
            raise InvalidResponse("the item has no such statement")
        return {identifier: value[identifier] for identifier in body["statements"] if identifier in value}

    def canonical(self, response: Response, keys: KeyMap) -> Response:
        return None if response is None else dict(_said(response))

    def mark(self, item: Item, response: Response) -> Mark:
        cluster = interaction_of(item, TrueFalseCluster)
        said = _said(response)
        right = [statement.id for statement in cluster.statements if _fits(statement, said.get(statement.id))]
        # A withdrawn answer earns nothing even where a table pays for none right.
        share = rational(cluster.table[len(right)]) if said else Fraction(0)
        return Mark(share, {"right": len(right), "statements": right})

    def describe(self, item: Item, response: Response) -> str:
        cluster = interaction_of(item, TrueFalseCluster)
        said = _said(response)
        if not said:
            return ""
        true, false = SIGNS[item.language]
        signs = {True: true, False: false, None: BLANK}
        return "".join(signs[said.get(statement.id)] for statement in cluster.statements)

    def key_fields(self, item: Item) -> Sequence[KeyField]:
        cluster = interaction_of(item, TrueFalseCluster)
        label = N_("True or false?")
        return [
            KeyField(_name(one), label, "one", _truths(one), mark=f"{one.id})", markup=one.markup)
            for one in cluster.statements
        ]

    def with_key(self, item: Item, filled: Filled) -> Item:
        cluster = interaction_of(item, TrueFalseCluster)
        return _with_statements(item, [_stated(one, filled) for one in cluster.statements])

    def second_fields(self, item: Item) -> Sequence[KeyField]:
        cluster = interaction_of(item, TrueFalseCluster)
        choices = tuple(
            Choice(one.id, mark=f"{one.id})", markup=one.markup) for one in cluster.statements if not one.either
        )
        return [KeyField("also", N_("For which statements do both answers count as right?"), "many", choices)]

    def with_second(self, item: Item, filled: Filled) -> Item:
        cluster = interaction_of(item, TrueFalseCluster)
        both = ticked(filled, "also", [one.id for one in cluster.statements])
        if not both:
            raise InvalidKey(Sentence.of(N_("Choose at least one statement.")))
        changed = [msgspec.structs.replace(one, either=True) if one.id in both else one for one in cluster.statements]
        return _with_statements(item, changed)

    def key_text(self, item: Item) -> str:
        """ĐSS with a star for a statement of which both answers count."""
        cluster = interaction_of(item, TrueFalseCluster)
        true, false = SIGNS[item.language]
        return "".join(EITHER if one.either else true if one.correct else false for one in cluster.statements)


#: Stands in a key for a statement of which both answers count as right.
EITHER = "*"
_TRUTHS = {"true": N_("True"), "false": N_("False"), "either": N_("both count")}


def _fits(statement: Statement, said: bool | None) -> bool:
    return said is not None and (statement.either or said is statement.correct)


def _name(statement: Statement) -> str:
    return f"is-{statement.id}"


def _truths(statement: Statement) -> tuple[Choice, ...]:
    present = "either" if statement.either else "true" if statement.correct else "false"
    return tuple(Choice(value, value == present, word=word) for value, word in _TRUTHS.items())


def _stated(statement: Statement, filled: Filled) -> Statement:
    found = ticked(filled, _name(statement), list(_TRUTHS))
    if len(found) != 1:
        raise InvalidKey(Sentence.of(N_("Say of statement %(id)s whether it is true."), id=statement.id))
    correct = statement.correct if found == ["either"] else found == ["true"]
    return msgspec.structs.replace(statement, correct=correct, either=found == ["either"])


def _with_statements(item: Item, statements: Sequence[Statement]) -> Item:
    cluster = interaction_of(item, TrueFalseCluster)
    changed = msgspec.structs.replace(cluster, statements=tuple(statements))
    return msgspec.structs.replace(item, interaction=changed)


def _said(response: Response) -> Mapping[str, bool]:
    if response is None:
        return {}
    if not isinstance(response, dict):
        raise InvalidResponse("true or false by statement is expected")
    said = {name: value for name, value in response.items() if isinstance(value, bool)}
    if len(said) < len(response):
        raise InvalidResponse("true or false by statement is expected")
    return said
