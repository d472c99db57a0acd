"""Whether a worker has more to do than it can: it then sends work away before it has cost anything.

A queue that stands is told from one that comes and goes, as in CoDel (Nichols and Jacobson 2012): everybody may wait
for a moment after a pause of the machine; only where the wait has been too long for a while are newcomers sent away,
and only as many as make it too long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

TICK_S = 0.05
#: The longest that the event loop may be late, and the longest that an entry may wait for the writer.
LATE_S, WAIT_S = 0.3, 1.5
#: Too long for such a time: newcomers are sent away. Good for such a time: they are not any more.
STANDING_S = 2.0


class Pressing:
    """`wait`: seconds that the oldest in the queue has waited."""

    def __init__(self, wait: Callable[[], float]) -> None:
        self._wait = wait
        self._due = 0.0
        self._since = 0.0
        self.standing = False
        self._handle: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._expect()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self.standing = False

    def sends_away(self) -> bool:
        return self.standing and self._too_long(self._loop.time())

    def note(self, now: float, *, too_long: bool) -> None:
        """`_since`: the last moment that speaks for the state as it is."""
        if too_long is self.standing:
            self._since = now
        elif now - self._since >= STANDING_S:
            self.standing, self._since = too_long, now

    def _tick(self) -> None:
        now = self._loop.time()
        self.note(now, too_long=self._too_long(now))
        self._expect()

    def _too_long(self, now: float) -> bool:
        return now - self._due > LATE_S or self._wait() > WAIT_S

    def _expect(self) -> None:
        self._due = self._loop.time() + TICK_S
        self._handle = self._loop.call_at(self._due, self._tick)
