# ruff: noqa: E501 - markup in one line reads better than broken up
"""Single QTI items: what each becomes in 2.1 and in 3.0, and what is refused, with its line."""

from __future__ import annotations

import base64
from fractions import Fraction
from typing import Any

import pytest

from item_bank.content.interactions import handler_for
from item_bank.content.markup import plain_text
from item_bank.content.model import (
    GRADUATION_TABLE,
    Essay,
    Item,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
    digest,
)
from item_bank.formats.model import ItemReport, ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from tests.item_bank.formats.qti_items import (
    CLUSTER_BODY,
    CLUSTER_RESPONSE,
    GRADUATION,
    LOOKUP,
    MAP,
    MATCH,
    as_version_3,
    choices,
    item,
    response,
)

ENTRY = '<p>Thủ đô: <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
ESSAY = '<extendedTextInteraction responseIdentifier="RESPONSE" expectedLines="20"><prompt>Kể</prompt></extendedTextInteraction>'
KEY = '<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'


def inline(test: str = KEY, points: str = "2", *, otherwise: str = "0") -> str:
    def score(value: str) -> str:
        return f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{value}</baseValue></setOutcomeValue>'

    alternative = f"<responseElse>{score(otherwise)}</responseElse>"
    branches = f"<responseIf>{test}{score(points)}</responseIf>{alternative}"
    return f"<responseProcessing><responseCondition>{branches}</responseCondition></responseProcessing>"


def mapping(*entries: tuple[str, str], attributes: str = 'defaultValue="0"') -> str:
    inner = "".join(f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in entries)
    return f"<mapping {attributes}>{inner}</mapping>"


def entry_of(data: bytes) -> ItemReport:
    (entry,) = read_file("item.xml", data).report.items
    return entry


def read(data: bytes, outcome: str = "kept") -> Item:
    """The same item from both versions of the format."""
    imported = read_file("item.xml", data)
    assert imported.report.items[0].outcome == outcome, imported.report
    assert imported.items[0].source == data
    newer = read_file("item.xml", as_version_3(data))
    assert newer.items[0].item == imported.items[0].item
    return imported.items[0].item


def share(of: Item, answer: Any) -> Any:
    return handler_for(of).mark(of, answer).share


def test_single_choice_by_its_declared_key() -> None:
    made = read(item("<p>Một</p>" + choices("một", "hai"), response("B")))
    assert isinstance(made.interaction, SingleChoice)
    assert plain_text(made.stem) == "Một\nChọn"
    assert made.interaction.shuffle
    assert (share(made, "A"), share(made, "B"), made.points) == (0, 1, "1")


def test_fixed_options_are_pinned() -> None:
    body = choices("một", "hai").replace('identifier="B"', 'identifier="B" fixed="true"')
    made = read(item(body, response("A")))
    assert isinstance(made.interaction, SingleChoice)
    assert [option.pinned for option in made.interaction.options] == [False, True]


@pytest.mark.parametrize(
    "processing",
    [
        inline(),
        inline(f"<and>{KEY}</and>"),
        inline('<match><correct identifier="RESPONSE"/><variable identifier="RESPONSE"/></match>'),
        inline()
        .replace(
            "<responseIf>",
            '<responseIf><isNull><variable identifier="RESPONSE"/></isNull></responseIf><responseElseIf>',
            1,
        )
        .replace("</responseIf><responseElse>", "</responseElseIf><responseElse>"),
    ],
)
def test_the_match_written_out(processing: str) -> None:
    made = read(item(choices("một", "hai"), response("A"), processing))
    assert (made.points, share(made, "A")) == ("2", 1)


def test_mapped_values_become_weights_of_the_best_option() -> None:
    made = read(
        item(choices("a", "b", "c"), response("A", mapping=mapping(("A", "2"), ("B", "0.5"), ("C", "-1"))), MAP)
    )
    assert made.points == "2"
    assert [share(made, letter) for letter in "ABC"] == [1, Fraction(1, 4), Fraction(-1, 2)]


def test_multiple_choice_all_or_nothing_and_by_weights() -> None:
    body = choices("a", "b", "c", attributes='maxChoices="0" shuffle="false"')
    whole = read(item(body, response("A|C", cardinality="multiple")))
    assert isinstance(whole.interaction, MultipleChoice)
    assert (share(whole, ["A", "C"]), share(whole, ["A"])) == (1, 0)
    values = mapping(("A", "1"), ("C", "2"), ("B", "-2"), attributes='lowerBound="0" upperBound="3" defaultValue="0"')
    added = read(item(body, response("A|C", cardinality="multiple", mapping=values), MAP))
    assert added.points == "3"
    assert [share(added, chosen) for chosen in (["A"], ["A", "C"], ["A", "B", "C"])] == [
        Fraction(1, 3),
        1,
        Fraction(1, 3),
    ]


