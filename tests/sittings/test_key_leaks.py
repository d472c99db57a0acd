# ruff: noqa: E501 - markup in one line reads better than broken up
"""What a browser is sent of imported items: nothing of where their files say what is right, nor an order that says it."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from typing import Any

import pytest

from exam_engine.authoring.definition import ExamDefinition, FixedItem, Section
from exam_engine.demo.content.make_gallery import items as gallery
from exam_engine.sittings.forms import BuiltForm, Content, build_form, build_variant
from item_bank.content.interactions.parts.registry import PARTS
from item_bank.content.markup import plain_text
from item_bank.content.model import Asset, Composite, Item
from item_bank.formats.reading import read_file
from tests.item_bank.formats.documents import PNG, document, highlighted, paragraph, run
from tests.item_bank.formats.qti_items import V21
from tests.item_bank.formats.workbooks import workbook

#: Stands wherever a file may say which answer is right; as a name it is also a file's.
SECRET = "bimat"
KEY = b"k" * 32
PNG_DATA = base64.b64encode(PNG).decode()


def sent(
    *items: Item, assets: tuple[Asset, ...] = (), shuffle: bool = False, key: bytes = KEY
) -> tuple[BuiltForm, Any]:
    numbered = dict(enumerate(items, 1))
    section = Section("I", items=tuple(FixedItem(n) for n in numbered), shuffle_options=shuffle)
    definition = ExamDefinition("Đề", (section,))
    built = build_form(definition, Content(numbered, {}, {one.digest: one for one in assets}), "s", key, "101", "p")
    return built, build_variant(definition, built, "s")


def shown(*items: Item, assets: tuple[Asset, ...] = ()) -> str:
    built, variant = sent(*items, assets=assets)
    return built.paper_json.decode() + json.dumps(variant, ensure_ascii=False)


def orders(item: Item, key: bytes) -> list[str]:
    """The item's own ids in the order in which a candidate sees them; nothing is shuffled."""
    built, variant = sent(item, key=key)
    own = {opaque: name for name, opaque in built.key_map[0]["keys"].items()}
    return [own[one] for one in variant["sections"][0]["items"][0][1]]


# --- QTI -------------------------------------------------------------------------------------------------------------


def names(*ends: str) -> list[str]:
    return [f"{SECRET}-{end}" for end in ends]


def choices(tag: str, *ends: str) -> str:
    return "".join(
        f'<{tag} identifier="{name}" id="{name}-{n}" class="{SECRET}" label="{SECRET}" matchMax="1">chữ {n}<!--{SECRET}-->'
        f'<feedbackInline outcomeIdentifier="{SECRET}" identifier="{name}" showHide="show">{SECRET}</feedbackInline></{tag}>'
        for n, name in enumerate(names(*ends))
    )


def spots(tag: str, *ends: str) -> str:
    return "".join(
        f'<{tag} identifier="{name}" shape="rect" coords="{n},0,{n + 1},1" hotspotLabel="vùng {n}" matchMax="1"/>'
        for n, name in enumerate(names(*ends))
    )


