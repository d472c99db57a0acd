"""A guest who goes on, on another device. A name is no secret and a guest has no PIN: who types a name that is in use
gets no session before the teacher lets the device in. The request is the attempt's own, as in a formal exam: the device
that works is told of it, and only the last one who asks is meant."""

from __future__ import annotations

import hashlib

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import limits
from exam_engine.accounts.signing_in import open_session
from exam_engine.classroom import quiz_queries
from exam_engine.classroom.coming_in import LIFETIME
from exam_engine.delivery import attempt_queries
from exam_engine.delivery.attempt import Action
from exam_engine.delivery.intervening import Order, intervene
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.events import Events
from exam_engine.kit.forms import clean
from exam_engine.kit.identity import SYSTEM, Principal, public_id
from exam_engine.kit.keys import Keys
from exam_engine.sittings import signing_in_queries

DOOR = quiz_queries.DOOR
OPEN = ("ready", *quiz_queries.WORKING)


async def ask(connection: AsyncConnection, sitting: RowMapping, name: str) -> str:
    """Returns what the device keeps to prove that it is the one that asked."""
    found = await quiz_queries.guest_of_name(connection, sitting["id"], clean(name) or "")
    held = await attempt_queries.locked_attempt(connection, found["attempt_id"]) if found is not None else None
    if found is None or held is None:
        raise not_found()
    if held["state"] not in OPEN:
        message = _("The work by this name is handed in. Choose another name, or tell your teacher.")
        raise Refused("name_taken", 409, message)
    # Each request takes the place of the one before it: whoever asks on and on would keep the guest's own device out.
    if refused := await limits.admit(connection, f"device:{found['id']}"):
        raise refused
    key = public_id(24)
    values = {"device_waiting": _stored(key), "device_allowed": False, "notices": held["notices"] + 1}
    await attempt_queries.set_attempt(connection, found["attempt_id"], **values)
    await audit.record(connection, SYSTEM, "asked_for_device", "candidate", found["id"], unit_id=sitting["unit_id"])
    return key


async def standing(connection: AsyncConnection, sitting: RowMapping, key: str) -> RowMapping | None:
    """The guest for whom this device asks; None where it asks no longer: refused, or another device asked after it."""
    return await quiz_queries.guest_waiting(connection, sitting["id"], _stored(key)) if key else None


async def enter(connection: AsyncConnection, sitting: RowMapping, key: str, agent: str) -> str:
    """A session's token for the device that was let in; the devices before it are signed out. The work is bound to none
    until this one takes it up, which needs no second yes."""
    found = await standing(connection, sitting, key)
    held = await attempt_queries.locked_attempt(connection, found["attempt_id"]) if found is not None else None
    if found is None or held is None or held["device_waiting"] != _stored(key) or not held["device_allowed"]:
        raise Refused("other_device", 409, _("Your teacher has not let this device in."))
    await signing_in_queries.sign_out_candidate(connection, found["id"])
    taken_up = held["state"] != "ready"
    await attempt_queries.set_attempt(
        connection, found["attempt_id"], device="", device_waiting="", device_allowed=taken_up
    )
    await audit.record(connection, SYSTEM, "signed_in", "candidate", found["id"], way="device")
    return await open_session(connection, candidate_id=found["id"], user_agent=agent, lifetime=LIFETIME)


async def answer(
    connection: AsyncConnection,
    keys: Keys,
    events: Events,
    principal: Principal,
    sitting: RowMapping,
    guest: RowMapping,
    asked: str,
    reason: str,
    *,
    allowed: bool,
) -> None:
    """`asked`: the request that the teacher saw; another device may have asked meanwhile."""
    held = await attempt_queries.locked_attempt(connection, guest["attempt_id"])
    if held is None or held["device_waiting"] != DOOR + asked:
        raise Refused("other_device", 409, _("This device asks no longer; another one may. Look at the page again."))
    if not allowed:
        await attempt_queries.set_attempt(
            connection, guest["attempt_id"], device_waiting="", notices=held["notices"] + 1
        )
    elif held["state"] == "ready":
        await attempt_queries.set_attempt(connection, guest["attempt_id"], device_allowed=True)
    else:
        order = Order(Action.ALLOW_DEVICE, reason)
        await intervene(connection, keys, events, principal, sitting["public_id"], guest["public_id"], order)
    act = "device_allowed" if allowed else "device_refused"
    await audit.record(connection, principal, act, "candidate", guest["id"], unit_id=sitting["unit_id"])


def _stored(key: str) -> str:
    return DOOR + hashlib.sha256(key.encode()).hexdigest()[:20]