@pytest.mark.parametrize(
    ("kind", "processing", "right", "wrong"),
    [
        ("float", MATCH, "3,50", "3,51"),
        ("integer", MATCH, "3,5", "4"),
        ("float", inline(KEY.replace("<match>", '<equal toleranceMode="absolute" tolerance="0.1 0.1">').replace("</match>", "</equal>")), "3,6", "3,7"),
        ("float", inline(KEY.replace("<match>", '<equal toleranceMode="relative" tolerance="10">').replace("</match>", "</equal>")), "3,15", "3,1"),
    ],
)  # fmt: skip
def test_numbers(kind: str, processing: str, right: str, wrong: str) -> None:
    made = read(item(ENTRY, response("3.5", kind), processing))
    assert isinstance(made.interaction, Numeric)
    assert plain_text(made.stem) == "Thủ đô: _____"
    assert (share(made, right), share(made, wrong)) == (1, 0)


def test_texts_with_weights_and_letter_case() -> None:
    exact = read(item(ENTRY, response("Hà Nội", "string")))
    assert isinstance(exact.interaction, ShortText)
    assert (share(exact, "Hà  Nội"), share(exact, "hà nội")) == (1, 0)
    entries = mapping(("Hà Nội", "1"), ("Thăng*Long", "0.5")).replace("<mapEntry", '<mapEntry caseSensitive="false"')
    mapped = read(item(ENTRY, response("", "string", mapping=entries), MAP))
    assert (share(mapped, "hà nội"), share(mapped, "thăng*long"), share(mapped, "Thăng xLong")) == (
        1,
        Fraction(1, 2),
        0,
    )


def test_extended_text_is_an_essay_with_its_markers_notes_as_rubric() -> None:
    maximum = '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue><value>2</value></defaultValue></outcomeDeclaration>'
    body = ESSAY + '<rubricBlock view="scorer"><p>Nêu đủ hai ý</p></rubricBlock>'
    made = read(item(body, response("", "string") + maximum, ""))
    assert isinstance(made.interaction, Essay)
    assert made.interaction.lines == 20
    assert (made.points, made.interaction.rubric[0].text) == ("2", "Nêu đủ hai ý")
    assert "hai ý" not in plain_text(made.stem)


def test_a_cluster_with_the_graduation_table() -> None:
    made = read(item("<p>Cho hàm số</p>" + CLUSTER_BODY, CLUSTER_RESPONSE, LOOKUP, outcomes=GRADUATION))
    assert isinstance(made.interaction, TrueFalseCluster)
    assert made.interaction.table == GRADUATION_TABLE
    assert [one.correct for one in made.interaction.statements] == [True, False, False, True]
    assert [one.level for one in made.interaction.statements] == ["Biết", "Biết", "Hiểu", "Vận dụng"]
    assert share(made, {"a": True, "b": False, "c": True}) == Fraction(1, 4)


def test_a_cluster_with_equal_shares() -> None:
    made = read(item(CLUSTER_BODY, CLUSTER_RESPONSE, MAP))
    assert (made.points, share(made, {"a": True})) == ("4", Fraction(1, 4))


def test_feedback_of_the_chosen_option_and_the_rationale() -> None:
    follow = '<setOutcomeValue identifier="FEEDBACK"><variable identifier="RESPONSE"/></setOutcomeValue></responseProcessing>'
    after = '<modalFeedback outcomeIdentifier="FEEDBACK" identifier="A" showHide="show">Giỏi</modalFeedback><modalFeedback outcomeIdentifier="SOLUTION" identifier="s" showHide="show">Vì thế</modalFeedback>'
    body = choices(
        "một", 'hai<feedbackInline outcomeIdentifier="FEEDBACK" identifier="B" showHide="show">Chưa</feedbackInline> là'
    )
    data = item(body, response("A"), inline().replace("</responseProcessing>", follow), after=after)
    made = read_file("item.xml", data).items[0].item
    assert isinstance(made.interaction, SingleChoice)
    assert [plain_text(option.feedback) for option in made.interaction.options if option.feedback] == ["Giỏi", "Chưa"]
    assert plain_text(made.interaction.options[1].markup) == "hai là"
    assert made.rationale is not None
    assert plain_text(made.rationale) == "Vì thế"


def test_mathml_and_tex_are_kept() -> None:
    math = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mn>1</mn><mi>x</mi></mfrac></math>'
    made = read(item(f"<p>Tính {math} với a &lt; b</p>" + choices("một", "hai"), response("A")))
    assert made.stem.math[0].notation == "mathml"
    assert "mfrac" in made.stem.math[0].mathml
    tex = read(item(r"<p>Tính \(\frac12\)</p>" + choices("$x^2$", "hai"), response("A")))
    assert [one.source for one in tex.stem.math] == [r"\frac12"]


def test_pictures_inside_the_file_and_beside_it(png: bytes) -> None:
    address = "data:image/png;base64," + base64.b64encode(png).decode()
    body = f'<p><img src="{address}" alt="một"/></p><p><object data="b.png" type="image/png">hai</object></p>'
    imported = read_file("item.xml", item(body + choices("a", "b"), response("A")), find_picture=lambda _: png)
    (asset,) = imported.assets
    assert imported.items[0].item.stem.html.count(f'data-asset="{asset.digest}"') == 2


def test_the_language_of_the_item() -> None:
    made = read(item(choices("a", "b"), response("A"), attributes='xml:lang="en-GB"'))
    assert made.language == "en"