PICTURE = f'<object type="image/png" data="{SECRET}-dung.png" width="9" height="9">{SECRET}-dung.png</object>'
GAPS = "".join(f'<gap identifier="{name}"/>' for name in names("g1", "g2", "g3"))
PAIRS = "|".join(f"{SECRET}-{one} {SECRET}-{other}" for one, other in (("a", "g1"), ("b", "g2"), ("c", "g3")))
ORDER = "|".join(names("a", "b", "c"))
HOT = "".join(f'<hottext identifier="{name}">từ {n}</hottext> ' for n, name in enumerate(names("a", "b")))
MATCH = (
    f"<simpleMatchSet>{choices('simpleAssociableChoice', 'a', 'b', 'c')}</simpleMatchSet>"
    f"<simpleMatchSet>{choices('simpleAssociableChoice', 'g1', 'g2', 'g3')}</simpleMatchSet>"
)
#: Element → attributes, content, cardinality, type and key.
INTERACTIONS: dict[str, tuple[str, str, str, str, str]] = {
    "associateInteraction": (
        'maxAssociations="2"', choices("simpleAssociableChoice", "a", "b", "c", "d"), "multiple", "pair",
        f"{SECRET}-a {SECRET}-b|{SECRET}-c {SECRET}-d",
    ),
    "choiceInteraction": ('maxChoices="2"', choices("simpleChoice", "a", "b", "c"), "multiple", "identifier", ORDER),
    "endAttemptInteraction": ('title="Gợi ý"', "", "single", "boolean", ""),
    "extendedTextInteraction": ("", "", "single", "string", SECRET),
    "gapMatchInteraction": ("", f"{choices('gapText', 'a', 'b', 'c')}<p>{GAPS}</p>", "multiple", "directedPair", PAIRS),
    "graphicAssociateInteraction": (
        'maxAssociations="2"', PICTURE + spots("associableHotspot", "a", "b", "c", "d"), "multiple", "pair",
        f"{SECRET}-a {SECRET}-b|{SECRET}-c {SECRET}-d",
    ),
    "graphicGapMatchInteraction": (
        "", PICTURE + choices("gapText", "a", "b", "c") + spots("associableHotspot", "g1", "g2", "g3"), "multiple",
        "directedPair", PAIRS,
    ),
    "graphicOrderInteraction": ("", PICTURE + spots("hotspotChoice", "a", "b", "c"), "ordered", "identifier", ORDER),
    "hotspotInteraction": ('maxChoices="1"', PICTURE + spots("hotspotChoice", "a", "b"), "single", "identifier", f"{SECRET}-a"),
    "hottextInteraction": ('maxChoices="1"', f"<p>{HOT}</p>", "single", "identifier", f"{SECRET}-a"),
    "inlineChoiceInteraction": ("", choices("inlineChoice", "a", "b"), "single", "identifier", f"{SECRET}-a"),
    "matchInteraction": ('maxAssociations="3"', MATCH, "multiple", "directedPair", PAIRS),
    "mediaInteraction": ('autostart="false" maxPlays="1"', "", "single", "integer", ""),
    "orderInteraction": ("", choices("simpleChoice", "a", "b", "c"), "ordered", "identifier", ORDER),
    "positionObjectInteraction": ('maxChoices="1"', PICTURE, "multiple", "point", "77 78"),
    "selectPointInteraction": ('maxChoices="1"', PICTURE, "multiple", "point", "77 78"),
    "sliderInteraction": ('lowerBound="0" upperBound="100"', "", "single", "float", "77.5"),
    "textEntryInteraction": (f'patternMask="{SECRET}|nhầm" placeholderText="{SECRET}"', "", "single", "string", SECRET),
    "uploadInteraction": ("", "", "single", "file", ""),
}  # fmt: skip
INLINE = {"endAttemptInteraction", "inlineChoiceInteraction", "textEntryInteraction"}
TELLING = ["associate", "gapMatch", "graphicAssociate", "graphicGapMatch", "graphicOrder", "match", "order"]


def qti(element: str) -> Item:
    """An item of this interaction that says its key wherever QTI can say anything."""
    attributes, content, cardinality, base, key = INTERACTIONS[element]
    values = "".join(f"<value>{one}</value>" for one in key.split("|") if one)
    told = f"<correctResponse>{values}</correctResponse>" if values else ""
    preset = f"<defaultValue>{values}</defaultValue>" if values else ""
    inner = f'<{element} responseIdentifier="{SECRET}" {attributes}>{content}</{element}>'
    if element == "positionObjectInteraction":
        inner = f"<positionObjectStage>{PICTURE}{inner}</positionObjectStage>"
    around = f"<p>{inner}</p>" if element in INLINE else inner
    source = (
        f'<assessmentItem xmlns="{V21}" identifier="{SECRET}" title="{SECRET}" label="{SECRET}" adaptive="false" timeDependent="false">'
        f'<responseDeclaration identifier="{SECRET}" cardinality="{cardinality}" baseType="{base}">{preset}{told}</responseDeclaration>'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f'<outcomeDeclaration identifier="{SECRET}F" cardinality="multiple" baseType="identifier"/>'
        f'<templateDeclaration identifier="{SECRET}T" cardinality="single" baseType="integer"><defaultValue><value>779977</value></defaultValue></templateDeclaration>'
        f'<itemBody class="{SECRET}"><!--{SECRET}--><p id="{SECRET}" class="{SECRET}" label="{SECRET}">Hỏi <img src="{SECRET}-dung.png" alt="{SECRET}-dung.png"/>'
        f'<math xmlns="http://www.w3.org/1998/Math/MathML" id="{SECRET}"><semantics><mi class="{SECRET}">x</mi><annotation>{SECRET}</annotation></semantics></math></p>'
        f'<rubricBlock view="scorer"><p>{SECRET}</p></rubricBlock><rubricBlock view="author proctor tutor"><p>{SECRET}</p></rubricBlock>'
        f'<feedbackBlock outcomeIdentifier="{SECRET}F" identifier="{SECRET}" showHide="show"><p>{SECRET}</p></feedbackBlock>'
        f"{around}</itemBody>"
        '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
        f'<modalFeedback outcomeIdentifier="{SECRET}F" identifier="{SECRET}" showHide="show">{SECRET}</modalFeedback></assessmentItem>'
    )
    found = read_file("a.xml", source.encode(), find_picture=lambda _name: PNG)
    assert found.items, found.report
    return found.items[0].item


