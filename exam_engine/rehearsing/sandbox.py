"""The sandbox of a rehearsal: a unit of its own with a sitting, candidates and staff that are nobody's, and its end."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import asyncpg
import sqlalchemy.exc
from litestar.datastructures import State
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import founding, unit_queries
from exam_engine.accounts.secrets import opened
from exam_engine.accounts.tables import Found
from exam_engine.authoring import queries as authoring
from exam_engine.delivery import attempt_queries
from exam_engine.kit import audit, clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM, public_id
from exam_engine.preparing import CannotStart
from exam_engine.rehearsing import papers, queries, removal_queries
from exam_engine.rehearsing.marker import is_marked, mark
from exam_engine.rehearsing.papers import Paper
from exam_engine.sittings import confirming, creating, enrolling, room_queries, sitting_queries
from exam_engine.sittings import policy as policies
from exam_engine.sittings.policy import SittingPolicy
from exam_engine.sittings.roster import RosterRow

ROOM_SIZE = 24
MOST_INVIGILATORS = 6
FAR = timedelta(days=365)
#: A lock on the journal stops every save that comes after it: better to give up soon and try again.
TRIES, PAUSE_S = 30, 0.5


LEFT = "there is a rehearsal already, or what one has left: exam-engine rehearse --remove"


@dataclass(frozen=True, slots=True)
class Wish:
    """`sitting` or `exam` (public ids) or neither: a paper that comes with the program. `speed` divides every time."""

    sitting: str | None = None
    exam: str | None = None
    candidates: int | None = None
    minutes: int | None = None
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Staff:
    username: str
    password: str
    role: str
    room: str = ""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`exam_seconds`: what the paper allows; `seconds`: what a candidate has in the rehearsal."""

    unit_id: int
    sitting: str
    title: str
    exam_seconds: int
    seconds: int
    grace_s: int
    tickets: Sequence[tuple[str, str]]
    staff: Sequence[Staff]


async def obstacles(state: State, wish: Wish, seconds_for: Callable[[float], float] | None) -> Sequence[str]:
    """All that stands in the way, before anything is built. `seconds_for`: how long a rehearsal of an exam of so many
    minutes takes; None: people may sit real exams meanwhile."""
    found: list[str] = []
    async with transaction(state.engine) as connection:
        own = [unit.id for unit in await _marked(connection, state)]
        if own:
            found.append(LEFT)
        minutes = 0.0
        try:
            model = await _model(connection, wish)
            await enrolling_rows(connection, model, wish)
            minutes = await papers.minutes(connection, wish.exam, model)
        except CannotStart as missing:
            found.append(str(missing))
        if seconds_for is not None:
            seconds = seconds_for(float(wish.minutes or minutes))
            if others := await queries.real_sittings_between(connection, own, seconds):
                found.append(f"people sit real exams now or soon ({'; '.join(others)}): wait, or say --anyway")
    return found


async def leftovers(state: State) -> Sequence[Found]:
    async with transaction(state.engine) as connection:
        return await _marked(connection, state)


async def build(state: State, wish: Wish) -> Sandbox:
    """One transaction: an interrupted build leaves nothing."""
    async with transaction(state.engine) as connection:
        if await _marked(connection, state):
            raise CannotStart(LEFT)
        unit = await _unit(connection, state)
        model = await _model(connection, wish)
        paper = await _paper(connection, unit.id, model, wish)
        sitting_id, public = await _sitting(connection, unit, paper, model, wish)
        names = await enrolling_rows(connection, model, wish)
        await enrolling.enrol(connection, SYSTEM, sitting_id, names, keys=state.keyring, room_size=ROOM_SIZE)
        staff = [one async for one in _staff(connection, unit, sitting_id)]
        await confirming.confirm(connection, state.keyring, state.events, sitting_id)
        await audit.record(
            connection, SYSTEM, "rehearsal_built", "unit", unit.id, unit_id=unit.id, candidates=len(names)
        )
        seats = await queries.seats(connection, sitting_id)
        found = await queries.sitting_of_unit(connection, unit.id)
    assert found is not None
    tickets = [
        (seat["number"], opened(state.keyring, seat["pin_sealed"], seat["ticket_sealed"]).ticket) for seat in seats
    ]
    policy = policies.decode(found["policy"])
    minutes = _minutes(wish, paper, model)
    return Sandbox(
        unit.id, public, paper.title, round(60 * minutes), found["duration_s"], policy.grace_s, tickets, staff
    )


