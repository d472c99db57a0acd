"""Three machines with PostgreSQL under Patroni, etcd and HAProxy here: each can be killed, hung, cut off."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from exam_engine.kit import postgres_account
from exam_engine.kit.postgres_account import Account
from tests.chaos.cluster import components
from tests.chaos.cluster.network import Machine, Network
from tests.chaos.evidence import demand
from tests.live import free_port

EXAMPLES = components.ROOT / "docs" / "examples"
COMES_UP_WITHIN = 90.0
POSTGRESQL, REST = 5432, 8008
_PASSWORDS = ("superuser", "replication", "rewind", "own")


@dataclass
class Node:
    name: str
    machine: Machine
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def told(self) -> dict[str, Any]:
        """What its Patroni says about itself; empty where it says nothing."""
        return _asked(f"http://{self.machine.address}:{REST}/patroni")

    def hang_postgresql(self) -> None:
        found = self.machine.processes("postgres")
        demand(found, f"PostgreSQL was not there on {self.name}")
        for process in found:
            process.send_signal(signal.SIGSTOP)

    def cut_off(self) -> None:
        demand(self.told(), f"{self.name} was away before")
        self.machine.cut_off()
        demand(not self.told(), f"{self.name} was not cut off")

    def let_postgresql_go_on(self) -> None:
        for process in self.machine.processes("postgres"):
            process.send_signal(signal.SIGCONT)

    def kill_patroni(self) -> None:
        """PostgreSQL goes on as it was."""
        assert self.process is not None
        demand(self.process.poll() is None, f"Patroni was not there on {self.name}")
        self.process.kill()
        self.process.wait()

    def kill(self) -> None:
        demand(self.machine.processes("postgres"), f"PostgreSQL was not there on {self.name}")
        self.machine.kill_everything()
        demand(not self.machine.processes(), f"{self.name} goes on")
        if self.process is not None:
            self.process.wait()


@dataclass
class Cluster:
    """`folder` must lie where other accounts may look."""

    folder: Path
    account: Account = field(init=False)
    nodes: list[Node] = field(default_factory=list)
    network: Network = field(default_factory=Network)
    passwords: dict[str, str] = field(default_factory=lambda: {name: secrets.token_hex(16) for name in _PASSWORDS})
    _helpers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    async def open(self) -> None:
        try:
            await asyncio.to_thread(self._start)
            await self.wait_for("three healthy members", self.healthy)
            await self._create_database()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.network.close()
        for process in self._helpers:
            with suppress(ProcessLookupError):
                process.kill()
            process.wait()
        for node in self.nodes:
            if node.process is not None:
                node.process.wait()

    # --- addresses

    def url(self, port: int | None = None) -> str:
        """Through HAProxy, or through what listens at another port here."""
        return f"postgresql://exam_engine:{self.passwords['own']}@127.0.0.1:{port or self.port}/exam_engine"

    def url_of_all(self) -> str:
        hosts = "&".join(f"host={node.machine.address}:{POSTGRESQL}" for node in self.nodes)
        user = f"exam_engine:{self.passwords['own']}"
        return f"postgresql://{user}@/exam_engine?{hosts}&target_session_attrs=read-write"

    async def connect(self, node: Node) -> asyncpg.Connection:
        return await asyncpg.connect(
            host=node.machine.address, port=POSTGRESQL, user="postgres", password=self.passwords["superuser"],
            database="exam_engine", timeout=5,
        )  # fmt: skip

    # --- who is what

    def primary(self) -> Node | None:
        """The one that holds the lock and serves: what HAProxy asks, too."""
        for node in self.nodes:
            if _status(f"http://{node.machine.address}:{REST}/primary") == 200:
                return node
        return None

    def healthy(self) -> bool:
        """A primary, and every other machine streams from it, one of them synchronously."""
        members = self.members()
        streaming = [one for one in members if one["state"] == "streaming"]
        leaders = [one for one in members if one["role"] == "leader" and one["state"] == "running"]
        synchronous = [one for one in members if one["role"] in ("sync_standby", "quorum_standby")]
        return len(leaders) == 1 and len(streaming) == len(self.nodes) - 1 and bool(synchronous)

    def members(self) -> list[dict[str, Any]]:
        for node in self.nodes:
            if found := _asked(f"http://{node.machine.address}:{REST}/cluster"):
                return list(found["members"])
        return []

    async def wait_for(self, what: str, true: Callable[[], bool], within: float = COMES_UP_WITHIN) -> float:
        """Seconds that it took."""
        begun = time.monotonic()
        while time.monotonic() < begun + within:
            if await asyncio.to_thread(true):
                return time.monotonic() - begun
            await asyncio.sleep(0.1)
        told = "; ".join(f"{one['name']} {one['role']} {one['state']}" for one in self.members())
        left = [" ".join(one.cmdline())[:80] for node in self.nodes for one in node.machine.processes("postgres")]
        raise AssertionError(f"{self.log()}\n{left}\nno {what} within {within:.0f} s: {told or 'nobody answers'}")

    def log(self) -> str:
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}" for path in sorted(self.folder.glob("*.log"))
        )

    # --- what can be done to it

    def start(self, node: Node) -> None:
        """Or again, on what its disk holds."""
        environment = {
            "PATH": components.SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": str(node.folder),
            "PYTHONPATH": str(components.patroni()), **self.network.mark,
        }  # fmt: skip
        command = [components.interpreter(), "-m", "patroni", str(node.folder / "patroni.yml")]
        handed = ["setpriv", f"--reuid={self.account.uid}", f"--regid={self.account.gid}", "--clear-groups", "--"]
        words = [*node.machine.within(), *handed, *command]
        node.process = self._spawn(f"{node.name}", words, environment, str(node.folder))

    def switch_over(self, to: Node) -> None:
        leader = self.primary()
        assert leader is not None
        body = json.dumps({"leader": leader.name, "candidate": to.name}).encode()
        asked = urllib.request.Request(f"http://{leader.machine.address}:{REST}/switchover", body, method="POST")
        with urllib.request.urlopen(asked, timeout=60) as reply:
            reply.read()

    # --- how it comes up

    def _start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.account = postgres_account.for_this_user(self.folder)
        components.postgresql(self.account)
        self.network.open()
        self._start_etcd()
        for number in (1, 2, 3):
            self.nodes.append(self._node(number))
        self._start_haproxy()
        for node in self.nodes:
            self.start(node)

    def _start_etcd(self) -> None:
        client, peer = f"http://{self.network.here}:2379", f"http://{self.network.here}:2380"
        words = [
            components.binary("etcd"), "--name=e1", f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={client}", f"--advertise-client-urls={client}",
            f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=e1={peer}",
        ]  # fmt: skip
        self._helpers.append(self._spawn("etcd", words, dict(os.environ), str(self.folder)))

    def _start_haproxy(self) -> None:
        self.port = free_port()
        changes = {"127.0.0.1:5000": f"127.0.0.1:{self.port}"} | {
            f"10.0.0.2{number}:": f"{node.machine.address}:" for number, node in enumerate(self.nodes, start=1)
        }
        file = self.folder / "haproxy.cfg"
        file.write_text(from_example("haproxy-postgresql.cfg", changes))
        words = [components.binary("haproxy"), "-db", "-f", str(file)]
        self._helpers.append(self._spawn("haproxy", words, dict(os.environ), str(self.folder)))
        until_it_listens(self._helpers[-1], self.port)

    def _node(self, number: int) -> Node:
        node = Node(f"pg{number}", self.network.add(number), self.folder / f"pg{number}")
        self.account.make_private_dir(node.folder)
        self.account.make_private_dir(node.folder / "sockets")
        changes = changes_of(node, self.network.here, self.network.range, self.account.binaries, self.passwords)
        self.account.write_private_file(node.folder / "patroni.yml", from_example("patroni.yml", changes))
        return node

    async def _create_database(self) -> None:
        primary = self.primary()
        assert primary is not None
        connection = await asyncpg.connect(
            host=primary.machine.address, port=POSTGRESQL, user="postgres", password=self.passwords["superuser"],
            database="postgres", timeout=5,
        )  # fmt: skip
        try:
            await connection.execute(f"create role exam_engine login password '{self.passwords['own']}'")
            await connection.execute("create database exam_engine owner exam_engine")
        finally:
            await connection.close()

    def _spawn(
        self, name: str, words: Sequence[str], environment: dict[str, str], folder: str
    ) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                words, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip


def changes_of(node: Node, etcd: str, network: str, binaries: Path, passwords: dict[str, str]) -> dict[str, str]:
    """What is different on this machine from the example."""
    return {
        "name: pg1": f"name: {node.name}",
        "10.0.0.21": node.machine.address,
        "10.0.0.11:2379,10.0.0.12:2379,10.0.0.13:2379": f"{etcd}:2379",
        "/var/lib/postgresql/exam": str(node.folder / "data"),
        "/usr/lib/postgresql/18/bin": str(binaries),
        "/var/lib/postgresql/patroni.pgpass": str(node.folder / "pgpass"),
        "/run/postgresql": str(node.folder / "sockets"),
        "10.0.0.0/24": network,
        "shared_buffers: 4GB": "shared_buffers: 64MB",
        "wal_keep_size: 1GB": "wal_keep_size: 128MB",
        **{f"{name.upper()}-PASSWORD": passwords[name] for name in ("superuser", "replication", "rewind")},
    }


def from_example(name: str, changes: dict[str, str]) -> str:
    """A file of docs/examples with what differs here; every change must find its place, or the example has drifted."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text, f"docs/examples/{name} has no {old!r} any more"
        text = text.replace(old, new)
    return text


def until_it_listens(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise AssertionError(f"{process.args!r} does not listen; it ended with {process.poll()}")


def _asked(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(url, timeout=1.5) as reply:
            found: dict[str, Any] = json.load(reply)
            return found
    except urllib.error.HTTPError as error:
        with suppress(ValueError):
            return dict(json.load(error))
        return {}
    except (OSError, ValueError):
        return {}


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=1.5) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):
        return 0
