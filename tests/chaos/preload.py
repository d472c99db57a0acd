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
    def __init__(self, folder: Path) -> None:
        self._control = folder / "disk.control"
        self._library = folder / "disk.so"
        self.say()
        self._control.chmod(0o644)

    def say(self, *, slow_s: float = 0.0, full: bool = False) -> None:
        """In place, not by a new file: the processes have this one mapped."""
        with self._control.open("r+b" if self._control.exists() else "wb") as file:
            file.write(struct.pack("=ii", round(slow_s * 1e6), int(full)))

    def environment(self) -> dict[str, str]:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            return {}
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", self._library, SOURCE, "-ldl"], check=True, timeout=60
        )
        self._library.chmod(0o755)
        return {"LD_PRELOAD": str(self._library), "CHAOS_DISK": str(self._control)}


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
