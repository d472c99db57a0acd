"""What one attempt leaves in the database, and what a phone fetches before the first item."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator, Mapping

from litestar.datastructures import State
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from exam_engine.delivery import tidying
from loadtests.candidate import Phase, Reply
from tests.bench import world
from tests.bench.measured import Bench
from tests.bench.people import STORED_SAVES
from tests.bench.report import Figure

NEEDED = 1


def figures(bench: Bench) -> dict[str, Figure]:
    """Storage: what one more candidate with 60 saves adds to all tables, from before the roster to the hand-in; and
    the same the day after, when the worker process has filled the pages of the journal's index."""
    sizes, tidied = asyncio.run(_sizes(bench))
    per_entry, per_entry_tidied = sizes["journal"] / sizes["entries"], tidied / sizes["entries"]
    per_attempt = (sizes["all"] - sizes["journal"] - bench.world.kib_before) / len(bench.world.tickets)
    told = "40 items, {saves} saves: rows of the attempt {rows:.1f} kB, journal {each:.0f} B each"
    return {
        name: Figure(
            per_attempt + STORED_SAVES * entry,
            "kB",
            told.format(saves=STORED_SAVES, rows=per_attempt, each=entry * 1024),
        )
        for name, entry in (
            ("attempt.storage_kb", per_entry),
            ("attempt.storage_kb_after_marking", per_entry_tidied),
        )
    } | {"paper.transfer_kb": _first_load(bench)}


_PART = "(select to_regclass('exam.journal_s' || max(id)) from exam.sitting)"
_JOURNAL = text(f"select pg_total_relation_size({_PART}) / 1024.0")


async def _sizes(bench: Bench) -> tuple[Mapping[str, float], float]:
    """In KiB, after a checkpoint; `journal` is the partition of the measured sitting. And that partition, tidied."""
    engine = create_async_engine(str(bench.settings.database_url))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("checkpoint"))
        last = "select 'exam.journal_s' || max(id) from exam.sitting"
        name = (await connection.execute(text(last))).scalar_one()
        entries = await connection.execute(text(f"select count(*) from {name}"))
        found = {
            "all": await world.table_kib(connection),
            "journal": float((await connection.execute(_JOURNAL)).scalar_one()),
            "entries": float(entries.scalar_one()),
        }
        for statement in _OVER:
            await connection.execute(text(statement))
        await tidying.tidy(State({"engine": engine}))
        tidied = float((await connection.execute(_JOURNAL)).scalar_one())
        # The last figure of this part is the first page of a candidate who comes now.
        await connection.execute(text("update exam.sitting set closes_at = exam.now() + interval '1 day'"))
    await engine.dispose()
    return found, tidied


#: Everybody has ended and the sitting is long over. Nothing of the attempts is measured after this.
_OVER = (
    "update exam.attempt set state = 'ended' where state in ('running', 'paused')",
    "update exam.sitting set closes_at = exam.now() - make_interval(secs => duration_s + 1)",
)


def _first_load(bench: Bench) -> Figure:
    """Everything a phone fetches from the ticket to the first item, as sent (compressed), fonts apart."""
    one = bench.take(1)[0]
    bench.walk([one], Phase.WORKING)
    headers = {**one.page_headers(), "accept-encoding": "br, gzip"}
    page = bench.fetched(["/play"], headers)
    files = bench.fetched(sorted(set(_linked(_plain(page["/play"])))), headers)
    data = bench.fetched(["/play/state", "/play/paper", "/play/variant"], {**headers, "accept": "application/json"})
    sizes = {path: len(reply.body) for path, reply in (page | files | data).items()}
    note = ", ".join(f"{path.rsplit('/', 1)[-1].split('-')[0]} {size / 1000:.1f}" for path, size in sizes.items())
    return Figure(sum(sizes.values()) / 1000, "kB", f"40 items without pictures, fonts apart: {note}")


def _plain(reply: Reply) -> str:
    coding = {name.lower(): value for name, value in reply.headers}.get("content-encoding", "")
    return (gzip.decompress(reply.body) if coding == "gzip" else reply.body).decode()


def _linked(html: str) -> Iterator[str]:
    for part in html.split('"'):
        if part.startswith("/static/") and part.rsplit(".", 1)[-1] in ("js", "css", "svg"):
            yield part.split("#")[0]
