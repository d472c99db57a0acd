"""The programs that come with PostgreSQL, and how they are told where the database is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import make_url

from exam_engine.kit import postgres_account
from exam_engine.operating.obstacle import CannotOperate

#: What the driver of the service reads of the environment, too: certificates and passwords that no URL names.
_PASSED_ON = ("HOME", "PGPASSWORD", "PGPASSFILE")
_SYSTEM_PLACES = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin", "/usr/local/pgsql/bin")


def own() -> Path:
    """The wheel's programs: those that talk to a server accept every older one."""
    return postgres_account.PACKAGE / postgres_account.INSTALLATION


def of_major(major: int) -> Path | None:
    """A server replays only the log of its own major version."""
    if postgres_account.major_version() == str(major):
        return own()
    named = [Path(place.format(major=major)) for place in _SYSTEM_PLACES]
    found = shutil.which("postgres")
    candidates = [*named, *([Path(found).parent] if found else [])]
    return next((place for place in candidates if _major(place / "postgres") == major), None)


def _major(postgres: Path) -> int | None:
    if not postgres.exists():
        return None
    told = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False).stdout
    number = told.rsplit(" ", 1)[-1].split(".", 1)[0].strip()
    return int(number) if number.isdigit() else None


@dataclass(frozen=True, slots=True)
class Connection:
    """The password travels in the environment: arguments of a process are for everybody to read."""

    conninfo: str
    environment: Mapping[str, str]

    @classmethod
    def of(cls, url: str, application: str) -> Connection:
        """Read by the service's own driver, so that both go to the same server and by the same TLS."""
        dialect: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
        _nothing, given = dialect.create_connect_args(make_url(url))
        hosts = _listed(given.get("host") or "127.0.0.1")
        values = {
            "host": ",".join(hosts),
            "port": ",".join(_listed(given.get("port") or 5432)),
            "user": given.get("user", ""),
            "dbname": given.get("database", ""),
            "application_name": application,
            # The driver takes both spellings of verify-full; libpq one.
            "sslmode": str(given.get("sslmode") or given.get("ssl") or "").replace("_", "-"),
        }
        if len(hosts) > 1:
            values["target_session_attrs"] = "primary"
        text = " ".join(f"{name}={_quoted(value)}" for name, value in values.items() if value)
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
        environment |= {
            name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith("PGSSL")
        }
        if given.get("password"):
            environment["PGPASSWORD"] = str(given["password"])
        return cls(text, environment)


def _listed(given: Any) -> list[str]:
    return [str(one) for one in given] if isinstance(given, (list, tuple)) else [str(given)]


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def run(program: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What it printed; its own last line where it failed."""
    own_environment = None if environment is None else dict(environment)
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False, env=own_environment)
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        marked = [line for line in lines if "error:" in line or "FATAL:" in line]
        raise CannotOperate(f"{program.name} failed: {(marked or lines or ['it gave no reason'])[-1]}")
    return done.stdout
