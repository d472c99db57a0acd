"""A file system of a few hundred megabytes that can be filled to the last byte, where root may mount one."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.chaos.evidence import DidNotHappen

#: Embedded wants 200 MB free for a start.
SIZE = "480m"
STEPS = (2**20, 2**12)
TIMES = 50


class SmallDisk:
    def __init__(self, place: Path) -> None:
        self._place = place
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", place], check=True)

    def holds(self, path: Path) -> bool:
        """Whether it lies here, and not on a larger disk below."""
        return self._place.is_mount() and path.stat().st_dev == self._place.stat().st_dev

    def fill(self) -> None:
        """Again while somebody else frees some of it."""
        with self._filler.open("ab") as file:
            for _time in range(TIMES):
                self._take_the_rest(file.fileno())
                if not os.statvfs(self._place).f_bavail:
                    return
        raise DidNotHappen(f"{self._place} was never full")

    def _take_the_rest(self, filler: int) -> None:
        for step in STEPS:
            with suppress(OSError):
                while True:
                    os.posix_fallocate(filler, os.fstat(filler).st_size, step)

    def make_room(self) -> None:
        self._filler.unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(["umount", "--lazy", self._place], check=False)

    @property
    def _filler(self) -> Path:
        return self._place / "filler"