async def open_doors(state: State, sandbox: Sandbox, lead_s: float, open_s: float) -> None:
    """The day begins: the waiting room is open, the bell rings in `lead_s`, one may start for `open_s` from then."""
    async with transaction(state.engine) as connection:
        found = await queries.sitting_of_unit(connection, sandbox.unit_id)
        assert found is not None
        now = await clock.read(connection)
        bell = now + timedelta(seconds=lead_s)
        times = {"opens_at": now, "starts_at": bell, "closes_at": bell + timedelta(seconds=open_s)}
        await sitting_queries.set_sitting(connection, found["id"], **times)


async def others_sit(state: State, sandbox: Sandbox, seconds: float) -> Sequence[str]:
    """Titles of real exams that run now, or will within so many seconds."""
    async with transaction(state.engine) as connection:
        return await queries.real_sittings_between(connection, [sandbox.unit_id], seconds)


async def settled(state: State, sandbox: Sandbox, patience_s: float) -> int:
    """Waits until the sweep has closed what nobody handed in; returns how many attempts are still open."""
    open_ = 0
    for _try in range(max(1, round(patience_s / PAUSE_S))):
        async with transaction(state.engine) as connection:
            found = await queries.sitting_of_unit(connection, sandbox.unit_id)
            assert found is not None
            open_ = await queries.unclosed(connection, found["id"])
        if not open_:
            break
        await asyncio.sleep(PAUSE_S)
    return open_


async def remove(state: State) -> int:
    """Takes every sandbox away; returns how many there were. May be asked again at any moment."""
    units = await leftovers(state)
    for unit in units:
        await _let_jobs_end(state, unit.id)
        async with transaction(state.engine) as connection:
            found = await queries.sitting_of_unit(connection, unit.id)
        if found is not None:
            await _drop_journal(state, found)
        async with transaction(state.engine) as connection:
            await removal_queries.remove(connection, unit.id)
            block = found and found["first_attempt_id"] and found["first_attempt_id"] + found["attempt_count"] - 1
            # The block's last id: numbers of attempts are never given twice (sitting_queries.next_attempt_block).
            await audit.record(connection, SYSTEM, "rehearsal_removed", "attempt_block", block or None)
    return len(units)


async def enrolling_rows(connection: AsyncConnection, model: RowMapping | None, wish: Wish) -> list[RosterRow]:
    """Nobody's names, under numbers that no real candidate has; in the rooms of the sitting that is played."""
    rooms = await queries.rooms_filled(connection, model["id"]) if model is not None else []
    count = wish.candidates or sum(number for _name, number in rooms)
    if not count:
        raise CannotStart("this sitting has no candidates yet: say how many with --candidates")
    places = _places(rooms, count)
    return [
        RosterRow(row=n, full_name=f"Thí sinh diễn tập {n:05d}", number=f"DT-{n:05d}", room=next(places))
        for n in range(1, count + 1)
    ]


def _places(rooms: Sequence[tuple[str, int]], count: int) -> Iterator[str]:
    """One room after the other as full as the real one; whoever is left gets rooms by number."""
    for name, number in rooms:
        for _seat in range(number):
            yield name
    for number in range(count):
        yield f"DT{number // ROOM_SIZE + 1:03d}"


async def _marked(connection: AsyncConnection, state: State) -> Sequence[Found]:
    found = await queries.units_that_look_marked(connection)
    return [unit for unit in found if is_marked(state.keyring, unit)]


async def _unit(connection: AsyncConnection, state: State) -> Found:
    """At the top of its own tree, where no grant of anybody reaches. It speaks the language of the others, or pages
    for people who are not signed in would change theirs."""
    now = await clock.read(connection)
    locale = await unit_queries.school_locale(connection) or "vi"
    name = f"Diễn tập / Rehearsal {now:%Y-%m-%d %H:%M}"
    unit = await founding.create_unit(connection, "school", name, locale=locale)
    code = mark(state.keyring, unit.public_id)
    await unit_queries.change_unit(connection, unit.id, code=code)
    return unit


