"""The page of a test that has begun: who is in, who works, who is done; then the marks."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.datastructures import State
from markupsafe import Markup
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import namesakes
from exam_engine.authoring import definition as definitions
from exam_engine.authoring.editing import item_count
from exam_engine.classroom import marks, quiz_queries, words
from exam_engine.classroom.quiz_pages import HttpRequest, about, quiz_page, written
from exam_engine.kit import clock
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import Principal
from exam_engine.kit.pages import render, text_of
from exam_engine.kit.printing import qr
from exam_engine.reports import showing


@dataclass(frozen=True, slots=True)
class Drawn:
    """The part of the page that changes. `mark` names what it shows: who has it already needs nothing new, and a
    button under the teacher's finger stays where it is."""

    counts: Markup
    list: Markup
    mark: str
    context: Mapping[str, Any]


#: How often the page asks anew, in seconds; a test that is over does not change by itself.
EVERY_S = 3
#: What `quiz_pages.about` says to every page.
ABOUT = frozenset({"quiz", "here", "at", "kinds"})


async def shown(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    state: State,
    found: RowMapping,
    *,
    refused: Refused | None = None,
) -> Response[str]:
    """`refused`: why an act of this page was not done."""
    definition = definitions.decode(found["definition"])
    drawn_part = await drawn(request, connection, found)
    guests_may_be = await quiz_queries.pupils_not_in(connection, found["id"], found["unit_id"])
    return quiz_page(
        request,
        "classroom/live.html",
        found,
        status=refused.status if refused else 200,
        message=text_of(request, refused) if refused else "",
        messages=(),  # a message at the bottom would lie on the buttons
        done=ended(request, drawn_part.context["counted"])
        or words.told(request)
        or await written(request, connection, found),
        **{name: value for name, value in drawn_part.context.items() if name not in ABOUT},
        part=drawn_part,
        **door(state, found),
        item_count=item_count(definition),
        guests_may_be=list(guests_may_be),
        guests_apart=namesakes.short_marks(guests_may_be),
        may_release=principal.may("results.manage"),
    )


async def part(connection: AsyncConnection, found: RowMapping) -> dict[str, Any]:
    """What changes while the test runs."""
    rows = await staged(connection, found)
    now = await clock.read(connection)
    working = sum(row["stage"] == "working" for row in rows)
    over = found["state"] == "closed" or (bool(rows) and all(row["stage"] == "done" for row in rows))
    over = over or (now >= found["closes_at"] and not working)
    missing = [row for row in rows if over and row["stage"] not in ("working", "done")]
    return {
        "rows": rows,
        "listed": ranked([row for row in rows if row["stage"] in ("working", "done")]) if over else rows,
        "missing": missing,
        "counted": count(rows),
        "apart": namesakes.short_marks(rows),
        "open": found["state"] == "confirmed" and now < found["closes_at"],
        "early": now < found["starts_at"],
        "over": over,
        "every": 0 if found["state"] == "closed" else EVERY_S,
        "clocked": found["timing"] == "individual",
        "left": lambda row: minutes_left(row, now),
        "shown_marks": marks.digest(rows),
        "marks": marks.of_class(rows, definitions.decode(found["definition"])),
        "score": showing.score,
        "state_labels": words.STATE_LABELS,
        "state_tones": words.STATE_TONES,
    }


def ranked(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those who have a mark first, else as they stand."""
    return sorted(rows, key=lambda row: row["rounded"] is None)


async def staged(connection: AsyncConnection, found: RowMapping) -> list[dict[str, Any]]:
    return [{**row, "stage": stage(row)} for row in await quiz_queries.board(connection, found["id"])]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the pupils of the class, each once whatever the rounds of practice, and of guests apart: "28/30" is about the
    class. Who works or is done is inside, too."""

    pupils: int
    inside: int
    working: int
    done: int
    guests: int
    guests_working: int
    guests_done: int

    @property
    def away(self) -> int:
        return self.pupils - self.working - self.done


def count(rows: Sequence[Mapping[Any, Any]]) -> Counts:
    newest = {(row["guest"], row["person_id"] or row["full_name"]): row["stage"] for row in rows}
    pupils = Counter(stage for (guest, _who), stage in newest.items() if not guest)
    guests = Counter(stage for (guest, _who), stage in newest.items() if guest)
    return Counts(
        pupils.total(),
        pupils.total() - pupils["expected"],
        pupils["working"],
        pupils["done"],
        guests.total(),
        guests["working"],
        guests["done"],
    )


def ended(request: HttpRequest, counted: Counts) -> list[str]:
    """After the end: whose work is there, not how many were closed by it."""
    if request.query_params.get("done") != "ended":
        return []
    name = "ended_guests" if counted.guests_done else "ended"
    return words.said(request, name, counted.done, guests=counted.guests_done)


def stage(row: Mapping[Any, Any]) -> str:
    """expected, in, working or done: what a teacher wants to know of a pupil at a glance."""
    if row["state"] in quiz_queries.DONE:
        return "done"
    if row["state"] in quiz_queries.WORKING:
        return "working"
    return "in" if row["joined"] else "expected"


def minutes_left(row: Mapping[Any, Any], now: Any) -> int | None:
    """Rounded up; None where no clock runs."""
    if row["deadline"] is None or row["state"] not in quiz_queries.WORKING:
        return None
    return max(0, -(-int((row["deadline"] - now).total_seconds()) // 60))


def door(state: State, found: RowMapping) -> dict[str, Any]:
    """How pupils come in. The QR code is drawn as paths, without style, as the page's policy asks."""
    code = found["join_code"]
    base = state.settings.public_url.rstrip("/")
    if code is None:
        return {"code": "", "join_url": "", "join_host": "", "qr": ""}
    url = f"{base}/join/{code}"
    picture = qr(url).partition("?>")[2]
    return {
        "code": f"{code[:3]} {code[3:]}",
        "join_url": url,
        "join_host": f"{base.partition('://')[2]}/join",
        "qr": Markup(picture),  # noqa: S704 - drawn by ourselves from a URL of digits
    }


async def drawn(request: HttpRequest, connection: AsyncConnection, found: RowMapping) -> Drawn:
    context = {**about(request, found), **await part(connection, found)}
    counts, rows = (render(request, f"classroom/live_{name}.html", **context) for name in ("figures", "list"))
    mark = hashlib.sha256((counts + rows).encode()).hexdigest()[:16]
    return Drawn(Markup(counts), Markup(rows), mark, context)  # noqa: S704 - templates'
