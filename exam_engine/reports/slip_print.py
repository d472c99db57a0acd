"""Result slips on paper, with a code that leads to the page where they are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.kit.errors import _
from exam_engine.kit.keys import Keys
from exam_engine.kit.languages import moment, number, translator
from exam_engine.kit.printing import qr, typeset
from exam_engine.reports import showing
from exam_engine.reports.slip import Statement, token
from exam_engine.scoring import marking
from exam_engine.scoring.rules import Slot

#: Of a section: title, points earned and points to be had.
Part = tuple[str, Fraction, Fraction]
LABELS = {
    "heading": _("Result slip"),
    "score": _("Score"),
    "section": _("Section"),
    "points": _("Points"),
    "check": _(
        "Scan the code to check this slip. The service that marked the exam has signed it; how it is checked without "
        "that service is told at:"
    ),
}


def statement_of(row: RowMapping) -> Statement:
    """The day of a result is that of its unit."""
    definition = definitions.decode(row["definition"])
    day = row["created_at"].astimezone(ZoneInfo(row["zone"])).date()
    score, scale = str(row["rounded"]), definition.scale or ""
    return Statement(row["sitting"], row["number"], row["full_name"], score, scale, row["version"], day)


async def sections(connection: AsyncConnection, rows: Sequence[RowMapping]) -> list[list[Part]]:
    """Of each slip. Rows of one sitting."""
    if not rows:
        return []
    definition = definitions.decode(rows[0]["definition"])
    known = await marking.forms(connection, rows[0]["sitting_id"], {row["form_id"]: row["form"] for row in rows})
    titles = [one.title for one in definition.sections]
    return [_earned(titles, known[row["form_id"]].slots, row["marks"]) for row in rows]


def _earned(titles: Sequence[str], slots: Sequence[Slot], marks: Sequence[Mapping[str, Any]]) -> list[Part]:
    earned, most = [Fraction(0)] * len(titles), [Fraction(0)] * len(titles)
    for slot, mark in zip(slots, marks, strict=True):
        if mark["counted"]:
            earned[slot.section] += Fraction(mark["points"] or 0)
            most[slot.section] += slot.points
    return list(zip(titles, earned, most, strict=True))


async def printed(
    rows: Sequence[RowMapping],
    parts: Sequence[Sequence[Part]],
    keys: Keys,
    url: str,
    locale: str,
) -> bytes:
    """One page each. url: of the service."""
    return await typeset("slip", lambda: _sheet(rows, parts, keys, url.rstrip("/"), locale))


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _sheet(
    rows: Sequence[RowMapping],
    parts: Sequence[Sequence[Part]],
    keys: Keys,
    url: str,
    locale: str,
) -> dict[str, Any]:
    say = translator(locale)
    slips = []
    for row, sections_ in zip(rows, parts, strict=True):
        said = statement_of(row)
        link = f"{url}/slip?s={token(said, keys.sign(said.message()))}"
        birth = _day(row["birth_date"]) if row["birth_date"] else ""
        person = [
            (say(_("Candidate")), row["full_name"]),
            (say(_("Candidate number")), row["number"]),
            (say(_("Date of birth")), birth),
            (say(_("Class")), row["class_name"]),
            (say(_("Sitting")), moment(row["starts_at"], locale, row["zone"])),
            (say(_("Version of the result")), say(_("number %(n)s, %(at)s"), n=said.version, at=_day(said.day))),
        ]
        slips.append(
            {
                "unit": row["unit_name"],
                "title": row["title"],
                "person": [pair for pair in person if pair[1]],
                "score": showing.score(row["rounded"], locale),
                "scale": said.scale,
                "sections": [
                    [title, f"{number(earned, locale)} / {number(most, locale)}"] for title, earned, most in sections_
                ],
                "qr": qr(link),
            }
        )
    texts = {name: say(text) for name, text in LABELS.items()}
    return {"slips": slips, "texts": texts, "locale": locale, "url": f"{url}/slip/key"}
