"""The receipt as a document for the player, and as a page to print with a QR code."""

from __future__ import annotations

from typing import Any

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import receipt_queries, receipts
from exam_engine.delivery.receipt_print import Lines, sheet
from exam_engine.delivery.starting import milliseconds
from exam_engine.kit import languages
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.pages import locale_of
from exam_engine.kit.printing import typeset
from exam_engine.sittings import policy as policies

NAMES = ("code", "answers", "entries", "digest", "signature")


async def document(connection: AsyncConnection, found: Any) -> dict[str, Any]:
    receipt = await receipt_queries.receipt_of_attempt(connection, found["attempt_id"])
    if receipt is None:
        raise not_closed()
    return told(receipts.Receipt(*(receipt[name] for name in NAMES)), found)


def told(receipt: receipts.Receipt, found: Any) -> dict[str, Any]:
    """`found`: how the attempt ended: state, `ended_at`, `ended_by`."""
    return {
        "code": receipts.grouped(receipt.code),
        "state": found["state"],
        "answers": receipt.answers,
        "entries": receipt.entries,
        "digest": receipt.digest,
        "signature": receipt.signature,
        "at": milliseconds(found["ended_at"]),
        "by": found["ended_by"],
    }


def not_closed() -> Refused:
    return Refused("not_closed", 409, _("There is no receipt yet: this attempt has not been closed."))


async def lines(request: Request[Any, Any, Any], connection: AsyncConnection, found: Any) -> Lines:
    shown = await document(connection, found)
    locale = locale_of(request)
    url = f"{request.app.state.settings.public_url}/verify?code={shown['code']}"
    return Lines(
        title=found["title"],
        unit=found["unit_name"],
        person=_person(found),
        ended=languages.moment(found["ended_at"], locale, found["zone"]),
        answers=shown["answers"],
        code=shown["code"],
        digest=receipts.in_groups(shown["digest"]),
        url=url,
    )


def _person(found: Any) -> list[tuple[str, str]]:
    """Whose receipt it is, in the words of the event: labels (msgids) and values."""
    if found["kind"] == "exam":
        people = _("Candidate") if policies.decode(found["policy"]).formal else _("Pupil")
        numbers = [(_("Candidate number"), found["number"]), (_("Form number"), found["form_number"])]
        return [(people, found["full_name"]), *numbers]
    mine = [(_("Pupil"), found["full_name"]), (_("Class"), found["class_name"] or "")]
    return [(label, value) for label, value in mine if value]


async def printed(lines: Lines, locale: str) -> bytes:
    return await typeset("receipt", lambda: sheet(lines, locale))
