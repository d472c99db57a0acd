"""What may happen to a service in mid-exam: each fault begins, and is mended `length` seconds later."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import Random

import asyncpg
import psutil

from exam_engine.kit.database import dsn
from tests.chaos.stage import Stage

#: Another fault may have come first.
_AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
Fault = Callable[[Stage, Random, float], Awaitable[None]]


async def web_worker_killed(stage: Stage, random: Random, _length: float) -> None:
    """The parent starts it again."""
    _kill([random.choice(stage.server.parts("web") or stage.server.parts("work"))])


async def all_web_workers_killed(stage: Stage, _random: Random, _length: float) -> None:
    _kill(stage.server.parts("web"))


async def work_process_killed(stage: Stage, _random: Random, _length: float) -> None:
    _kill(stage.server.parts("work"))


async def web_worker_hung(stage: Stage, random: Random, length: float) -> None:
    """Its port goes on taking connections: they wait for it, and those of the other worker do not."""
    parts = stage.server.parts("web")
    if parts:
        await _stopped([random.choice(parts)], length)


async def parent_killed(stage: Stage, _random: Random, _length: float) -> None:
    """Workers end with their parent, PostgreSQL goes on; whoever starts the service again finds it running."""
    assert stage.server.process is not None
    parts = psutil.Process(stage.server.process.pid).children(recursive=True)
    stage.server.process.kill()
    stage.server.process.wait()
    workers = [part for part in parts if "exam-engine: " in " ".join(_arguments(part))]
    _gone, alive = await asyncio.to_thread(psutil.wait_procs, workers, timeout=20)
    assert not [part for part in alive if _lives(part)], "a worker outlived its parent"
    await stage.restart_service()


async def power_cut(stage: Stage, _random: Random, _length: float) -> None:
    """Everything at once, PostgreSQL too, then a start on what the disk holds."""
    assert stage.server.process is not None
    parent = psutil.Process(stage.server.process.pid)
    await asyncio.to_thread(_end, [parent, *parent.children(recursive=True), *_postgresql(stage)])
    stage.server.process.wait()
    await stage.restart_service()


async def postgresql_killed(stage: Stage, _random: Random, length: float) -> None:
    """Postmaster and all backends. A service that brings its own starts it again; else somebody does after a time."""
    await asyncio.to_thread(_end, _postgresql(stage))
    if not stage.own:
        await asyncio.sleep(length)
        await asyncio.to_thread(stage.database.start)


async def restarted_fast(stage: Stage, _random: Random, length: float) -> None:
    await _restarted(stage, signal.SIGINT, length)


async def restarted_immediate(stage: Stage, _random: Random, length: float) -> None:
    await _restarted(stage, signal.SIGQUIT, length)


async def postgresql_hung(stage: Stage, _random: Random, length: float) -> None:
    await _stopped(_postgresql(stage), length)


async def sessions_ended(stage: Stage, _random: Random, _length: float) -> None:
    """As an administrator does it, or a pooler that is restarted."""
    connection = await _connected(stage)
    with suppress(*_AWAY):
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend'"
            " and pid <> pg_backend_pid()"
        )
    connection.terminate()


async def connections_taken(stage: Stage, _random: Random, length: float) -> None:
    """Everything up to max_connections is somebody else's, and the service's own sessions end in that moment."""
    held: list[asyncpg.Connection] = [await _connected(stage)]
    end = time.monotonic() + length
    try:
        with suppress(*_AWAY):
            await held[0].execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'exam-engine'"
            )
        while time.monotonic() < end:
            try:
                held.append(await _connected(stage))
            except _AWAY:
                await asyncio.sleep(0.05)
    finally:
        for connection in held:
            connection.terminate()


async def pool_held(stage: Stage, _random: Random, length: float) -> None:
    """Every page of staff waits for a lock that somebody holds, and holds a connection while it waits."""
    connection = await _connected(stage)
    with suppress(*_AWAY):
        async with connection.transaction():
            await connection.execute("lock table exam.sitting in access exclusive mode", timeout=length)
            await asyncio.sleep(length)
    connection.terminate()


async def fsync_slow(stage: Stage, random: Random, length: float) -> None:
    stage.disk.say(slow_s=random.choice((0.05, 0.2, 0.8)))
    await asyncio.sleep(length)
    stage.disk.say()


async def disk_full(stage: Stage, _random: Random, length: float) -> None:
    """PostgreSQL may end for it, where it had to write its log; whoever makes room starts it again."""
    stage.disk.say(full=True)
    await asyncio.sleep(length)
    stage.disk.say()
    await asyncio.to_thread(_up_again, stage)


async def file_system_full(stage: Stage, _random: Random, length: float) -> None:
    """Not a byte is free; the log's open segment is there already, and goes on."""
    assert stage.small is not None
    stage.small.fill()
    await asyncio.sleep(length)
    stage.small.make_room()
    await asyncio.to_thread(_up_again, stage)


async def file_system_full_at_a_new_segment(stage: Stage, random: Random, length: float) -> None:
    """PostgreSQL needs a new segment of its log, has no room for it, and ends."""
    assert stage.small is not None
    connection = await _connected(stage)
    stage.small.fill()
    with suppress(*_AWAY):
        for _ in range(8):
            await connection.execute("select pg_switch_wal() from pg_logical_emit_message(true, 'chaos', 'x')")
    connection.terminate()
    await file_system_full(stage, random, length)