def test_every_interaction_is_among_them() -> None:
    ours = {
        re.sub("([A-Z])", lambda capital: f"_{capital[1].lower()}", one.removesuffix("Interaction"))
        for one in INTERACTIONS
    }
    assert ours == set(PARTS)


@pytest.mark.parametrize("element", sorted(INTERACTIONS))
def test_no_interaction_tells_its_key(element: str) -> None:
    text = shown(qti(element))
    assert SECRET not in text
    assert not re.search(r"779977|77\.5|77 78", text)


@pytest.mark.parametrize("kind", TELLING)
def test_an_order_that_is_the_key_is_nobodys_first_view(kind: str) -> None:
    """Neither the item nor the section shuffles: the order hangs on the service's key alone."""
    item = qti(f"{kind}Interaction")
    seen = {tuple(orders(item, bytes([n]) * 32)) for n in range(12)}
    assert len(seen) > 2
    assert all(sorted(one) == sorted(next(iter(seen))) for one in seen)


@pytest.mark.parametrize("kind", ["hotspot", "hottext", "inlineChoice"])
def test_another_order_stays_the_authors(kind: str) -> None:
    item = qti(f"{kind}Interaction")
    assert [one.rpartition("-")[2] for one in orders(item, KEY)] == ["a", "b"]


def test_columns_that_rows_share_stand_as_their_author_set_them() -> None:
    """Metal and non-metal, right and wrong: the first two rows of three happen to lie on the diagonal."""
    item = read_file("a.xml", gallery()["match-table"].encode()).items[0].item
    assert len({tuple(orders(item, bytes([n]) * 32)) for n in range(12)}) == 1


# --- other formats ---------------------------------------------------------------------------------------------------


def h5p(library: str, content: Any) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("h5p.json", json.dumps({"title": SECRET, "mainLibrary": library}))
        archive.writestr("content/content.json", json.dumps(content))
    return held.getvalue()


def moodle(kind: str, inner: str) -> bytes:
    return (
        f'<quiz><question type="{kind}"><name><text>{SECRET}</text></name><questiontext format="html"><text><![CDATA[<p class="{SECRET}">Hỏi [[1]] [[2]]</p>]]></text></questiontext>'
        f"<generalfeedback><text>{SECRET}</text></generalfeedback><defaultgrade>1</defaultgrade>{inner}</question></quiz>"
    ).encode()


def answer(text: str, share: int) -> str:
    return f'<answer fraction="{share}"><text>{text}</text><feedback><text>{SECRET}</text></feedback></answer>'


def underlined(*looks: str, **more: str) -> bytes:
    return document(
        paragraph("Câu 1. Hai cộng hai bằng mấy?"),
        paragraph("A. ba"),
        paragraph(run("B. bốn", *looks, **more)),
        paragraph("C. năm"),
        paragraph("D. sáu"),
        paragraph(f"Lời giải: {SECRET}"),
    )


