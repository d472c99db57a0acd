"""`make bench`: prints a table and writes build/bench.json."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from exam_engine import preparing
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from loadtests import wire
from loadtests.candidate import Candidate, Phase, Reply, Step
from loadtests.processes import Family
from tests.bench import world
from tests.bench.scripts import Empty, Saver
from tests.live import LiveServer, free_port

ROUNDS = int(os.environ.get("EXAM_ENGINE_TEST_ROUNDS", "5"))
CONNECTIONS, SHALLOW = 256, 8
WORKERS = 2
SAVES, SHALLOW_SAVES = 20_480, 4_000
WALKERS = 8
PEOPLE_A_ROUND = 60
STORED_SAVES = 60
RESULT_PAGE = os.environ.get("EXAM_ENGINE_TEST_RESULT", "/play/result")
OUT = Path("build/bench.json")

JS = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    value: float
    unit: str
    note: str


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="exam-engine-bench-"))
    try:
        with _service(folder) as bench:
            figures = bench.all_figures()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    machine = {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    OUT.parent.mkdir(exist_ok=True)
    told = {name: {"value": one.value, "unit": one.unit, "note": one.note} for name, one in figures.items()}
    OUT.write_text(json.dumps({"machine": machine, "figures": told}, indent=2, ensure_ascii=False) + "\n")
    for name, one in figures.items():
        print(f"{name:<30} {one.value:>10.3f} {one.unit:<6} {one.note}")
    print(f"written to {OUT}")


@contextmanager
def _service(folder: Path) -> Iterator[Bench]:
    port = free_port()
    data = folder / "data"
    settings = Settings.from_environment(
        {}, data_dir=data, port=port, workers=WORKERS, public_url=f"http://127.0.0.1:{port}", log_level="warning"
    )
    people = (2 * ROUNDS + 1) * PEOPLE_A_ROUND + CONNECTIONS * 2
    with preparing.running_database(settings) as named:
        preparing.upgrade(named)
        made = asyncio.run(world.build(named, people))
        server = Embedded(data)
        with LiveServer(named) as live:
            assert live.process is not None
            assert server.pid is not None
            yield Bench(named, made, Family([live.process.pid, server.pid]))


class Bench:
    def __init__(self, settings: Settings, made: world.World, family: Family) -> None:
        self.settings = settings
        self.port = settings.port
        self.family = family
        self.world = made
        self.candidates = iter([Candidate(ticket, device=f"bench-device-{n}") for n, ticket in enumerate(made.tickets)])

    def all_figures(self) -> dict[str, Figure]:
        time.sleep(2)  # the service has settled: what follows is idle memory
        figures = {"memory.idle_mib": Figure(self.family.pss_mib(), "MiB", "PSS of all processes, before any request")}
        savers = self._take(CONNECTIONS * 2)
        self._walk(savers, Phase.WORKING)
        figures |= self._saves(savers)
        figures |= self._people()
        figures |= self._storage()
        figures["paper.transfer_kb"] = self._first_load()
        return figures

    def _take(self, count: int) -> list[Candidate]:
        return [next(self.candidates) for _n in range(count)]

    # --- saves ---------------------------------------------------------------------------------

    def _saves(self, savers: Sequence[Candidate]) -> dict[str, Figure]:
        ratios, costs, empties, shallow, wal = [], [], [], [], []
        counter = 1_000
        load = 0.0
        with _empty_server() as (empty_port, empty_family):
            self._save_round(savers, CONNECTIONS, SAVES // 4, counter)  # warm: code paths, caches, indexes
            counter += SAVES
            for _round in range(ROUNDS):
                empty = self._empty_round(empty_port, empty_family)
                before = self._wal_bytes()
                cost = self._save_round(savers, CONNECTIONS, SAVES, counter)
                wal.append((self._wal_bytes() - before) / SAVES)
                load = max(load, self.family.pss_mib())
                counter += SAVES
                shallow.append(self._save_round(savers, SHALLOW, SHALLOW_SAVES, counter))
                counter += SAVES
                ratios.append(cost / empty)
                costs.append(cost)
                empties.append(empty)
        note = f"{CONNECTIONS} connections, {WORKERS} workers, 10 % repeats or changes, journal of 1M rows"
        return {
            "save.ratio_to_empty_handler": _figure(ratios, "", f"{note}; empty {statistics.median(empties):.3f} ms"),
            "save.cpu_ms": _figure(costs, "ms", note),
            "save.cpu_ms_shallow": _figure(shallow, "ms", f"{SHALLOW} connections"),
            "save.wal_bytes": _figure(wal, "B", "per acknowledged answer, full-page images included"),
            "memory.load_mib": Figure(load, "MiB", f"PSS of all processes after a round of {SAVES} saves"),
        }

    def _save_round(self, savers: Sequence[Candidate], connections: int, count: int, counter: int) -> float:
        scripts = [
            Saver(
                tokens=[one.token for one in savers[number::connections]],
                answers=[_answers(one.paper) for one in savers[number::connections]],
                first_counter=counter,
                count=count // connections,
            )
            for number in range(connections)
        ]
        return self._cost(lambda: asyncio.run(wire.play(self.port, scripts)), self.family, count)

    def _empty_round(self, port: int, family: Family) -> float:
        body = json.dumps({"p": 1, "e": [[12345, 0, 17, "kabcdef", 1_790_000_000_000]]}).encode()
        scripts = [Empty(body, SAVES // CONNECTIONS) for _n in range(CONNECTIONS)]
        return self._cost(lambda: asyncio.run(wire.play(port, scripts)), family, SAVES)

    # --- people --------------------------------------------------------------------------------

    def _people(self) -> dict[str, Figure]:
        sign_in, start, submit = [], [], []
        self._whole_round()
        for _round in range(ROUNDS):
            costs = self._whole_round()
            sign_in.append(costs[0])
            start.append(costs[1])
            submit.append(costs[2])
        note = f"{PEOPLE_A_ROUND} candidates over {WALKERS} connections"
        return {
            "sign_in.cpu_ms": _figure(sign_in, "ms", f"ticket page and confirmation; {note}"),
            "start.cpu_ms": _figure(start, "ms", f"start, page, state, paper and variant of 40 items; {note}"),
            "submit.cpu_ms": _figure(submit, "ms", f"hand-in and result page; {note}"),
        }

    def _whole_round(self) -> tuple[float, float, float]:
        people = self._take(PEOPLE_A_ROUND)
        count = len(people)
        sign_in = self._cost(lambda: self._walk(people, Phase.STATE), self.family, count)
        start = self._cost(lambda: self._walk(people, Phase.WORKING, ("/play",)), self.family, count)
        for one in people:
            answers = _answers(one.paper)
            one.plan([Step(float(n), *answers[n % len(answers)]) for n in range(STORED_SAVES)], 1000.0)
        self._walk(people, Phase.SUBMIT)
        submit = self._cost(lambda: self._walk(people, Phase.DONE, (RESULT_PAGE,)), self.family, count)
        return sign_in, start, submit

    def _walk(self, people: Sequence[Candidate], until: Phase, pages: Sequence[str] = ()) -> None:
        """Saves are sent one by one, as a candidate makes them: `now` moves from step to step."""

        def walk(some: Sequence[Candidate]) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            for one in some:
                while one.phase is not until:
                    due = one.due() or 0.0
                    if until is Phase.SUBMIT and not one.steps and not one.unacknowledged:
                        break
                    wanted = one.next_request(due)
                    assert wanted is not None
                    one.receive(_send(connection, wanted.method, wanted.path, wanted.headers, wanted.body))
                for path in pages:
                    reply = _send(connection, "GET", path, one.page_headers())
                    assert reply.status == 200, (path, reply.status, reply.body[:300])
            connection.close()

        with ThreadPoolExecutor(WALKERS) as pool:
            list(pool.map(walk, [people[number::WALKERS] for number in range(WALKERS)]))

    # --- storage and transfer ------------------------------------------------------------------

    def _storage(self) -> dict[str, Figure]:
        """What one more candidate with 60 saves adds to all tables: from before the roster to after the hand-in."""
        sizes = asyncio.run(self._sizes())
        per_entry = sizes["journal"] / sizes["entries"]
        per_attempt = (sizes["all"] - sizes["journal"] - self.world.kib_before) / len(self.world.tickets)
        value = per_attempt + STORED_SAVES * per_entry
        each = f"rows of the attempt {per_attempt:.1f} kB, journal {per_entry * 1024:.0f} B each"
        note = f"40 items, {STORED_SAVES} saves: {each}"
        return {"attempt.storage_kb": Figure(value, "kB", note)}

    async def _sizes(self) -> Mapping[str, float]:
        """In KiB, after a checkpoint; `journal` is the partition of the measured sitting."""
        engine = create_async_engine(str(self.settings.database_url))
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

    def _first_load(self) -> Figure:
        """Everything a phone fetches from the ticket to the first item, as sent (compressed), fonts apart."""
        one = self._take(1)[0]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        sizes: dict[str, int] = {}
        self._walk([one], Phase.WORKING)
        headers = {**one.page_headers(), "accept-encoding": "br, gzip"}
        page = _send(connection, "GET", "/play", headers)
        sizes["/play"] = len(page.body)
        html = _plain(page)
        for path in sorted(set(_linked(html))):
            reply = _send(connection, "GET", path, headers)
            assert reply.status == 200, (path, reply.status)
            sizes[path] = len(reply.body)
        for path in ("/play/state", "/play/paper", "/play/variant"):
            sizes[path] = len(_send(connection, "GET", path, {**headers, "accept": "application/json"}).body)
        note = ", ".join(f"{path.rsplit('/', 1)[-1].split('-')[0]} {size / 1000:.1f}" for path, size in sizes.items())
        return Figure(sum(sizes.values()) / 1000, "kB", f"40 items without pictures, fonts apart: {note}")

    # --- how it is measured --------------------------------------------------------------------

    def _cost(self, work: Callable[[], None], family: Family, count: int) -> float:
        """Milliseconds of CPU per operation of the family, the generator not being in it."""
        before = family.cpu_seconds()
        work()
        return 1000 * (family.cpu_seconds() - before) / count

    def _wal_bytes(self) -> float:
        async def read() -> float:
            engine = create_async_engine(str(self.settings.database_url))
            async with engine.connect() as connection:
                found = await connection.execute(text("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))
                value = float(found.scalar_one())
            await engine.dispose()
            return value

        return asyncio.run(read())


@contextmanager
def _empty_server() -> Iterator[tuple[int, Family]]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.empty_app", str(port)]
    processes = [subprocess.Popen(command) for _n in range(WORKERS)]
    try:
        _await(port)
        yield port, Family([process.pid for process in processes])
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(1)  # the second worker binds the port a moment after the first
            return
    raise RuntimeError("the empty handler did not start")


def _send(
    connection: http.client.HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
) -> Reply:
    connection.request(method, path, body or None, dict(headers))
    response = connection.getresponse()
    return Reply(response.status, response.getheaders(), response.read())


def _answers(paper: JS) -> list[tuple[int, Any]]:
    """A plausible value for each slot."""
    chance = random.Random(1)
    made: list[tuple[int, Any]] = []
    for item in paper["items"]:
        options, kind = list(item["body"].get("options", ())), item["type"]
        if kind == "single_choice":
            made += [(item["slot"], option) for option in chance.sample(options, 2)]
        elif kind == "multiple_choice":
            made.append((item["slot"], sorted(options[:2])))
        elif kind == "true_false_cluster":
            made.append((item["slot"], dict.fromkeys(item["body"]["statements"], True)))
        else:
            made.append((item["slot"], "1,5" if kind == "numeric" else "answer"))
    return made


def _plain(reply: Reply) -> str:
    coding = {name.lower(): value for name, value in reply.headers}.get("content-encoding", "")
    return (gzip.decompress(reply.body) if coding == "gzip" else reply.body).decode()


def _linked(html: str) -> Iterator[str]:
    for part in html.split('"'):
        if part.startswith("/static/") and part.rsplit(".", 1)[-1] in ("js", "css", "svg"):
            yield part.split("#")[0]


def _figure(values: Sequence[float], unit: str, note: str) -> Figure:
    spread = f"{min(values):.3f}–{max(values):.3f}"
    return Figure(statistics.median(values), unit, f"median of {len(values)}, {spread}; {note}")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
