# ruff: noqa: E501 - markup in one line reads better than broken up
"""QTI items for tests, written in 2.1 and turned into 3.0 by renaming."""

from __future__ import annotations

import re

V21 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
V30 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates"
MATCH = f'<responseProcessing template="{TEMPLATES}/match_correct"/>'
MAP = f'<responseProcessing template="{TEMPLATES}/map_response"/>'
_XHTML = {
    "p",
    "div",
    "span",
    "b",
    "strong",
    "em",
    "img",
    "math",
    "mi",
    "mn",
    "mo",
    "mrow",
    "mfrac",
    "object",
    "a",
    "sub",
}


def item(
    body: str, declarations: str, processing: str = MATCH, *, attributes: str = "", outcomes: str = "", after: str = ""
) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<assessmentItem xmlns="{V21}" identifier="i1" title="Một câu" adaptive="false" timeDependent="false" {attributes}>\n'
        f"{declarations}\n"
        f'<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float">{outcomes}</outcomeDeclaration>\n'
        f"<itemBody>{body}</itemBody>\n{processing}\n{after}</assessmentItem>"
    ).encode()


def response(correct: str, kind: str = "identifier", cardinality: str = "single", mapping: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in correct.split("|") if value)
    key = f"<correctResponse>{values}</correctResponse>" if values else ""
    return f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{kind}">{key}{mapping}</responseDeclaration>'


def choices(*texts: str, attributes: str = 'maxChoices="1" shuffle="true"') -> str:
    options = "".join(
        f'<simpleChoice identifier="{letter}">{text}</simpleChoice>'
        for letter, text in zip("ABCDEF", texts, strict=False)
    )
    return f'<choiceInteraction responseIdentifier="RESPONSE" {attributes}><prompt>Chọn</prompt>{options}</choiceInteraction>'


def as_version_3(data: bytes) -> bytes:
    """Element and attribute names in the manner of QTI 3.0."""

    def hyphened(name: str) -> str:
        return re.sub("[A-Z]", lambda letter: "-" + letter.group().lower(), name)

    def renamed(tag: re.Match[str]) -> str:
        slash, name, rest = tag.groups()
        if name in _XHTML:
            return tag.group()
        rest = re.sub(r"(\s)([a-zA-Z]+)=", lambda found: f"{found[1]}{hyphened(found[2])}=", rest)
        return f"<{slash}qti-{hyphened(name)}{rest}>"

    text = data.decode().replace(V21, V30)
    return re.sub(r"<(/?)([a-zA-Z]+)([^<>]*)>", renamed, text).encode()


STATEMENTS = "".join(
    f'<simpleAssociableChoice identifier="S{n}" matchMax="1" class="level-{level}">{text}</simpleAssociableChoice>'
    for n, (text, level) in enumerate([("Một", "NB"), ("Hai", "NB"), ("Ba", "TH"), ("Bốn", "VD")], start=1)
)
CLUSTER_BODY = (
    '<matchInteraction class="ee-cluster" responseIdentifier="RESPONSE" shuffle="false" maxAssociations="4"><prompt>Xét</prompt>'
    f"<simpleMatchSet>{STATEMENTS}</simpleMatchSet><simpleMatchSet>"
    '<simpleAssociableChoice identifier="T" matchMax="4">Đúng</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="F" matchMax="4">Sai</simpleAssociableChoice></simpleMatchSet></matchInteraction>'
)
CLUSTER_RESPONSE = response(
    "S1 T|S2 F|S3 F|S4 T",
    "directedPair",
    "multiple",
    '<mapping defaultValue="0">'
    + "".join(f'<mapEntry mapKey="{pair}" mappedValue="1"/>' for pair in ("S1 T", "S2 F", "S3 F", "S4 T"))
    + "</mapping>",
)
GRADUATION = (
    '<matchTable defaultValue="0">'
    + "".join(
        f'<matchTableEntry sourceValue="{right}" targetValue="{points}"/>'
        for right, points in enumerate(("0", "0.1", "0.25", "0.5", "1"))
    )
    + "</matchTable>"
)
LOOKUP = (
    '<responseProcessing><lookupOutcomeValue identifier="SCORE"><truncate><mapResponse identifier="RESPONSE"/></truncate>'
    "</lookupOutcomeValue></responseProcessing>"
)
