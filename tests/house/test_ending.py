"""SIGTERM to whoever has started a service for measuring ends that service and its folder, too."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from exam_engine.kit.settings import Settings
from loadtests.ending import like_ctrl_c, undisturbed

ROOT = Path(__file__).parents[2]
#: `asked`: the end is asked for while the service still starts.
PROGRAM = """
import signal, sys
from loadtests.own_service import OwnService

def say(own, *pids):
    print(own.data_dir, *pids, flush=True)

class Asked(OwnService):
    def _ready(self):
        say(self, self._process.pid)
        return False

if sys.argv[1] == "asked":
    Asked("serve").__enter__()
with OwnService("serve") as own:
    say(own, *own.roots())
    signal.pause()
"""


@pytest.mark.chaos
@pytest.mark.parametrize("when", ["asked", "running"])
def test_nothing_outlives_whoever_started_it(when: str) -> None:
    arguments = [sys.executable, "-c", PROGRAM, when]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as user:
        assert user.stdout is not None
        folder, *pids = user.stdout.readline().split()
        user.terminate()
        user.stdout.read()
    assert user.returncode == -signal.SIGINT
    assert not [one for one in pids if psutil.pid_exists(int(one))]
    assert not Path(folder).exists()


def test_whoever_set_a_handler_meanwhile_keeps_it() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(KeyboardInterrupt), like_ctrl_c():
            signal.raise_signal(signal.SIGTERM)
        assert signal.getsignal(signal.SIGTERM) == before
        with like_ctrl_c():
            with undisturbed():
                signal.raise_signal(signal.SIGTERM)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(("command", "code"), [("serve", 0), ("verify", 1)])
def test_a_command_that_is_asked_to_end_ends_in_order(command: str, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL may run by then, and be this command's to stop. A service that did not serve yet has done no wrong."""
    ended: list[str] = []

    def asked_to_end(*_: object, **_given: object) -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            ended.append("in order")

    monkeypatch.setattr(Settings, "from_environment", asked_to_end)
    before = signal.signal(signal.SIGTERM, lambda *_: pytest.fail("it would have ended this process at once"))
    try:
        done = CliRunner().invoke(main, [command])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert (done.exit_code, ended) == (code, ["in order"])
