"""Sign-in slips of a class as PDF: name, code, PIN, address and QR code, to cut and hand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from exam_engine.accounts.namesakes import Mark
from exam_engine.accounts.secrets import Secrets
from exam_engine.accounts.tables import Found
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.languages import translator
from exam_engine.kit.printing import qr, typeset

TEXTS = {
    "title": N_("Sign-in slips"),
    "code": N_("Pupil code"),
    "pin": N_("PIN"),
    "address": N_("Pupils sign in at"),
    "scan": N_("Scan to sign in"),
    "keep": N_("Keep this slip to yourself: whoever has it can sign in as you."),
    "own_address": N_("Your own address"),
}
BORN, PLACE = N_("born %(day)s"), N_("no. %(n)s in the list")


async def slips(
    public_url: str,
    school: str,
    unit: Found,
    pupils: Sequence[Found],
    secrets: Mapping[int, Secrets],
    marks: Mapping[int, Mark],
) -> bytes:
    """In the language of the unit, in the order given; `marks` tell pupils of one name apart. Needs no connection."""
    return await typeset("slips", lambda: _sheet(public_url, school, unit, pupils, secrets, marks))


def _sheet(
    public_url: str,
    school: str,
    unit: Found,
    pupils: Sequence[Found],
    secrets: Mapping[int, Secrets],
    marks: Mapping[int, Mark],
) -> dict[str, Any]:
    _ = translator(unit.locale)
    return {
        "locale": unit.locale,
        "title": f"{_(TEXTS['title'])} · {unit.name}",
        "school": school,
        "class": unit.name,
        "address": f"{public_url}/pupil",
        "texts": {name: _(text) for name, text in TEXTS.items()},
        "pupils": [
            {**_slip(public_url, pupil, secrets[pupil.id]), "mark": _beside(unit.locale, marks.get(pupil.id))}
            for pupil in pupils
        ],
    }


def slip_url(public_url: str, slip: str) -> str:
    return f"{public_url}/s/{slip}"


def _slip(public_url: str, pupil: Found, opened: Secrets) -> dict[str, Any]:
    url = slip_url(public_url, opened.ticket)
    return {"name": pupil.full_name, "code": pupil.code, "pin": opened.pin, "url": url, "qr": qr(url)}


def _beside(locale: str, mark: Mark | None) -> str:
    """Of a pupil who shares the name with another of the class; the code stands on the slip anyway."""
    _ = translator(locale)
    if mark is None or mark.code_end:
        return ""
    return _(BORN, day=f"{mark.born:%d/%m/%Y}") if mark.born else _(PLACE, n=mark.place)
