"""What may happen to a service in mid-exam: each fault begins, shows that it has, and is mended `length` seconds later.

A fault that leaves no evidence of itself raises `DidNotHappen`, which fails its case or schedule.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any

import asyncpg
import psutil

from exam_engine.kit.database import dsn
from tests.chaos import processes, staff_pages
from tests.chaos.evidence import AWAY, DidNotHappen, comes_true, demand
from tests.chaos.needs import libfaketime
from tests.chaos.preload import Clock
from tests.chaos.stage import Between, Stage

Fault = Callable[[Stage, Random, float], Awaitable[None]]
#: A question to a database that may be hung.
ANSWERS_WITHIN_S = 5.0
#: A clock that is right is nearer than this to ours.
NEARLY_S = 30.0
#: More than a database of ours allows.
MOST_CONNECTIONS = 200
#: More than fit on the small disk.
SEGMENTS = 64


async def web_worker_killed(stage: Stage, random: Random, _length: float) -> None:
    """The parent starts it again."""
    await asyncio.to_thread(processes.kill, [random.choice(await _running(stage, "web"))])


async def all_web_workers_killed(stage: Stage, _random: Random, _length: float) -> None:
    await asyncio.to_thread(processes.kill, await _running(stage, "web", workers_of(stage)))


async def work_process_killed(stage: Stage, _random: Random, _length: float) -> None:
    await asyncio.to_thread(processes.kill, await _running(stage, "work"))


async def web_worker_hung(stage: Stage, random: Random, length: float) -> None:
    """Its port goes on taking connections: they wait for it, and those of the other worker do not."""
    await processes.hang(random.choice(await _running(stage, "web")), length)


async def parent_killed(stage: Stage, _random: Random, _length: float) -> None:
    """Workers end with their parent, PostgreSQL goes on; whoever starts the service again finds it running."""
    workers = [*await _running(stage, "web"), *await _running(stage, "work")]
    _kill_parent(stage)
    await asyncio.to_thread(psutil.wait_procs, workers, timeout=20)
    assert not [worker for worker in workers if processes.lives(worker)], "a worker outlived its parent"
    await stage.restart_service()


async def power_cut(stage: Stage, _random: Random, _length: float) -> None:
    """Everything at once, PostgreSQL too, then a start on what the disk holds."""
    postgresql = await _postgresql(stage)
    assert stage.server.process is not None
    service = processes.with_children(psutil.Process(stage.server.process.pid))
    await asyncio.to_thread(processes.kill, [*service, *postgresql])
    stage.server.process.wait()
    await stage.restart_service()


async def postgresql_killed(stage: Stage, _random: Random, length: float) -> None:
    """Postmaster and all backends. A service that brings its own starts it again; else somebody does after a time."""
    await asyncio.to_thread(processes.kill, await _postgresql(stage))
    if not stage.own:
        await asyncio.sleep(length)
        await asyncio.to_thread(stage.database.start)


async def restarted_fast(stage: Stage, _random: Random, length: float) -> None:
    await _restarted(stage, signal.SIGINT, length)


async def restarted_immediate(stage: Stage, _random: Random, length: float) -> None:
    await _restarted(stage, signal.SIGQUIT, length)


async def postgresql_hung(stage: Stage, _random: Random, length: float) -> None:
    postmaster, *_children = await _postgresql(stage)
    await processes.hang(postmaster, length)


async def sessions_ended(stage: Stage, _random: Random, _length: float) -> None:
    """As an administrator does it, or a pooler that is restarted."""
    await comes_true(lambda: _asked(stage, _END_SESSIONS), "the service had no session that could be ended")


async def connections_taken(stage: Stage, _random: Random, length: float) -> None:
    """Everything up to max_connections is somebody else's, and the service's own sessions end in that moment."""
    held: list[asyncpg.Connection] = []

    async def none_is_left() -> bool:
        try:
            for _ in range(MOST_CONNECTIONS):
                held.append(await _connected(stage))  # noqa: PERF401 - what was had is kept, whatever comes then
        except asyncpg.TooManyConnectionsError:
            return True
        return False

    try:
        await comes_true(none_is_left, "there was always another connection")
        end = time.monotonic() + length
        with suppress(*AWAY):
            await held[-1].execute(_END_SESSIONS, timeout=ANSWERS_WITHIN_S)
        while time.monotonic() < end:
            with suppress(*AWAY):
                await none_is_left()
            await asyncio.sleep(0.05)
    finally:
        for connection in held:
            connection.terminate()


async def pool_held(stage: Stage, _random: Random, length: float) -> None:
    """Every page of staff waits for a lock that somebody holds, and holds a connection while it waits."""
    connections = stage.settings.pool_size * workers_of(stage)
    held: list[asyncpg.Connection] = []

    async def all_wait() -> bool:
        if not held or held[-1].is_closed():
            held.append(await _locked(stage))
        waiting: int = await held[-1].fetchval(_WAITING, timeout=ANSWERS_WITHIN_S)
        return waiting >= connections

    try:
        async with staff_pages.asked_for(stage, 4 * connections):
            await comes_true(all_wait, "the pools did not wait for a lock")
            await asyncio.sleep(length)
    finally:
        for connection in held:
            connection.terminate()


async def fsync_slow(stage: Stage, random: Random, length: float) -> None:
    await _is_preloaded(stage)
    before = stage.disk.slowed
    stage.disk.be_slow(random.choice((0.05, 0.2, 0.8)))
    await asyncio.sleep(length)
    await comes_true(lambda: _is_more(stage.disk.slowed, before), "no fsync took longer")
    stage.disk.be_slow(0.0)


async def disk_full(stage: Stage, _random: Random, length: float) -> None:
    """PostgreSQL may end for it, where it had to write its log; whoever makes room starts it again."""
    await _is_preloaded(stage)
    before = stage.disk.refused
    stage.disk.be_full(True)
    await asyncio.sleep(length)
    await comes_true(lambda: _is_more(stage.disk.refused, before), "every write found room")
    stage.disk.be_full(False)
    await asyncio.to_thread(_up_again, stage)


async def file_system_full(stage: Stage, _random: Random, length: float) -> None:
    """Not a byte is free; the log's open segment is there already, and goes on."""
    small = stage.small
    assert small is not None
    demand(small.holds(stage.database.cluster), "the database does not lie on the small disk")
    small.fill()
    await asyncio.sleep(length)
    small.make_room()
    await asyncio.to_thread(_up_again, stage)


