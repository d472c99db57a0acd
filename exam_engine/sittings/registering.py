"""One candidate at a time: entered and removed in a draft; corrected, placed and helped until the sitting ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import secrets
from exam_engine.accounts.names import arranged
from exam_engine.kit import audit
from exam_engine.kit.errors import _, conflict
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal, public_id
from exam_engine.kit.keys import Keys
from exam_engine.sittings import candidate_queries, room_queries, roster_queries, signing_in_queries, sitting_queries
from exam_engine.sittings.changing import locked_draft

Values = dict[str, Any]


async def add(connection: AsyncConnection, principal: Principal, sitting: RowMapping, form: Reading) -> None:
    """Nothing is written when the form has errors."""
    await locked_draft(connection, sitting["id"])
    values = await _person(connection, sitting, form) | _help(form, {}, principal)
    values |= await _number(connection, sitting, form, 0) | await _place(connection, sitting, form, 0)
    if form.errors:
        return
    name = arranged(values["full_name"], f"{values['code']} {values['number']}")
    values |= {"sort_key": name.sort_key, "search": name.search}
    await candidate_queries.add_candidates(
        connection, [{"public_id": public_id(), "sitting_id": sitting["id"], **values}]
    )
    await audit.record(connection, principal, "added_candidate", "sitting", sitting["id"], unit_id=sitting["unit_id"])


async def change(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, candidate: RowMapping, form: Reading
) -> None:
    """The number stands on tickets and papers: it changes only in a draft. Nothing is written when there are errors."""
    locked = await sitting_queries.locked_sitting(connection, sitting["id"])
    if locked["state"] == "closed":
        raise conflict(_("This sitting is closed; its list of candidates stays as it is."))
    values = await _person(connection, sitting, form) | _help(form, candidate, principal)
    values |= await _place(connection, sitting, form, candidate["id"])
    if locked["state"] == "draft":
        values |= await _number(connection, sitting, form, candidate["id"])
    if form.errors:
        return
    name = arranged(values["full_name"], f"{values['code']} {values.get('number', candidate['number'])}")
    values |= {"sort_key": name.sort_key, "search": name.search}
    changed = sorted(field for field, value in values.items() if candidate[field] != value)
    await candidate_queries.change_candidate(connection, candidate["id"], **values)
    await _trace(connection, principal, sitting, candidate, "changed", fields=changed)


async def remove(connection: AsyncConnection, principal: Principal, sitting: RowMapping, candidate: RowMapping) -> None:
    await locked_draft(connection, sitting["id"])
    await candidate_queries.remove_candidate(connection, candidate["id"])
    await _trace(connection, principal, sitting, candidate, "removed")


async def renew(
    connection: AsyncConnection,
    keys: Keys,
    principal: Principal,
    sitting: RowMapping,
    candidate: RowMapping,
    *,
    sign_out: bool,
) -> None:
    """A new PIN and ticket; the old ones stop working. `sign_out` also ends what was opened with them."""
    locked = await sitting_queries.locked_sitting(connection, sitting["id"])
    if locked["state"] != "confirmed":
        raise conflict(_("PINs and tickets exist from the confirmation of the roster until the sitting is closed."))
    await signing_in_queries.set_secrets(connection, [secrets.sealed_row(keys, candidate["id"], secrets.make())])
    if sign_out:
        await signing_in_queries.sign_out_candidate(connection, candidate["id"])
    await _trace(connection, principal, sitting, candidate, "renewed_ticket", signed_out=sign_out)


async def _person(connection: AsyncConnection, sitting: RowMapping, form: Reading) -> Values:
    code = form.text("code", required=False, longest=60)
    people = await roster_queries.people_by_code(connection, sitting["unit_id"], [code] if code else [])
    return {
        "full_name": form.text("full_name"),
        "code": code,
        "person_id": people.get(code),
        "birth_date": form.day("birth_date"),
        "class_name": form.text("class_name", required=False, longest=60),
    }


async def _number(connection: AsyncConnection, sitting: RowMapping, form: Reading, candidate_id: int) -> Values:
    number = form.text("number", longest=40).upper()
    if number and await candidate_queries.number_is_taken(connection, sitting["id"], number, candidate_id):
        form.errors["number"] = _("Another candidate of this sitting has this number.")
    return {"number": number}


async def _place(connection: AsyncConnection, sitting: RowMapping, form: Reading, candidate_id: int) -> Values:
    """A room that does not exist yet is made."""
    name, seat = form.text("room", required=False, longest=60), _up_to(form, "seat", 999)
    if form.errors:
        return {}
    if not name:
        return {"room_id": None, "seat": seat or None}
    room_id = (await room_queries.room_ids(connection, sitting["id"], [name]))[name]
    if seat and await candidate_queries.seat_is_taken(connection, room_id, seat, candidate_id):
        form.errors["seat"] = _("This seat is taken.")
    return {"room_id": room_id, "seat": seat or None}


def _help(form: Reading, before: Mapping[Any, Any], principal: Principal) -> Values:
    """Extra time needs a reason; whoever grants or changes it is its approver."""
    values: Values = {
        "extra_percent": _up_to(form, "extra_percent", 300),
        "extra_minutes": _up_to(form, "extra_minutes", 600),
        "accommodation_reason": form.text("reason", required=False),
    }
    helped = values["extra_percent"] or values["extra_minutes"]
    if helped and not values["accommodation_reason"]:
        form.errors.setdefault("reason", _("Extra time needs a reason."))
    if not helped:
        return {**values, "accommodation_by": None}
    same = all(before.get(name) == value for name, value in values.items())
    return {**values, "accommodation_by": before.get("accommodation_by") if same else principal.id}


def _up_to(form: Reading, name: str, high: int) -> int:
    text = form.text(name, required=False)
    if not text:
        return 0
    if text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= high:
        return int(text)
    form.errors[name] = _("Write a whole number that fits here.")
    return 0


async def _trace(
    connection: AsyncConnection,
    principal: Principal,
    sitting: RowMapping,
    candidate: RowMapping,
    action: str,
    **data: Any,
) -> None:
    unit_id = sitting["unit_id"]
    await audit.record(connection, principal, action, "candidate", candidate["id"], unit_id=unit_id, **data)
