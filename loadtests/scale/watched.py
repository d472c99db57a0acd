"""The parts held and sockets: candidates are held while staff work, and what was acknowledged is compared."""

from __future__ import annotations

import asyncio

from loadtests.scale import staff
from loadtests.scale.attempts import Attempts
from loadtests.scale.figures import Figures
from loadtests.scale.holding import Load, figures
from loadtests.scale.playing import sittings_of


async def held(url: str, attempts: Attempts, load: Load, name: str) -> Figures:
    visits = asyncio.create_task(staff.work(url, sittings_of(attempts.people)[0]))
    found = await attempts.play(load)
    visits.cancel()
    pages = await visits
    return figures(name, found, await attempts.compared()) | staff.figures(f"{name}.staff", pages)
