"""The service as people start it: stops in order, comes back when killed in parts, says obstacles in one line."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest

from exam_engine.kit.authority import Authority
from exam_engine.kit.certificates import fingerprint
from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from tests.kit.test_certificates import made
from tests.live import ASKING, LiveServer, free_port

pytestmark = pytest.mark.chaos
ROOT = Path(__file__).parents[2]


@pytest.fixture
def alone(own_postgres: Embedded) -> Settings:
    """A service that brings its own PostgreSQL."""
    port = free_port()
    return Settings.from_environment(
        {}, data_dir=own_postgres.data_dir, port=port, public_url=f"http://127.0.0.1:{port}", workers=2, drain_seconds=5
    )


@pytest.fixture
def service(alone: Settings) -> Iterator[LiveServer]:
    with LiveServer(alone) as server:
        yield server


def eventually(true: Callable[[], object], within: float = 15) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
    return subprocess.run(
        [sys.executable, "-m", "exam_engine.cli", *arguments],
        env=environment | settings.to_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


def has_ended(process: psutil.Process) -> bool:
    """Also while it is asked: between two questions a process may go."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def ended_at(processes: list[psutil.Process], within: float = 20) -> dict[int, float]:
    ends: dict[int, float] = {}
    end = time.monotonic() + within
    while len(ends) < len(processes) and time.monotonic() < end:
        for process in processes:
            if process.pid not in ends and has_ended(process):
                ends[process.pid] = time.monotonic()
        time.sleep(0.001)
    assert len(ends) == len(processes), "something still runs"
    return ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_and_postgresql_last(
    service: LiveServer, own_postgres: Embedded, number: signal.Signals
) -> None:
    assert service.process is not None
    postmaster = psutil.Process(own_postgres.pid)
    others = [*service.parts("web"), *service.parts("work")]
    assert len(others) == 3
    for _ in range(3):  # an impatient person
        service.process.send_signal(number)
    ends = ended_at([*others, postmaster])
    assert ends[postmaster.pid] == max(ends.values())
    assert service.stop() == 0
    assert own_postgres.pid is None


@pytest.mark.pitfall("O4")
def test_a_killed_web_worker_is_back_at_once_and_the_others_serve(service: LiveServer) -> None:
    eventually(lambda: len([part for part in service.parts("web") if _listens(part)]) == 2)
    for _ in range(3):  # granian's own manager would give up at the second time
        victim = service.parts("web")[-1]  # the newborn
        victim.kill()
        victim.wait(5)
        assert ASKING.get(f"{service.url}/healthz", timeout=10).status_code == 200
        eventually(lambda: len(service.parts("web")) == 2, within=2)
    eventually(lambda: _answers(service))


def _listens(part: psutil.Process) -> bool:
    return any(found.status == psutil.CONN_LISTEN for found in part.net_connections("tcp"))


def test_a_killed_work_process_is_back(service: LiveServer) -> None:
    victim = service.parts("work")[0]
    victim.kill()
    eventually(lambda: any(part.pid != victim.pid for part in service.parts("work")))


def test_a_killed_postgresql_is_back(service: LiveServer, own_postgres: Embedded) -> None:
    before = own_postgres.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    eventually(lambda: own_postgres.pid not in {None, before})
    eventually(lambda: _answers(service))


def test_what_a_killed_parent_leaves_is_taken_over(service: LiveServer, own_postgres: Embedded) -> None:
    assert service.process is not None
    orphans = [*service.parts("web"), *service.parts("work")]
    postmaster = own_postgres.pid
    service.process.kill()
    service.process.wait()
    ended_at(orphans)
    assert own_postgres.pid == postmaster, "the data is still served"
    service.start()
    assert own_postgres.pid == postmaster
    service.stop()
    eventually(lambda: own_postgres.pid is None)


def test_a_service_begins_anew_while_what_a_killed_one_left_finishes(service: LiveServer) -> None:
    assert service.process is not None
    with socket.create_connection(("127.0.0.1", service.settings.port), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        eventually(lambda: _holds(service, connection))
        service.process.kill()
        service.process.wait()
        service.start()


def _holds(service: LiveServer, connection: socket.socket) -> bool:
    """Whether a worker has taken the connection in."""
    ours = connection.getsockname()[1]
    ends = [end for part in service.parts("web") for end in part.net_connections("tcp")]
    return any(end.raddr and end.raddr.port == ours for end in ends)


def test_a_request_that_has_begun_is_finished_before_the_stop(service: LiveServer) -> None:
    assert service.process is not None
    host, port = "127.0.0.1", service.settings.port
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.2)
        service.process.terminate()
        connection.sendall(b"\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_a_taken_port_is_told_before_anything_starts(alone: Settings, own_postgres: Embedded) -> None:
    with socket.create_server(("127.0.0.1", alone.port)):
        told = one_line(run(alone, "serve"))
    assert str(alone.port) in told
    assert not own_postgres.cluster.exists()


def test_a_taken_port_for_https_is_told(alone: Settings, own_postgres: Embedded) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = one_line(run(replace(alone, tls=True, tls_port=taken.getsockname()[1]), "serve"))
    assert "--tls-port" in told
    assert not own_postgres.cluster.exists()


def test_a_certificate_that_cannot_be_used_is_told_in_one_line(
    alone: Settings, own_postgres: Embedded, tmp_path: Path
) -> None:
    certificate, key = made(tmp_path, "thi.example.vn")
    key.unlink()
    told = one_line(run(alone, "serve", "--tls", "--tls-cert", str(certificate), "--tls-key", str(key)))
    assert f"cannot read {key}" in told
    assert own_postgres.pid is None


def test_the_authority_tells_itself(alone: Settings) -> None:
    assert "serve --lan" in one_line(run(alone, "authority"))
    found = Authority.of(alone)
    found.server_pair(["192.168.1.20"])
    told = json.loads(run(alone, "authority", "--json").stdout)
    assert told["sha256"] == fingerprint(found.certificate)
    assert told["certificate"] == str(found.certificate_file)


def test_a_second_service_on_the_same_data_is_refused(service: LiveServer, alone: Settings) -> None:
    other = replace(alone, port=free_port())
    assert "already runs" in one_line(run(other, "serve"))
    assert _answers(service)


def test_data_of_another_version_is_told_in_one_line(alone: Settings, own_postgres: Embedded) -> None:
    own_postgres.cluster.mkdir()
    (own_postgres.cluster / "PG_VERSION").write_text("14\n")
    assert "PostgreSQL 14" in one_line(run(alone, "serve"))


def test_a_database_that_does_not_answer_is_told_in_one_line(alone: Settings) -> None:
    absent = replace(alone, database_url=f"postgresql+asyncpg://me:secret@127.0.0.1:{free_port()}/exam")
    told = one_line(run(absent, "serve"))
    assert "does not answer" in told
    assert "secret" not in told


def test_a_misspelt_setting_is_told_in_one_line(alone: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "exam_engine.cli", "serve"],
        env=os.environ | alone.to_environment() | {"EXAM_ENGINE_WORKRES": "2", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert "EXAM_ENGINE_WORKRES" in one_line(done)


def test_an_older_schema_is_refused(alone: Settings, own_postgres: Embedded) -> None:
    assert run(alone, "migrate").returncode == 0
    assert run(alone, "migrate", "--down", "base").returncode == 0
    assert run(alone, "migrate", "0001").returncode == 0
    assert "exam-engine migrate" in one_line(run(alone, "serve"))
    assert own_postgres.pid is None


def _answers(service: LiveServer) -> bool:
    try:
        return ASKING.get(f"{service.url}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
