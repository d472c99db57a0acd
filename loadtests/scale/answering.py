"""What many candidates say and hear as bytes: requests put together from prepared parts, replies read by searching."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence

from loadtests.scale.plan import BEAT
from loadtests.wire import HOST

Choice = tuple[int, str]


class Answers:
    """`choices[who]`: (slot, value as JSON) that this candidate gives; shared by those of one form."""

    def __init__(self, tokens: Sequence[str], choices: Sequence[Sequence[Choice]]) -> None:
        self._heads = [
            f"POST /play/save HTTP/1.1\r\nhost: {HOST}\r\naccept: application/json\r\n"
            f"content-type: application/json\r\nauthorization: Bearer {token}\r\ncontent-length: ".encode()
            for token in tokens
        ]
        made: dict[int, list[bytes]] = {}
        for one in choices:
            if id(one) not in made:
                made[id(one)] = [f",0,{slot},{value},".encode() for slot, value in one]
        self._middles = [made[id(one)] for one in choices]

    def request(self, who: int, entries: Iterable[tuple[int, int]]) -> bytes:
        """`entries`: (counter, choice); a heartbeat has none."""
        at = b"%d" % (time.time_ns() // 1_000_000)
        middles = self._middles[who]
        told = b",".join(
            [b"[%d%b%b]" % (counter, middles[choice], at) for counter, choice in entries if choice != BEAT]
        )
        body = b'{"p":1,"t":%b,"e":[%b]}' % (at, told)
        return b"%b%d\r\n\r\n%b" % (self._heads[who], len(body), body)


def standings(body: bytes, counters: Sequence[int]) -> list[int] | None:
    """The standing of each counter that was sent, or None for a reply that is not about exactly these."""
    if len(counters) == 1:  # nearly always, and nearly always counting: not worth a parser
        if body.find(b'"a":[[%d,0]]' % counters[0]) >= 0:
            return [0]
    elif not counters and body.find(b'"a":[]') >= 0:
        return []
    try:
        told = json.loads(body)["a"]
        found: dict[int, int] = dict(told)
    except (ValueError, KeyError, TypeError):
        return None
    if len(told) != len(counters) or found.keys() != set(counters):
        return None
    return [found[counter] for counter in counters]
