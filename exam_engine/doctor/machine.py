"""Cores, memory, swap, limits of the process and of the kernel, the versions of what runs."""

from __future__ import annotations

import platform
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from exam_engine.doctor.finding import Finding, look, ok, wrong
from exam_engine.kit.settings import MIB, Settings, available_cores
from exam_engine.serving import BACKLOG, WORK_DRAIN_SECONDS

#: What `make bench` measures: the first worker with everything beside it, and each further one (docs/performance.md).
FAMILY_MIB, WORKER_MIB = 260, 60
FILES_ENOUGH = 20_000
UNIT = "exam-engine.service"


def examine(settings: Settings) -> Iterator[Finding]:
    yield _cores(settings)
    yield _memory(settings)
    yield _swap()
    yield _files()
    yield _backlog()
    yield from _systemd(settings)
    yield _python()


def _cores(settings: Settings) -> Finding:
    cores, workers = available_cores(), settings.workers
    told = f"{cores} cores, {workers} web workers"
    if workers > 2 * cores:
        return look("cores", told, f"EXAM_ENGINE_WORKERS={cores}: more of them only take memory")
    if workers < cores and settings.embedded:
        return ok("cores", f"{told}; PostgreSQL has the rest")
    return ok("cores", told) if workers >= cores else look("cores", told, f"EXAM_ENGINE_WORKERS={cores}")


def _memory(settings: Settings) -> Finding:
    needs = FAMILY_MIB + WORKER_MIB * (settings.workers - 1)
    free = psutil.virtual_memory().available // MIB
    told = f"{free} MiB available; the service takes about {needs}, more under load"
    if free < 2 * needs:
        return wrong("memory", told, "fewer EXAM_ENGINE_WORKERS, or more memory")
    return ok("memory", told)


def _swap() -> Finding:
    swap = psutil.swap_memory()
    if swap.used > 64 * MIB:
        return look("swap", f"{swap.used // MIB} MiB are swapped out: pauses of seconds", "find what takes the memory")
    return ok("swap", f"{swap.used // MIB} MiB of {swap.total // MIB} used")


def _files() -> Finding:
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    told = f"{soft} open files for each process; a socket is one"
    if soft < 4096:
        return wrong("file limit", told, "LimitNOFILE=65536 in the unit, or ulimit -n 65536 before the start")
    if soft < FILES_ENOUGH:
        return look("file limit", told, "LimitNOFILE=65536 for more than 4,000 sockets on a worker")
    return ok("file limit", told)


def _backlog() -> Finding:
    kernel = Path("/proc/sys/net/core/somaxconn")
    if not kernel.exists():
        return look("backlog", "the kernel does not tell net.core.somaxconn")
    size = int(kernel.read_text())
    if size < BACKLOG:
        return look(
            "backlog",
            f"{size} connections may wait to be taken in, {BACKLOG} were asked for",
            f"sysctl -w net.core.somaxconn={BACKLOG}, and a file in /etc/sysctl.d",
        )
    return ok("backlog", f"{min(size, BACKLOG)} connections may wait to be taken in")


def _systemd(settings: Settings) -> Iterator[Finding]:
    """Only where the unit is installed; a service that was typed into a terminal ends with it."""
    told = _said("systemctl", "show", UNIT, "--property=LoadState,LimitNOFILE,TimeoutStopUSec,Restart,UnitFileState")
    values = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    if values.get("LoadState") != "loaded":
        yield look("systemd", f"{UNIT} is not installed", "docs/exam-engine.service, unless something else starts it")
        return
    drain = settings.stop_delay_seconds + settings.drain_seconds + 2 + WORK_DRAIN_SECONDS
    stops = values.get("TimeoutStopUSec", "")
    if stops.endswith("s") and stops[:-1].isdigit() and int(stops[:-1]) <= drain:
        yield wrong("systemd", f"kills the service after {stops}; it may need {drain} s to stop", "TimeoutStopSec=90")
    if values.get("UnitFileState") != "enabled":
        yield wrong("systemd", f"{UNIT} does not start with the machine", f"systemctl enable {UNIT}")
    if values.get("Restart", "no") == "no":
        yield wrong("systemd", "a service that ends is not started again", "Restart=on-failure")
    yield ok("systemd", f"{UNIT}: {values.get('UnitFileState', '')}, stops within {stops}")


def _python() -> Finding:
    told = f"Python {platform.python_version()} on {platform.system()} {platform.release()}"
    return ok("python", told) if sys.platform == "linux" else look("python", f"{told}: one web worker only")


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
