"""Whatever ends a run (Ctrl-C, SIGTERM, kill -9), nothing that it started outlives it, nor its folders and networks.

A lane is two processes. The one in front adopts whatever loses its parent and buries what has ended, as the first
process of a machine does: Patroni waits for ever for a PostgreSQL that has ended and that nobody has buried. It ends
with whoever started it, and then everything below it does. A run that was killed outright is cleared away by the next.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil

from tests.chaos.cluster.network import clear_away_what_was_left

#: Followed by the process id of the run.
PREFIX = "exam-engine-chaos-"
_PDEATHSIG, _SUBREAPER = 1, 36


def new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))


def watched_over() -> None:
    """Returns in a child; this process stays behind to watch, and ends when the child has."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    child = os.fork()
    if child == 0:
        libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        return
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: end_all())
    for descriptor in (0, 1, 2):  # the child's end must be seen on its pipes
        os.close(descriptor)
    code = _buried_until(child)
    end_all()
    os._exit(code)


def _buried_until(child: int) -> int:
    with suppress(ChildProcessError):  # ended by a signal to us
        while True:
            pid, status = os.wait()
            if pid == child:
                return os.waitstatus_to_exitcode(status) & 255
    return 1


def end_all() -> None:
    """Everything below this process, and what it starts while it is being ended."""
    while below := psutil.Process().children(recursive=True):
        for process in below:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with suppress(ChildProcessError):
            os.wait()


def clear_away(folder: Path) -> None:
    """What has its place in the folder ends, and the folder goes."""
    for _round in range(2):  # one may have been starting another
        for process in psutil.process_iter():
            if process.pid != os.getpid() and _belongs(process, f"{folder}/"):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
    shutil.rmtree(folder, ignore_errors=True)


def clear_away_dead_runs() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            clear_away(folder)
    if os.geteuid() == 0 and shutil.which("ip"):
        clear_away_what_was_left()


def _belongs(process: psutil.Process, folder: str) -> bool:
    try:
        told = [process.cwd() + "/", *process.cmdline(), *process.environ().values()]
    except psutil.Error:
        return False
    return any(folder in one for one in told)
