"""A candidate as a browser plays one over a whole day: heartbeats, patience, reloads, another device, a ledger.

`ledger` holds every entry ever written and whether it was acknowledged, to be compared with what the service stored.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from loadtests.candidate import Broken, Candidate, Phase, Reply, Request, Step

HEARTBEAT_S = 15.0
WHOLE_STATE_S = 300.0
FIRST_S, LONGEST_S = 1.0, 30.0
#: Refusals that a correct service gives to somebody who asks too early, or from a second device.
WAITING = frozenset({"not_open", "not_open_yet", "not_admitted", "other_device", "too_early", "paused"})
OVER = frozenset({"time_over", "already_submitted", "ended_by_staff", "marked_absent"})
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


def digest(value: Any) -> int:
    """Of an answer, whatever way its JSON was written."""
    return zlib.crc32(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def heartbeat(chance: Random) -> float:
    return HEARTBEAT_S * (0.7 + 0.6 * chance.random())


def pause(failures: int, retry_after: float | None, chance: Random) -> float:
    """As the browser waits (web/player/sending.js): longer and longer, never less than the server asks for."""
    own = float(min(LONGEST_S, FIRST_S * 2 ** min(failures - 1, 10)) * (0.5 + 0.5 * chance.random()))
    return own if retry_after is None else max(own, retry_after * (1 + 0.3 * chance.random()))


class Examinee(Candidate):
    """`decode` reads papers: many candidates of one form can share what it returns."""

    def __init__(self, number: str, ticket: str, *, decode: Callable[[bytes], Any] = json.loads) -> None:
        super().__init__(ticket, device=f"{number}-first")
        self.number = number
        self.ledger: dict[tuple[int, int], list[Any]] = {}
        self.failures = 0
        self.retry_after: float | None = None
        self.waits_for = ""
        self.over = False
        self.resume = 0
        self.remaining_s = 0.0
        self.late = 0
        self._ticket = ticket
        self._decode = decode
        self._beating = False
        self._lossy = False

    # --- what a person or a browser does besides -------------------------------

    def page(self) -> Request:
        return Request("GET /play", "GET", "/play", self._headers(html=True))

    def look(self) -> Request:
        """The whole state: in the waiting room, and now and then while working."""
        return Request("GET /play/state", "GET", f"/play/state?device={self._device}", self._headers())

    def beat(self) -> Request:
        """A save that carries nothing: somebody is here."""
        self._beating = True
        return replace(self._post("save", {"p": 1, "e": []}, token=True), name="heartbeat")

    def fetch_receipt(self) -> Request:
        return Request("GET /play/receipt", "GET", "/play/receipt", self._headers())

    def reload(self) -> None:
        """The page is loaded again, and with it state, paper and variant; the outbox lies on the device."""
        self.phase = Phase.STATE

    def move(self) -> None:
        """Somebody carries on at another device, which knows nothing but the ticket."""
        self._device = f"{self.number}-other"
        self._cookies.clear()
        self.phase = Phase.OPEN_TICKET

    def patience(self, chance: Random) -> float:
        return pause(max(1, self.failures), self.retry_after, chance)

    def put_off(self, seconds: float) -> None:
        """Handing in was refused for now."""
        self._submit_at = (self._submit_at or 0.0) + seconds
        self.phase = Phase.WORKING

    def give_up_handing_in(self) -> None:
        self._submit_at = None

    # --- what comes back -------------------------------------------------------

    def failed(self) -> None:
        self.failures += 1
        self.retry_after = None
        self._beating = False

    def receive(self, reply: Reply) -> None:
        beating, self._beating = self._beating, False
        self.waits_for = ""
        if reply.status in BUSY:
            self.failures += 1
            self.retry_after = _seconds(reply)
            return
        self.failures, self.retry_after = 0, None
        if reply.status >= 400:
            self._refused(reply)
        elif beating:
            self.state = reply.json()["state"]
        elif self.phase is Phase.PAPER:
            self.paper, self.phase = self._decode(reply.body), Phase.VARIANT
        else:
            starting, epoch_ms = self.phase is Phase.START, self._epoch_ms
            super().receive(reply)
            if starting:
                self._begun(reply.json(), epoch_ms)

    def looked(self, reply: Reply) -> Any:
        """The reply to `look`, which belongs to no phase."""
        if reply.status != 200:
            self.failures += 1
            return None
        self.failures = 0
        return reply.json()

    def _refused(self, reply: Reply) -> None:
        code = str(reply.json().get("code", "")) if b"{" in reply.body[:1] else ""
        if code == "entries_missing" and self.phase is Phase.SUBMIT:
            self._lossy = True
        elif code in OVER or reply.status == 410:
            self.over = True
        elif code in WAITING:
            self.waits_for = code
        else:
            raise Broken(f"{self.phase.value}: {reply.status} {reply.body[:200].decode(errors='replace')}")

    def _begun(self, found: Any, epoch_ms: int) -> None:
        if found["resume"] != self.resume:
            self.resume, self._counter = found["resume"], 0
        self._epoch_ms = epoch_ms or self._epoch_ms
        self.remaining_s = (found["deadline"] - found["now"]) / 1000 if found["deadline"] is not None else 0.0

    def _put(self, step: Step) -> None:
        super()._put(step)
        _counter, kind, slot, value, _at = self._outbox[self._counter]
        self.ledger[self.resume, self._counter] = [kind, slot, digest(value), False]

    def _acknowledge(self, reply: Reply) -> None:
        for counter, standing in reply.json()["a"]:
            if entry := self.ledger.get((self.resume, counter)):
                entry[3] = True
            self.late += standing == 1
        super()._acknowledge(reply)

    def _submit(self) -> Request:
        counter = None if self._lossy else self._counter
        return self._post("submit", {"p": 1, "e": list(self._outbox.values()), "counter": counter}, token=True)


def _seconds(reply: Reply) -> float | None:
    for name, value in reply.headers:
        if name.lower() == "retry-after" and value.isdigit():
            return float(value)
    return None