async def file_system_full_at_a_new_segment(stage: Stage, random: Random, length: float) -> None:
    """PostgreSQL needs a new segment of its log, has no room for it, and ends."""
    assert stage.small is not None
    connection = await _connected(stage)
    stage.small.fill()
    try:
        for _ in range(SEGMENTS):
            await connection.execute(_NEW_SEGMENT, timeout=ANSWERS_WITHIN_S)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError):
        await file_system_full(stage, random, length)
    else:
        raise DidNotHappen(f"there was room for {SEGMENTS} segments of the log")
    finally:
        connection.terminate()


async def application_clock_jumps(stage: Stage, random: Random, length: float) -> None:
    seconds = random.choice((-1, 1)) * random.choice((90, 3600, 86_400))
    await _moved(stage.application_clock, seconds, lambda: _application_clock(stage))
    await asyncio.sleep(1 + length)
    stage.application_clock.jump(0)


async def database_clock_jumps(stage: Stage, random: Random, length: float) -> None:
    """Far enough to be past the end of most attempts, or to be before their beginning; and back again."""
    await _database_clock_moved(stage, random.choice((-1, 1)) * random.choice((90, 1800, 5400)))
    await asyncio.sleep(1 + length)
    await _database_clock_moved(stage, 0)


async def database_clock_leaps_ahead(stage: Stage, _random: Random, _length: float) -> None:
    """Past everybody's end, and stays there."""
    await _database_clock_moved(stage, 5400)


