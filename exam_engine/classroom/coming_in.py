"""Pupils come into a test of their class: by the code on the wall and their own PIN, from their own page, or as guests.

Which code is tried how often is limited in `_weighed`, and nowhere else. What a guessed code shows is the list of names
of one class; to come in takes a PIN, which is limited per pupil.
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
#: How long an address remembers a code that was right there: a day of school.
AT_HOME = limits.Limit(failures=1, window=timedelta(hours=12))
DONE = ("submitted", "expired", "ended", "absent")


def cleaned(code: str) -> str:
    """As people type it: "482 913", "482-913". Empty where it can be no code."""
    digits = re.sub(r"[\s.\-]", "", code)
    return digits if len(digits) == starting.CODE_DIGITS and digits.isascii() and digits.isdigit() else ""


async def find(engine: AsyncEngine, code: str, address: str, browser: str) -> RowMapping | Refused:
    """The open test of a code; returns the refusal, because every wrong try must be counted. `browser`: what its
    cookie says, empty on a first visit."""
    typed = cleaned(code)
    async with transaction(engine) as connection:
        found = await quiz_queries.quiz_of_code(connection, typed) if typed else None
        refused = await _weighed(connection, typed, address, browser, right=found is not None)
    if refused is not None:
        return refused
    if found is None:
        message = _("There is no test with this code. Look at the board again, or ask your teacher.")
        return Refused("code_unknown", 404, message)
    if found["early"]:
        return Refused("ticket_early", 403, _("This test is not open yet. Come back when it begins."))
    return found


async def _weighed(
    connection: AsyncConnection, code: str, address: str, browser: str, *, right: bool
) -> Refused | None:
    """A whole school of 2000 stands behind one address, and at the bell all of them type codes. So only wrong codes
    count: per browser, and, because a browser is what its cookie says and whoever guesses throws cookies away, per
    address, as far as a large school mistypes. Beyond that a right code is refused like a wrong one, or guessing would
    go on; but a code that the address knows already goes on working there, lest one who guesses shuts out everybody
    beside him. It tells him nothing: it is on the board next door. An address knows the code from the first who typed
    it there, or from the teacher who started the test there."""
    own, of_all = f"join:{address}/{browser}", f"join-wrong:{address}"
    if not right:
        of_browser = await limits.admit(connection, own, OF_A_BROWSER) if browser else None
        of_address = await limits.admit(connection, of_all, OF_AN_ADDRESS)
        return of_browser or of_address
    if browser and (refused := await limits.used_up(connection, own, OF_A_BROWSER)):
        return refused
    if await limits.used_up(connection, _home(code, address), AT_HOME):
        return None
    if refused := await limits.used_up(connection, of_all, OF_AN_ADDRESS):
        return refused
    await limits.admit(connection, _home(code, address), AT_HOME)
    return None


def _home(code: str, address: str) -> str:
    return f"join-known:{address}/{code}"


async def known_at(connection: AsyncConnection, sitting_id: int, address: str) -> None:
    """The teacher has opened the door from here: pupils here may be the first to type the code, whoever guesses."""
    code = await quiz_queries.code_of(connection, sitting_id)
    if code:
        await limits.admit(connection, _home(code, address), AT_HOME)


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


async def guest_again(
    connection: AsyncConnection, keys: Keys, events: Events, candidate_id: int, agent: str
) -> str | None:
    """A session's token for the next round of a guest's practice; None while this one is not done."""
    own = await quiz_queries.own_round(connection, candidate_id)
    if own is None or not own["guest"] or own["kind"] != "practice":
        raise not_found()
    if own["state"] not in DONE:
        return None
    who, guest = Newcomer(own["full_name"]), Principal("system", 0, own["full_name"])
    place = await joining.join(connection, keys, events, guest, own["sitting_id"], who, round_=own["round"] + 1)
    return await open_session(connection, candidate_id=place.candidate_id, user_agent=agent, lifetime=LIFETIME)
