"""Writes the mathematics paper as QTI 3.0 items, one file each: `python -m exam_engine.demo.content.make_qti`.

QTI 3.0 Assessment, Section and Item Information Model (1EdTech, 2022); the profile is that of docs/authoring/qti.md.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from html import escape
from typing import Any

from exam_engine.demo.content.sources import CONTENT, source
from item_bank.content.model import GRADUATION_TABLE
from item_bank.content.rational import rational_text

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
SCORE = '  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>'
MAP_RESPONSE = """  <qti-response-processing
    template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response"/>"""
LOOKUP = """  <qti-response-processing>
    <qti-lookup-outcome-value identifier="SCORE">
      <qti-truncate><qti-map-response identifier="RESPONSE"/></qti-truncate>
    </qti-lookup-outcome-value>
  </qti-response-processing>"""
FOLDER = CONTENT / "toan"
LEVELS = {"Biết": "biet", "Hiểu": "hieu", "Vận dụng": "van-dung"}
POINTS = {"I": "0.25", "II": "1", "III": "0.5"}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    content = source("toan")
    for item in content["items"]:
        (FOLDER / f"{item['id']}.xml").write_text(document(item, content), encoding="utf-8")


def document(item: dict[str, Any], content: dict[str, Any]) -> str:
    declaration, score, body, processing = _interaction(item)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item xmlns="{NAMESPACE}" identifier="{item["id"]}" title="{escape(item["title"])}"
    xml:lang="{content["language"]}" adaptive="false" time-dependent="false">
{declaration}
{score}
  <qti-outcome-declaration identifier="SOLUTION" cardinality="single" base-type="identifier"/>
  <qti-item-body data-topic="{escape(item["topic"])}" data-level="{escape(item["level"])}">
{_stem(item)}
{body}
  </qti-item-body>
{processing}
  <qti-modal-feedback outcome-identifier="SOLUTION" identifier="rationale" show-hide="show">
    <qti-content-body><p>{escape(item["rationale"], quote=False)}</p></qti-content-body>
  </qti-modal-feedback>
</qti-assessment-item>
"""


def _stem(item: dict[str, Any]) -> str:
    picture = ""
    if "picture" in item:
        data = base64.b64encode((CONTENT / "pictures" / item["picture"]).read_bytes()).decode()
        picture = f'\n<p><img src="data:image/png;base64,{data}" alt="{escape(item["alt"])}"/></p>'
    return str(item["stem"]) + picture


def _interaction(item: dict[str, Any]) -> tuple[str, str, str, str]:
    """Response declaration, outcome declaration of SCORE, interaction, response processing."""
    points = POINTS[item["part"]]
    if "statements" in item:
        return _cluster(item["statements"])
    if "accepted" in item:
        return _numeric(item["accepted"], points)
    return _choice(item["options"], item["key"], points)


def _choice(options: list[str], key: str, points: str) -> tuple[str, str, str, str]:
    choices = "\n".join(
        f'      <qti-simple-choice identifier="{letter}">{escape(text, quote=False)}</qti-simple-choice>'
        for letter, text in zip("ABCD", options, strict=True)
    )
    body = f"""    <qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1">
{choices}
    </qti-choice-interaction>"""
    return _declaration("single", "identifier", [key], points), SCORE, body, MAP_RESPONSE


def _numeric(accepted: list[str], points: str) -> tuple[str, str, str, str]:
    (value,) = accepted
    body = '    <p><qti-text-entry-interaction response-identifier="RESPONSE" expected-length="4" class="chars-4"/></p>'
    processing = f"""  <qti-response-processing>
    <qti-response-condition>
      <qti-response-if>
        <qti-equal tolerance-mode="exact">
          <qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/>
        </qti-equal>
        <qti-set-outcome-value identifier="SCORE">
          <qti-base-value base-type="float">{points}</qti-base-value>
        </qti-set-outcome-value>
      </qti-response-if>
    </qti-response-condition>
  </qti-response-processing>"""
    return _declaration("single", "float", [value.replace(",", ".")], None), SCORE, body, processing


def _cluster(statements: list[list[str]]) -> tuple[str, str, str, str]:
    named = list(zip("abcd", statements, strict=True))
    rows = "\n".join(
        f'        <qti-simple-associable-choice identifier="{letter}" match-max="1" class="level-{LEVELS[level]}">'
        f"{escape(text, quote=False)}</qti-simple-associable-choice>"
        for letter, (text, _, level) in named
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
    pairs = [f"{letter} {'T' if truth == 'Đ' else 'F'}" for letter, (_, truth, _) in named]
    return _declaration("multiple", "directedPair", pairs, "1"), _score_table(), body, LOOKUP


def _declaration(cardinality: str, base_type: str, values: list[str], mapped: str | None) -> str:
    correct = "".join(f"<qti-value>{value}</qti-value>" for value in values)
    entries = "".join(f'<qti-map-entry map-key="{value}" mapped-value="{mapped}"/>' for value in values)
    mapping = f'\n    <qti-mapping default-value="0">{entries}</qti-mapping>' if mapped else ""
    return f"""  <qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" base-type="{base_type}">
    <qti-correct-response>{correct}</qti-correct-response>{mapping}
  </qti-response-declaration>"""


def _score_table() -> str:
    """The number of right statements → the points (QĐ 764/QĐ-BGDĐT, Part II)."""
    entries = "".join(
        f'\n      <qti-match-table-entry source-value="{right}" target-value="{rational_text(Fraction(share))}"/>'
        for right, share in enumerate(GRADUATION_TABLE)
    )
    return f"""  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float">
    <qti-match-table default-value="0">{entries}
    </qti-match-table>
  </qti-outcome-declaration>"""


if __name__ == "__main__":
    main()
