# ruff: noqa: E501 - markup in one line reads better than broken up
"""Items of QTI 1.2 for tests."""

from __future__ import annotations


def field(label: str, entry: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"


def item(presentation: str, processing: str = "", *, more: str = "", ident: str = "q1", **metadata: str) -> str:
    fields = "".join(field(label, entry) for label, entry in metadata.items())
    told = f"<itemmetadata><qtimetadata>{fields}</qtimetadata></itemmetadata>" if fields else ""
    return f'<item ident="{ident}" title="Câu {ident}">{told}<presentation>{presentation}</presentation>{processing}{more}</item>'


def document(*items: str, doctype: str = "") -> bytes:
    inner = "".join(items)
    return f'<?xml version="1.0" encoding="UTF-8"?>{doctype}\n<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a" title="A"><section ident="s">{inner}</section></assessment></questestinterop>'.encode()


def material(text: str, kind: str = "text/plain") -> str:
    return f'<material><mattext texttype="{kind}">{text}</mattext></material>'


def labels(*idents: str) -> str:
    return "".join(f'<response_label ident="{one}">{material(f"Phương án {one}")}</response_label>' for one in idents)


def lid(
    *idents: str, ident: str = "r", cardinality: str = "Single", render: str = "render_choice", **attributes: str
) -> str:
    told = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<response_lid ident="{ident}" rcardinality="{cardinality}"><{render}{told}>{labels(*idents)}</{render}></response_lid>'


def fib(ident: str = "r", kind: str = "String") -> str:
    return f'<response_str ident="{ident}" rcardinality="Single"><render_fib fibtype="{kind}"><response_label ident="a"/></render_fib></response_str>'


def equal(value: str, ident: str = "r", **attributes: str) -> str:
    told = "".join(f' {name}="{text}"' for name, text in attributes.items())
    return f'<varequal respident="{ident}"{told}>{value}</varequal>'


def condition(
    test: str, *, score: str = "", action: str = "Set", goes_on: str = "", shows: str = "", name: str = "SCORE"
) -> str:
    told = f' continue="{goes_on}"' if goes_on else ""
    sets = f'<setvar action="{action}" varname="{name}">{score}</setvar>' if score else ""
    shown = f'<displayfeedback feedbacktype="Response" linkrefid="{shows}"/>' if shows else ""
    return f"<respcondition{told}><conditionvar>{test}</conditionvar>{sets}{shown}</respcondition>"


def processing(
    *conditions: str, decvar: str = '<decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/>'
) -> str:
    return f"<resprocessing><outcomes>{decvar}</outcomes>{''.join(conditions)}</resprocessing>"


def feedback(ident: str, text: str) -> str:
    return f'<itemfeedback ident="{ident}"><flow_mat>{material(text)}</flow_mat></itemfeedback>'
