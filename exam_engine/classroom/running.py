"""What the teacher does while a test of the class runs, and when it is over."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.names import arranged
from exam_engine.classroom import quiz_queries, starting
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.intervening import Order, intervene
from exam_engine.kit import audit, clock
from exam_engine.kit.errors import Refused, _, conflict, not_found
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.sittings import candidate_queries, signing_in_queries, sitting_queries

LATECOMERS = timedelta(minutes=30)


async def add_time(
    connection: AsyncConnection,
    keys: Keys,
    events: Events,
    principal: Principal,
    sitting: RowMapping,
    candidate: str | None,
    minutes: int,
    reason: str,
) -> int:
    """For one or for everybody who is not done; who has not begun gets it too. Returns for how many."""
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    order = Order(Action.ADD_TIME, reason, minutes * 60)
    done = await intervene(connection, keys, events, principal, sitting["public_id"], candidate, order)
    if candidate is None and found["kind"] == "quiz" and found["state"] == "confirmed":
        closes = found["closes_at"] + timedelta(minutes=minutes)
        await sitting_queries.set_sitting(connection, sitting["id"], closes_at=closes)
    return done.acted


async def end(
    connection: AsyncConnection, keys: Keys, events: Events, principal: Principal, sitting: RowMapping, reason: str
) -> int:
    """Everybody's work is closed as it stands, nobody can begin, and the code is free for another test."""
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    if found["state"] != "confirmed":
        raise conflict(_("This test is over already."))
    order = Order(Action.END, reason)
    acted = 0
    if found["attempt_count"] and await candidate_queries.count_candidates(connection, sitting["id"]):
        acted = (await intervene(connection, keys, events, principal, sitting["public_id"], None, order)).acted
    now = await clock.read(connection)
    closes = min(found["closes_at"], max(now, found["starts_at"] + timedelta(seconds=1)))
    await sitting_queries.set_sitting(connection, sitting["id"], state="closed", join_code=None, closes_at=closes)
    await audit.record(connection, principal, "ended", "sitting", sitting["id"], unit_id=sitting["unit_id"], n=acted)
    return acted


async def end_one(
    connection: AsyncConnection,
    keys: Keys,
    events: Events,
    principal: Principal,
    sitting: RowMapping,
    candidate: str,
    reason: str,
) -> None:
    await intervene(connection, keys, events, principal, sitting["public_id"], candidate, Order(Action.END, reason))


async def let_in(connection: AsyncConnection, principal: Principal, sitting: RowMapping) -> None:
    """Half an hour more to begin, also after the end: for who was late or absent. The code is a new one then."""
    found = await sitting_queries.locked_sitting(connection, sitting["id"])
    if found["state"] not in ("confirmed", "closed"):
        raise conflict(_("This test has not begun."))
    if found["released_at"] is not None:
        raise conflict(_("The results are released, with the answers. Take the release back first."))
    now = await clock.read(connection)
    closes = max(found["closes_at"], now) + LATECOMERS
    await sitting_queries.set_sitting(connection, sitting["id"], state="confirmed", closes_at=closes)
    if found["join_code"] is None:
        await starting.give_code(connection, sitting["id"])
    await audit.record(connection, principal, "reopened", "sitting", sitting["id"], unit_id=sitting["unit_id"])


async def allow_guests(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, *, allowed: bool
) -> None:
    await sitting_queries.set_sitting(connection, sitting["id"], guests=allowed)
    await audit.record(
        connection, principal, "guests", "sitting", sitting["id"], unit_id=sitting["unit_id"], allowed=allowed
    )


# --- guests ---------------------------------------------------------------------------------------------------------


async def rename_guest(connection: AsyncConnection, principal: Principal, guest: RowMapping, full_name: str) -> None:
    """A guest is known by the name alone: two of one name would share their rounds of practice."""
    await sitting_queries.locked_sitting(connection, guest["sitting_id"])
    other = await quiz_queries.guest_of_name(connection, guest["sitting_id"], full_name)
    if other is not None and other["full_name"].casefold() != guest["full_name"].casefold():
        raise Refused("name_taken", 409, _("Another guest has this name. Add something to it."))
    name = arranged(full_name, guest["number"])
    values = {"full_name": name.full_name, "sort_key": name.sort_key, "search": name.search}
    await candidate_queries.change_candidate(connection, guest["id"], **values)
    await audit.record(connection, principal, "renamed_guest", "candidate", guest["id"])


async def match_guest(
    connection: AsyncConnection, principal: Principal, sitting: RowMapping, guest: RowMapping, person: str
) -> None:
    """The guest was this pupil of the class: the work counts for the pupil, whose own place, never used, is taken
    away, so that each pupil stands once in the list."""
    guest = await _locked_guest(connection, sitting, guest["public_id"])
    rows = await quiz_queries.pupils_not_in(connection, sitting["id"], sitting["unit_id"])
    named = next((row for row in rows if row["public_id"] == person), None)
    pupil = await quiz_queries.held_person(connection, named["id"]) if named else None
    if pupil is None:
        raise not_found()
    for place in await quiz_queries.places_of(connection, sitting["id"], pupil["id"]):
        if not await quiz_queries.vacate(connection, place):
            raise conflict(_("This pupil has begun the test under the own name."))
    name = arranged(pupil["full_name"], f"{pupil['code'] or ''} {guest['number']}")
    values = {
        "person_id": pupil["id"],
        "code": pupil["code"] or "",
        "birth_date": pupil["birth_date"],
        "class_name": sitting["unit_name"],
        "guest": False,
    }
    names = {"full_name": name.full_name, "sort_key": name.sort_key, "search": name.search}
    await candidate_queries.change_candidate(connection, guest["id"], **values, **names)
    await audit.record(connection, principal, "matched_guest", "candidate", guest["id"], person=pupil["id"])


async def remove_guest(
    connection: AsyncConnection,
    keys: Keys,
    events: Events,
    principal: Principal,
    sitting: RowMapping,
    guest: RowMapping,
    reason: str,
) -> None:
    """Who has not begun leaves the list. Otherwise the work ends and stays: answers are never thrown away."""
    guest = await _locked_guest(connection, sitting, guest["public_id"])
    if not await quiz_queries.vacate(connection, guest["id"]):
        await signing_in_queries.sign_out_candidate(connection, guest["id"])
        now = await quiz_queries.candidate_in(connection, sitting["id"], guest["public_id"])
        if now is not None and now["state"] in quiz_queries.WORKING:
            await end_one(connection, keys, events, principal, sitting, guest["public_id"], reason)
    await audit.record(connection, principal, "removed_guest", "candidate", guest["id"])


async def _locked_guest(connection: AsyncConnection, sitting: RowMapping, public: str) -> RowMapping:
    """As the guest stands now: in another tab the same one may have been matched or removed."""
    await sitting_queries.locked_sitting(connection, sitting["id"])
    found = await quiz_queries.candidate_in(connection, sitting["id"], public)
    if found is None or not found["guest"]:
        raise not_found()
    return found


async def close_forgotten(connection: AsyncConnection) -> int:
    """Daily: tests that ended long ago and that nobody has ended give their codes back."""
    ids = await quiz_queries.over_and_open(connection)
    for sitting_id in ids:
        await sitting_queries.set_sitting(connection, sitting_id, state="closed", join_code=None)
    return len(ids)
