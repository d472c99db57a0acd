"""Processes that are killed, ended, stopped; each time with evidence that they were."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from tests.chaos.evidence import comes_true, demand

ENDS_WITHIN_S = 60.0


def kill(processes: Sequence[psutil.Process]) -> None:
    """At once, and waits until they have gone."""
    killed = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
            killed.append(process.pid)
    demand(killed, "nothing was there to be killed")
    await_end(processes)


def await_end(processes: Sequence[psutil.Process]) -> None:
    end = time.monotonic() + ENDS_WITHIN_S
    while any(lives(process) for process in processes) and time.monotonic() < end:
        time.sleep(0.01)
    left = [process.pid for process in processes if lives(process)]
    demand(not left, f"{left} did not end within {ENDS_WITHIN_S:.0f} s")


async def hang(process: psutil.Process, length: float) -> None:
    """With everything that it has started; it stands still first, and starts nothing more."""
    stopped = [process]
    try:
        process.send_signal(signal.SIGSTOP)
        await comes_true(lambda: asyncio.to_thread(_stands_still, process), f"{process} did not stop")
        stopped += process.children(recursive=True)
        _send(stopped, signal.SIGSTOP)
        await asyncio.sleep(length)
        demand(_stands_still(process), f"{process} did not stand still")
    finally:
        _send(stopped, signal.SIGCONT)


def with_children(process: psutil.Process) -> list[psutil.Process]:
    """The process first; nothing where it has gone."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []


def lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def has_loaded(library: Path, pid: int) -> bool:
    """The dynamic linker only warns of a library that it can't take: another architecture, a folder without exec."""
    return str(library) in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace")


def _send(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _stands_still(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False
