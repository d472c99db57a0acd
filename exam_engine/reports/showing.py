"""How results stand on pages: the table of candidates page by page, exact scores as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.errors import _, invalid
from exam_engine.reports import queries
from exam_engine.reports.queries import PAGE_SIZE, SORTS, Wanted
from exam_engine.reports.words import STATES
from item_bank.content.rational import rational_text


@dataclass(frozen=True)
class Table:
    rows: Sequence[RowMapping]
    wanted: Wanted
    more_href: str
    first_href: str

    def sort_href(self, name: str) -> str:
        down = name == self.wanted.sort and not self.wanted.down
        return f"?{urlencode({**self._filters, 'sort': ('-' if down else '') + name})}"

    @property
    def direction(self) -> dict[str, str]:
        return {self.wanted.sort: "descending" if self.wanted.down else "ascending"}

    @property
    def _filters(self) -> dict[str, str]:
        return filters(self.wanted)


def filters(chosen: Wanted) -> dict[str, str]:
    given = {"q": chosen.text, "class": chosen.class_name, "status": chosen.state}
    return {name: value for name, value in given.items() if value}


def wanted(text: str, sort: str, class_name: str, state: str, after: str, *, names: bool) -> Wanted:
    """What the address asks for. Who may not see names can neither sort by them nor search in them."""
    name = sort.removeprefix("-")
    if name not in SORTS or (name == "name" and not names):
        name = "number"
    return Wanted(
        sort=name,
        down=sort.startswith("-"),
        text=text.strip()[:100],
        state=state if state in STATES or state == "pending" else "",
        class_name=class_name[:100],
        after=_cursor(after, name),
        names=names,
    )


async def table(connection: AsyncConnection, sitting_id: int, chosen: Wanted) -> Table:
    rows = await queries.candidates(connection, sitting_id, chosen)
    order = {**filters(chosen), "sort": ("-" if chosen.down else "") + chosen.sort}
    more = ""
    if len(rows) > PAGE_SIZE:
        last = rows[PAGE_SIZE - 1]
        more = f"?{urlencode({**order, 'after': '{}|{}'.format(last['sort_value'], last['id'])})}"
    return Table(rows[:PAGE_SIZE], chosen, more, f"?{urlencode(order)}" if chosen.after else "")


def _cursor(text: str, sort: str) -> tuple[str, int] | None:
    if not text:
        return None
    value, _bar, last = text.rpartition("|")
    number = value.removeprefix("-").replace(".", "", 1)
    usable = last.isascii() and last.isdigit() and len(last) < 19 and value.isprintable()
    if not usable or (sort == "score" and not (number.isascii() and number.isdigit() and len(number) < 30)):
        raise invalid(_("This page does not exist any more. Open the list from its beginning."))
    return value, int(last)


def exact(text: str | Fraction | None, locale: str) -> str:
    """ "25/3" → 25/3; "6.25" → 6,25 in Vietnamese."""
    if text is None:
        return "–"
    plain = rational_text(Fraction(text))
    return _written(plain, locale)


def gain(value: Decimal, locale: str) -> str:
    """How a rounded score changes, with its sign: +0,25 or −0,40."""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + score(abs(value), locale)


def score(value: Any, locale: str) -> str:
    """A rounded score with the places that its rule gives it."""
    if value is None:
        return "–"
    return _written(str(value), locale)


def _written(plain: str, locale: str) -> str:
    """With a true minus sign and the language's decimal mark."""
    signed = plain.replace("-", "\N{MINUS SIGN}")
    return signed.replace(".", ",") if locale == "vi" else signed


def two(value: float | None, locale: str) -> str:
    """A correlation or difference with two places and a true minus sign; never minus zero."""
    if value is None:
        return "–"
    text = f"{abs(value):.2f}"
    sign = "−" if value < 0 and float(text) else ""
    return sign + (text.replace(".", ",") if locale == "vi" else text)


def second(value: datetime | None, zone: str) -> str:
    """A moment of the journal, to the second, in the unit's zone."""
    return value.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S, %d/%m/%Y") if value else "–"
