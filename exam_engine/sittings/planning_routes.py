"""The form of a sitting: a new one, and a draft that is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import queries as authoring
from exam_engine.kit import clock
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from exam_engine.sittings import changing, plan, words
from exam_engine.sittings import policy as policies
from exam_engine.sittings.creating import create_sitting
from exam_engine.sittings.policy import SittingPolicy
from exam_engine.sittings.scope import HttpRequest, found_sitting, sitting_page


@get("/sittings/new", **requires("sittings.manage"))
async def new_sitting(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, exam: str = ""
) -> Response[str]:
    chosen = await authoring.exam_in_scope(connection, exam, principal.scopes("exams.read")) if exam else None
    if chosen is None:
        found = await authoring.exams_in_scope(connection, principal.scopes("exams.read"), limit=200)
        return page(request, "sittings/choose_exam.html", exams=found)
    units = await _units(connection, principal)
    unit = next((one for one in units if one["id"] == chosen["unit_id"]), units[0] if units else None)
    if unit is None:
        raise not_found()
    definition = definitions.decode(chosen["definition"])
    formal = unit["kind"] != "class"
    policy = SittingPolicy(formal=formal, has_officer=formal, device_change="invigilator" if formal else "free")
    now = await clock.read(connection)
    values = plan.proposed(definition.title, definition.minutes, now, unit["zone"], policy)
    return _new_form(request, chosen, units, {**values, "unit": unit["public_id"]}, {})


@post("/sittings/new", status_code=200, **requires("sittings.manage"))
async def create(request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form) -> Response[Any]:
    form = Reading(data)
    exam = await authoring.exam_in_scope(connection, form.text("exam"), principal.scopes("exams.read"))
    units = await _units(connection, principal)
    unit = next((one for one in units if one["public_id"] == form.text("unit")), None)
    if exam is None or unit is None:
        raise not_found()
    wanted = plan.read(form, unit["zone"])
    if wanted is None:
        return _new_form(request, exam, units, data, form.errors)
    _id, public = await create_sitting(
        connection,
        principal,
        exam,
        unit_id=unit["id"],
        title=wanted.title,
        opens_at=wanted.opens_at,
        starts_at=wanted.starts_at,
        closes_at=wanted.closes_at,
        minutes=wanted.minutes,
        timing=wanted.timing,
        policy=wanted.policy,
    )
    return Redirect(f"/sittings/{public}?done=created", status_code=303)


@get("/sittings/{sitting:str}/edit", **requires("sittings.manage"))
async def edit(request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str) -> Response[str]:
    found = await found_sitting(connection, principal, sitting, "sittings.manage")
    values = {**plan.fields(found, found["zone"]), "mark": plan.mark_of(found)}
    return _edit_form(request, found, values, {})


@post("/sittings/{sitting:str}/edit", status_code=200, **requires("sittings.manage"))
async def change(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, data: Form
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "sittings.manage")
    form = Reading(data)
    wanted = plan.read(form, found["zone"], policies.decode(found["policy"]))
    if wanted is None:
        return _edit_form(request, found, {"mark": "", **data}, form.errors)
    await changing.change(connection, principal, found["id"], form.text("mark"), wanted)
    return Redirect(f"/sittings/{sitting}?done=saved", status_code=303)


async def _units(connection: AsyncConnection, principal: Principal) -> list[RowMapping]:
    return list(await authoring.units_in_scope(connection, principal.scopes("sittings.manage")))


def _new_form(
    request: HttpRequest, exam: RowMapping, units: list[RowMapping], values: Mapping[str, Any], errors: dict[str, str]
) -> Response[str]:
    options = [(one["public_id"], one["name"]) for one in units]
    return page(
        request,
        "sittings/plan.html",
        status=422 if errors else 200,
        sitting=None,
        exam=exam,
        unit_options=options,
        zone_name=", ".join(sorted({one["zone"] for one in units})),
        **_form(values, errors),
    )


def _edit_form(
    request: HttpRequest, found: RowMapping, values: Mapping[str, Any], errors: dict[str, str]
) -> Response[str]:
    status = 422 if errors else 200
    return sitting_page(
        request, "sittings/plan.html", found, status=status, zone_name=found["zone"], **_form(values, errors)
    )


def _form(values: Mapping[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    return {"values": values, "errors": errors, "words": words, "labels": FIELD_LABELS}


#: Where an error stands, for the summary above the form.
FIELD_LABELS = {
    "title": _("Title"),
    "day": _("Day"),
    "opens": _("Waiting room opens"),
    "starts": _("Start"),
    "closes": _("Latest start or common end"),
    "closes_day": _("On another day"),
    "minutes": _("Minutes"),
    "timing": _("Working time"),
    "grace": _("Grace for unsent answers, minutes"),
    "device_change": _("Moving to another device"),
    "admission": _("Admission"),
    "earliest": _("Earliest hand-in, minutes after the start"),
    "wording": _("Wording"),
    "signal_days": _("Keep signals for, days"),
    "unit": _("Belongs to"),
}

ROUTES = (new_sitting, create, edit, change)