@pytest.mark.pitfall("I1")
@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (item('<p/>\n<customInteraction responseIdentifier="RESPONSE"/>', response("", "string")), "unsupported_interaction", 6),
        (item(choices("a", "b"), response("A"), '<responseProcessing template="http://x/own"/>'), "processing_unsupported", 2),
        (item(choices("a", "b"), response("A"), inline("<customOperator/>")), "processing_unsupported", 2),
        (item('<p>Có <printedVariable identifier="x"/></p>' + choices("a", "b"), response("A")), "dynamic_text", 5),
        (item(choices("a", "b"), response("A") + response("B")), "declared_twice", 2),
        (item(choices("a", "b"), response("A").replace("identifier", "word")), "variable_type", 3),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused_with_its_line(data: bytes, code: str, line: int) -> None:
    entry = entry_of(data)
    assert entry.outcome == "refused"
    (reason,) = entry.reasons
    assert (reason.code, reason.line) == (code, line)


@pytest.mark.pitfall("I1")
@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (item(choices("a", "b") + "\n" + ENTRY, response("A")), set()),
        (item("<p>Đọc</p>", response("A")), set()),
        (item('<p/>\n<uploadInteraction responseIdentifier="RESPONSE"/>', response("", "file"), ""), {"marked_by_hand"}),
        (item(choices("a", "b"), response("")), {"key_missing"}),
        (item(choices("a", "b"), response("Z")), {"key_unknown"}),
        (item(choices("a", "b"), ""), {"response_implied", "key_missing"}),
        (item(choices("a", "b"), response(""), ""), {"marked_by_hand"}),
        (item(choices("a", "b"), response("A"), inline(otherwise="1")), set()),
        (item(choices("a", "b"), response("A"), inline()).replace(b"<match>", b"<gt>").replace(b"</match>", b"</gt>"), {"processing_failed"}),
        (item(choices("a", "b"), response("A")).replace(b'adaptive="false"', b'adaptive="true"'), {"adaptive_item"}),
        (item(choices("a", "b"), response("A") + '\n<templateDeclaration identifier="x" cardinality="single" baseType="integer"/>'), set()),
        (item("<p>Nghe<audio/></p>" + choices("a", "b"), response("A")), {"media_dropped"}),
        (item(ESSAY, response("", "string"), MAP), {"processing_failed", "key_missing"}),
        (item(ENTRY, response("a", "string", mapping=mapping(("a", "1"), attributes='defaultValue="0.5"')), MAP), set()),
        (item(CLUSTER_BODY.replace("Đúng", "Nước"), CLUSTER_RESPONSE, MAP), set()),
        (item(CLUSTER_BODY, CLUSTER_RESPONSE, LOOKUP), {"processing_failed"}),
    ],
)  # fmt: skip
def test_what_the_usual_kinds_cannot_hold_is_kept_as_it_is_written(data: bytes, codes: set[str]) -> None:
    entry = entry_of(data)
    assert (entry.type, entry.outcome) == ("composite", "changed" if codes else "kept")
    assert {reason.code for reason in entry.reasons} == codes


def test_what_is_lost_is_said() -> None:
    sheet = '<stylesheet href="a.css" type="text/css"/>'
    data = item(choices("a", "b") + "<p>Sau</p>", response("A") + sheet, "")
    entry = entry_of(data)
    assert entry.outcome == "changed"
    assert {reason.code for reason in entry.reasons} == {"element_dropped", "processing_assumed"}
    assert entry.type == "composite"  # the text behind the options stays behind them


@pytest.mark.parametrize("root", ["assessmentStimulus", "manifest", "html"])
def test_other_documents_are_named(root: str) -> None:
    with pytest.raises(ReadProblem) as caught:
        read_file("a.xml", f"<{root}/>".encode())
    assert caught.value.code == "qti_no_item"
    assert root in str(caught.value)


def test_a_passage_in_a_file_of_its_own() -> None:
    reference = '<assessmentStimulusRef identifier="s1" href="texts/river.xml" title="Sông"/>'
    stimulus = b'<qti-assessment-stimulus title="S\xc3\xb4ng"><qti-stimulus-body><p>D\xc3\xb2ng</p></qti-stimulus-body></qti-assessment-stimulus>'
    data = item(choices("a", "b"), response("A") + reference)
    imported = read_file("item.xml", data, find_picture={"texts/river.xml": stimulus}.get)
    (passage,) = imported.passages
    assert (passage.title, passage.markup.html) == ("Sông", "<p>Dòng</p>")
    assert imported.items[0].item.passage == digest(passage)
    assert entry_of(data).reasons[-1].code == "passage_missing"


def test_a_value_that_was_set_on_lines_of_its_own_is_the_same_value() -> None:
    test = '<stringMatch caseSensitive="true"><variable identifier="RESPONSE"/><baseValue baseType="string">\n  sông\n</baseValue></stringMatch>'
    data = item(ENTRY, response("", "string"), inline(test, otherwise="1"))
    (made,) = read_file("item.xml", data).items
    assert scored(made.item, "sông").score == 2
    assert scored(made.item, "suối").score == 1
