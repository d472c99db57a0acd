"""A cluster of statements, each true or false; the share of the points follows a table of the number of right ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from item_bank.content.interactions.base import (
    InvalidResponse,
    KeyMap,
    Mark,
    Render,
    Response,
    WithoutOptions,
    interaction_of,
)
from item_bank.content.model import Item, TrueFalseCluster
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
        right = [statement.id for statement in cluster.statements if said.get(statement.id) is statement.correct]
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


def _said(response: Response) -> Mapping[str, bool]:
    if response is None:
        return {}
    if not isinstance(response, dict) or not all(isinstance(said, bool) for said in response.values()):
        raise InvalidResponse("true or false by statement is expected")
    return response
