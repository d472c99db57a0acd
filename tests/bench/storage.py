"""What one attempt leaves in the database, and what a phone fetches before the first item."""

from __future__ import annotations

import asyncio
import gzip
import http.client
from collections.abc import Iterator, Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from loadtests.candidate import Phase, Reply
from tests.bench import world
from tests.bench.measured import Bench, send
from tests.bench.people import STORED_SAVES
from tests.bench.report import Figure

NEEDED = 1


def figures(bench: Bench) -> dict[str, Figure]:
    """Storage: what one more candidate with 60 saves adds to all tables, from before the roster to the hand-in."""
    sizes = asyncio.run(_sizes(bench))
    per_entry = sizes["journal"] / sizes["entries"]
    per_attempt = (sizes["all"] - sizes["journal"] - bench.world.kib_before) / len(bench.world.tickets)
    value = per_attempt + STORED_SAVES * per_entry
    each = f"rows of the attempt {per_attempt:.1f} kB, journal {per_entry * 1024:.0f} B each"
    return {
        "attempt.storage_kb": Figure(value, "kB", f"40 items, {STORED_SAVES} saves: {each}"),
        "paper.transfer_kb": _first_load(bench),
    }


async def _sizes(bench: Bench) -> Mapping[str, float]:
    """In KiB, after a checkpoint; `journal` is the partition of the measured sitting."""
    engine = create_async_engine(str(bench.settings.database_url))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("checkpoint"))
        last = "select 'exam.journal_s' || max(id) from exam.sitting"
        name = (await connection.execute(text(last))).scalar_one()
        journal = await connection.execute(text("select pg_total_relation_size(cast(:n as regclass))"), {"n": name})
        entries = await connection.execute(text(f"select count(*) from {name}"))
        found = {
            "all": await world.table_kib(connection),
            "journal": journal.scalar_one() / 1024,
            "entries": float(entries.scalar_one()),
        }
    await engine.dispose()
    return found


def _first_load(bench: Bench) -> Figure:
    """Everything a phone fetches from the ticket to the first item, as sent (compressed), fonts apart."""
    one = bench.take(1)[0]
    connection = http.client.HTTPConnection("127.0.0.1", bench.port, timeout=60)
    sizes: dict[str, int] = {}
    bench.walk([one], Phase.WORKING)
    headers = {**one.page_headers(), "accept-encoding": "br, gzip"}
    page = send(connection, "GET", "/play", headers)
    sizes["/play"] = len(page.body)
    html = _plain(page)
    for path in sorted(set(_linked(html))):
        reply = send(connection, "GET", path, headers)
        assert reply.status == 200, (path, reply.status)
        sizes[path] = len(reply.body)
    for path in ("/play/state", "/play/paper", "/play/variant"):
        sizes[path] = len(send(connection, "GET", path, {**headers, "accept": "application/json"}).body)
    note = ", ".join(f"{path.rsplit('/', 1)[-1].split('-')[0]} {size / 1000:.1f}" for path, size in sizes.items())
    return Figure(sum(sizes.values()) / 1000, "kB", f"40 items without pictures, fonts apart: {note}")


def _plain(reply: Reply) -> str:
    coding = {name.lower(): value for name, value in reply.headers}.get("content-encoding", "")
    return (gzip.decompress(reply.body) if coding == "gzip" else reply.body).decode()


def _linked(html: str) -> Iterator[str]:
    for part in html.split('"'):
        if part.startswith("/static/") and part.rsplit(".", 1)[-1] in ("js", "css", "svg"):
            yield part.split("#")[0]
