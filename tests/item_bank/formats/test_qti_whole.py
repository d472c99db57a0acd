"""An item that becomes one of the usual kinds is marked just as its own rules mark it, whatever is answered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

from item_bank.content.model import (
    Composite,
    Item,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.model import ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from tests.item_bank.formats.qti_items import MAP, choices, item, response

MAPPED = (
    '<mapping defaultValue="0" lowerBound="0" upperBound="2"><mapEntry mapKey="A" mappedValue="1"/>'
    '<mapEntry mapKey="B" mappedValue="1"/><mapEntry mapKey="C" mappedValue="-1"/></mapping>'
)
GRADED = (
    '<mapping defaultValue="0"><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="B" mappedValue="0.5"/></mapping>'
)
WORDS = (
    '<mapping defaultValue="0"><mapEntry mapKey="Hà Nội" mappedValue="1"/>'
    '<mapEntry mapKey="Huế" mappedValue="0.5"/></mapping>'
)
ENTRY = '<p>Đáp số <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
MANY = 'maxChoices="0"'
ITEMS = {
    "one": item(choices("a", "b", "c"), response("B")),
    "several": item(choices("a", "b", "c", "d", attributes=MANY), response("A|C", cardinality="multiple")),
    "weighed": item(
        choices("a", "b", "c", "d", attributes=MANY), response("A|B", cardinality="multiple", mapping=MAPPED), MAP
    ),
    "graded": item(choices("a", "b", "c"), response("A", mapping=GRADED), MAP),
    "number": item(ENTRY, response("2.5", "float")),
    "word": item(ENTRY, response("Hà Nội", "string")),
    "words": item(ENTRY, response("Hà Nội", "string", mapping=WORDS), MAP),
}
#: Spaces around a word and exponents are not among them: the usual kinds forgive the one and refuse the other.
TYPED = ("", " ", "0", "-1", "1", "2.5", "2,5", "2.50", "x", "Hà Nội", "hà nội", "Huế", "huế")


def _subsets(names: list[str]) -> Iterator[list[str]]:
    whole = chain.from_iterable(combinations(names, size) for size in range(min(len(names), 6) + 1))
    return (list(one) for one in whole)


def _answers(item: Item) -> list[Any]:
    kind = item.interaction
    match kind:
        case SingleChoice():
            return [None, *(option.id for option in kind.options)]
        case MultipleChoice():
            return list(_subsets([option.id for option in kind.options]))
        case Numeric():
            return [*TYPED, *kind.accepted]
        case ShortText():
            accepted = [one.text for one in kind.accepted]
            return [*TYPED, *accepted, *(text.upper() for text in accepted), *(f"{text}x" for text in accepted)]
    return []


def _compare(usual: Item, whole: Item, name: str) -> int:
    answers = _answers(usual)
    for answer in answers:
        told = scored(usual, answer)
        ruled = scored(whole, answer)
        if ruled.maximum is None:
            return 0  # it has no rules: by its key it is marked only as one of the usual kinds
        assert told.score == ruled.score, (name, answer, told.score, ruled.score)
    return len(answers)


@pytest.mark.parametrize("name", ITEMS)
def test_usual_items_are_marked_as_their_rules_say(name: str) -> None:
    (usual,) = read_file("a.xml", ITEMS[name]).items
    (whole,) = read_file("a.xml", ITEMS[name], whole=True).items
    assert not isinstance(usual.item.interaction, Composite)
    assert isinstance(whole.item.interaction, Composite)
    assert _compare(usual.item, whole.item, name) >= 4


@pytest.mark.parametrize(("bound", "least"), [('lowerBound="0" ', 0), ("", -1)])
def test_points_taken_away_stop_at_the_bound(bound: str, least: int) -> None:
    taking = response("A", mapping=MAPPED.replace('lowerBound="0" ', bound))
    (found,) = read_file("a.xml", item(choices("a", "b", "c"), taking, MAP)).items
    assert [scored(found.item, answer).score for answer in "ABC"] == [1, 1, least]


def test_usual_items_of_real_files_are_marked_as_their_rules_say(shared: Path) -> None:
    folder = shared / "interchange"
    compared = 0
    for path in sorted(chain.from_iterable((folder / name).rglob("*.xml") for name in ("qti21", "qti22", "qti30"))):
        find = pictures_within(folder, path.parent)
        try:
            usual = read_file(path.name, path.read_bytes(), find_picture=find).items
            whole = read_file(path.name, path.read_bytes(), find_picture=find, whole=True).items
        except ReadProblem:
            continue
        if usual and whole and not isinstance(usual[0].item.interaction, Composite | TrueFalseCluster):
            compared += bool(_compare(usual[0].item, whole[0].item, path.name))
    assert compared >= 40
