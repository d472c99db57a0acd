"""What the fail-over cases need: found, or installed where the machine lets us; else the case fails as not run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from exam_engine.kit.postgres_account import Account
from tests.chaos.case import Need

ROOT = Path(__file__).parents[3]
PLACE = ROOT / "build" / "chaos"
PACKAGES = {"etcd": "etcd-server", "haproxy": "haproxy", "pgbouncer": "pgbouncer", "ip": "iproute2"}
SYSTEM_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin", "/usr/local/sbin"))


class Missing(RuntimeError):
    """A component is not here and cannot be installed; one line that says which and why."""


@cache
def binary(name: str) -> str:
    found = shutil.which(name, path=SYSTEM_PATH) or (_install(name) and shutil.which(name, path=SYSTEM_PATH))
    if not found:
        raise Missing(f"{name} is missing: install the package {PACKAGES[name]}")
    return found


def _install(name: str) -> bool:
    """The package's own service stays off: this machine may have other plans with port 5432 or 2379."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    package = PACKAGES[name]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
        subprocess.run(["apt-get", "-q", *command], env=environment, check=False, capture_output=True)
    if Path("/run/systemd/system").exists():
        unit = {"etcd-server": "etcd"}.get(package, package)
        subprocess.run(["systemctl", "disable", "--now", unit], check=False, capture_output=True)
    return True


@cache
def patroni() -> Path:
    """A folder of its own for PYTHONPATH: the unprivileged account may be kept out of where our interpreter lives."""
    folder = PLACE / "patroni"
    wanted = _requirements()
    stamp = folder / "requirements"
    if stamp.exists() and stamp.read_text() == "\n".join(wanted):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    lock = ROOT / "requirements.lock"
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", interpreter()]
    done = subprocess.run(
        [*command, "install", "--target", str(folder), "--constraint", str(lock), *wanted],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise Missing(f"Patroni could not be installed: {done.stderr.strip().splitlines()[-1]}")
    stamp.write_text("\n".join(wanted))
    return folder


def _requirements() -> list[str]:
    """The extra `chaos` of pyproject.toml: one place names what is needed."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = told["project"]["optional-dependencies"]["chaos"]
    return found


@cache
def interpreter() -> str:
    """A Python that another account than root may run, of our own version where there is one."""
    own = os.path.realpath(sys.executable)
    if os.geteuid() != 0:
        return own
    for path in (own, "/usr/local/bin/python3", "/usr/bin/python3"):
        if Path(path).exists() and all(parent.stat().st_mode & 0o001 for parent in Path(path).resolve().parents):
            return path
    raise Missing("no Python interpreter that an unprivileged account may run")


def postgresql(account: Account) -> Path:
    needed = ("postgres", "initdb", "pg_ctl", "pg_basebackup", "pg_rewind", "pg_controldata", "pg_isready")
    absent = [name for name in needed if not (account.binaries / name).exists()]
    if absent:
        raise Missing(f"PostgreSQL lacks {', '.join(absent)}")
    return account.binaries


def _need(name: str, look: Callable[[], object]) -> Need:
    def missing() -> str | None:
        try:
            look()
        except Missing as told:
            return str(told)
        return None

    return Need(name, cache(missing))


ETCD = _need("etcd", lambda: binary("etcd"))
HAPROXY = _need("HAProxy", lambda: binary("haproxy"))
PGBOUNCER = _need("PgBouncer", lambda: binary("pgbouncer"))
PATRONI = _need("Patroni", patroni)
