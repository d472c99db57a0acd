"""The receipt on paper: typeset by typst, with a QR code that leads to the page where it is checked."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import qrcode
import typst
from qrcode.image.svg import SvgPathImage

from exam_engine.kit.errors import _
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import package_path

LABELS = {
    "heading": _("Receipt of hand-in"),
    "ended": _("Closed at"),
    "answers": _("Answers that count"),
    "code": _("Receipt code"),
    "digest": _("Digest of the answers (SHA-256)"),
    "check": _("Scan the code, or enter it at the page Check a receipt, to compare this sheet with the record."),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """`person`: whose it is, as pairs of label (msgid) and value."""

    title: str
    unit: str
    person: Sequence[tuple[str, str]]
    ended: str
    answers: int
    code: str
    digest: str
    url: str


def pdf(lines: Lines, locale: str) -> bytes:
    translate = translator(locale)
    texts = {name: translate(text) for name, text in LABELS.items()}
    person = [(translate(label), value) for label, value in lines.person]
    data = asdict(lines) | {"person": person, "texts": texts, "locale": locale, "qr": _qr(lines.url)}
    template = package_path("templates", "print", "receipt.typ")
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return bytes(typst.compile(str(template), root=str(template.parent), sys_inputs=inputs) or b"")


def _qr(url: str) -> str:
    out = io.BytesIO()
    qrcode.make(url, image_factory=SvgPathImage, box_size=10, border=2).save(out)
    return out.getvalue().decode()