async def database_clock_falls_back(stage: Stage, _random: Random, _length: float) -> None:
    """Before everybody's start, and stays there."""
    await _database_clock_moved(stage, -5400)


async def players_cut_off(stage: Stage, _random: Random, length: float) -> None:
    stage.front.cut()
    await _felt(stage.front, length)
    stage.front.heal()


async def players_hung(stage: Stage, random: Random, length: float) -> None:
    stage.front.hang()
    await _felt(stage.front, length)
    stage.front.heal(reset=random.random() < 0.5)


async def replies_lost(stage: Stage, _random: Random, length: float) -> None:
    """What players send arrives, and is written; what they are told gets lost."""
    stage.front.hang(up=False)
    await _felt(stage.front, length)
    stage.front.heal(reset=True)


async def database_cut(stage: Stage, _random: Random, length: float) -> None:
    stage.between.cut()
    await _felt(stage.between, length)
    stage.between.heal()


async def database_silent(stage: Stage, _random: Random, length: float) -> None:
    stage.between.hang()
    await _felt(stage.between, length)
    stage.between.heal()


async def database_silent_then_reset(stage: Stage, _random: Random, length: float) -> None:
    stage.between.hang()
    await _felt(stage.between, length)
    stage.between.heal(reset=True)


async def database_replies_lost(stage: Stage, _random: Random, length: float) -> None:
    """Commits arrive and happen; that they did is never heard."""
    stage.between.hang(up=False)
    await _felt(stage.between, length)
    stage.between.heal(reset=True)


def workers_of(stage: Stage) -> int:
    """Only Linux shares a port among processes."""
    return stage.settings.workers if sys.platform == "linux" else 1


async def _running(stage: Stage, role: str, count: int = 1) -> Sequence[psutil.Process]:
    """Whoever was killed a moment ago is started again first."""
    found: list[psutil.Process] = []

    async def there() -> bool:
        found[:] = stage.server.parts(role)
        return len(found) >= count

    await comes_true(there, f"{count} {role} processes were not there")
    return found


async def _postgresql(stage: Stage) -> Sequence[psutil.Process]:
    """The postmaster first. A service that brings its own may be starting it just now."""
    found: list[psutil.Process] = []

    async def there() -> bool:
        if (pid := stage.database.pid) is not None:
            found[:] = processes.with_children(psutil.Process(pid))
        return bool(found)

    await comes_true(there, "PostgreSQL was not there")
    return found


def _kill_parent(stage: Stage) -> None:
    parent = stage.server.process
    assert parent is not None
    demand(parent.poll() is None, "the parent had ended already")
    parent.kill()
    parent.wait()


async def _restarted(stage: Stage, number: signal.Signals, length: float) -> None:
    postmaster, *_children = await _postgresql(stage)
    postmaster.send_signal(number)
    await asyncio.to_thread(processes.await_end, [postmaster])
    await asyncio.sleep(length)
    await asyncio.to_thread(stage.database.start)


async def _connected(stage: Stage) -> asyncpg.Connection:
    """Past the relay."""
    url = dsn(stage.hall.engine.url.render_as_string(hide_password=False))
    return await asyncpg.connect(url, timeout=2)


async def _asked(stage: Stage, question: str) -> Any:
    connection = await _connected(stage)
    try:
        return await connection.fetchval(question, timeout=ANSWERS_WITHIN_S)
    finally:
        connection.terminate()


async def _felt(between: Between, length: float) -> None:
    """For so long, and until somebody has met it."""
    await asyncio.sleep(length)
    await comes_true(between.felt, "nobody met the broken network")


async def _is_preloaded(stage: Stage) -> None:
    postmaster, *_children = await _postgresql(stage)
    library = stage.disk.library
    demand(processes.has_loaded(library, postmaster.pid), f"PostgreSQL runs without {library}")


async def _is_more(count: int, than: int) -> bool:
    return count > than


