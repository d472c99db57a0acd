# ruff: noqa: E501 - markup in one line reads better than broken up
"""Items in the manners of several makers' tools, with scores computed by hand from their own rules."""

from __future__ import annotations

from typing import Any

import pytest

from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from tests.item_bank.formats.qti_items import MAP, as_version_3, choices, item, response

ENTRY = '<p>= <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="9"/></p>'
GIVEN = '<variable identifier="RESPONSE"/>'
KEY = '<correct identifier="RESPONSE"/>'


def rule(test: str, then: str = '<baseValue baseType="float">1</baseValue>') -> str:
    return (
        f'<responseProcessing><responseCondition><responseIf>{test}<setOutcomeValue identifier="SCORE">{then}'
        '</setOutcomeValue></responseIf><responseElse><setOutcomeValue identifier="SCORE"><baseValue baseType="float">0'
        "</baseValue></setOutcomeValue></responseElse></responseCondition></responseProcessing>"
    )


def mapped(entries: dict[str, str], bounds: str = "") -> str:
    told = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries.items())
    return f'<mapping defaultValue="0" {bounds}>{told}</mapping>'


ORDER = (
    '<orderInteraction responseIdentifier="RESPONSE" shuffle="true">'
    + "".join(f'<simpleChoice identifier="{one}">{one}</simpleChoice>' for one in "ABC")
    + "</orderInteraction>"
)
BOUNDED = response(
    "A|B", cardinality="multiple", mapping=mapped({"A": "1", "B": "1", "C": "-2"}, 'lowerBound="-1" upperBound="2"')
)
MANY = choices("a", "b", "c", attributes='maxChoices="0" shuffle="true"')
FLOOR = (
    '<responseProcessing><setOutcomeValue identifier="SCORE"><max><baseValue baseType="float">0</baseValue>'
    '<subtract><mapResponse identifier="RESPONSE"/><baseValue baseType="float">0.5</baseValue></subtract></max>'
    "</setOutcomeValue></responseProcessing>"
)
SPOT = (
    '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="point"><areaMapping defaultValue="0">'
    '<areaMapEntry shape="circle" coords="50,50,10" mappedValue="2"/><areaMapEntry shape="rect" coords="80,0,99,20" mappedValue="1"/>'
    "</areaMapping></responseDeclaration>"
)
AREA = (
    '<responseProcessing><setOutcomeValue identifier="SCORE"><mapResponsePoint identifier="RESPONSE"/>'
    "</setOutcomeValue></responseProcessing>"
)
PAPER = '<selectPointInteraction responseIdentifier="RESPONSE" maxChoices="1"><object type="image/png" data="a.png" width="100" height="100">Map</object></selectPointInteraction>'
FIELDS = '<responseDeclaration identifier="RESPONSE" cardinality="record"/>'

