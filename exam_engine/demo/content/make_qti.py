"""Writes the mathematics paper as QTI 3.0 items, one file each: `python -m exam_engine.demo.content.make_qti`.

QTI 3.0 Assessment, Section and Item Information Model (1EdTech, 2022); the profile is that of docs/authoring/qti.md.
"""

from __future__ import annotations

import base64
from html import escape
from typing import Any

from exam_engine.demo.content.sources import CONTENT, source

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates"
FOLDER = CONTENT / "toan"
POINTS = {"I": "0.25", "II": "1", "III": "0.5"}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    content = source("toan")
    for item in content["items"]:
        (FOLDER / f"{item['id']}.xml").write_text(document(item, content), encoding="utf-8")


def document(item: dict[str, Any], content: dict[str, Any]) -> str:
    declaration, body, processing = _interaction(item)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="{NAMESPACE}" identifier="{item["id"]}" title="{escape(item["title"])}"
    xml:lang="{content["language"]}" adaptive="false" time-dependent="false">
{declaration}
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
  <qti-outcome-declaration identifier="MAXSCORE" cardinality="single" base-type="float">
    <qti-default-value><qti-value>{POINTS[item["part"]]}</qti-value></qti-default-value>
  </qti-outcome-declaration>
  <qti-item-body>
{_stem(item)}
{body}
  </qti-item-body>
{processing}
</qti-assessment-item>
"""


def _stem(item: dict[str, Any]) -> str:
    picture = ""
    if "picture" in item:
        data = base64.b64encode((CONTENT / "pictures" / item["picture"]).read_bytes()).decode()
        picture = f'\n<p><img src="data:image/png;base64,{data}" alt="{escape(item["alt"])}"/></p>'
    return str(item["stem"]) + picture


def _interaction(item: dict[str, Any]) -> tuple[str, str, str]:
    if "statements" in item:
        return _cluster(item["statements"])
    if "accepted" in item:
        return _numeric(item["accepted"])
    return _choice(item["options"], item["key"])


def _choice(options: list[str], key: str) -> tuple[str, str, str]:
    choices = "\n".join(
        f'      <qti-simple-choice identifier="{letter}">{escape(text, quote=False)}</qti-simple-choice>'
        for letter, text in zip("ABCD", options, strict=True)
    )
    body = f"""    <qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">
{choices}
    </qti-choice-interaction>"""
    return _declaration("single", "identifier", [key]), body, _template("match_correct")


def _numeric(accepted: list[str]) -> tuple[str, str, str]:
    body = """    <p><qti-text-entry-interaction response-identifier="RESPONSE" expected-length="4"/></p>"""
    return (
        _declaration("single", "float", [text.replace(",", ".") for text in accepted]),
        body,
        _template("match_correct"),
    )


def _cluster(statements: list[list[str]]) -> tuple[str, str, str]:
    pairs = [
        f"{letter} {'T' if truth == 'Đ' else 'F'}" for letter, (_, truth, _) in zip("abcd", statements, strict=True)
    ]
    rows = "\n".join(
        f'        <qti-simple-associable-choice identifier="{letter}" match-max="1" data-level="{level}">'
        f"{escape(text, quote=False)}</qti-simple-associable-choice>"
        for letter, (text, _, level) in zip("abcd", statements, strict=True)
    )
    body = f"""    <qti-match-interaction response-identifier="RESPONSE" shuffle="false" max-associations="4">
      <qti-simple-match-set>
{rows}
      </qti-simple-match-set>
      <qti-simple-match-set>
        <qti-simple-associable-choice identifier="T" match-max="4">Đúng</qti-simple-associable-choice>
        <qti-simple-associable-choice identifier="F" match-max="4">Sai</qti-simple-associable-choice>
      </qti-simple-match-set>
    </qti-match-interaction>"""
    return _declaration("multiple", "directedPair", pairs), body, _template("match_correct")


def _declaration(cardinality: str, base_type: str, values: list[str]) -> str:
    correct = "".join(f"<qti-value>{value}</qti-value>" for value in values)
    return f"""  <qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" base-type="{base_type}">
    <qti-correct-response>{correct}</qti-correct-response>
  </qti-response-declaration>"""


def _template(name: str) -> str:
    return f'  <qti-response-processing template="{TEMPLATES}/{name}"/>'


if __name__ == "__main__":
    main()