FILES: dict[str, tuple[str, bytes]] = {
    "aiken": ("a.txt", "Hai cộng hai?\nA. ba\nB. bốn\nC. năm\nANSWER: B\n".encode()),
    "gift": ("a.gift", f"// {SECRET}\n::{SECRET}:: Hai cộng hai? {{ =bốn #{SECRET} ~ba #{SECRET} ####{SECRET} }}\n".encode()),
    "gift typed": ("a.gift", f"::{SECRET}:: Tên? {{ ={SECRET} =%50%{SECRET}x }}\n".encode()),
    "gift match": ("a.gift", f"::{SECRET}:: Nối {{ =một -> 1 =hai -> 2 =ba -> 3 ####{SECRET} }}\n".encode()),
    "moodle choice": ("a.xml", moodle("multichoice", f"<single>true</single>{answer('bốn', 100)}{answer('ba', 0)}<hint><text>{SECRET}</text></hint>")),
    "moodle typed": ("a.xml", moodle("shortanswer", answer(SECRET, 100))),
    "moodle number": ("a.xml", moodle("numerical", answer("779977", 100))),
    "moodle essay": ("a.xml", moodle("essay", f"<graderinfo><text>{SECRET}</text></graderinfo>")),
    "h5p choice": ("a.h5p", h5p("H5P.MultiChoice", {"question": "Hỏi", "answers": [{"text": t, "correct": t == "bốn", "tipsAndFeedback": {"tip": SECRET, "chosenFeedback": SECRET}} for t in ("ba", "bốn")]})),
    "h5p gaps": ("a.h5p", h5p("H5P.Blanks", {"text": "Điền", "questions": [f"<p>Tên *{SECRET}/{SECRET}x:{SECRET}*</p>"]})),
    "xlsx": ("a.xlsx", workbook([(SECRET, "Một phương án đúng", "Hai cộng hai?", "ba", "bốn", "năm", "sáu", "B", "0,25")])),
    "word underlined": ("a.docx", underlined("u")),
    "word red": ("a.docx", underlined(color="FF0000")),
    "word bold": ("a.docx", underlined("b")),
    "word highlighted": ("a.docx", document(
        paragraph("Câu 1. Hai cộng hai bằng mấy?"), paragraph("A. ba"), paragraph(highlighted("B. bốn")), paragraph("C. năm"), paragraph("D. sáu"),
    )),
    "word star": ("a.docx", document(*map(paragraph, ("Câu 1. Hai cộng hai bằng mấy?", "A. ba", "*B. bốn", "C. năm", "D. sáu")))),
    "word key line": ("a.docx", document(*map(paragraph, ("Câu 1. Hai cộng hai bằng mấy?", "A. ba", "B. bốn", "C. năm", "D. sáu", "Đáp án: B", f"Giải: {SECRET}")))),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FILES))
def test_no_format_brings_its_key_along(name: str) -> None:
    file, data = FILES[name]
    found = read_file(file, data)
    assert found.items, found.report
    text = shown(*(one.item for one in found.items), assets=tuple(found.assets))
    assert not re.search(rf"{SECRET}|779977|Đáp án|ANSWER|Giải|<u>|<b>|<strong>|<mark>|\*|own-|class=", text)


def test_the_room_for_a_long_answer_does_not_tell_how_long_it_is() -> None:
    rooms = set()
    for count in (101, 150, 249):
        item = read_file("a.xml", moodle("shortanswer", answer("x" * count, 100))).items[0].item
        rooms.add(json.loads(sent(item)[0].paper_json)["items"][0]["body"]["max_chars"])
    assert rooms == {500}


def test_words_to_drag_are_not_told_by_how_often_each_fits() -> None:
    boxes = "".join(f"<dragbox><text>{word}</text><group>1</group></dragbox>" for word in ("một", "hai", "ba"))
    data = moodle("ddwtos", boxes).replace(b"[[1]] [[2]]", b"[[1]] [[2]] [[1]]")
    item = read_file("a.xml", data).items[0].item
    assert isinstance(item.interaction, Composite)
    assert [one.most for one in item.interaction.parts[0].choices] == [2, 2, 2]


def test_lists_of_words_that_are_right_in_turn_stand_in_another_order() -> None:
    words = "".join(
        f"<selectoption><text>{word}</text><group>1</group></selectoption>" for word in ("một", "hai", "ba")
    )
    item = read_file("a.xml", moodle("gapselect", words)).items[0].item
    assert len({tuple(orders(item, bytes([n]) * 32)) for n in range(12)}) > 2
    other = read_file("a.xml", moodle("gapselect", words).replace(b"[[1]] [[2]]", b"[[2]] [[1]]")).items[0].item
    assert len({tuple(orders(other, bytes([n]) * 32)) for n in range(12)}) == 1


def test_a_picture_is_not_described_by_its_files_name() -> None:
    said = f'<img src="data:image/png;base64,{PNG_DATA}" alt="%s"/>'
    data = (
        moodle("essay", "")
        .replace(b"[[1]]", (said % "dapan_B.PNG").encode())
        .replace(b"[[2]]", (said % "Hình vuông").encode())
    )
    stem = read_file("a.xml", data).items[0].item.stem
    assert plain_text(stem) == "Hỏi Hình vuông"
