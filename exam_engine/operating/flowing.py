"""Whether the database's log comes to this backup place, and how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import psutil

from exam_engine.operating import chains, queries
from exam_engine.operating.backing_up import asked
from exam_engine.operating.place import Place
from exam_engine.operating.receiving import SLOT

RECEIVED_WITHIN_S = 20.0
_AGAIN_S = 0.1


def comes_here(place: Place, slot: Mapping[str, Any]) -> bool:
    """Of several machines with a backup place the one slot serves one: the folders of the others stand still. Asked
    after the slot, since what has been received is in its file already."""
    newest = chains.newest(place, slot["system"], slot["segment_bytes"])
    if newest is None or not slot["active"]:
        return False
    return slot["received"] is None or newest >= (slot["received"] - 1) // slot["segment_bytes"]


def received_by_this_machine(place: Place) -> bool:
    """Whether a receiver runs here that was told to write into this place, wherever its folder has gone."""
    inside = f"--directory={place.wal}/"
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "pg_receivewal" in process.name() and any(one.startswith(inside) for one in process.cmdline()):
                return True
    return False


async def received_counts(url: str) -> Mapping[str, int]:
    """What stands in the running database now, told when its log has been received; or after a while, or at once where
    nobody receives it."""
    async with asked(url) as connection:
        counts = await queries.counts(connection)
        position = await queries.flushed(connection)
    with suppress(TimeoutError):
        async with asyncio.timeout(RECEIVED_WITHIN_S):
            while True:
                if await _received_or_nobody(url, position):
                    break
                await asyncio.sleep(_AGAIN_S)
    return counts


async def _received_or_nobody(url: str, position: int) -> bool:
    async with asked(url) as connection:
        slot = await queries.slot(connection, SLOT)
    return not slot["active"] or (slot["received"] is not None and slot["received"] >= position)
