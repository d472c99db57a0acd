"""The service that `make scale` plays against, made from inside by the use cases that the pages call.

A process of its own, because the load generator imports nothing of the service:
    python -m tests.scale.world DATA_DIR found                     a school, its staff, a 40-item exam
    python -m tests.scale.world DATA_DIR sit FILE --candidates N   sittings of them; --begun: started, with their tokens
    python -m tests.scale.world DATA_DIR fill --rows N             entries of other sittings, until the journal holds N
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from gzip import decompress
from pathlib import Path
from typing import Any

from litestar.datastructures import State
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine import preparing
from exam_engine.accounts import founding, secrets
from exam_engine.accounts.tables import unit
from exam_engine.app import make_state
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.tables import exam as exams
from exam_engine.delivery import attempt_queries, tokens
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from exam_engine.sittings import candidate_queries, confirming, creating, enrolling, sitting_queries
from exam_engine.sittings.policy import SittingPolicy
from exam_engine.sittings.roster import RosterRow
from tests.bench import world

PASSWORD = "mot cau that dai 2026"
STAFF = ("exam_officer", "invigilator")

#: A sitting of the past that only fills the journal: so many attempts, so many entries each.
PAST_ATTEMPTS, PAST_ENTRIES = 20_000, 60
PAST = """
insert into exam.journal_s{sitting} (attempt_id, entry, arrived_at, age, slot, kind, standing, value)
select {first} + n / {entries}, (1 << 20) + 1 + n % {entries}, exam.now(), 0.5, n % 40, 0, 0, '"kabcdef"'
from generate_series(0, {rows} - 1) as made(n)
"""
HELD = r"select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class where relname like 'journal\_s%'"

#: Starting by HTTP is what a storm measures; here only the outcome matters, and it is that of `delivery/starting`.
BEGIN = text("""
update exam.attempt set state = 'running', resume = 1, device = 'scale-' || id, started_at = exam.now(),
  deadline = exam.now() + interval '10 hours' where sitting_id = :sitting
