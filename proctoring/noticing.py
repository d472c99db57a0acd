"""What the service noticed by itself, and the flags that follow from signals: few statements for many attempts."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.sittings import policy as policies
from proctoring import queries, rules

#: The resume number of what the service noticed by itself.
OWN = -1


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
    kept = [one for one in news if one.name in wanted_by.get(one.attempt_id, ())]
    if kept:
        now = time.monotonic()
        given = [(one.attempt_id, one.name, now - one.at, dict(one.data)) for one in kept]
        await queries.add_own_signals(connection, OWN, given)
        await flag(connection, sorted({one.attempt_id for one in kept}))


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
