"""The receipt on paper: typeset by typst, with a QR code that leads to the page where it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from exam_engine.kit.errors import _
from exam_engine.kit.languages import translator
from exam_engine.kit.printing import qr

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


def sheet(lines: Lines, locale: str) -> dict[str, Any]:
    translate = translator(locale)
    texts = {name: translate(text) for name, text in LABELS.items()}
    person = [(translate(label), value) for label, value in lines.person]
    return asdict(lines) | {"person": person, "texts": texts, "locale": locale, "qr": qr(lines.url)}
