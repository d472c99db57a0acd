"""The database's address, as people know it from PostgreSQL's own programs."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import make_url

from exam_engine.kit.settings import SettingInvalid, Settings

HOSTS = "postgresql://me:s%3Fsl@/exams?host=a:5432&host=b:5433"


def database_url(given: str) -> str:
    found = Settings.from_environment({"EXAM_ENGINE_DATABASE_URL": given}).database_url
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["ssl", "sslmode"])
def test_tls_is_asked_for_in_both_words(name: str) -> None:
    """The driver knows `ssl` alone, and ends with a TypeError of its own for the other."""
    found = make_url(database_url(f"{HOSTS}&{name}=verify-full"))
    assert found.query == {"host": ("a:5432", "b:5433"), "ssl": "verify-full"}
    assert found.password == "s?sl"


def test_without_either_the_address_stays_as_it_is() -> None:
    assert database_url(HOSTS) == HOSTS.replace("postgresql://", "postgresql+asyncpg://")


@pytest.mark.parametrize(
    ("query", "told"),
    [("ssl=require&sslmode=disable", "not the same"), ("sslrootcert=/etc/ca.pem", "set PGSSLROOTCERT")],
)
def test_what_the_driver_would_not_take_is_said(query: str, told: str) -> None:
    with pytest.raises(SettingInvalid, match=told):
        database_url(f"postgresql://me@db.example/exams?{query}")
