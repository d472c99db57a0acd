"""The list of a bank of 50,000 items: what PostgreSQL spends on each statement of a page, filter by filter."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from sqlalchemy import text, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine import migrations
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.embedded import Embedded
from item_bank.content.nearness import gist_of, signature
from item_bank.storage import facet_queries, near_queries, queries
from item_bank.storage.queries import Filters
from loadtests.processes import Family
from tests.bench.bank_items import ITEMS, fill
from tests.bench.report import Figure

PAGE = 51
ROUNDS = 4 * int(os.environ.get("EXAM_ENGINE_TEST_ROUNDS", "5"))
#: Enough that PostgreSQL plans no more, and all that is asked for is in memory.
WARM = 6
#: Half of the bank has the words, but nothing of what the other filter leaves.
HARDEST = "words of another grade"
NEAR = "questions near one"

Ask = Callable[[AsyncConnection, int], Awaitable[object]]

NARROWED: Mapping[str, Filters] = {
    "words": Filters(text="hàm số"),
    "words without accents": Filters(text="ham so"),
    "rare words": Filters(text="tiệm cận xiên"),
    "one letter": Filters(text="x"),
    "words nobody has": Filters(text="qwerty zz"),
    "words and three filters": Filters(text="ham so", subject="Toán", level="Vận dụng", author=7),
    HARDEST: Filters(text="ham so", grade="11"),
    "subject": Filters(subject="Toán"),
    "grade": Filters(grade="12"),
    "branch of topics": Filters(topics=[f"Chương 3 ▸ Bài {n}" for n in range(19)]),
    "level": Filters(level="Vận dụng"),
    "type": Filters(types=["essay"]),
    "status": Filters(statuses=["returned"]),
    "language": Filters(language="fr"),
    "author": Filters(author=7),
    "tag": Filters(tag="nhãn 7"),
    "never answered": Filters(figures="none"),
    "flagged": Filters(figures="flagged"),
    "facility": Filters(hardest=0.2, easiest=0.4),
    "nothing left": Filters(subject="Toán", language="fr", level="Biết", author=9999),
}


def figures() -> dict[str, Figure]:
    folder = Path(tempfile.mkdtemp(prefix="exam-engine-bench-"))
    server = Embedded(folder)
    try:
        server.start()
        found = asyncio.run(_measured(server))
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    hardest, near = found.pop(HARDEST), found.pop(NEAR)
    dearest = max(found, key=lambda name: found[name])
    told = ", ".join(f"{name} {ms:.1f}" for name, ms in found.items())
    why = f"PostgreSQL; {HARDEST}: a word in a third of all items, in none of the 16,000 that the filter leaves"
    return {
        "bank.list_query_cpu_ms": Figure(found[dearest], "ms", f"PostgreSQL, the dearest ({dearest}) of {told}"),
        "bank.hardest_query_cpu_ms": Figure(hardest, "ms", why),
        "bank.near_query_cpu_ms": Figure(near, "ms", "PostgreSQL; the questions near one that is written"),
    }


async def _measured(server: Embedded) -> dict[str, float]:
    admin = make_engine(server.url("postgres"), pool_size=1)
    async with transaction(admin.execution_options(isolation_level="AUTOCOMMIT")) as connection:
        await connection.execute(text("create database bench"))
    await admin.dispose()
    engine = make_engine(server.url("bench"), pool_size=1)
    try:
        bank_id = await fill(engine)
        await _sign(engine)
        async with transaction(engine) as connection:
            return await spent(connection, bank_id)
    finally:
        await engine.dispose()


async def _sign(engine: AsyncEngine) -> None:
    """As the migration does: the items were not written by the service."""
    script = migrations.scripts().get_revision("0016")
    assert script
    async with transaction(engine) as connection:
        await connection.run_sync(script.module.sign_all)
    async with transaction(engine.execution_options(isolation_level="AUTOCOMMIT")) as connection:
        await connection.execute(text("vacuum analyze item_bank.item_signature"))


async def spent(connection: AsyncConnection, bank_id: int) -> dict[str, float]:
    """Of the one process that serves the connection: what tidies up beside it is not the statement's."""
    process = Family([await connection.scalar(text("select pg_backend_pid()")) or 0])
    return {name: await _cost(connection, process, ask, bank_id) for name, ask in (await asked(connection)).items()}


async def _cost(connection: AsyncConnection, process: Family, ask: Ask, bank_id: int) -> float:
    for _warm in range(WARM):
        await ask(connection, bank_id)
    before = process.cpu_seconds()
    for _round in range(ROUNDS):
        await ask(connection, bank_id)
    return 1000 * (process.cpu_seconds() - before) / ROUNDS


async def asked(connection: AsyncConnection) -> Mapping[str, Ask]:
    """Pages, and counts where the page tells one: not of words."""
    deep = await connection.scalar(
        text("select id from item_bank.item order by id offset :n limit 1"), {"n": ITEMS // 10}
    )
    found: dict[str, Ask] = {"first page": _page(Filters()), "deep page": _page(Filters(), deep)}
    for name, filters in NARROWED.items():
        found[name] = _page(filters)
    counted = {"all": Filters(), **{name: one for name, one in NARROWED.items() if not one.text}}
    found |= {f"{name} counted": _count(filters) for name, filters in counted.items()}
    found["topics with counts"] = facet_queries.topics
    found["labels"] = facet_queries.others_in_use
    found["tags"] = facet_queries.tags_in_use
    written = (await queries.newest_versions(connection, 1, Filters(statuses=["draft"]), limit=1))[0].content
    found[NEAR] = _near(signature(gist_of(written)))
    return found


def _near(bands: Sequence[int]) -> Ask:
    return lambda connection, _bank: near_queries.candidates(connection, bands, true())


def _page(filters: Filters, before: int | None = None) -> Ask:
    return lambda connection, bank: queries.newest_versions(connection, bank, filters, before=before, limit=PAGE)


def _count(filters: Filters) -> Ask:
    return lambda connection, bank: queries.count_newest_versions(connection, bank, filters)
