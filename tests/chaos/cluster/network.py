"""Machines on a switch, as network namespaces joined by a bridge: each has an address of its own, and its cable can be
pulled (packets vanish, nobody is told) and put back."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from random import SystemRandom

import psutil

from tests.chaos.cluster.components import Missing, binary

MARK = "EXAM_ENGINE_TEST_NETWORK"
#: Followed by our process id; names of links have 15 characters at most.
_BRIDGE = "ee"


class Network:
    """Addresses from 198.18.0.0/15, which is set aside for tests. This process is at `.1`, machines from `.11` on."""

    def __init__(self) -> None:
        number = SystemRandom().randrange(256)
        self._name = f"{_BRIDGE}{os.getpid():x}"
        self._prefix = f"198.18.{number}"
        self._machines: list[str] = []

    @property
    def here(self) -> str:
        return f"{self._prefix}.1"

    @property
    def range(self) -> str:
        return f"{self._prefix}.0/24"

    @property
    def mark(self) -> dict[str, str]:
        """In the environment of what runs on the machines: how it is found when we were killed."""
        return {MARK: self._name}

    def open(self) -> None:
        if os.geteuid() != 0:
            raise Missing("network namespaces need root")
        clear_away_what_was_left()
        try:
            _ip("link", "add", self._name, "type", "bridge")
        except subprocess.CalledProcessError as failed:
            raise Missing(f"no bridge can be made here: {failed.stderr.strip()}") from failed
        _ip("addr", "add", f"{self.here}/24", "dev", self._name)
        _ip("link", "set", self._name, "up")

    def add(self, number: int) -> Machine:
        machine = Machine(f"{self._name}n{number}", f"{self._prefix}.{10 + number}")
        inside = f"{machine.name}i"
        _ip("netns", "add", machine.name)
        self._machines.append(machine.name)
        _ip("link", "add", machine.name, "type", "veth", "peer", "name", inside)
        _ip("link", "set", machine.name, "master", self._name)
        _ip("link", "set", inside, "netns", machine.name)
        for words in (f"addr add {machine.address}/24 dev {inside}", f"link set {inside} up", "link set lo up"):
            _ip("-n", machine.name, *words.split())
        machine.heal()
        return machine

    def close(self) -> None:
        """Everything that still runs on the machines ends with them; called after failures, too."""
        for name in self._machines:
            with suppress(subprocess.CalledProcessError):
                Machine(name, "").kill_everything()
            # The kernel takes a machine apart when it has time; the next case wants the cable's name at once.
            for words in (("link", "delete", name), ("netns", "delete", name)):
                with suppress(subprocess.CalledProcessError):
                    _ip(*words)
        with suppress(subprocess.CalledProcessError):
            _ip("link", "delete", self._name)


class Machine:
    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address

    def within(self) -> list[str]:
        """What goes before a command that is to run there."""
        return [binary("ip"), "netns", "exec", self.name]

    def cut_off(self) -> None:
        _ip("link", "set", self.name, "down")

    def heal(self) -> None:
        _ip("link", "set", self.name, "up")

    def processes(self, name: str = "") -> list[psutil.Process]:
        found = []
        for number in _ip("netns", "pids", self.name).split():
            with suppress(psutil.NoSuchProcess):
                process = psutil.Process(int(number))
                if not name or Path(process.exe()).name == name:
                    found.append(process)
        return found

    def kill_everything(self) -> None:
        """As when the power goes. Twice: one may have been starting another."""
        for _round in range(2):
            ended = self.processes()
            for process in ended:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(ended, timeout=10)


def clear_away_what_was_left() -> None:
    """Of cases that were ended from outside, when their time was over."""
    dead = {name for name in _bridges() if not psutil.pid_exists(int(name.removeprefix(_BRIDGE), 16))}
    if not dead:
        return
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) in dead:
                process.kill()
    for name in dead:
        for left in Path("/run/netns").glob(f"{name}n*"):
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "delete", left.name)
        for left in Path("/sys/class/net").glob(f"{name}*"):
            with suppress(subprocess.CalledProcessError):
                _ip("link", "delete", left.name)


def _bridges() -> list[str]:
    return [one.parent.name for one in Path("/sys/class/net").glob(f"{_BRIDGE}*/bridge")]


def _ip(*words: str) -> str:
    return subprocess.run([binary("ip"), *words], capture_output=True, text=True, check=True).stdout
