"""The papers of a room in the order of its seats, with spare copies: the same forms as on the screens there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Response, get
from litestar.datastructures import State
from litestar.params import Parameter
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery.tables import attempt
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import _, conflict, not_found
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import moment, translator
from exam_engine.sittings import papers, room_queries
from exam_engine.sittings.papers import Copy
from exam_engine.sittings.scope import found_sitting
from exam_engine.sittings.tables import candidate, form

#: Papers in one file: setting them takes a few seconds.
MOST_COPIES = 200
MOST_SPARE = 20
TEXTS = {
    "room": N_("Papers of room %(name)s"),
    "form": N_("Form code"),
    "candidates": N_("Candidates"),
    "spare": N_("Spare"),
    "together": N_("Together"),
    "seat": N_("Seat"),
    "number": N_("Candidate number"),
    "name": N_("Full name"),
    "note": N_("Note"),
    "handed": N_("Handed out by"),
    "taken": N_("Taken by"),
}


@get("/sittings/{sitting:str}/room-papers.pdf", **requires("papers.print"))
async def room_papers(
    principal: Principal,
    state: State,
    sitting: str,
    room: str = "",
    spare: Annotated[int, Parameter(ge=0, le=MOST_SPARE)] = 1,
) -> Response[bytes]:
    """`room`: empty for those who have none. `spare`: further copies of each form, without a name. The keys are a file
    of their own and never among them."""
    async with transaction(state.engine) as connection:
        found = await found_sitting(connection, principal, sitting, "papers.print")
        place = await room_queries.room_of(connection, found["id"], room) if room else None
        if room and place is None:
            raise not_found()
        name = place["name"] if place else "–"
        made = await papers.papers_of(connection, state.keyring, found)
        seats = await _seats(connection, found["id"], place["id"] if place else None)
        forms = [one.number for one in made.forms]
        copies = [Copy(row["form"], row["full_name"], row["number"]) for row in seats]
        copies += [Copy(number) for number in forms for _copy in range(spare)]
        if not seats:
            raise conflict(_("Nobody sits in this room."))
        if len(copies) > MOST_COPIES:
            raise conflict(
                _("At most %(limit)s papers can be printed at once: spread the candidates over more rooms."),
                limit=MOST_COPIES,
            )
        about = {"what": "room", "room": name, "copies": len(copies)}
        await audit.record(connection, principal, "printed", "sitting", found["id"], unit_id=found["unit_id"], **about)
    cover = _cover(found, name, seats, forms, spare, made.definition.language)
    content = await papers.pdf(made, copies, cover)
    named = quote(f"{found['title'][:60]} {name}.pdf", safe="")
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{named}", "Cache-Control": "private, no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


async def _seats(connection: AsyncConnection, sitting_id: int, room_id: int | None) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(candidate.c.seat, candidate.c.number, candidate.c.full_name, form.c.number.label("form"))
        .join(attempt, attempt.c.candidate_id == candidate.c.id)
        .join(form, form.c.id == attempt.c.form_id)
        .where(candidate.c.sitting_id == sitting_id, candidate.c.room_id.is_not_distinct_from(room_id))
        .order_by(candidate.c.seat.nulls_last(), candidate.c.number)
    )
    return rows.mappings().all()


def _cover(
    sitting: RowMapping, name: str, seats: Sequence[RowMapping], forms: Sequence[str], spare: int, language: str
) -> Mapping[str, Any]:
    told = translator(language)
    own = Counter(row["form"] for row in seats)
    return {
        "room": told(TEXTS["room"], name=name),
        "time": moment(sitting["starts_at"], language, sitting["zone"]),
        "counts": [
            [told(TEXTS[one]) for one in ("form", "candidates", "spare", "together")],
            *([form, str(own[form]), str(spare), str(own[form] + spare)] for form in forms),
            ["", str(len(seats)), str(spare * len(forms)), str(len(seats) + spare * len(forms))],
        ],
        "seats": [
            [told(TEXTS[one]) for one in ("seat", "number", "name", "form", "note")],
            *([str(row["seat"] or ""), row["number"], row["full_name"], row["form"]] for row in seats),
        ],
        "signatures": [told(TEXTS[one]) for one in ("handed", "taken")],
    }


ROUTES = (room_papers,)