async def _model(connection: AsyncConnection, wish: Wish) -> RowMapping | None:
    """The planned sitting that is played."""
    if wish.sitting is None:
        return None
    found = await queries.sitting_by_public_id(connection, wish.sitting)
    if found is None:
        raise CannotStart(f"there is no sitting {wish.sitting}")
    return found


async def _paper(connection: AsyncConnection, unit_id: int, model: RowMapping | None, wish: Wish) -> Paper:
    if model is not None:
        exam = await authoring.exam_by_id(connection, model["exam_id"])
        return await papers.copied(connection, unit_id, model["definition"] or exam["definition"])
    if wish.exam is None:
        return await papers.built_in(connection, unit_id)
    chosen = await papers.chosen(connection, wish.exam)
    return await papers.copied(connection, unit_id, chosen["definition"])


async def _sitting(
    connection: AsyncConnection, unit: Found, paper: Paper, model: RowMapping | None, wish: Wish
) -> tuple[int, str]:
    now = await clock.read(connection)
    policy = policies.decode(model["policy"]) if model is not None else SittingPolicy()
    sitting_id, public = await creating.create_sitting(
        connection,
        SYSTEM,
        await authoring.exam_by_id(connection, paper.exam_id),
        unit_id=unit.id,
        title=f"Diễn tập / Rehearsal: {paper.title}"[:200],
        opens_at=now + FAR,
        starts_at=now + FAR,
        closes_at=now + 2 * FAR,
        policy=_hurried(policy, wish.speed),
    )
    seconds = max(1, round(60 * _minutes(wish, paper, model) / wish.speed))
    await sitting_queries.set_sitting(connection, sitting_id, duration_s=seconds)
    return sitting_id, public


def _minutes(wish: Wish, paper: Paper, model: RowMapping | None) -> float:
    return wish.minutes or (model["duration_s"] / 60 if model is not None else paper.minutes)


def _hurried(policy: SittingPolicy, speed: float) -> SittingPolicy:
    """The real rules in the rehearsal's time. Nobody stands at the doors of a rehearsal: all are admitted."""
    return SittingPolicy(
        grace_s=round(policy.grace_s / speed),
        device_change=policy.device_change,
        earliest_submit_s=round(policy.earliest_submit_s / speed),
        late_start_keeps_time=policy.late_start_keeps_time,
        formal=policy.formal,
        sealed_download=policy.sealed_download,
        signals=policy.signals,
        has_officer=False,
    )


async def _staff(connection: AsyncConnection, unit: Found, sitting_id: int) -> Any:
    rooms = await room_queries.rooms_of(connection, sitting_id)
    yield await _member(connection, unit, "exam_officer")
    for room in rooms[:MOST_INVIGILATORS]:
        yield replace(await _member(connection, unit, "invigilator"), room=room["public_id"])


async def _member(connection: AsyncConnection, unit: Found, role: str) -> Staff:
    username, password = f"dien-tap-{public_id(8)}", secrets.token_urlsafe(18)
    person = await founding.create_person(connection, unit.id, f"Diễn tập {role}")
    await founding.create_account(connection, person.id, username, password)
    await founding.grant_role(connection, person.id, unit.id, role)
    return Staff(username, password, role)


async def _let_jobs_end(state: State, unit_id: int) -> None:
    """An item analysis that is under way is not robbed of its sitting."""
    async with transaction(state.engine) as connection:
        await removal_queries.forget_waiting_jobs(connection, unit_id)
    for _try in range(TRIES):
        async with transaction(state.engine) as connection:
            if not await queries.running_jobs(connection, unit_id):
                return
        await asyncio.sleep(PAUSE_S)


async def _drop_journal(state: State, sitting: RowMapping) -> None:
    for attempt in range(TRIES):
        try:
            async with transaction(state.engine) as connection:
                await attempt_queries.drop_journal_partition(connection, sitting["id"])
            return
        except sqlalchemy.exc.DBAPIError as error:
            if not isinstance(error.orig.__cause__ if error.orig else None, asyncpg.LockNotAvailableError):
                raise
            if attempt == TRIES - 1:
                raise CannotStart("the journal is too busy to take the rehearsal's part away: try again") from error
        await asyncio.sleep(PAUSE_S)
