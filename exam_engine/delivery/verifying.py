"""Proof that the journal is whole and that receipts say what the journal says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import entry_queries, proof_queries, receipt_queries, receipts
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import not_found
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Checked:
    """One receipt against the journal as it is now."""

    code: str
    attempt_id: int
    answers: int
    entries: int
    digest: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`ok` is false when anything below is not as it must be. Keys are stable: scripts read them."""

    ok: bool
    attempts: int
    entries: int
    receipts: int
    receipts_checked: int
    wrong_receipts: list[dict[str, Any]] = field(default_factory=list)
    orphans: list[dict[str, int]] = field(default_factory=list)
    ruling_orphans: int = 0
    sittings_without_partition: list[int] = field(default_factory=list)
    closed_without_receipt: list[int] = field(default_factory=list)
    damaged_files: list[dict[str, Any]] = field(default_factory=list)


async def verify(settings: Settings, target: str | None = None) -> Report:
    """`target`: the public id of a sitting or the code of a receipt; without one, everything."""
    assert settings.database_url is not None
    engine = make_engine(settings.database_url, pool_size=1)
    try:
        async with transaction(engine) as connection:
            return await report(connection, Keys.from_file(settings.master_key_file), target)
    finally:
        await engine.dispose()


async def report(connection: AsyncConnection, keys: Keys, target: str | None = None) -> Report:
    sitting = target if target is not None and await proof_queries.sitting_exists(connection, target) else None
    code = receipts.ungrouped(target) if target is not None and sitting is None else None
    issued = await proof_queries.receipts_to_verify(connection, sitting, code)
    if code is not None and not issued:
        raise not_found()
    wrong = []
    for attempt_id, _code in issued:
        checked = await check(connection, keys, attempt_id)
        if checked.problems:
            wrong.append({"code": checked.code, "attempt": attempt_id, "problems": list(checked.problems)})
    orphans = [dict(row) for row in await proof_queries.journal_orphans(connection)]
    ruling_orphans = await proof_queries.ruling_orphans(connection)
    unpartitioned = await proof_queries.sittings_without_partition(connection)
    unreceipted = await proof_queries.closed_without_receipt(connection)
    damaged = [dict(row) for row in await proof_queries.damaged_files(connection)]
    return Report(
        ok=not (wrong or orphans or ruling_orphans or unpartitioned or unreceipted or damaged),
        **await proof_queries.counts(connection),
        receipts_checked=len(issued),
        wrong_receipts=wrong,
        orphans=orphans,
        ruling_orphans=ruling_orphans,
        sittings_without_partition=unpartitioned,
        closed_without_receipt=unreceipted,
        damaged_files=damaged,
    )


async def check(connection: AsyncConnection, keys: Keys, attempt_id: int) -> Checked:
    issued = await receipt_queries.receipt_of_attempt(connection, attempt_id)
    if issued is None:
        raise not_found()
    made = receipts.summary(await entry_queries.counting_entries(connection, attempt_id))
    said = receipts.Summary(issued["answers"], issued["entries"], issued["digest"])
    problems = []
    if not keys.verify(receipts.message(issued["code"], said), issued["signature"]):
        problems.append("signature")
    if said.digest != made.digest:
        problems.append("digest")
    if (said.answers, said.entries) != (made.answers, made.entries):
        problems.append("count")
    return Checked(issued["code"], attempt_id, said.answers, said.entries, said.digest, tuple(problems))
