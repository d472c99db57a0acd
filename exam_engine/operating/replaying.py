"""A copy of a backup, replayed to a moment by a PostgreSQL of its own: no network, one private socket, nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import psutil

from exam_engine.kit.postgres_account import Account
from exam_engine.operating.obstacle import CannotOperate
from exam_engine.operating.place import Base

PORT = 5432
STOPS_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Replay:
    """``cluster`` belongs to ``account`` and holds a base backup with its log in pg_wal."""

    cluster: Path
    account: Account
    programs: Path
    base: Base
    to_time: datetime | None = None

    @contextmanager
    def running(self) -> Iterator[str]:
        """The URL of the database once it has been replayed and takes statements; stopped afterwards."""
        with tempfile.TemporaryDirectory(prefix="exam-engine-replay-", dir=tempfile.gettempdir()) as made:
            room = Path(made)
            os.chown(room, self.account.uid, self.account.gid)
            self._configure(room)
            log = self.cluster.with_name(self.cluster.name + ".log")
            with log.open("wb") as told:
                process = subprocess.Popen(
                    [self.programs / "postgres", "-D", str(self.cluster), f"--config-file={room / 'replay.conf'}"],
                    stdin=subprocess.DEVNULL, stdout=told, stderr=told, start_new_session=True, **self.account.run_as,
                )  # fmt: skip
            try:
                self._wait(process, log)
                yield self._url(room)
            finally:
                _stop(process)
                log.unlink(missing_ok=True)  # what it says of a failure has been told

    def _configure(self, room: Path) -> None:
        """A file of its own: the one inside names places and sizes of the machine that was backed up."""
        target = ""
        if self.to_time is not None:
            target = f"recovery_target_time = '{self.to_time.isoformat(sep=' ')}'\nrecovery_target_inclusive = on\n"
        self.account.write_private_file(room / "access.conf", "local all all trust\n")
        self.account.write_private_file(
            room / "replay.conf",
            f"listen_addresses = ''\nport = {PORT}\nunix_socket_directories = '{room}'\n"
            f"unix_socket_permissions = '0700'\nhba_file = '{room / 'access.conf'}'\n"
            "shared_buffers = '128MB'\nhot_standby = off\nrestore_command = 'false'\nlc_messages = 'C'\n"
            f"recovery_target_action = 'promote'\ntimezone = 'UTC'\n{target}",
        )
        self.account.write_private_file(self.cluster / "recovery.signal", "")
        for name in ("postgresql.auto.conf", "standby.signal"):
            (self.cluster / name).unlink(missing_ok=True)
        self.account.write_private_file(self.cluster / "postgresql.auto.conf", "")

    def _wait(self, process: subprocess.Popen[bytes], log: Path) -> None:
        """As long as it takes: a day of log is replayed at the disk's own pace."""
        while not self._ready():
            if process.poll() is not None:
                raise CannotOperate(self._reason(log))
            time.sleep(0.05)

    def _ready(self) -> bool:
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _reason(self, log: Path) -> str:
        told = log.read_text(encoding="utf-8", errors="replace")
        if "recovery ended before configured recovery target was reached" in told:
            return f"the log does not reach {self.to_time}: restore without --to-time for everything that there is"
        lines = [line for line in told.splitlines() if "FATAL:" in line or "PANIC:" in line]
        return f"the replay failed: {(lines or told.splitlines() or ['it gave no reason'])[-1]}"

    def _url(self, room: Path) -> str:
        return f"postgresql+asyncpg://{quote(self.base.user)}@/{quote(self.base.database)}?host={quote(str(room))}&port={PORT}"


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
