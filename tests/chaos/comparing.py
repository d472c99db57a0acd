"""What must be true after any schedule: acknowledged = stored, nothing twice, everybody reconciled, no time taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from exam_engine.delivery import attempt_queries, receipt_queries, verifying
from exam_engine.kit.database import transaction
from tests.chaos.case import Found
from tests.chaos.players import Entry, Key, Player
from tests.hall import Hall, Room

CLOSED_BY_PEOPLE = ("submitted", "ended")


async def compare(hall: Hall, room: Room, everybody: Sequence[Player], found: Found) -> None:
    journal = await room.journal()
    found.acknowledged = sum(len(player.acknowledged) for player in everybody)
    found.longest_pause_s = max((player.longest_wait for player in everybody), default=0.0)
    for player in everybody:
        rows = journal[player.seat.attempt]
        found.stored += len(rows)
        held = {Key(row[0], row[1]): Entry(row[2], row[3], row[5], row[4]) for row in rows}
        problems = [*player.differs, *_entries(player, held), *await _attempt(hall, player, held)]
        found.differs += [f"{player.seat.number}: {told}" for told in problems]
    async with transaction(hall.engine) as connection:
        report = await verifying.report(connection, hall.state.keyring, room.public)
    if not report.ok:
        found.differs.append(f"verify: {report}")


def _entries(player: Player, held: dict[Key, Entry]) -> list[str]:
    told = player.acknowledged
    wrong = [key for key in told if told[key] != held.get(key)]
    differs = [f"{key} was acknowledged as {told[key]}, stored is {held.get(key)}" for key in wrong]
    differs += [f"{key} {held[key]} is stored and was never acknowledged" for key in held.keys() - told.keys()]
    sent = sum(len(device.first_sent) for device in player.devices)
    if sent != len(told):
        differs.append(f"{sent} entries were made, {len(told)} acknowledged")
    unsent = [counter for device in player.devices for counter in device.candidate.unacknowledged]
    if unsent or player.candidate.steps:
        differs.append(f"entries {unsent} are still in an outbox, {len(player.candidate.steps)} steps were not made")
    return differs


async def _attempt(hall: Hall, player: Player, held: dict[Key, Entry]) -> list[str]:
    """State, deadline and receipt, read anew: what the player holds is what the service can prove."""
    async with transaction(hall.engine) as connection:
        attempt = await attempt_queries.attempt_by_id(connection, player.seat.attempt)
        receipt = await receipt_queries.receipt_of_attempt(connection, player.seat.attempt)
        assert attempt is not None
        differs = _time(
            attempt, (await connection.execute(text(_REOPENED_TO), {"attempt": player.seat.attempt})).scalar()
        )
        if receipt is None:
            return [*differs, f"no receipt, state {attempt['state']}"]
        checked = await verifying.check(connection, hall.state.keyring, player.seat.attempt)
    differs += [f"the receipt's {problem} is wrong" for problem in checked.problems]
    counting = [entry for entry in held.values() if entry.standing == 0]
    if checked.entries != len(counting):
        differs.append(f"the receipt covers {checked.entries} entries, {len(counting)} count")
    mine = player.candidate.receipt
    if mine is None or _plain(mine["code"]) != _plain(checked.code) or mine["digest"] != checked.digest:
        differs.append(f"the player's receipt {mine and mine['code']} is not {checked.code}")
    return differs


#: Staff who reopen give minutes from that moment on, whatever the clock has done since the beginning. The act is noted
#: after it is done: between the two a fault may lie.
_REOPENED_TO = """
select max(created_at + make_interval(secs => seconds - 10)) from exam.intervention
where attempt_id = :attempt and action = 'reopen'
"""


def _time(attempt: Any, reopened_to: datetime | None) -> list[str]:
    differs = []
    if attempt["state"] not in CLOSED_BY_PEOPLE:
        differs.append(f"state {attempt['state']}: nobody's time was over")
    owed = reopened_to or attempt["started_at"] + timedelta(seconds=attempt["duration_s"])
    if attempt["deadline"] is None or attempt["deadline"] < owed:
        differs.append(f"started {attempt['started_at']}, deadline {attempt['deadline']}: time was taken")
    return differs


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "")
