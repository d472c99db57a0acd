"""What the load generator's connections say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from loadtests import wire


@dataclass
class Saver:
    """Saves for some started attempts in turn; every twentieth request repeats the one before it;
    another twentieth changes the answer to the same slot."""

    tokens: Sequence[str]
    answers: Sequence[Sequence[tuple[int, Any]]]  # per attempt: (slot, value) to choose from
    first_counter: int
    count: int
    sent: int = 0
    last: bytes = b""
    expected: int = 0
    _counters: list[int] = field(default_factory=list)

    def next(self) -> bytes | None:
        if self.sent == self.count:
            return None
        self.sent += 1
        if self.sent % 20 == 0 and self.last:
            return self.last
        who = self.sent % len(self.tokens)
        if not self._counters:
            self._counters = [self.first_counter] * len(self.tokens)
        self._counters[who] += 1
        self.expected = self._counters[who]
        choices = self.answers[who]
        place = self.sent - 1 if self.sent % 20 == 10 else self.sent
        slot, value = choices[place % len(choices)]
        moment = 1_790_000_000_000 + self.sent
        body = json.dumps({"p": 1, "t": moment + 40, "e": [[self.expected, 0, slot, value, moment]]}).encode()
        headers = {"authorization": f"Bearer {self.tokens[who]}", "content-type": "application/json"}
        self.last = wire.written("POST", "/play/save", headers, body)
        return self.last

    def check(self, status: int, body: bytes) -> None:
        assert status == 200, (status, body[:300])
        acknowledged = json.loads(body)["a"]
        assert acknowledged[0][0] == self.expected, (acknowledged, self.expected)
        assert acknowledged[0][1] == 0, acknowledged


@dataclass
class Empty:
    """Requests of the same size as a save's to the empty handler."""

    body: bytes
    count: int
    sent: int = 0

    def next(self) -> bytes | None:
        if self.sent == self.count:
            return None
        self.sent += 1
        return wire.written("POST", "/empty", {"content-type": "application/json"}, self.body)

    def check(self, status: int, body: bytes) -> None:
        assert status == 200, (status, body[:200])
