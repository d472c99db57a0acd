"""A database on another machine, which is a network namespace: its cable can be pulled, packets vanish, and nobody is
told. The kernel's own TCP does the waiting, as in a server room."""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exam_engine.kit.embedded import PORT, Embedded
from tests.chaos.cluster.network import Machine

NETWORK_NAMESPACE = 0x40000000


PROBED_FOR_S = 1.0


class Cable:
    """A cable that is pulled loses both directions, and resets nothing."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def cut(self) -> None:
        self._machine.cut_off()

    def hang(self, *, up: bool = True, down: bool = True) -> None:
        assert up
        assert down
        self._machine.cut_off()

    def heal(self, *, reset: bool = False) -> None:
        assert not reset
        self._machine.heal()

    async def felt(self) -> bool:
        """Nobody gets there; a database that is gone while the cable is whole would refuse at once."""
        try:
            async with asyncio.timeout(PROBED_FOR_S):
                _reader, writer = await asyncio.open_connection(self._machine.address, PORT)
        except OSError as error:
            return not isinstance(error, ConnectionRefusedError)
        writer.close()
        return False

    async def close(self) -> None:
        self._machine.heal()


def url_on(machine: Machine, database: Embedded) -> str:
    before, _, _socket = database.url("postgres").partition("@/")
    return f"{before}@{machine.address}:{PORT}/postgres"


@contextmanager
def entered(machine: Machine | None) -> Iterator[None]:
    """What this thread starts meanwhile runs on that machine; other threads stay here."""
    if machine is None:
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(Path("/run/netns") / machine.name, os.O_RDONLY)
    try:
        _enter(libc, there)
        yield
    finally:
        _enter(libc, home)
        os.close(there)
        os.close(home)


def _enter(libc: ctypes.CDLL, namespace: int) -> None:
    if libc.setns(namespace, NETWORK_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "setns")
