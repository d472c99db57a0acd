"""What it costs to save an answer, at depth and with few connections, beside its rivals."""

from __future__ import annotations

import asyncio
import statistics
from collections import defaultdict
from collections.abc import Sequence

from exam_engine.kit.database import dsn
from loadtests import wal, wire
from loadtests.candidate import Candidate, Phase
from tests.bench.measured import ROUNDS, WORKERS, Bench, Cost, answers_to
from tests.bench.report import Figure, figure
from tests.bench.rivals import UPSERT_CLIENTS, EmptyHandler, Upsert, empty_handler
from tests.bench.scripts import Saver

CONNECTIONS, SHALLOW = 256, 8
NEEDED = CONNECTIONS * 2
SAVES, SHALLOW_SAVES = 20_480, 4_000


def figures(bench: Bench) -> dict[str, Figure]:
    savers = bench.take(NEEDED)
    bench.walk(savers, Phase.WORKING)
    with empty_handler() as empty:
        rounds = Rounds(bench, savers, empty)
        rounds.warm()
        for _round in range(ROUNDS):
            rounds.play()
    return rounds.figures()


class Rounds:
    """Each plays the rivals and the saves close together, so that what else the machine does falls on all of them."""

    def __init__(self, bench: Bench, savers: Sequence[Candidate], empty: EmptyHandler) -> None:
        self._bench = bench
        self._savers = savers
        self._empty = empty
        self._upsert = Upsert(bench)
        self._url = dsn(str(bench.settings.database_url))
        self._counter = 1_000
        self._load_mib = 0.0
        self._found: dict[str, list[float]] = defaultdict(list)

    def warm(self) -> None:
        """Code paths, caches, indexes."""
        self._save(CONNECTIONS, SAVES // 4)
        self._save(SHALLOW, SHALLOW_SAVES // 4)
        self._empty.cost(CONNECTIONS, SAVES // 4)

    def play(self) -> None:
        empty = self._empty.cost(CONNECTIONS, SAVES)
        begin = asyncio.run(wal.position(self._url))
        deep = self._save(CONNECTIONS, SAVES)
        log = asyncio.run(wal.written_since(self._url, begin))
        self._load_mib = max(self._load_mib, self._bench.pss_mib())
        empty_shallow = self._empty.cost(SHALLOW, SHALLOW_SAVES)
        shallow = self._save(SHALLOW, SHALLOW_SAVES)
        found = {
            "empty": empty,
            "empty_shallow": empty_shallow,
            "ratio": deep.whole / empty,
            "cpu": deep.whole,
            "application": deep.application,
            "database": deep.database,
            "ratio_shallow": shallow.whole / empty_shallow,
            "shallow": shallow.whole,
            "shallow_database": shallow.database,
            "wal": log.records / SAVES,
            "wal_whole": log.whole / SAVES,
            "upsert": self._upsert.cost(),
        }
        for name, value in found.items():
            self._found[name].append(value)

    def figures(self) -> dict[str, Figure]:
        found, middle = self._found, {name: statistics.median(values) for name, values in self._found.items()}
        note = f"{CONNECTIONS} connections, {WORKERS} workers, 10 % repeats or changes, journal of 1M rows"
        few = f"{SHALLOW} connections"
        return {
            "save.ratio_to_empty_handler": figure(found["ratio"], "", f"{note}; empty {middle['empty']:.3f} ms"),
            "save.cpu_ms": figure(found["cpu"], "ms", note, bar=middle["upsert"]),
            "save.cpu_ms_application": figure(found["application"], "ms", "of it application and its server"),
            "save.cpu_ms_database": figure(found["database"], "ms", "of it PostgreSQL"),
            "save.ratio_shallow": figure(
                found["ratio_shallow"], "", f"{few}; empty {middle['empty_shallow']:.3f} ms with as many"
            ),
            "save.cpu_ms_shallow": figure(
                found["shallow"], "ms", f"{few}; of it PostgreSQL {middle['shallow_database']:.3f}"
            ),
            "save.wal_bytes": figure(found["wal"], "B", "per acknowledged answer, full-page images apart"),
            "save.wal_bytes_with_images": figure(found["wal_whole"], "B", "the same with them"),
            "pgbench.upsert_cpu_ms": figure(
                found["upsert"], "ms", f"PostgreSQL alone, one durable upsert by pgbench, {UPSERT_CLIENTS} clients"
            ),
            "memory.load_mib": Figure(self._load_mib, "MiB", f"PSS of all processes after a round of {SAVES} saves"),
        }

    def _save(self, connections: int, count: int) -> Cost:
        savers = self._savers
        scripts = [
            Saver(
                tokens=[one.token for one in savers[number::connections]],
                answers=[answers_to(one.paper) for one in savers[number::connections]],
                first_counter=self._counter,
                count=count // connections,
            )
            for number in range(connections)
        ]
        self._counter += count // connections
        return self._bench.cost(lambda: asyncio.run(wire.play(self._bench.port, scripts)), count)
