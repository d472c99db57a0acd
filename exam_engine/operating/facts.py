"""What the work process finds out for Prometheus when it is asked: from the database, from files, from the family."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import psutil
import sqlalchemy.exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exam_engine.delivery.deadline import SETTLING
from exam_engine.kit import authority, certificates, metrics
from exam_engine.kit.database import transaction
from exam_engine.kit.metrics import PREFIX
from exam_engine.kit.settings import Settings, available_cores
from exam_engine.operating import chains, facts_queries, flowing, queries
from exam_engine.operating.clock_offset import offset_s
from exam_engine.operating.place import Place, now
from exam_engine.operating.receiving import SLOT

PATIENCE_MS = 2000
#: For the backup place, which may hang; Prometheus waits for all the other numbers.
PLACE_PATIENCE_S = 1.0
#: name → (what it says, its labels). Gauges all, but for those that end with _total.
FACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "database_up": ("Whether the database answered the last question", ()),
    "attempts": ("Attempts of the sittings that are on, by state", ("state",)),
    "attempts_held": ("Running attempts that an outage holds open", ()),
    "sessions": ("Sessions begun in the last twelve hours and still good", ()),
    "sweep_overdue_attempts": ("Attempts that should have been closed by now", ()),
    "heartbeat_age_seconds": ("Since the sweep last wrote that the service is there", ()),
    "web_sign_age_seconds": ("Since a web worker of any machine last gave a sign of life", ()),
    "credit_proposals": ("Time after outages that waits for an officer's decision", ()),
    "jobs": ("Jobs waiting and running, and those of the last day by how they ended", ("state",)),
    "database_connections": ("Connections to the database server, by what they do", ("state",)),
    "database_connections_most": ("Connections that the database server allows", ()),
    "wal_bytes_total": ("Bytes of log that the database has ever written", ()),
    "clock_offset_seconds": ("How far the database's clock is ahead of this machine's", ()),
    "backup_log_active": ("Whether the database's log flows to the backup place", ()),
    "backup_log_kept_bytes": ("Log that the database keeps for the backup place", ()),
    "backup_age_seconds": ("Since the newest whole backup ended", ()),
    "backup_ok": ("Whether the last backup went well, and the log goes on from it", ()),
    "drill_age_seconds": ("Since the last restore drill", ()),
    "drill_ok": ("Whether the last restore drill went well", ()),
    "certificate_days": ("Days until the certificate ends", ()),
    "memory_bytes": ("Resident memory of the service's processes; shared pages count in each", ("role",)),
    "cpu_seconds_total": ("Processor time of the processes that run now", ("role",)),
    "processes": ("Processes of the service", ("role",)),
    "machine_cores": ("Cores that the service may use", ()),
    "machine_seconds_total": ("Processor time of the whole machine, by what it did", ("state",)),
    "looked_at_seconds": ("When the figures of database and machine were asked for, since 1970", ()),
    "disk_free_bytes": ("Room left where the data lies, and the backups", ("place",)),
}


class Sample(NamedTuple):
    name: str
    value: float
    labels: tuple[str, ...] = ()


Slot = Mapping[str, Any]


async def of_database(engine: AsyncEngine, settings: Settings) -> tuple[list[Sample], Slot | None]:
    """And what it says of the log's receiver, if one is wanted."""
    try:
        async with transaction(engine) as connection:
            await facts_queries.limit_patience(connection, PATIENCE_MS)
            found = [Sample("database_up", 1), *[one async for one in _asked(connection)]]
            return found, None if settings.backup_dir is None else await queries.slot(connection, SLOT)
    except (OSError, sqlalchemy.exc.SQLAlchemyError):
        return [Sample("database_up", 0)], None


async def _asked(connection: AsyncConnection) -> Any:
    yield Sample("clock_offset_seconds", await offset_s(connection))
    held = 0
    for state, count, kept in await facts_queries.attempts(connection):
        yield Sample("attempts", count, (state,))
        held += kept if state == "running" else 0
    yield Sample("attempts_held", held)
    pulse = await facts_queries.pulse(connection, SETTLING.total_seconds())
    yield Sample("sessions", pulse["sessions"])
    yield Sample("sweep_overdue_attempts", pulse["overdue"])
    yield Sample("credit_proposals", pulse["credits"])
    if pulse["heartbeat_age"] is not None:
        yield Sample("heartbeat_age_seconds", float(pulse["heartbeat_age"]))
    if pulse["web_age"] is not None:
        yield Sample("web_sign_age_seconds", float(pulse["web_age"]))
    for state, count in (await facts_queries.jobs(connection)).items():
        yield Sample("jobs", count, (state,))
    server = await facts_queries.server(connection)
    for state in ("active", "idle", "in_transaction", "waiting"):
        yield Sample("database_connections", server[state], (state,))
    yield Sample("database_connections_most", server["most"])
    if server["wal"] is not None:
        yield Sample("wal_bytes_total", float(server["wal"]))


