"""PostgreSQL's own programs are led to the same server, by the same way, as the service's driver."""

from __future__ import annotations

import pytest

from exam_engine.operating.tools import Connection

DRIVER = "postgresql+asyncpg://"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("me@db.example/exams", "host='db.example' port='5432'"),
        ("me@db.example:5433/exams", "host='db.example' port='5433'"),
        ("me@[fd00::5]:5433/exams", "host='fd00::5' port='5433'"),
        ("me@[fd00::5]/exams", "host='fd00::5' port='5432'"),
        ("me@/exams?host=/run/postgresql&port=5434", "host='/run/postgresql' port='5434'"),
        ("me@/exams?host=10.0.0.21:5432&host=10.0.0.22:5433", "host='10.0.0.21,10.0.0.22' port='5432,5433'"),
        ("me@/exams?host=fd00::1,fd00::2&port=5432,5433", "host='fd00::1,fd00::2' port='5432,5433'"),
    ],
)
def test_hosts_and_ports(url: str, expected: str) -> None:
    assert expected in Connection.of(DRIVER + url, "a test").conninfo


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ssl=require", "sslmode='require'"),
        ("ssl=verify-full", "sslmode='verify-full'"),
        ("ssl=verify_full", "sslmode='verify-full'"),
        ("sslmode=verify-ca", "sslmode='verify-ca'"),
    ],
)
def test_a_server_that_is_to_be_verified_is_verified_by_a_backup_too(query: str, expected: str) -> None:
    assert expected in Connection.of(f"{DRIVER}me@db.example/exams?{query}", "a test").conninfo
    assert "sslmode" not in Connection.of(f"{DRIVER}me@db.example/exams", "a test").conninfo


def test_what_the_driver_reads_of_the_environment_the_programs_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/ssl/db.pem")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGPASSWORD", "of the environment")
    monkeypatch.setenv("PGHOST", "elsewhere.example")
    given = Connection.of(f"{DRIVER}me@db.example/exams", "a test").environment
    assert given["PGSSLROOTCERT"] == "/etc/ssl/db.pem"
    assert given["PGSSLMODE"] == "verify-full"
    assert given["PGPASSWORD"] == "of the environment"
    assert "PGHOST" not in given
    own = Connection.of(f"{DRIVER}me:secret@db.example/exams", "a test")
    assert own.environment["PGPASSWORD"] == "secret"
    assert "secret" not in own.conninfo
