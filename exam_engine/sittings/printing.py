"""Tickets and room lists as PDF: per room a list with a signature column, then a slip with QR code per candidate."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping

from exam_engine.accounts import secrets
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.keys import Keys
from exam_engine.kit.languages import moment, translator
from exam_engine.kit.printing import qr, typeset

TEXTS = {
    "number": N_("Candidate number"),
    "pin": N_("PIN"),
    "name": N_("Name"),
    "birth_date": N_("Date of birth"),
    "class": N_("Class"),
    "room": N_("Room"),
    "starts_at": N_("Starts at"),
    "address": N_("Sign in at"),
    "scan": N_("Scan to open, or sign in with number and PIN"),
    "list": N_("Candidates of room"),
    "candidates": N_("candidates"),
    "row": N_("No."),
    "signature": N_("Signature"),
    "invigilator": N_("Invigilator"),
}


async def tickets(
    keys: Keys, public_url: str, sitting: RowMapping, candidates: Sequence[RowMapping], locale: str
) -> bytes:
    """The PDF for all candidates given, in their order; those without a room come under a dash. Needs no connection."""
    return await typeset("tickets", lambda: _sheet(keys, public_url, sitting, candidates, locale))


def _sheet(
    keys: Keys, public_url: str, sitting: RowMapping, candidates: Sequence[RowMapping], locale: str
) -> dict[str, Any]:
    _ = translator(locale)
    rooms = [
        {"name": name or "–", "candidates": [_slip(keys, public_url, row) for row in rows]}
        for name, rows in groupby(candidates, key=lambda row: row["room_name"])
    ]
    return {
        "locale": locale,
        "title": sitting["title"],
        "address": f"{public_url}/candidate",
        "starts_at": moment(sitting["starts_at"], locale, sitting["zone"]),
        "texts": {name: _(text) for name, text in TEXTS.items()},
        "rooms": rooms,
    }


def ticket_url(public_url: str, ticket: str) -> str:
    return f"{public_url}/t/{ticket}"


def _slip(keys: Keys, public_url: str, row: RowMapping) -> dict[str, Any]:
    opened = secrets.opened(keys, row["pin_sealed"], row["ticket_sealed"])
    return {
        "name": row["full_name"],
        "number": row["number"],
        "pin": opened.pin,
        "class": row["class_name"],
        "birth_date": row["birth_date"].strftime("%d/%m/%Y") if row["birth_date"] else "–",
        "room": row["room_name"] or "–",
        "seat": str(row["seat"] or ""),
        "qr": qr(ticket_url(public_url, opened.ticket)),
    }
