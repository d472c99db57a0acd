"""CPU time and memory of a family of processes, read from the operating system."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil


class Family:
    """Some processes and all that descend from them; children that have ended count through their parents."""

    def __init__(self, roots: Iterable[int], without: Iterable[int] = ()) -> None:
        """`without`: roots of another family that lies within this one."""
        self._roots = [psutil.Process(pid) for pid in roots]
        self._others = [psutil.Process(pid) for pid in without]

    def cpu_seconds(self) -> float:
        return sum(_cpu(process) for process in self._members())

    def pss_mib(self) -> float:
        """Proportional set size: what several processes share is counted once."""
        return sum(_pss_kib(process.pid) for process in self._members()) / 1024

    def _members(self) -> list[psutil.Process]:
        found, others = _all(self._roots), _all(self._others)
        return [process for pid, process in found.items() if pid not in others]


def _all(roots: Iterable[psutil.Process]) -> dict[int, psutil.Process]:
    return {process.pid: process for root in roots for process in (root, *root.children(recursive=True))}


def _cpu(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        own = _clock(process.pid) if sys.platform == "linux" else times.user + times.system
    except (psutil.NoSuchProcess, OSError):
        return 0.0
    return float(own + times.children_user + times.children_system)


def _clock(pid: int) -> float:
    """The processor clock of another process, to the nanosecond: its tables count in hundredths of a second, which is
    too coarse for a hundred requests. The number is clock_getcpuclockid's (POSIX.1-2001; Linux: complement of the pid,
    three bits for the kind of clock)."""
    return time.clock_gettime(~pid << 3 | 2)


def _pss_kib(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