def of_machine(settings: Settings) -> Iterator[Sample]:
    yield Sample("looked_at_seconds", time.time())
    yield Sample("machine_cores", available_cores())
    whole = psutil.cpu_times()
    waiting = getattr(whole, "iowait", 0.0)  # only Linux knows
    yield Sample("machine_seconds_total", whole.idle, ("idle",))
    yield Sample("machine_seconds_total", waiting, ("waiting",))
    yield Sample("machine_seconds_total", whole.user + whole.system, ("busy",))
    yield from _family()
    yield Sample("disk_free_bytes", psutil.disk_usage(str(settings.data_dir)).free, ("data",))
    if settings.tls:
        with suppress(OSError, ValueError, certificates.CertificateUnusable):
            leaf = certificates.read_certificate(authority.files_of(settings)[0])
            yield Sample("certificate_days", (leaf.not_valid_after_utc - now()).total_seconds() / 86400)


def of_place(place: Place, slot: Slot | None) -> list[Sample]:
    """The backup place, as far as it can be reached; without ``slot`` the database did not answer."""
    try:
        found = [Sample("disk_free_bytes", psutil.disk_usage(str(place.root)).free, ("backup",)), *_backups(place)]
        here = slot is not None and flowing.comes_here(place, slot)
    except OSError:
        return _away(slot)
    return found if slot is None else [*found, *_log(slot, here=here)]


def _away(slot: Slot | None) -> list[Sample]:
    return [Sample("backup_ok", 0.0), *(() if slot is None else _log(slot, here=False))]


def _log(slot: Slot, *, here: bool) -> list[Sample]:
    return [Sample("backup_log_active", float(here)), Sample("backup_log_kept_bytes", float(slot["kept_bytes"]))]


def _backups(place: Place) -> Iterator[Sample]:
    state, known = place.state(), place.whole()
    if known:
        yield Sample("backup_age_seconds", (now() - known[-1].ended_at).total_seconds())
    failed = state.last_failure and (state.last_success is None or state.last_failure > state.last_success)
    yield Sample("backup_ok", float(bool(known) and not failed and chains.uncovered(place) is None))
    if state.last_drill is not None:
        yield Sample("drill_age_seconds", (now() - state.last_drill).total_seconds())
        yield Sample("drill_ok", float(bool(state.drill_ok)))


def _family() -> Iterator[Sample]:
    memory: dict[str, int] = defaultdict(int)
    spent: dict[str, float] = defaultdict(float)
    count: dict[str, int] = defaultdict(int)
    for process in _processes():
        with suppress(psutil.Error):
            role, times = _role(process), process.cpu_times()
            memory[role] += process.memory_info().rss
            spent[role] += times.user + times.system
            count[role] += 1
    for role, number in count.items():
        yield Sample("processes", number, (role,))
        yield Sample("memory_bytes", memory[role], (role,))
        yield Sample("cpu_seconds_total", spent[role], (role,))


def _processes() -> list[psutil.Process]:
    """The parent and everything below it; this one alone where it was started by itself."""
    own = psutil.Process()
    first = (own.parent() if metrics.within_family() else None) or own
    return [first, *first.children(recursive=True)]


def _role(process: psutil.Process) -> str:
    title = " ".join(process.cmdline())
    for role in ("web", "work"):
        if f"exam-engine: {role} " in title:
            return role
    if "postgres" in title:
        return "postgresql"
    return "log" if "pg_receivewal" in title else "parent"


class Facts:
    """Asked at most every few seconds, however many scrape."""

    EVERY_S = 5.0

    def __init__(self, settings: Settings, engine: AsyncEngine) -> None:
        self._settings, self._engine = settings, engine
        self._known: list[Sample] = []
        self._looking: asyncio.Task[list[Sample]] | None = None
        self._at = -self.EVERY_S

    async def refresh(self) -> None:
        if time.monotonic() - self._at >= self.EVERY_S:
            self._at = time.monotonic()
            known, slot = await of_database(self._engine, self._settings)
            self._known = [*known, *of_machine(self._settings), *await self._of_place(slot)]

    async def _of_place(self, slot: Slot | None) -> list[Sample]:
        """Beside the loop, in which the sweep runs; while one look hangs no second one begins."""
        if self._settings.backup_dir is None:
            return []
        if self._looking is None:
            self._looking = asyncio.create_task(asyncio.to_thread(of_place, Place(self._settings.backup_dir), slot))
        done, _hangs = await asyncio.wait({self._looking}, timeout=PLACE_PATIENCE_S)
        if not done:
            return _away(slot)
        looked, self._looking = self._looking, None
        return looked.result()

    def collect(self) -> Iterator[Any]:
        """As prometheus_client wants it of a collector."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        for name, (told, labels) in FACTS.items():
            kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
            family = kind(PREFIX + name, told, labels=labels)
            found = [sample for sample in self._known if sample.name == name]
            for sample in found:
                family.add_metric(sample.labels, sample.value)
            if found:
                yield family
