"""Libraries preloaded into a process that is tried: another clock (libfaketime), another disk (`preloaded.c`)."""

from __future__ import annotations

import shutil
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.postgres_account import Account
from tests.chaos.cluster.network import Machine
from tests.chaos.needs import libfaketime
from tests.chaos.wired import entered

SOURCE = Path(__file__).with_name("preloaded.c")
#: As preloaded.c reads and counts.
_DISK = struct.Struct("=4i")


class Clock:
    """How far the clock of whoever has this preloaded is from the machine's. Each process looks once a second."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = folder / name
        self.jump(0)

    def jump(self, seconds: float) -> None:
        """To `seconds` from the machine's time; time goes on from there."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+.0f}\n", encoding="ascii")
        fresh.chmod(0o644)
        fresh.rename(self._file)

    def environment(self) -> dict[str, str]:
        library = libfaketime()
        if library is None:
            return {}
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # a clock that is set leaves the monotonic one alone
            "DONT_FAKE_MONOTONIC": "1",
        }


class Disk:
    """What it is to do, and how often it did it, stand in a file that the processes have mapped."""

    def __init__(self, folder: Path) -> None:
        self._control = folder / "disk.control"
        self.library = folder / "disk.so"
        self._control.write_bytes(_DISK.pack(0, 0, 0, 0))
        self._control.chmod(0o666)

    def be_slow(self, seconds: float) -> None:
        self._say(0, round(seconds * 1e6))

    def be_full(self, full: bool) -> None:
        self._say(1, int(full))

    def mend(self) -> None:
        self.be_slow(0.0)
        self.be_full(False)

    @property
    def slowed(self) -> int:
        """fsyncs that took longer, so far."""
        return self._told()[2]

    @property
    def refused(self) -> int:
        """Writes that found no room, so far."""
        return self._told()[3]

    def _say(self, place: int, number: int) -> None:
        """In place, not by a new file."""
        with self._control.open("r+b") as file:
            file.seek(4 * place)
            file.write(struct.pack("=i", number))

    def _told(self) -> tuple[int, ...]:
        return _DISK.unpack(self._control.read_bytes())

    def environment(self) -> dict[str, str]:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            return {}
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", self.library, SOURCE, "-ldl"], check=True, timeout=60
        )
        self.library.chmod(0o755)
        return {"LD_PRELOAD": str(self.library), "CHAOS_DISK": str(self._control)}


def together(*environments: dict[str, str]) -> dict[str, str]:
    preloaded = [one["LD_PRELOAD"] for one in environments if "LD_PRELOAD" in one]
    joined = {name: value for one in environments for name, value in one.items()}
    return joined | ({"LD_PRELOAD": ":".join(preloaded)} if preloaded else {})


@dataclass(frozen=True)
class Changed(Account):
    """The account that runs PostgreSQL, with more in its environment."""

    more: Any = None

    @property
    def run_as(self) -> dict[str, Any]:
        found = super().run_as
        return {**found, "env": found["env"] | self.more}


class Preloaded(Embedded):
    """The embedded PostgreSQL, with libraries preloaded; on another machine, where one is given."""

    def __init__(self, data_dir: Path, environment: dict[str, str], machine: Machine | None = None) -> None:
        super().__init__(data_dir)
        self._environment = environment
        self._machine = machine

    def _spawn(self, account: Account) -> None:
        changed = Changed(account.uid, account.gid, account.switch, account.binaries, more=self._environment)
        with entered(self._machine):
            super()._spawn(changed)
