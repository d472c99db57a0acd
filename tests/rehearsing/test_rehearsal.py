"""`exam-engine rehearse` as people type it, against a running service; that it finds a lie: `make chaos`."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from exam_engine.kit.settings import Settings
from exam_engine.preparing import CannotStart
from exam_engine.rehearsing import running, sandbox
from exam_engine.rehearsing.command import LEFT_BEHIND
from tests.live import LiveServer, free_port
from tests.rehearsing.test_reporting import a_report

ROOT = Path(__file__).parents[2]
CANDIDATES = 12
#: An exam of one minute in six seconds; nobody of this seed forgets to hand in, which would cost the settling time.
DAY = ("--candidates", str(CANDIDATES), "--minutes", "1", "--speed", "10", "--before", "0", "--seed", "7")
LENIENT = "lost_answers = 0\nunasked_answers = 0\nundelivered_answers = 0\nreceipts_share = 1.0\n"


@pytest.fixture(scope="module")
def live_server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    port = free_port()
    where: dict[str, Any] = {"port": port, "public_url": f"http://127.0.0.1:{port}", "workers": 1}
    folder = tmp_path_factory.mktemp("rehearsal")
    settings = Settings.from_environment({}, database_url=database_url, data_dir=folder, log_level="warning", **where)
    with LiveServer(settings) as server:
        yield server


def rehearse(server: LiveServer, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
    return subprocess.run(
        [sys.executable, "-m", "exam_engine.cli", "rehearse", *arguments],
        env=kept | server.settings.to_environment() | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip


def limits(folder: Path, text: str) -> str:
    target = folder / "limits.toml"
    target.write_text(text, encoding="utf-8")
    return str(target)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_a_small_day_passes(live_server: LiveServer, tmp_path: Path) -> None:
    report, page = tmp_path / "report.json", tmp_path / "report.html"
    done = rehearse(
        live_server, *DAY, "--limits", limits(tmp_path, LENIENT), "--json", str(report), "--html", str(page)
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ĐẠT" in done.stdout
    found = read(report)
    sums = found["reconciled"]
    assert found["passed"] is True
    assert found["stages"] == {"handed in": CANDIDATES}
    assert sums["sent"] == sums["acknowledged"] == sums["stored"] > CANDIDATES
    assert sums["whole"] == CANDIDATES
    kinds = {row["kind"] for row in found["requests"]}
    assert {"POST /t", "POST /play/start", "POST /play/save", "POST /play/submit", "staff: room page"} <= kinds
    assert "<script" not in page.read_text(encoding="utf-8")
    assert read(live_server.settings.data_dir / "rehearsal.json") == found


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--url", "http://127.0.0.1:9"), "nothing answers"),
        (("--limits", "there-is-none.toml"), "there-is-none.toml"),
        (("--master",), "--workers"),
    ],
)
def test_what_cannot_run_says_why_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    refused_with(told, *arguments)


def test_what_is_in_the_way_is_said_before_a_sandbox_is_built(live_server: LiveServer) -> None:
    refused_with("no sitting nosuch", "--sitting", "nosuch", environment=live_server.settings.to_environment())


def refused_with(told: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
    done = CliRunner(env=environment).invoke(main, ["rehearse", *arguments])
    assert done.exit_code == 2
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("p95_ms = 500", "p95_ms"),
        ("lost_answers = true", "lost_answers"),
        ("[lost_answers]\nall = 0", "lost_answers"),
        ('[p99_ms]\n"*" = "500"', "p99_ms"),
        ("p98_ms = 500", "p98_ms"),
    ],
)
def test_limits_that_cannot_be_judged_by_are_refused_before_anything_is_played(
    tmp_path: Path, text: str, key: str
) -> None:
    refused_with(key, "--limits", limits(tmp_path, text))


def test_removing_needs_no_locust(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "locust" else found(name, *rest)
    )
    refused_with("exam-engine[rehearse]", "--candidates", "2")
    done = CliRunner(env=live_server.settings.to_environment()).invoke(main, ["rehearse", "--remove"])
    assert (done.exit_code, done.stdout) == (0, "removed: 0\n"), done.stderr


def test_a_sandbox_that_stays_behind_takes_no_report_with_it(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def busy(*_: object) -> None:
        raise CannotStart("the journal is too busy")

    report, page = tmp_path / "report.json", tmp_path / "report.html"
    environment = live_server.settings.to_environment()
    arguments = ["rehearse", "--candidates", "2", "--language", "en", "--json", str(report), "--html", str(page)]
    with monkeypatch.context() as patched:
        patched.setattr(running, "_played", lambda *_: a_report("bell"))
        patched.setattr(sandbox, "_drop_journal", busy)
        done = CliRunner(env=environment).invoke(main, arguments)
    assert done.exit_code == LEFT_BEHIND, done.output
    assert "too busy" in done.stderr
    assert "rehearse --remove" in done.stderr
    assert read(report)["passed"] is True
    assert "PASS" in page.read_text(encoding="utf-8")
    removed = CliRunner(env=environment).invoke(main, ["rehearse", "--remove"])
    assert removed.stdout == "removed: 1\n"


def test_sigterm_takes_the_sandbox_away(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked_to_end(*_: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    environment = live_server.settings.to_environment()
    unheard = signal.signal(signal.SIGTERM, lambda *_: pytest.fail("it would have ended this process at once"))
    try:
        with monkeypatch.context() as patched:
            patched.setattr(running, "_played", asked_to_end)
            CliRunner(env=environment).invoke(main, ["rehearse", "--candidates", "2"])
    finally:
        signal.signal(signal.SIGTERM, unheard)
    removed = CliRunner(env=environment).invoke(main, ["rehearse", "--remove"])
    assert removed.stdout == "removed: 0\n"


def test_a_day_that_was_broken_off_is_nothing_for_the_doctor(
    live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = live_server.settings.data_dir / "rehearsal.json"
    known.unlink(missing_ok=True)
    environment = live_server.settings.to_environment()
    for early, kept in ((True, False), (False, True)):
        with monkeypatch.context() as patched:
            patched.setattr(running, "_played", lambda *_, early=early: a_report(ended_early=early))
            CliRunner(env=environment).invoke(main, ["rehearse", "--candidates", "2"])
        assert known.exists() is kept
