"""Cores, memory, swap, limits of the process and of the kernel, the versions of what runs."""

from __future__ import annotations

import platform
import re
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from exam_engine import preparing
from exam_engine.doctor.finding import Finding, look, ok, wrong
from exam_engine.kit import embedded
from exam_engine.kit.settings import MIB, Settings, available_cores
from exam_engine.serving import BACKLOG, MOST_FILES, WEB_AFTER_DRAIN_SECONDS, WORK_DRAIN_SECONDS

#: What `make bench` measures: the first worker with everything beside it, and each further one (docs/performance.md).
FAMILY_MIB, WORKER_MIB = 260, 60
FILES_ENOUGH = 20_000
UNIT = "exam-engine.service"
ASKED = "LoadState,LimitNOFILE,TimeoutStopUSec,Restart,UnitFileState"
#: As systemd writes spans: `1min 30s`, `500ms`.
SPAN = re.compile(r"(\d+)(us|ms|s|min|h|d|w)")
SPAN_S = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}


def examine(settings: Settings) -> Iterator[Finding]:
    unit = _unit()
    yield _cores(settings)
    yield _memory(settings)
    yield _swap()
    yield _files(settings, unit)
    yield _backlog()
    yield from _systemd(settings, unit)
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


def _files(settings: Settings, unit: Mapping[str, str]) -> Finding:
    """By the hard limit: workers raise the soft one to it (serving.most_connections)."""
    most, whose = _most_files(settings, unit)
    told = f"{most} open files for each process ({whose}); a socket is one"
    if most < 4096:
        return wrong("file limit", told, "LimitNOFILE=65536 in the unit, or nofile in /etc/security/limits.conf")
    if most < FILES_ENOUGH:
        return look("file limit", told, "LimitNOFILE=65536 for more than 4,000 sockets on a worker")
    return ok("file limit", told)


def _most_files(settings: Settings, unit: Mapping[str, str]) -> tuple[int, str]:
    """Of the service that runs; else of the unit that will start it; else of this shell, where it would be typed."""
    with suppress(psutil.Error, OSError, AttributeError):  # AttributeError: macOS does not tell of other processes
        if (pid := preparing.pid_of_service(settings)) is not None:
            return _known(psutil.Process(pid).rlimit(resource.RLIMIT_NOFILE)[1]), f"process {pid}, the service"
    if unit and (limit := unit.get("LimitNOFILE", "")):
        return (int(limit) if limit.isdigit() else MOST_FILES), UNIT
    return _known(resource.getrlimit(resource.RLIMIT_NOFILE)[1]), "hard limit of this shell"


def _known(limit: int) -> int:
    return MOST_FILES if limit == resource.RLIM_INFINITY else limit


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


def _unit() -> dict[str, str]:
    """What systemd knows of the service's unit; empty where it is not installed."""
    told = _said("systemctl", "show", UNIT, f"--property={ASKED}")
    values = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    return values if values.get("LoadState") == "loaded" else {}


def _systemd(settings: Settings, unit: Mapping[str, str]) -> Iterator[Finding]:
    """Only where the unit is installed; a service that was typed into a terminal ends with it."""
    if not unit:
        yield look("systemd", f"{UNIT} is not installed", "docs/exam-engine.service, unless something else starts it")
        return
    stops, state = unit.get("TimeoutStopUSec", ""), unit.get("UnitFileState", "")
    needs = stops_within(settings)
    good = f"{UNIT}: {state}, may take {stops} to stop"
    faults = [
        (
            (patience := seconds_of(stops)) is not None and patience <= needs,
            f"kills the service after {stops}; it may need {needs} s to stop",
            f"TimeoutStopSec={needs + 30}",
        ),
        (state != "enabled", f"{UNIT} does not start with the machine", f"systemctl enable {UNIT}"),
        (unit.get("Restart", "no") == "no", "a service that ends is not started again", "Restart=on-failure"),
    ]
    found = [wrong("systemd", told, change) for is_so, told, change in faults if is_so]
    yield from found or [ok("systemd", good)]


def stops_within(settings: Settings) -> int:
    """Seconds that an orderly stop may take at the worst: web workers, work process, PostgreSQL of its own."""
    web = settings.stop_delay_seconds + settings.drain_seconds + WEB_AFTER_DRAIN_SECONDS
    database = embedded.STOP_SECONDS + embedded.STOP_AT_ONCE_SECONDS if settings.embedded else 0
    return web + WORK_DRAIN_SECONDS + database


def seconds_of(span: str) -> float | None:
    """None: for ever, or nothing that is understood."""
    parts = [SPAN.fullmatch(part) for part in span.split()]
    return sum(int(one[1]) * SPAN_S[one[2]] for one in parts if one) if parts and all(parts) else None


def _python() -> Finding:
    told = f"Python {platform.python_version()} on {platform.system()} {platform.release()}"
    return ok("python", told) if sys.platform == "linux" else look("python", f"{told}: one web worker only")


def _said(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
