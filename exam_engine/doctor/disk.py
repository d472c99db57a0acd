"""Room, kind of file system, and how fast the disk takes what must not be lost: each commit waits for that."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from exam_engine.doctor.finding import Finding, look, ok, wrong
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from exam_engine.operating.place import existing

GB = 1_000_000_000
#: As PostgreSQL writes its log, and for how long it is tried.
PAGE, TRY_S, MOST_TRIES = 8192, 1.0, 500
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "drvfs", "vboxsf"})
IN_MEMORY = frozenset({"tmpfs", "ramfs"})


def examine(settings: Settings) -> Iterator[Finding]:
    places = {"data": existing(settings.data_dir)}
    if settings.embedded:
        log = Embedded(settings.data_dir).cluster / "pg_wal"
        if log.is_symlink():
            places["database log"] = existing(log.resolve())
    for name, folder in places.items():
        yield _room(name, folder)
        yield _kind(name, folder)
        yield _speed(name, folder, settings)


def _room(name: str, folder: Path) -> Finding:
    usage = psutil.disk_usage(str(folder))
    told = f"{usage.free / GB:.1f} GB free of {usage.total / GB:.0f} at {folder}"
    if usage.free < 2 * GB:
        return wrong(f"disk: {name}", told, "make room: 100,000 candidates write about 2 GB, the log as much again")
    return (
        look(f"disk: {name}", told, "make room before a large day")
        if usage.free < 10 * GB
        else ok(f"disk: {name}", told)
    )


def _kind(name: str, folder: Path) -> Finding:
    mounts = [one for one in psutil.disk_partitions(all=True) if folder.is_relative_to(one.mountpoint)]
    mount = max(mounts, key=lambda one: len(one.mountpoint), default=None)
    if mount is None:
        return look(f"file system: {name}", f"unknown, at {folder}")
    told = f"{mount.fstype} on {mount.device or mount.mountpoint}{_rotates(mount.device)}"
    if mount.fstype in IN_MEMORY:
        return wrong(f"file system: {name}", f"{told}: gone with the power", "EXAM_ENGINE_DATA_DIR on a disk")
    if mount.fstype in REMOTE:
        return wrong(f"file system: {name}", f"{told}: fsync may promise more than it does", "a disk of this machine")
    return ok(f"file system: {name}", told)


def _rotates(device: str) -> str:
    name = Path(device).name
    for block in (name, name.rstrip("0123456789"), name.rstrip("0123456789").rstrip("p")):
        with suppress(OSError):
            turning = (Path("/sys/block") / block / "queue" / "rotational").read_text().strip() == "1"
            virtual = " (virtual disk: what lies below decides)" if block.startswith(("vd", "xvd")) else ""
            return f"{', a turning disk' if turning and not virtual else ''}{virtual}"
    return ""


def _speed(name: str, folder: Path, settings: Settings) -> Finding:
    subject = f"fsync: {name}"
    try:
        times = sorted(fsyncs(folder))
    except OSError as refused:
        return look(subject, f"could not be tried at {folder}: {refused.strerror}")
    usual, worst = times[len(times) // 2], times[int(len(times) * 0.99)]
    alone, shared = 1 / usual, settings.workers * settings.flush_max / usual
    told = (
        f"{1000 * usual:.2f} ms, one in a hundred {1000 * worst:.1f} ms: {alone:,.0f} commits a second; "
        f"in commits of {settings.flush_max} the disk takes {shared:,.0f} answers a second"
    )
    if usual > 0.05:
        return wrong(subject, told, "another disk: every answer waits for this one")
    if usual > 0.015 or worst > 0.25:
        return look(subject, told, "an SSD; a turning or shared disk makes answers wait")
    if usual < 0.00002:
        return look(subject, f"{told}; no disk is that fast", "does it really write? A virtual disk's cache may lie")
    return ok(subject, told)


def fsyncs(folder: Path) -> Iterator[float]:
    """Seconds of each write that is waited for."""
    page = os.urandom(PAGE)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        file.write(page * 64)
        file.flush()
        os.fsync(file.fileno())
        end = time.monotonic() + TRY_S
        for number in range(MOST_TRIES):
            begun = time.perf_counter()
            os.pwrite(file.fileno(), page, PAGE * (number % 64))
            os.fdatasync(file.fileno())
            yield time.perf_counter() - begun
            if time.monotonic() > end:
                return
