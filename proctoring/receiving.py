"""Signals on their way in: written in the transaction of the save that carried them, and never in its way."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from litestar.datastructures import State
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.words import browser_name
from exam_engine.delivery.events import AddressChanged, DeviceAsked, SaveAccepted, Seen
from exam_engine.kit.events import Handler
from exam_engine.sittings import policy as policies
from proctoring import queries, rules, signals
from proctoring.presence import Presence

log = logging.getLogger("exam_engine.proctoring")

#: How much came that was no signal of ours, or not asked for, since this worker began.
dropped: Counter[str] = Counter()

#: The resume number of what the service noticed by itself.
OWN = -1


def subscriptions(state: State) -> Iterable[tuple[type[Any], Handler]]:
    seen: Presence = state.setdefault("presence", Presence())
    code_key: bytes = state.keyring.purpose("address-code")

    async def address_changed(connection: AsyncConnection, event: AddressChanged) -> None:
        code = hashlib.blake2b(event.after.encode(), key=code_key[:32], digest_size=3).hexdigest()
        await _notice(connection, event.attempt_id, "address_changed", {"code": code})

    async def looked(_connection: AsyncConnection, event: Seen) -> None:
        for attempt_id in event.attempts:
            seen.note(attempt_id)

    return (
        (SaveAccepted, _apart(save_accepted)),
        (DeviceAsked, _apart(device_asked)),
        (AddressChanged, _apart(address_changed)),
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
    found = await queries.attempts_with_policy(connection, sorted({entry.attempt_id for entry in event.entries}))
    rows: list[dict[str, Any]] = []
    for entry in event.entries:
        read, foreign = signals.read(entry.blob)
        dropped["unknown"] += foreign
        wanted = policies.decode(found[entry.attempt_id]["policy"]).signals if entry.attempt_id in found else ()
        for position, one in enumerate(read):
            if one.type not in wanted:
                dropped["not asked for"] += 1
                continue
            rows.append(
                {
                    "attempt_id": entry.attempt_id,
                    "resume": entry.resume,
                    "counter": entry.counter,
                    "position": position,
                    "type": one.type,
                    "client_ms": entry.client_ms,
                    "arrived_at": entry.arrived_at,
                    "data": dict(one.data),
                }
            )
    await queries.add_signals(connection, rows)
    for attempt_id in sorted({row["attempt_id"] for row in rows}):
        await _flag(connection, attempt_id, found[attempt_id]["slots"])


async def device_asked(connection: AsyncConnection, event: DeviceAsked) -> None:
    agent = await queries.newest_browser(connection, event.attempt_id)
    await _notice(connection, event.attempt_id, "second_device", {"browser": browser_name(agent)})


async def _notice(connection: AsyncConnection, attempt_id: int, name: str, data: dict[str, Any]) -> None:
    """What the service saw by itself, if the exam wants to know it."""
    found = await queries.attempts_with_policy(connection, [attempt_id])
    if attempt_id not in found or name not in policies.decode(found[attempt_id]["policy"]).signals:
        return
    await queries.add_own_signal(connection, attempt_id, OWN, name, data)
    await _flag(connection, attempt_id, found[attempt_id]["slots"])


async def _flag(connection: AsyncConnection, attempt_id: int, slots: Sequence[dict[str, Any]]) -> None:
    essays = frozenset(slot for slot, one in enumerate(slots) if one["type"] == "essay")
    facts = [queries.fact(row) for row in await queries.signals_of(connection, attempt_id)]
    at_least = rules.Thresholds()
    for flag in rules.flags(facts, essays, at_least):
        await queries.raise_flag(connection, attempt_id, flag.rule, flag.version, flag.evidence(at_least))
