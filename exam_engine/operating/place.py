"""Where backups lie, and what is known of them.

DIR/base/2026-11-22T080000Z/{cluster/, about.json}   a whole backup; a half one is called .partial
DIR/wal/SYSTEM/CHAIN/                                 the log, as it flows; a new chain after a gap
DIR/state.json                                        the last backup, failure and drill, for doctor and metrics
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import sqlalchemy.exc

from exam_engine.operating.obstacle import CannotOperate, one_line

PARTIAL = ".partial"
#: What goes wrong without being this program's mistake: one line, no traceback.
_EXPECTED = (OSError, sqlalchemy.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """One base backup, as its about.json says; whole, since that file is written last but for the folder's name."""

    name: str
    began_at: datetime
    ended_at: datetime
    program: str
    schema: str
    server: int
    system: str
    timeline: int
    first_segment: str
    segment_bytes: int
    embedded: bool
    user: str
    database: str
    size: int
    manifest_sha256: str
    counts: dict[str, int]


class State(msgspec.Struct, kw_only=True):
    last_success: datetime | None = None
    last_failure: datetime | None = None
    failure: str = ""
    last_drill: datetime | None = None
    drill_ok: bool | None = None
    drill_told: str = ""


class Place:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.bases = root / "base"
        self.wal = root / "wal"
        self._state = root / "state.json"

    def make(self) -> None:
        try:
            for folder in (self.root, self.bases, self.wal):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as refused:
            raise CannotOperate(f"cannot write to the backup place {self.root}: {refused.strerror}") from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Two backups at once would throw away each other's half folders."""
        self.make()
        with (self.root / "backup.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotOperate(f"a backup or a drill already runs in {self.root}") from None
            yield

    @contextmanager
    def noting(self, failed: Callable[[str], Mapping[str, Any]]) -> Iterator[None]:
        """Whatever fails inside stands in state.json afterwards, if the place takes a note at all."""
        try:
            yield
        except Exception as error:
            with suppress(OSError):
                self.note(**failed(one_line(error)))
            if isinstance(error, _EXPECTED):
                raise CannotOperate(one_line(error)) from None
            raise

    def whole(self) -> list[Base]:
        """Oldest first. A folder without a readable about.json is no backup."""
        found = []
        for folder in sorted(self.bases.glob("*")):
            if folder.name.endswith(PARTIAL):
                continue
            try:
                found.append(msgspec.json.decode((folder / "about.json").read_bytes(), type=Base))
            except (OSError, msgspec.MsgspecError):
                continue
        return found

    def cluster(self, base: Base) -> Path:
        return self.bases / base.name / "cluster"

    def chains(self, system: str) -> list[Path]:
        """Folders of log of one database, oldest first."""
        return sorted(path for path in (self.wal / system).glob("*") if path.is_dir())

    def throw_away_halves(self) -> None:
        for half in self.bases.glob(f"*{PARTIAL}"):
            shutil.rmtree(half, ignore_errors=True)

    def state(self) -> State:
        try:
            return msgspec.json.decode(self._state.read_bytes(), type=State)
        except (OSError, msgspec.MsgspecError):
            return State()

    def note(self, **changes: Any) -> None:
        known = msgspec.structs.replace(self.state(), **changes)
        write_whole(self._state, msgspec.json.format(msgspec.json.encode(known)))


def now() -> datetime:
    return datetime.now(UTC)


def write_whole(path: Path, data: bytes) -> None:
    """Whole or not at all, also after a power cut."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def same_disk(one: Path, other: Path) -> bool:
    return existing(one).stat().st_dev == existing(other).stat().st_dev


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())


def shown(base: Base) -> Mapping[str, Any]:
    found: Mapping[str, Any] = msgspec.to_builtins(base)
    return found
