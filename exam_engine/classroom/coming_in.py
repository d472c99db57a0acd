"""Pupils come into a test of their class: by the code on the wall and their own PIN, from their own page, or as guests.

Tries of codes are limited per browser, whether right or wrong, so that a code one knows buys no guesses. A browser is
what its cookie says, and whoever guesses throws cookies away: so wrong codes are also limited per address, as far as a
large school mistypes. What a guessed code shows is the list of names of one class; to come in takes a PIN, which is
limited per pupil.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.accounts import limits, pupil_secrets
from exam_engine.accounts.signing_in import open_session
from exam_engine.classroom import quiz_queries, starting
from exam_engine.kit import audit
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, _, invalid, not_found
from exam_engine.kit.events import Events
from exam_engine.kit.forms import clean
from exam_engine.kit.identity import Principal
from exam_engine.kit.keys import Keys
from exam_engine.sittings import joining
from exam_engine.sittings.joining import LONGEST_NAME, Newcomer

LIFETIME = timedelta(hours=12)
OF_A_BROWSER, OF_AN_ADDRESS = limits.Limit(failures=40), limits.Limit(failures=300)
DONE = ("submitted", "expired", "ended", "absent")


def cleaned(code: str) -> str:
    """As people type it: "482 913", "482-913". Empty where it can be no code."""
    digits = re.sub(r"[\s.\-]", "", code)
    return digits if len(digits) == starting.CODE_DIGITS and digits.isascii() and digits.isdigit() else ""


async def find(engine: AsyncEngine, code: str, address: str, browser: str) -> RowMapping | Refused:
    """The open test of a code; returns the refusal, because every try must be counted. `browser`: what its cookie
    says, empty on a first visit."""
    wrong_ones = f"join-wrong:{address}"
    async with transaction(engine) as connection:
        if browser and (refused := await limits.admit(connection, f"join:{address}/{browser}", OF_A_BROWSER)):
            return refused
        if refused := await limits.admit(connection, wrong_ones, OF_AN_ADDRESS):
            return refused
        found = await quiz_queries.quiz_of_code(connection, cleaned(code)) if cleaned(code) else None
        if found is not None:
            await limits.give_back(connection, wrong_ones, OF_AN_ADDRESS)
    if found is None:
        message = _("There is no test with this code. Look at the board again, or ask your teacher.")
        return Refused("code_unknown", 404, message)
    if found["early"]:
        return Refused("ticket_early", 403, _("This test is not open yet. Come back when it begins."))
    return found


async def with_pin(
    engine: AsyncEngine,
    keys: Keys,
    events: Events,
    sitting: RowMapping,
    person: RowMapping,
    pin: str,
    agent: str,
) -> str | Refused:
    """A session for the pupil and the own attempt. Failures are counted per pupil and committed."""
    answer = await pupil_secrets.check_pin(engine, keys, person["id"], pin)
    if isinstance(answer, Refused):
        return answer
    wrong = Refused("sign_in_failed", 401, _("This PIN does not fit. It stands on your slip; your teacher knows it."))
    if not answer:
        return wrong
    async with transaction(engine) as connection:
        token = await as_pupil(connection, keys, events, sitting, person["id"], agent)
        # After it: whoever merges two people holds the person first and the secret then.
        if not await pupil_secrets.still_fits(connection, keys, person["id"], pin):
            raise wrong
        return token


async def as_pupil(
    connection: AsyncConnection, keys: Keys, events: Events, sitting: RowMapping, person_id: int, agent: str
) -> str:
    """A new session's token for a pupil who is known already (by PIN, or signed in on the own page): pupil and
    candidate in one. Goes on with the attempt that there is; practice that is done begins its next round."""
    person = await quiz_queries.pupil_at_the_door(connection, sitting["id"], sitting["unit_id"], person_id)
    if person is None:
        raise not_found()
    last = await quiz_queries.last_round(connection, sitting["id"], person_id)
    round_ = last["round"] if last else 1
    if last and sitting["kind"] == "practice" and last["state"] in DONE:
        round_ += 1
    who = Newcomer(person["full_name"], person_id, person["code"] or "", person["birth_date"], sitting["unit_name"])
    principal = Principal("pupil", person_id)
    place = await joining.join(connection, keys, events, principal, sitting["id"], who, round_=round_)
    token = await open_session(
        connection,
        person_id=person_id,
        candidate_id=place.candidate_id,
        pupil=True,
        user_agent=agent,
        lifetime=LIFETIME,
    )
    await audit.record(connection, principal, "signed_in", "candidate", place.candidate_id, way="code")
    return token


async def as_guest(
    connection: AsyncConnection, keys: Keys, events: Events, sitting: RowMapping, name: str, agent: str
) -> str:
    """A candidate by a name that the guest has typed; the teacher may correct it, remove it, or say whose it is."""
    full_name = clean(name)
    if not full_name or len(full_name) > LONGEST_NAME:
        raise invalid(_("Please write your name, with at most 60 letters."))
    guest = Principal("system", 0, full_name)
    place = await joining.join(connection, keys, events, guest, sitting["id"], Newcomer(full_name))
    return await open_session(connection, candidate_id=place.candidate_id, user_agent=agent, lifetime=LIFETIME)
