"""The database's clock decides; this machine's must not be far from it, and both follow the world's."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.doctor import queries
from exam_engine.doctor.finding import Finding, look, ok, wrong
from exam_engine.kit import clock
from exam_engine.kit.settings import Settings
from exam_engine.operating.clock_offset import offset_s

FAR_S, TOO_FAR_S = 0.5, 5.0


def examine_machine() -> Iterator[Finding]:
    told = _synchronised()
    if told == "yes":
        yield ok("time service", "this machine's clock is synchronised")
    elif told == "no":
        yield wrong("time service", "this machine's clock follows nothing", "timedatectl set-ntp true")
    else:
        yield look(
            "time service", "nothing here tells whether the clock is synchronised", "chrony or systemd-timesyncd"
        )


def _synchronised() -> str:
    try:
        command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


async def examine(connection: AsyncConnection, settings: Settings) -> Iterator[Finding]:
    found = []
    offset = await offset_s(connection)
    told = f"the database is {abs(offset):.3f} s {'ahead of' if offset > 0 else 'behind'} this machine"
    if abs(offset) > TOO_FAR_S:
        found.append(wrong("clock", told, "a time service on both machines (chrony)"))
    elif abs(offset) > FAR_S:
        found.append(look("clock", told, "a time service on both machines (chrony)"))
    else:
        found.append(ok("clock", told))
    if await queries.clock_is_real(connection):
        found.append(ok("exam.now()", "is the database's clock"))
    elif settings.demo:
        found.append(look("exam.now()", "is replaced, as a demo may"))
    else:
        found.append(wrong("exam.now()", "is replaced: deadlines follow no clock", f"psql: {clock.REAL}"))
    return iter(found)
