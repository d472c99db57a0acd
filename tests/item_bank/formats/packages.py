# ruff: noqa: E501 - markup in one line reads better than broken up
"""Content packages and tests of QTI for tests."""

from __future__ import annotations

import io
import zipfile

from tests.item_bank.formats.qti_items import V21

LOM = '<imsmd:lom xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_v1p2">{}</imsmd:lom>'


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def manifest(*resources: str) -> bytes:
    return f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="M"><organizations/><resources>{"".join(resources)}</resources></manifest>'.encode()


def resource(href: str, lom: str = "", kind: str = "imsqti_item_xmlv2p1") -> str:
    metadata = f"<metadata>{LOM.format(lom)}</metadata>" if lom else ""
    return f'<resource identifier="R-{href}" type="{kind}" href="{href}">{metadata}<file href="{href}"/></resource>'


def exam_of(
    inner: str, after: str = "", attributes: str = 'navigationMode="nonlinear" submissionMode="simultaneous"'
) -> bytes:
    return (
        f'<assessmentTest xmlns="{V21}" identifier="T1" title="Kiểm tra"><outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f'<timeLimits maxTime="2700"/><testPart identifier="P1" {attributes}>{inner}</testPart>{after}</assessmentTest>'
    ).encode()
