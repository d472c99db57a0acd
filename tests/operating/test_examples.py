"""Files that operators copy: the dashboard and the alerts ask for metrics that exist, units are understood."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from exam_engine import serving
from exam_engine.kit import metrics
from exam_engine.kit.metrics import PREFIX
from exam_engine.operating.facts import FACTS

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ASKED = re.compile(rf"{PREFIX}[a-z_]+")


def known() -> set[str]:
    for name in ("exam_engine.doors", "exam_engine.serving"):
        import_module(name)  # declares what it measures
    own = metrics.names()
    endings = ("_bucket", "_count", "_sum")
    return own | {name + ending for name in own for ending in endings} | {PREFIX + name for name in FACTS}


def test_the_dashboard_asks_for_what_is_measured() -> None:
    board: dict[str, Any] = json.loads((EXAMPLES / "grafana-exam-day.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked = {name for query in queries for name in ASKED.findall(query)}
    assert asked - known() == set()
    assert {PREFIX + name for name in FACTS} - asked == set(), "measured, and shown nowhere"
    declared = {name for name in metrics.names() if not any(one.startswith(name) for one in asked)}
    assert declared == set(), "measured, and shown nowhere"
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(places) == len(set(places))


def test_alerts_ask_for_what_is_measured() -> None:
    text = (EXAMPLES / "alerts.yml").read_text(encoding="utf-8")
    assert set(ASKED.findall(text)) - known() == set()
    alerts = re.findall(r"- alert: (\w+)", text)
    assert len(alerts) == len(set(alerts)) == text.count("expr:") == text.count("summary:")


def test_every_metric_is_described() -> None:
    page = (EXAMPLES.parent / "operations.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`([a-z_]+)`", page))
    assert {name.removeprefix(PREFIX) for name in metrics.names()} | set(FACTS) <= described


@pytest.mark.parametrize("unit", ["exam-engine-backup.service", "exam-engine-backup.timer"])
def test_units_are_understood(unit: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(EXAMPLES / unit)], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if unit in line and "not executable" not in line]
    assert told == []


def test_proxies_let_go_of_a_connection_before_the_service_does() -> None:
    for name, told in {
        "nginx.conf": r"keepalive_requests 1000000;[^}]*keepalive_timeout (\d+)s;",
        "Caddyfile": r"^\t*keepalive (\d+)s$",
    }.items():
        seconds = re.findall(told, (EXAMPLES / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert len(seconds) == 1, name
        assert 1000 * int(seconds[0]) < serving.IDLE_MS, name


def test_the_containers_let_backups_in(tmp_path: Path) -> None:
    database = yaml.safe_load((EXAMPLES / "compose.yaml").read_text(encoding="utf-8"))["services"]["database"]
    (script,) = [one.split(":")[0] for one in database["volumes"] if "/docker-entrypoint-initdb.d/" in one]
    access = tmp_path / "pg_hba.conf"
    access.write_text("host all all all scram-sha-256\n")
    given = {
        "PGDATA": str(tmp_path),
        "POSTGRES_USER": database["environment"]["POSTGRES_USER"],
        "PATH": os.environ["PATH"],
    }
    subprocess.run(["sh", "-eu", str(EXAMPLES / script)], env=given, check=True)
    assert access.read_text().splitlines()[1:] == ["host replication exam_engine samenet scram-sha-256"]


FAKE_SETPRIV = """#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""
FAKE_PROGRAM = """#!{python}
import json, os, sys
print(json.dumps([sys.argv[1:], dict(os.environ)]))
"""


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """The command that operators install, with this folder's settings and program in place of the machine's."""
    for name, text in {"setpriv": FAKE_SETPRIV, "program": FAKE_PROGRAM.format(python=sys.executable)}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    text = (EXAMPLES / "exam-engine-command").read_text(encoding="utf-8")
    for there, here in {
        "/usr/local/lib/exam-engine/bin/python -I": f"{sys.executable} -I",
        "/usr/local/lib/exam-engine/bin/exam-engine": str(tmp_path / "program"),
        "/etc/exam-engine.env": str(tmp_path / "settings"),
    }.items():
        assert there in text
        text = text.replace(there, here)
    command = tmp_path / "exam-engine"
    command.write_text(text, encoding="utf-8")
    command.chmod(0o755)
    return command


def told(command: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    given = {"PATH": f"{command.parent}:{os.environ['PATH']}"}
    done = subprocess.run([str(command), *arguments], env=given, capture_output=True, text=True, check=True)
    found: tuple[list[str], dict[str, str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("X=postgresql://me:pa$$w@/exams?host=a:5432&host=b:5432", "postgresql://me:pa$$w@/exams?host=a:5432&host=b:5432"),
        ("X=$(touch ran); touch ran", "$(touch ran); touch ran"),
        ("X='one two'", "one two"),
        ("X=\"a \\\"b\\\" \\$c \\d\"", 'a "b" $c \\d'),
        ("X=a\"b\"'c'", "a\"b\"'c'"),
        ("X='a'\"b\"c", "abc"),
        ("  X =  Trường Lê Lợi \t", "Trường Lê Lợi"),
        ("X=a\\\nb", "ab"),
        ("X=a\\ \\b", "a b"),
        ("X=\"a\nb\"", "a\nb"),
        ("X=", ""),
        ("X=first\nX=second", "second"),
        ("# X=no\n; X=no\nexport X=no\nX=yes\nno line\n", "yes"),
    ],
)  # fmt: skip
def test_settings_of_the_command_are_read_as_systemd_does_and_not_run(beside: Path, line: str, value: str) -> None:
    (beside.parent / "settings").write_text(f"{line}\nEXAM_ENGINE_PORT=80\n", encoding="utf-8")
    _arguments, environment = told(beside)
    assert environment["X"] == value
    assert environment["EXAM_ENGINE_PORT"] == "80", "the next line"
    assert not Path("ran").exists()
    assert not (beside.parent / "ran").exists()


def test_the_command_gives_the_units_own_folder_unless_the_file_names_another(beside: Path) -> None:
    unit = (EXAMPLES.parent / "exam-engine.service").read_text(encoding="utf-8")
    arguments, environment = told(beside, "verify", "a b")
    assert arguments == ["verify", "a b"]
    assert f"Environment=EXAM_ENGINE_DATA_DIR={environment['EXAM_ENGINE_DATA_DIR']}\n" in unit
    (beside.parent / "settings").write_text("EXAM_ENGINE_DATA_DIR=/srv/exams\n", encoding="utf-8")
    assert told(beside)[1]["EXAM_ENGINE_DATA_DIR"] == "/srv/exams"
