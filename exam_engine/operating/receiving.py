"""The log flows to the backup place as it is written: pg_receivewal, kept alive by the work process.

Not archive_command: that hands over whole files of 16 MB (an hour of a quiet day), runs as PostgreSQL's own account on
PostgreSQL's own machine, needs settings there, and fills the database's disk while the backup place is away. This is
the same for the service's own PostgreSQL and for somebody else's, is behind by parts of a second, and a slot keeps
what was missed, up to max_slot_wal_keep_size.
"""

from __future__ import annotations

import asyncio
import logging
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

import psutil
import sqlalchemy.exc

from exam_engine.kit.settings import Settings
from exam_engine.operating import chains, queries, tools
from exam_engine.operating.backing_up import asked, refuse_keys_beside, url_of
from exam_engine.operating.obstacle import CannotOperate, one_line
from exam_engine.operating.place import Place

log = logging.getLogger("exam_engine.backup")

SLOT = "exam_engine_wal"
AGAIN_S = 2.0
#: Words that have been in the log are said again after a receiver that ran for so long, and not every two seconds.
SILENT_S = 60.0
#: How soon it is noticed that what a receiver writes does not lie in the place any more. It writes on into a folder
#: that was moved, or lies under a mount, and would make a new and empty one at the next file.
LOOK_S = 5.0
STOPS_WITHIN_S = 10.0
#: What the server says when the log cannot be continued where it ended: the chain is broken, a new one begins.
_GAP = (
    "has already been removed",
    "is ahead of the WAL flush position",
    "is not in this server's history",
    "can no longer access replication slot",
    "can no longer get changes",
    "was invalidated",
    "has been invalidated",
)


async def keep(settings: Settings) -> None:
    """Until cancelled. Whatever is the matter with database or backup place is waited for and said: sweep, jobs and
    metrics run in the same process, and an end of this would be an end of them."""
    assert settings.backup_dir is not None
    place = Place(settings.backup_dir)
    fresh_chain, said, left_over, known = False, "", True, False
    while True:
        begun = time.monotonic()
        try:
            if left_over:
                await asyncio.to_thread(_end_leftover, place)
                left_over = False
            told = await _receive(settings, place, fresh_chain=fresh_chain, known=known)
            fresh_chain, known = _is_gap(told), True
        except (CannotOperate, OSError, sqlalchemy.exc.SQLAlchemyError) as error:
            told = one_line(error)
        except Exception as error:
            told = one_line(error)
            if told != said:
                log.exception("receiving the log failed")
        if told != said or time.monotonic() - begun > SILENT_S:
            _say(told, gap=fresh_chain)
        said = told
        await asyncio.sleep(AGAIN_S)


def _say(told: str, *, gap: bool) -> None:
    if gap:
        log.error("the log of the database has a gap here: make a new base backup (%s)", told)
    else:
        log.warning("the log is not received for a moment: %s", told)


def _prepare(settings: Settings, place: Place, *, known: bool) -> None:
    """``known``: it was there before. Where it is away a new one would hide that, on the wrong disk."""
    refuse_keys_beside(settings, place.root)
    if known and not place.wal.is_dir():
        raise CannotOperate(_away(place))
    place.make()


def _away(place: Place) -> str:
    return f"the backup place {place.root} is away"


async def _receive(settings: Settings, place: Place, *, fresh_chain: bool, known: bool) -> str:
    """Runs until the receiver ends; returns its last words. The place is touched beside the loop: a mount that hangs
    would hold up the sweep."""
    await asyncio.to_thread(_prepare, settings, place, known=known)
    url = url_of(settings)
    async with asked(url) as connection:
        if fresh_chain:
            await queries.drop_slot(connection, SLOT)
        system = str((await queries.identity(connection))["system"])
    chain = await asyncio.to_thread(chains.current, place, system, fresh=fresh_chain)
    there = tools.Connection.of(url, "exam-engine log")
    program = tools.own() / "pg_receivewal"
    arguments = [f"--dbname={there.conninfo}", f"--slot={SLOT}", "--no-password"]
    made = await _started(program, [*arguments, "--create-slot", "--if-not-exists"], there)
    _out, told = await made.communicate()
    if made.returncode != 0:
        return _reason(told)
    process = await _started(program, [*arguments, f"--directory={chain}", "--no-loop", "--status-interval=1"], there)
    try:
        await asyncio.to_thread((place.root / "receiver.pid").write_text, str(process.pid))
        return await _last_words(process, place, chain)
    finally:
        await _end(process)


async def _last_words(process: Process, place: Place, chain: Path) -> str:
    ended = asyncio.create_task(process.communicate())
    where = await asyncio.to_thread(_identity, chain)
    try:
        while not (await asyncio.wait({ended}, timeout=LOOK_S))[0]:
            if await asyncio.to_thread(_identity, chain) != where:
                return _away(place)
        _out, told = ended.result()
        return _reason(told)
    finally:
        ended.cancel()


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


async def _started(program: Path, arguments: list[str], there: tools.Connection) -> Process:
    return await asyncio.create_subprocess_exec(
        program, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=PIPE,
        env=dict(there.environment),
    )  # fmt: skip


async def _end(process: Process) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOPS_WITHIN_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()


def _end_leftover(place: Place) -> None:
    """A work process that was killed leaves its receiver behind, which holds the slot."""
    try:
        process = psutil.Process(int((place.root / "receiver.pid").read_text()))
        if "pg_receivewal" in process.name() and any(str(place.wal) in one for one in process.cmdline()):
            process.terminate()
            process.wait(STOPS_WITHIN_S)
    except (OSError, ValueError, psutil.Error):
        return


def _reason(told: bytes) -> str:
    """The server's own words before those of the program, whose last ones are always "disconnected"."""
    lines = told.decode("utf-8", errors="replace").strip().splitlines()
    marked = [line for line in lines if "error:" in line or "FATAL" in line or "ERROR" in line]
    gaps = [line for line in marked if _is_gap(line)]
    said = [line for line in marked if not line.endswith("disconnected")]
    return (gaps or said or marked or lines or ["it ended without a word"])[-1]


def _is_gap(told: str) -> bool:
    return any(sign in told for sign in _GAP)
