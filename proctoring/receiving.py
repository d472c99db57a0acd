"""Signals on their way in: written in the transaction of the save that carried them, and never in its way."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.words import browser_name
from exam_engine.delivery.events import AddressChanged, DeviceAsked, SaveAccepted, Seen, SignalEntry
from exam_engine.kit.events import Handler
from proctoring import noticing, queries, signals
from proctoring.noticing import ADDRESS, Noticed, dropped, flag, notice
from proctoring.presence import Presence

log = logging.getLogger("exam_engine.proctoring")


@dataclass(frozen=True, slots=True)
class Sent:
    """One signal of an entry."""

    entry: SignalEntry
    position: int
    signal: signals.Reported

    @property
    def attempt_id(self) -> int:
        return self.entry.attempt_id

    @property
    def row(self) -> dict[str, Any]:
        entry, one = self.entry, self.signal
        return {
            "attempt_id": entry.attempt_id, "resume": entry.resume, "counter": entry.counter,
            "position": self.position, "type": one.type, "client_ms": entry.client_ms,
            "arrived_at": entry.arrived_at, "data": dict(one.data),
        }  # fmt: skip


def subscriptions(state: State) -> Iterable[tuple[type[Any], Handler]]:
    presence: Presence = state.setdefault("presence", Presence())
    code_key: bytes = state.keyring.purpose("address-code")

    async def address_changed(_connection: None, event: AddressChanged) -> None:
        code = hashlib.blake2b(event.after.encode(), key=code_key[:32], digest_size=3).hexdigest()
        presence.moved(Noticed(event.attempt_id, ADDRESS, {"code": code}))

    async def looked(_connection: AsyncConnection, event: Seen) -> None:
        for attempt_id in event.attempts:
            presence.note(attempt_id)

    return (
        (SaveAccepted, _apart(save_accepted)),
        (DeviceAsked, _apart(device_asked)),
        (AddressChanged, address_changed),
        (Seen, looked),
    )


def _apart(handler: Callable[[AsyncConnection, Any], Awaitable[None]]) -> Handler:
    """Behind a savepoint: whatever goes wrong here, the answers of the same transaction are written. Where even the
    way back to the savepoint fails, the publisher must hear of it: its transaction is lost."""

    async def guarded(connection: AsyncConnection, event: Any) -> None:
        await queries.set_savepoint(connection)
        try:
            await handler(connection, event)
        except Exception:
            dropped["failed"] += 1
            log.exception("signals could not be taken")
            await queries.back_to_savepoint(connection)
        else:
            await queries.release_savepoint(connection)

    return guarded


async def save_accepted(connection: AsyncConnection, event: SaveAccepted) -> None:
    wanted_by = await noticing.wanted(connection, {entry.attempt_id for entry in event.entries})
    found: list[Sent] = []
    for entry in event.entries:
        read, foreign = signals.read(entry.blob)
        dropped["unknown"] += foreign
        wanted = wanted_by.get(entry.attempt_id, ())
        for position, one in enumerate(read):
            if one.type not in wanted:
                dropped["not asked for"] += 1
                continue
            found.append(Sent(entry, position, one))
    kept = await noticing.within_bounds(connection, found) if found else []
    await queries.add_signals(connection, [one.row for one in kept])
    await flag(connection, sorted({one.attempt_id for one in kept}))


async def device_asked(connection: AsyncConnection, event: DeviceAsked) -> None:
    agent = await queries.newest_browser(connection, event.attempt_id)
    await notice(connection, [Noticed(event.attempt_id, "second_device", {"browser": browser_name(agent)})])