async def _locked(stage: Stage) -> asyncpg.Connection:
    connection = await _connected(stage)
    try:
        await connection.execute(_LOCK, timeout=ANSWERS_WITHIN_S)
    except BaseException:
        connection.terminate()
        raise
    return connection


async def _moved(clock: Clock, seconds: float, told: Callable[[], Awaitable[float]]) -> None:
    """Each process looks once a second; `told` asks one more, what time it is."""

    async def there() -> bool:
        return abs(float(await told()) - time.time() - seconds) < NEARLY_S

    clock.jump(seconds)
    await comes_true(there, f"the clock did not move by {seconds:+.0f} s")


async def _database_clock_moved(stage: Stage, seconds: float) -> None:
    await _moved(stage.database_clock, seconds, lambda: _asked(stage, _CLOCK))


async def _application_clock(stage: Stage) -> float:
    """What a process is told that was started as the service was; the service has loaded what tells it."""
    library = libfaketime()
    assert library is not None
    for role in ("web", "work"):
        for part in await _running(stage, role):
            demand(processes.has_loaded(library, part.pid), f"the {role} process runs without {library}")
    command = ("date", "+%s")
    return float(await asyncio.to_thread(subprocess.check_output, command, env=os.environ | stage.of_service))


def _up_again(stage: Stage) -> None:
    """A postmaster that is recovering is up; one that ended is started, and one that ends just now soon."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if stage.database.pid is None:
            stage.database.start()
        if _answers(stage):
            return
        time.sleep(0.1)


def _answers(stage: Stage) -> bool:
    try:
        lines = (stage.database.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


_END_SESSIONS = (
    "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity"
    " where application_name = 'exam-engine' and backend_type = 'client backend' and pid <> pg_backend_pid()"
)
_LOCK = "begin; set local lock_timeout = '2s'; lock table exam.sitting in access exclusive mode"
_WAITING = "select count(*) from pg_locks where relation = 'exam.sitting'::regclass and not granted"
_NEW_SEGMENT = "select pg_switch_wal() from pg_logical_emit_message(true, 'chaos', 'x')"
_CLOCK = "select extract(epoch from clock_timestamp())"

#: What each takes hold of: two that break the same part come one after the other, or one would mend what the other
#: broke.
BY_PART: dict[str, dict[str, Fault]] = {
    "processes": {
        "web worker killed": web_worker_killed,
        "all web workers killed": all_web_workers_killed,
        "work process killed": work_process_killed,
        "web worker hung": web_worker_hung,
        "parent killed": parent_killed,
        "power cut": power_cut,
        "PostgreSQL killed": postgresql_killed,
        "PostgreSQL restarted, fast": restarted_fast,
        "PostgreSQL restarted, immediate": restarted_immediate,
        "PostgreSQL hung": postgresql_hung,
        "disk full": disk_full,
        "file system full": file_system_full,
        "file system full at a new segment": file_system_full_at_a_new_segment,
    },
    "sessions": {
        "database sessions ended": sessions_ended,
        "connections taken": connections_taken,
        "pool held": pool_held,
    },
    "fsync": {"slow fsync": fsync_slow},
    "application clock": {"application clock jumps": application_clock_jumps},
    "database clock": {
        "database clock leaps ahead": database_clock_leaps_ahead,
        "database clock falls back": database_clock_falls_back,
        "database clock jumps": database_clock_jumps,
    },
    "front": {
        "players cut off": players_cut_off,
        "players' network hung": players_hung,
        "replies lost": replies_lost,
    },
    "back": {
        "database cut off": database_cut,
        "database silent": database_silent,
        "database silent, then reset": database_silent_then_reset,
        "database replies lost": database_replies_lost,
    },
}
PART_OF = {name: part for part, faults in BY_PART.items() for name in faults}


async def strike(stage: Stage, fault: str, random: Random, length: float) -> None:
    part = PART_OF[fault]
    async with stage.parts[part]:
        await BY_PART[part][fault](stage, random, length)
