"""The programs that come with PostgreSQL, and how they are told where the database is."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from exam_engine.kit import postgres_account
from exam_engine.operating.obstacle import CannotOperate

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
        parsed = make_url(url)
        asked = parsed.query.get("host") or parsed.host or "127.0.0.1"
        hosts = [asked] if isinstance(asked, str) else list(asked)
        split = [host.rpartition(":") if ":" in host and not host.startswith("/") else (host, "", "") for host in hosts]
        port = str(parsed.query.get("port") or parsed.port or 5432)
        values = {
            "host": ",".join(name for name, _colon, _number in split),
            "port": ",".join(number or port for _name, _colon, number in split),
            "user": parsed.username or "",
            "dbname": parsed.database or "",
            "application_name": application,
        }
        if len(hosts) > 1:
            values["target_session_attrs"] = "primary"
        text = " ".join(f"{name}={_quoted(value)}" for name, value in values.items() if value)
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}
        if parsed.password:
            environment["PGPASSWORD"] = str(parsed.password)
        return cls(text, environment)


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
