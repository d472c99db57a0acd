"""PgBouncer as docs/examples has it, in front of any PostgreSQL; it can be killed and started again."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from exam_engine.kit import postgres_account
from tests.chaos.cluster import components
from tests.chaos.cluster.patroni import from_example, until_it_listens
from tests.live import free_port


@dataclass
class PgBouncer:
    """`server`: host and port of the database, or of what leads to it; a host that begins with / is a socket folder."""

    folder: Path
    server: tuple[str, int]
    user: str
    password: str
    size: int = 20
    database: str = "exam_engine"
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{self.user}:{self.password}@127.0.0.1:{self.port}/exam_engine"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def lies_between(self) -> bool:
        """Clients are connected to it, and it is connected to its servers."""
        found = psutil.Process(self.pid).net_connections("tcp")
        live = [one for one in found if one.status == psutil.CONN_ESTABLISHED and one.laddr and one.raddr]
        clients = [one for one in live if one.laddr.port == self.port]
        return bool(clients) and any(one.raddr.port == self.server[1] for one in live)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        account = postgres_account.for_this_user(self.folder)
        own = self.folder / "pgbouncer"
        account.make_private_dir(own)
        self.port = self.port or free_port()
        users = own / "userlist.txt"
        account.write_private_file(users, f'"{self.user}" "{self.password}"\n')
        changes = {
            "host=127.0.0.1 port=5000": f"host={self.server[0]} port={self.server[1]} dbname={self.database}",
            "listen_port = 6432": f"listen_port = {self.port}",
            "/etc/pgbouncer/userlist.txt": str(users),
            "default_pool_size = 20": f"default_pool_size = {self.size}",
            "/var/log/pgbouncer/pgbouncer.log": str(own / "pgbouncer.log"),
        }
        account.write_private_file(own / "pgbouncer.ini", from_example("pgbouncer.ini", changes))
        words = [components.binary("pgbouncer"), "--quiet", str(own / "pgbouncer.ini")]
        self._process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, **account.run_as,
        )  # fmt: skip
        until_it_listens(self._process, self.port)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