async def application_clock_jumps(stage: Stage, random: Random, length: float) -> None:
    stage.application_clock.jump(random.choice((-1, 1)) * random.choice((90, 3600, 86_400)))
    await asyncio.sleep(1 + length)
    stage.application_clock.jump(0)


async def database_clock_jumps(stage: Stage, random: Random, length: float) -> None:
    """Far enough to be past the end of most attempts, or to be before their beginning; and back again."""
    stage.database_clock.jump(random.choice((-1, 1)) * random.choice((90, 1800, 5400)))
    await asyncio.sleep(1 + length)
    stage.database_clock.jump(0)


async def database_clock_leaps_ahead(stage: Stage, _random: Random, _length: float) -> None:
    """Past everybody's end, and stays there."""
    stage.database_clock.jump(5400)


async def database_clock_falls_back(stage: Stage, _random: Random, _length: float) -> None:
    """Before everybody's start, and stays there."""
    stage.database_clock.jump(-5400)


async def players_cut_off(stage: Stage, _random: Random, length: float) -> None:
    stage.front.cut()
    await asyncio.sleep(length)
    stage.front.heal()


async def players_hung(stage: Stage, random: Random, length: float) -> None:
    stage.front.hang()
    await asyncio.sleep(length)
    stage.front.heal(reset=random.random() < 0.5)


async def replies_lost(stage: Stage, _random: Random, length: float) -> None:
    """What players send arrives, and is written; what they are told gets lost."""
    stage.front.hang(up=False)
    await asyncio.sleep(length)
    stage.front.heal(reset=True)


async def database_cut(stage: Stage, _random: Random, length: float) -> None:
    stage.between.cut()
    await asyncio.sleep(length)
    stage.between.heal()


async def database_silent(stage: Stage, _random: Random, length: float) -> None:
    stage.between.hang()
    await asyncio.sleep(length)
    stage.between.heal()


async def database_silent_then_reset(stage: Stage, _random: Random, length: float) -> None:
    stage.between.hang()
    await asyncio.sleep(length)
    stage.between.heal(reset=True)


async def database_replies_lost(stage: Stage, _random: Random, length: float) -> None:
    """Commits arrive and happen; that they did is never heard."""
    stage.between.hang(up=False)
    await asyncio.sleep(length)
    stage.between.heal(reset=True)


async def _restarted(stage: Stage, number: signal.Signals, length: float) -> None:
    pid = stage.database.pid
    if pid is not None:
        postmaster = psutil.Process(pid)
        postmaster.send_signal(number)
        await asyncio.to_thread(_await_end, [postmaster])
    await asyncio.sleep(length)
    await asyncio.to_thread(stage.database.start)


async def _connected(stage: Stage) -> asyncpg.Connection:
    """Past the relay; waits for a database that is coming up."""
    url = dsn(stage.hall.engine.url.render_as_string(hide_password=False))
    for _ in range(40):
        try:
            return await asyncpg.connect(url, timeout=2)
        except _AWAY:
            await asyncio.sleep(0.25)
    return await asyncpg.connect(url, timeout=5)


def _postgresql(stage: Stage) -> list[psutil.Process]:
    pid = stage.database.pid
    if pid is None:
        return []
    postmaster = psutil.Process(pid)
    with suppress(psutil.NoSuchProcess):
        return [postmaster, *postmaster.children(recursive=True)]
    return []


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


async def _stopped(processes: Sequence[psutil.Process], length: float) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(length)
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)


def _kill(processes: Sequence[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _end(processes: Sequence[psutil.Process]) -> None:
    _kill(processes)
    _await_end(processes)


def _await_end(processes: Sequence[psutil.Process]) -> None:
    end = time.monotonic() + 20
    while any(_lives(process) for process in processes) and time.monotonic() < end:
        time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _arguments(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


FAULTS: dict[str, Fault] = {
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
    "database sessions ended": sessions_ended,
    "connections taken": connections_taken,
    "pool held": pool_held,
    "slow fsync": fsync_slow,
    "disk full": disk_full,
    "file system full": file_system_full,
    "file system full at a new segment": file_system_full_at_a_new_segment,
    "application clock jumps": application_clock_jumps,
    "database clock leaps ahead": database_clock_leaps_ahead,
    "database clock falls back": database_clock_falls_back,
    "database clock jumps": database_clock_jumps,
    "players cut off": players_cut_off,
    "players' network hung": players_hung,
    "replies lost": replies_lost,
    "database cut off": database_cut,
    "database silent": database_silent,
    "database silent, then reset": database_silent_then_reset,
    "database replies lost": database_replies_lost,
}

_OF_PROCESSES = frozenset(name for name in FAULTS if "kill" in name or "hung" in name or "PostgreSQL" in name) | {
    "power cut",
    "disk full",
    "file system full",
    "file system full at a new segment",
}


async def strike(stage: Stage, fault: str, random: Random, length: float) -> None:
    if fault not in _OF_PROCESSES:
        await FAULTS[fault](stage, random, length)
        return
    async with stage.processes:
        await FAULTS[fault](stage, random, length)