CASES: dict[str, tuple[bytes, list[tuple[Any, float]]]] = {
    "bounds of a mapping": (item(MANY, BOUNDED, MAP), [(["A", "B"], 2), (["A"], 1), (["B", "C"], -1), (["C"], -1)]),
    "a floor in the rules": (item(MANY, BOUNDED, FLOOR), [(["A", "B"], 1.5), (["C"], 0), ([], 0)]),
    "an ordered match, inline": (
        item(ORDER, response("B|A|C", cardinality="ordered"), rule(f"<match>{GIVEN}{KEY}</match>")),
        [(["B", "A", "C"], 1), (["A", "B", "C"], 0), (["B", "A"], 0)],
    ),
    "words without case": (
        item(ENTRY, response("York", "string"), rule(f'<stringMatch caseSensitive="false">{GIVEN}{KEY}</stringMatch>')),
        [("yORK", 1), ("New York", 0)],
    ),
    "a pattern": (
        item(ENTRY, response("", "string"), rule(f'<patternMatch pattern="[0-9]{{2}}[a-c]+">{GIVEN}</patternMatch>')),
        [("12abc", 1), ("12abcd", 0), ("x12a", 0)],
    ),
    "rounded to figures": (
        item(ENTRY, response("3.142", "float"), rule(f'<equalRounded roundingMode="significantFigures" figures="3">{GIVEN}{KEY}</equalRounded>')),
        [("3.14159", 1), ("3.144", 1), ("3.15", 0)],
    ),
    # QTI 2.2, equal: the range lies around the first expression.
    "tolerance in per cent of the key": (
        item(ENTRY, response("200", "float"), rule(f'<equal toleranceMode="relative" tolerance="5 10">{KEY}{GIVEN}</equal>')),
        [("190", 1), ("189", 0), ("220", 1), ("221", 0)],
    ),
    "tolerance in per cent of the answer": (
        item(ENTRY, response("200", "float"), rule(f'<equal toleranceMode="relative" tolerance="5 10">{GIVEN}{KEY}</equal>')),
        [("182", 1), ("181", 0), ("210", 1), ("211", 0)],
    ),
    "some of several": (
        item(
            MANY,
            response("A|B", cardinality="multiple"),
            rule('<anyN min="1" max="1">' + "".join(f'<member><baseValue baseType="identifier">{one}</baseValue>{GIVEN}</member>' for one in "AB") + "</anyN>"),
        ),
        [(["A"], 1), (["A", "C"], 1), (["A", "B"], 0), (["C"], 0)],
    ),
    "areas": (item(PAPER, SPOT, AREA), [("50 60", 2), ("90 10", 1), ("5 5", 0)]),
    "inside": (
        item(PAPER, SPOT, rule(f'<inside shape="rect" coords="0,0,30,30">{GIVEN}</inside>')),
        [("30 30", 1), ("31 30", 0)],
    ),
    "a field of a record": (
        item(ENTRY, FIELDS, rule(f'<equal toleranceMode="exact"><fieldValue fieldIdentifier="ndp">{GIVEN}</fieldValue><baseValue baseType="integer">2</baseValue></equal>')),
        [("3.14", 1), ("3.1", 0)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_scores_are_those_computed_by_hand(name: str, version: str) -> None:
    source, answers = CASES[name]
    found = read_file("a.xml", source if version == "2.1" else as_version_3(source), whole=True)
    assert found.items, found.report
    for answer, score in answers:
        assert (answer, scored(found.items[0].item, answer).score) == (answer, pytest.approx(score))


def test_a_standard_template_acts_on_the_only_response_whatever_its_name() -> None:
    template = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
    source = item(ORDER, response("B|A|C", cardinality="ordered"), template).replace(b'"RESPONSE"', b'"ORDER_1"')
    found = read_file("a.xml", source)
    assert found.items, found.report
    given: list[tuple[Any, int]] = [(["B", "A", "C"], 1), (["A", "B", "C"], 0)]
    assert [scored(found.items[0].item, answer).score for answer, _score in given] == [
        score for _answer, score in given
    ]


MOODLE = {
    "negative marks": (
        (
            '<question type="multichoice"><name><text>q</text></name><questiontext format="html"><text>Hai?</text></questiontext>'
            "<defaultgrade>2</defaultgrade><single>false</single>"
            '<answer fraction="50"><text>a</text></answer><answer fraction="50"><text>b</text></answer>'
            '<answer fraction="-50"><text>c</text></answer></question>'
        ),
        [([0, 1], 2), ([0], 1), ([0, 2], 0)],
    ),
    "numbers by grade": (
        (
            '<question type="numerical"><name><text>q</text></name><questiontext format="html"><text>Pi?</text></questiontext>'
            "<defaultgrade>1</defaultgrade>"
            '<answer fraction="100"><text>3.14</text><tolerance>0.005</tolerance></answer>'
            '<answer fraction="50"><text>3</text><tolerance>0.2</tolerance></answer></question>'
        ),
        [("3.141", 1), ("3.1", 0.5), ("2.5", 0)],
    ),
    "shares written as binary floats": (
        (
            '<question type="multichoice"><name><text>q</text></name><questiontext format="html"><text>Ba?</text></questiontext>'
            "<defaultgrade>3</defaultgrade><single>false</single>"
            '<answer fraction="33.333333333333336"><text>a</text></answer><answer fraction="66.66666666666667"><text>b</text></answer>'
            '<answer fraction="-33.333333333333336"><text>c</text></answer></question>'
        ),
        [([0, 1], 3), ([0], 1), ([1, 2], 1)],
    ),
}
GIFT = {
    "Hai? {~%50%a ~%50%b ~%-50%c}": [([0, 1], 1), ([0], 0.5), ([0, 2], 0)],
    "Pi? {#3.14:0.01}": [("3.15", 1), ("3.16", 0)],
    "Năm? {#1945..1946}": [("1946", 1), ("1947", 0)],
    "Sông? {=Hồng =%50%Đà}": [("hồng", 1), ("Đà", 0.5), ("Mã", 0)],
}


@pytest.mark.parametrize("name", MOODLE)
def test_questions_of_moodle(name: str) -> None:
    source, answers = MOODLE[name]
    _holds("a.xml", f"<quiz>{source}</quiz>", answers)


@pytest.mark.parametrize("source", GIFT)
def test_questions_of_gift(source: str) -> None:
    _holds("a.gift", source, GIFT[source])


def _holds(name: str, source: str, answers: list[tuple[Any, float]]) -> None:
    """A number in a list stands for the option at that place, in the author's order."""
    found = read_file(name, source.encode(), whole=True)
    assert found.items, found.report
    made = found.items[0].item
    for answer, score in answers:
        given = ["ABC"[one] for one in answer] if isinstance(answer, list) else answer
        assert (answer, scored(made, given).score) == (answer, pytest.approx(score))
