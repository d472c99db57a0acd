"""One schedule from the bell to the comparison: candidates, staff and faults at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

from exam_engine.delivery import attempt_queries
from exam_engine.kit.database import transaction
from exam_engine.sittings.policy import SittingPolicy
from loadtests.candidate import Broken, Candidate, Phase
from loadtests.wire import Wire
from tests.chaos.case import Found
from tests.chaos.comparing import compare
from tests.chaos.faults import strike
from tests.chaos.players import Device, Player, make_plan, players, sign_in
from tests.chaos.relay import EXPECTED
from tests.chaos.schedule import WEATHERS, Act, Schedule, Strike
from tests.chaos.staff import act
from tests.chaos.stage import Stage
from tests.hall import Hall, Room

#: Everybody must be through with everything by then, however the machine is loaded.
PATIENCE_S = 100.0
#: The first ones arrive at the bell, the last ones when this part of the time is over.
ARRIVING = 0.3
LONG_AFTER = 1e9


async def play(stage: Stage, schedule: Schedule, patience_s: float = PATIENCE_S) -> Found:
    found = Found(faults=[one.fault for one in schedule.strikes], schedule=str(schedule))
    policy = SittingPolicy(device_change="free", has_officer=schedule.has_officer)
    room = await stage.hall.sitting(schedule.candidates, policy)
    everybody = players(room.seats, schedule.seed)
    try:
        async with asyncio.timeout(patience_s):
            await _storm(stage, room, everybody, schedule)
            found.differs += _missed(stage, everybody, schedule)
            await _reconcile(stage, everybody)
    except TimeoutError:
        found.differs.append(f"not through after {patience_s:.0f} s: {_whereabouts(everybody)}")
    except ExceptionGroup as errors:  # whatever a part of it raised is what this schedule found
        found.differs += [f"{type(error).__name__}: {error}" for error in errors.exceptions]
    except Broken as error:
        found.differs.append(f"Broken: {error}")
    await stage.mend()
    await stage.hall.engine.dispose()  # own connections may be dead, too
    await compare(stage.hall, room, everybody, found)
    return found


async def _storm(stage: Stage, room: Room, everybody: Sequence[Player], schedule: Schedule) -> None:
    if schedule.signed_in_first:
        wires = [Wire(stage.port) for _ in everybody]
        await sign_in(everybody, wires)
        for wire in wires:
            wire.close()
    begun = asyncio.get_running_loop().time()
    random = Random(schedule.seed)
    moving = set(random.sample(range(len(everybody)), round(schedule.hand_overs * len(everybody))))
    stage.front.set_weather(WEATHERS[schedule.weather])
    async with asyncio.TaskGroup() as storm:
        for number, player in enumerate(everybody):
            storm.create_task(_sit(player, stage.port, schedule, begun, moves=number in moving))
        for one in schedule.acts:
            storm.create_task(_ordered(stage.hall, room, one, begun, Random(random.random())))
        for fault in schedule.strikes:
            storm.create_task(_struck(stage, fault, begun, Random(random.random())))


async def _ordered(hall: Hall, room: Room, one: Act, begun: float, random: Random) -> None:
    await _until(begun + one.at)
    await act(hall, room, one, random)


async def _struck(stage: Stage, one: Strike, begun: float, random: Random) -> None:
    await _until(begun + one.at)
    await strike(stage, one.fault, random, one.length)


async def _sit(player: Player, port: int, schedule: Schedule, begun: float, *, moves: bool) -> None:
    await _until(begun + player.random.uniform(0, ARRIVING) * schedule.seconds)
    wire, player.twin, player.doubled = Wire(port), Wire(port), schedule.doubled
    await player.advance(wire, {Phase.WORKING}, begun=begun)
    begin = asyncio.get_running_loop().time() - begun
    end = max(schedule.seconds, begin + 0.5)
    make_plan(player, schedule.answers, begin, end, schedule.views)
    if moves:
        await _move(player, wire, port, begun, end)
    await player.advance(wire, {Phase.DONE}, begun=begun)
    wire.close()
    player.twin.close()


async def _move(player: Player, wire: Wire, port: int, begun: float, end: float) -> None:
    """To another device, with the slip, at some moment; the first one works until the other one has taken over, and
    then sends what it still holds."""
    old = player.devices[-1]
    old.candidate.plan(old.candidate.steps, None)
    working = asyncio.create_task(player.advance(wire, {Phase.DONE}, begun=begun))
    await _until(begun + player.random.uniform(0.3, 1.0) * end)
    new = Device(Candidate(player.seat.ticket, device=f"spare-machine-{player.seat.number}"))
    other = Wire(port)
    await player.advance(other, {Phase.PAPER}, begun=begun, device=new)
    player.devices.append(new)
    await working
    rest = old.candidate.steps
    await player.empty(wire, old)
    await player.advance(other, {Phase.WORKING}, begun=begun)
    new.candidate.plan(rest, end)
    await player.advance(other, {Phase.DONE}, begun=begun)
    other.close()


def _missed(stage: Stage, everybody: Sequence[Player], schedule: Schedule) -> list[str]:
    """What the schedule asks of the network must have been met, unless so little of it was due that it is chance."""
    missed = stage.front.missed()
    due = schedule.doubled * sum(player.saves for player in everybody)
    if due > EXPECTED and not any(player.twice for player in everybody):
        missed.append("doubled")
    return [f"network {schedule.weather}: nothing was {kind}" for kind in missed]


async def _reconcile(stage: Stage, everybody: Sequence[Player]) -> None:
    """The network is whole again; whoever has been reopened finds that out, goes on and hands in."""
    await stage.mend()
    await stage.hall.engine.dispose()
    for player in everybody:
        async with transaction(stage.hall.engine) as connection:
            found = await attempt_queries.attempt_by_id(connection, player.seat.attempt)
        if found is not None and found["state"] == "running":
            player.candidate.phase = Phase.START
            wire = Wire(stage.port)
            await player.advance(wire, {Phase.DONE}, now=LONG_AFTER)
            wire.close()


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - asyncio.get_running_loop().time()))


def _whereabouts(everybody: Sequence[Player]) -> str:
    waiting = [player for player in everybody if player.candidate.phase is not Phase.DONE]
    return ", ".join(f"{one.seat.number} {one.candidate.phase.value}" for one in waiting)
