"""What the service noticed by itself, and the flags that follow from signals: few statements for many attempts."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.sittings import policy as policies
from proctoring import queries, rules

#: The resume number of what the service noticed by itself.
OWN = -1
ADDRESS = "address_changed"
#: Of one attempt. Nobody leaves a page so often; a program that sends signals may.
MOST_OF_ATTEMPT = 1_000

#: How much came that was no signal of ours, not asked for, or too much, since this worker began.
dropped: Counter[str] = Counter()


class OfAttempt(Protocol):
    @property
    def attempt_id(self) -> int: ...


N = TypeVar("N", bound=OfAttempt)


@dataclass(frozen=True, slots=True)
class Noticed:
    """`at`: this process's monotonic clock."""

    attempt_id: int
    name: str
    data: Mapping[str, Any]
    at: float = field(default_factory=time.monotonic)


async def wanted(connection: AsyncConnection, attempts: Collection[int]) -> dict[int, Collection[str]]:
    """The signals that the exam of each attempt records."""
    rows = await queries.policies_of(connection, sorted(attempts))
    return {row["id"]: policies.decode(row["policy"]).signals for row in rows}


async def notice(connection: AsyncConnection, news: Sequence[Noticed]) -> None:
    """Keeps what the exams want to know, and raises the flags that follow."""
    wanted_by = await wanted(connection, {one.attempt_id for one in news})
    asked_for = [one for one in news if one.name in wanted_by.get(one.attempt_id, ())]
    if not asked_for:
        return
    kept = await _new(connection, await within_bounds(connection, asked_for))
    if kept:
        now = time.monotonic()
        given = [(one.attempt_id, one.name, now - one.at, dict(one.data)) for one in kept]
        await queries.add_own_signals(connection, OWN, given)
        await flag(connection, sorted({one.attempt_id for one in kept}))


async def _new(connection: AsyncConnection, news: Sequence[Noticed]) -> list[Noticed]:
    """Each worker notices a change of address by itself: what the newest record of it says already is told once."""
    moved = {one.attempt_id for one in news if one.name == ADDRESS}
    newest = await queries.newest_own(connection, sorted(moved), OWN, ADDRESS) if moved else {}
    kept = []
    for one in news:
        if one.name == ADDRESS:
            if newest.get(one.attempt_id) == one.data:
                continue
            newest[one.attempt_id] = one.data
        kept.append(one)
    return kept


async def within_bounds(connection: AsyncConnection, news: Sequence[N]) -> list[N]:
    """Without what would be too much of one attempt: whoever reads the signals again for each new one must be done
    soon, as answers of others wait meanwhile."""
    room = Counter({one.attempt_id: MOST_OF_ATTEMPT for one in news})
    room.subtract(await queries.signals_held(connection, sorted(room)))
    kept = []
    for one in news:
        if room[one.attempt_id] > 0:
            room[one.attempt_id] -= 1
            kept.append(one)
    dropped["too many"] += len(news) - len(kept)
    return kept


async def flag(connection: AsyncConnection, attempts: Sequence[int]) -> None:
    if not attempts:
        return
    essays = await queries.essays_of(connection, attempts)
    facts: dict[int, list[rules.Fact]] = defaultdict(list)
    for row in await queries.signals_of(connection, attempts):
        facts[row["attempt_id"]].append(queries.fact(row))
    at_least = rules.Thresholds()
    raised = [
        {
            "attempt_id": attempt_id,
            "rule": one.rule,
            "rule_version": one.version,
            "evidence": one.evidence(at_least),
            "key": "",
        }
        for attempt_id in attempts
        for one in rules.flags(facts[attempt_id], essays.get(attempt_id, frozenset()), at_least)
    ]
    await queries.raise_flags(connection, raised)
