"""Slips and PINs of a class: printed, shown, made anew by whoever fills the class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries, namesakes, pupil_secrets, unit_queries
from exam_engine.accounts.class_routes import found_class
from exam_engine.accounts.slips import slips
from exam_engine.accounts.tables import Found
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page

HttpRequest = Request[Any, Any, State]
MAY = requires("people.manage")


@get("/classes/{unit_id:str}/slips", **MAY)
async def slips_page(
    request: HttpRequest, unit_id: str, connection: AsyncConnection, principal: Principal
) -> Response[str]:
    unit = await found_class(connection, principal, unit_id)
    return await _page(request, connection, unit, {})


@get("/classes/{unit_id:str}/slips.pdf", **MAY)
async def print_slips(request: HttpRequest, unit_id: str, principal: Principal, state: State) -> Response[bytes]:
    """Of the whole class, or of one `pupil`. No connection is held while the sheet is set."""
    async with transaction(state.engine) as connection:
        unit = await found_class(connection, principal, unit_id)
        pupils = await _pupils(connection, unit, request.query_params.get("pupil", ""))
        opened = await pupil_secrets.secrets_of(connection, state.keyring, [pupil.id for pupil in pupils])
        school = await unit_queries.school_of(connection, unit.path)
        marks = _marks(await member_queries.members_of(connection, unit.id))
        await _trace(connection, principal, "slips_printed", unit, pupils)
    made = await slips(state.settings.public_url, school.name if school else "", unit, pupils, opened, marks)
    headers = {"Content-Disposition": 'inline; filename="slips.pdf"', "Cache-Control": "private, no-store"}
    return Response(made, media_type="application/pdf", headers=headers)


@post("/classes/{unit_id:str}/pins/show", status_code=200, **MAY)
async def show_pins(
    request: HttpRequest, unit_id: str, data: Form, connection: AsyncConnection, principal: Principal, state: State
) -> Response[str]:
    """A teacher reads a PIN out to a pupil who forgot it; the log says who looked."""
    unit = await found_class(connection, principal, unit_id)
    pupils = await _pupils(connection, unit, Reading(data).text("pupil", required=False))
    await _trace(connection, principal, "pins_shown", unit, pupils)
    return await _page(request, connection, unit, await _pins(connection, state, pupils), shown=pupils)


@post("/classes/{unit_id:str}/pins/renew", status_code=200, **MAY)
async def renew_pins(
    request: HttpRequest, unit_id: str, data: Form, connection: AsyncConnection, principal: Principal, state: State
) -> Response[str]:
    """New PINs of one pupil or of all, with `slip` new slips too; whoever is signed in as one of them is signed out."""
    unit = await found_class(connection, principal, unit_id)
    pupils, slip = await _pupils(connection, unit, Reading(data).text("pupil", required=False)), data.get("slip") == "1"
    for pupil in pupils:
        await pupil_secrets.renew(connection, state.keyring, pupil.id, slip=slip)
    await _trace(connection, principal, "pins_renewed", unit, pupils, slips=slip)
    return await _page(request, connection, unit, await _pins(connection, state, pupils), shown=pupils, renewed=True)


def _marks(members: Sequence[Found]) -> dict[int, namesakes.Mark]:
    return namesakes.marks([member._asdict() for member in members], "id")


async def _pupils(connection: AsyncConnection, unit: Found, wanted: str) -> Sequence[Found]:
    """All of the class, or the one that is named and in it."""
    members = await member_queries.members_of(connection, unit.id)
    pupils = [member for member in members if wanted in ("", member.public_id)]
    if not pupils:
        raise not_found()
    return pupils


async def _pins(connection: AsyncConnection, state: State, pupils: Sequence[Found]) -> dict[int, str]:
    opened = await pupil_secrets.secrets_of(connection, state.keyring, [pupil.id for pupil in pupils])
    return {person_id: secrets.pin for person_id, secrets in opened.items()}


async def _trace(
    connection: AsyncConnection,
    principal: Principal,
    action: str,
    unit: Found,
    pupils: Sequence[Found],
    **data: Any,
) -> None:
    """One pupil by name of the subject, a class by its number of pupils."""
    kind, subject = ("person", pupils[0].id) if len(pupils) == 1 else ("unit", unit.id)
    await audit.record(connection, principal, action, kind, subject, unit_id=unit.id, count=len(pupils), **data)


async def _page(
    request: HttpRequest,
    connection: AsyncConnection,
    unit: Found,
    pins: Mapping[int, str],
    *,
    shown: Sequence[Found] = (),
    renewed: bool = False,
) -> Response[str]:
    """The PIN of a single pupil stands at the top, where whoever asked for it looks."""
    members = await member_queries.members_of(connection, unit.id)
    return page(
        request,
        "accounts/slips.html",
        unit=unit,
        members=members,
        marks=_marks(members),
        pins=pins,
        single=shown[0] if len(shown) == 1 else None,
        renewed=renewed,
        address=f"{request.app.state.settings.public_url}/pupil",
    )


ROUTES = (slips_page, print_slips, show_pins, renew_pins)
