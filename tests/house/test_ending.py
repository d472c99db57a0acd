"""SIGTERM to whoever has started a service for measuring ends that service and its folder, too."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

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