""")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data_dir", type=Path)
    actions = options.add_subparsers(dest="action", required=True)
    actions.add_parser("found")
    sit = actions.add_parser("sit")
    sit.add_argument("file", type=Path)
    sit.add_argument("--candidates", type=int, required=True)
    sit.add_argument("--per-sitting", type=int, default=1000)
    sit.add_argument("--begun", action="store_true")
    actions.add_parser("fill").add_argument("--rows", type=int, required=True)
    asked = options.parse_args()
    settings = Settings.from_environment({}, data_dir=asked.data_dir, log_level="warning")
    with preparing.running_database(settings) as named:
        preparing.upgrade(named)
        if asked.action == "found":
            asyncio.run(found(named))
        elif asked.action == "fill":
            asyncio.run(fill(named, asked.rows))
        else:
            made = asyncio.run(sittings(named, asked.candidates, asked.per_sitting, begun=asked.begun))
            asked.file.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")


async def found(settings: Settings) -> None:
    state = make_state(settings)
    async with transaction(state.engine) as connection:
        _exam_id, unit_id = await world.exam(connection)
        home = (await connection.execute(select(unit).where(unit.c.id == unit_id))).mappings().one()
        for role in STAFF:
            person = await founding.create_person(connection, unit_id, f"Lê Thị {role}", code=role)
            await founding.create_account(connection, person.id, role, PASSWORD)
            await founding.grant_role(connection, person.id, home["id"], role)
    await state.engine.dispose()


async def sittings(settings: Settings, candidates: int, per_sitting: int, *, begun: bool) -> dict[str, Any]:
    """What the load generator has to know: `choices` by form, one line per attempt, and how long confirming took."""
    state = make_state(settings)
    made: dict[str, Any] = {"sittings": [], "choices": {}, "attempts": [], "confirm_s": 0.0}
    for first in range(0, candidates, per_sitting):
        async with transaction(state.engine) as connection:
            await _sitting(connection, state, min(per_sitting, candidates - first), made, begun=begun)
    async with state.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("vacuum analyze exam.attempt"))
        await connection.execute(text("analyze exam.candidate"))
        await connection.execute(text("checkpoint"))
    await state.engine.dispose()
    return made


async def fill(settings: Settings, rows: int) -> None:
    """Sitting by sitting, in order of the key, as an archive of years lies there."""
    state = make_state(settings)
    async with transaction(state.engine) as connection:
        held = (await connection.execute(text(HELD))).scalar_one()
    while held < rows:
        begun = time.monotonic()
        more = min(PAST_ATTEMPTS * PAST_ENTRIES, rows - held)
        async with transaction(state.engine) as connection:
            number, _public = await _created(connection)
            first = await sitting_queries.next_attempt_block(connection)
            block = {"first_attempt_id": first, "attempt_count": PAST_ATTEMPTS}
            await sitting_queries.set_sitting(connection, number, state="closed", **block)
            await attempt_queries.add_journal_partition(connection, number, first, PAST_ATTEMPTS)
            made = PAST.format(sitting=number, first=first, rows=more, entries=PAST_ENTRIES)
            await connection.execute(text(made))
        await _vacuumed(state, f"exam.journal_s{number}")
        held += more
        sys.stdout.write(f"  {held:,} rows in the journal, {more / (time.monotonic() - begun):,.0f} a second\n")
    async with state.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("checkpoint"))
    await state.engine.dispose()


async def _vacuumed(state: State, table: str) -> None:
    """As the rows of years ago are: otherwise the server would do it, and log it, while saves are measured."""
    async with state.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"vacuum (freeze, analyze) {table}"))


async def _created(connection: AsyncConnection) -> tuple[int, str]:
    exam = (await connection.execute(select(exams.c.id, exams.c.unit_id).order_by(exams.c.id))).first()
    assert exam is not None
    now = await clock.read(connection)
    return await creating.create_sitting(
        connection, SYSTEM, await authoring.exam_by_id(connection, exam.id),
        unit_id=exam.unit_id, title="Thi thử quy mô", opens_at=now - timedelta(minutes=1), starts_at=now,
        closes_at=now + timedelta(days=1), policy=SittingPolicy(device_change="free"),
    )  # fmt: skip


async def _sitting(connection: AsyncConnection, state: State, count: int, made: dict[str, Any], *, begun: bool) -> None:
    number, public = await _created(connection)
    rows = [RosterRow(row=n, full_name=f"Nguyễn Văn {n}", number=f"{number}-{n:06d}") for n in range(count)]
    began = time.monotonic()
    await enrolling.enrol(connection, SYSTEM, number, rows, keys=state.keyring)
    await confirming.confirm(connection, state.keyring, state.events, number)
    made["confirm_s"] += time.monotonic() - began
    made["sittings"].append(public)
    if begun:
        await connection.execute(BEGIN, {"sitting": number})
        await _tokens(connection, state, number, made)
    else:
        for row in await candidate_queries.candidates_of(connection, number):
            opened = secrets.opened(state.keyring, row["pin_sealed"], row["ticket_sealed"])
            made["attempts"].append([0, 0, opened.ticket])


async def _tokens(connection: AsyncConnection, state: State, sitting_id: int, made: dict[str, Any]) -> None:
    statement = text("select id, form_id from exam.attempt where sitting_id = :sitting order by id")
    for attempt_id, form_id in await connection.execute(statement, {"sitting": sitting_id}):
        if str(form_id) not in made["choices"]:
            paper = json.loads(decompress(await attempt_queries.paper_of_form(connection, form_id)))
            made["choices"][str(form_id)] = list(choices(paper["items"]))
        token = tokens.issue(state.keyring, tokens.Bearer(attempt_id, 1, form_id, sitting_id))
        made["attempts"].append([attempt_id, form_id, token])


def choices(items: Sequence[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """(slot, value as JSON) that a candidate may give, several for each item."""
    for item in items:
        for value in _values(item["type"], item["body"]):
            yield item["slot"], json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _values(kind: str, body: dict[str, Any]) -> Sequence[Any]:
    options = sorted(body.get("options", ()))
    match kind:
        case "single_choice":
            return options
        case "multiple_choice":
            return [options[:2], options[1:3]]
        case "true_false_cluster":
            return [dict.fromkeys(body["statements"], True), dict.fromkeys(body["statements"], False)]
        case "numeric":
            return ["1,5", "-2"]
        case _:
            return ["trái đất", "Hà Nội"]


if __name__ == "__main__":
    main()
