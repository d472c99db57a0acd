"""Items of several interactions as QTI files, as an author brings them."""

from __future__ import annotations

from item_bank.content.model import Item
from item_bank.formats.reading import read_file

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"'
    ' identifier="{name}" title="{title}" adaptive="{adaptive}" timeDependent="false" xml:lang="vi">'
)
_SCORE = '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
_SUM = (
    '<responseProcessing><setOutcomeValue identifier="SCORE"><sum><mapResponse identifier="CITY"/>'
    '<mapResponse identifier="PAIRS"/></sum></setOutcomeValue></responseProcessing>'
)
_BODY = """<itemBody><p>Thủ đô là <textEntryInteraction responseIdentifier="CITY" expectedLength="10"/>.</p>
<gapMatchInteraction responseIdentifier="PAIRS" shuffle="false"><prompt>Điền từ.</prompt>
<gapText identifier="w1" matchMax="1">sông</gapText><gapText identifier="w2" matchMax="1">núi</gapText>
<blockquote><p><gap identifier="g1"/> Hồng và <gap identifier="g2"/> Ba Vì</p></blockquote></gapMatchInteraction>
</itemBody>"""
_DECLARED = """<responseDeclaration identifier="CITY" cardinality="single" baseType="string">
<correctResponse><value>Hà Nội</value></correctResponse>
<mapping defaultValue="0"><mapEntry mapKey="Hà Nội" mappedValue="1"/></mapping></responseDeclaration>
<responseDeclaration identifier="PAIRS" cardinality="multiple" baseType="directedPair">
<correctResponse><value>w1 g1</value><value>w2 g2</value></correctResponse>
<mapping defaultValue="0"><mapEntry mapKey="w1 g1" mappedValue="1"/><mapEntry mapKey="w2 g2" mappedValue="1"/></mapping>
</responseDeclaration>"""
#: Told when the outcome is exactly 3.
_FEEDBACK = (
    '<modalFeedback outcomeIdentifier="SCORE" identifier="3" showHide="show"><p>Tuyệt vời, đúng cả!</p></modalFeedback>'
    '<modalFeedback outcomeIdentifier="SCORE" identifier="3" showHide="hide"><p>Xem lại bài Địa lí.</p></modalFeedback>'
)


def two_interactions(*, title: str = "Địa lí", adaptive: bool = False) -> bytes:
    """A typed answer (1 point) and two gaps (1 each)."""
    head = _HEAD.format(name="dia-li", title=title, adaptive=str(adaptive).lower())
    return f"{head}{_DECLARED}{_SCORE}{_BODY}{_SUM}{_FEEDBACK}</assessmentItem>".encode()


def by_hand() -> bytes:
    """A text that a person reads, and a choice; nothing says how they are marked."""
    head = _HEAD.format(name="viet", title="Viết", adaptive="false")
    declared = (
        '<responseDeclaration identifier="TEXT" cardinality="single" baseType="string"/>'
        '<responseDeclaration identifier="WHY" cardinality="single" baseType="identifier"/>'
    )
    body = (
        '<itemBody><extendedTextInteraction responseIdentifier="TEXT"><prompt>Tả cảnh.</prompt>'
        '</extendedTextInteraction><choiceInteraction responseIdentifier="WHY" maxChoices="1">'
        '<simpleChoice identifier="a">mưa</simpleChoice><simpleChoice identifier="b">nắng</simpleChoice>'
        "</choiceInteraction></itemBody>"
    )
    return f"{head}{declared}{_SCORE}{body}</assessmentItem>".encode()


def photo() -> bytes:
    """A page that is written by hand and photographed; nothing says how it is marked."""
    head = _HEAD.format(name="chung-minh", title="Chứng minh", adaptive="false")
    declared = '<responseDeclaration identifier="PAGE" cardinality="single" baseType="file"/>'
    body = (
        '<itemBody><uploadInteraction responseIdentifier="PAGE" type="image/*"><prompt>Chứng minh trên giấy rồi chụp '
        "ảnh.</prompt></uploadInteraction></itemBody>"
    )
    return f"{head}{declared}{_SCORE}{body}</assessmentItem>".encode()


def with_a_hint() -> bytes:
    """A typed answer of 1 point, and a button that asks for help."""
    head = _HEAD.format(name="goi-y", title="Có gợi ý", adaptive="false")
    declared = (
        '<responseDeclaration identifier="CITY" cardinality="single" baseType="string"><correctResponse>'
        "<value>Huế</value></correctResponse></responseDeclaration>"
        '<responseDeclaration identifier="HELP" cardinality="single" baseType="boolean"/>'
        '<outcomeDeclaration identifier="TOLD" cardinality="single" baseType="identifier"/>'
    )
    body = (
        '<itemBody><p>Cố đô: <textEntryInteraction responseIdentifier="CITY"/> <endAttemptInteraction '
        'responseIdentifier="HELP" title="Gợi ý"/></p></itemBody>'
    )
    rules = (
        '<responseProcessing><responseCondition><responseIf><match><variable identifier="CITY"/><correct '
        'identifier="CITY"/></match><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition><responseCondition><responseIf><variable "
        'identifier="HELP"/><setOutcomeValue identifier="TOLD"><baseValue baseType="identifier">hint</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    hint = (
        '<modalFeedback outcomeIdentifier="TOLD" identifier="hint" showHide="show"><p>Bên sông Hương.</p>'
        "</modalFeedback>"
    )
    return f"{head}{declared}{_SCORE}{body}{rules}{hint}</assessmentItem>".encode()


def item_of(data: bytes) -> Item:
    imported = read_file("cau.xml", data, language="vi")
    assert [one.outcome for one in imported.report.items] != ["refused"], imported.report
    return imported.items[0].item
