"""The generator's arithmetic: planned moments, latency from them, retries, and replies that lie."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from loadtests.scale import crowd as crowds
from loadtests.scale.answering import Answers, standings
from loadtests.scale.crowd import UNTOLD, Crowd
from loadtests.scale.overload import recovery_s
from loadtests.scale.plan import BEAT, Phase, Plan, bell, drawn
from loadtests.scale.playing import Heard, People
from loadtests.scale.stored import Compared, Ledger, digest, match_rows
from loadtests.wire import Pipe, split_reply

CHOICES = [(0, '"k1"'), (1, '"k2"'), (2, '"1,5"')]
OK = b"HTTP/1.1 200 OK"


def plan(*sends: tuple[float, int, int]) -> Plan:
    """(due, who, choice); counters run per candidate."""
    used: dict[int, int] = {}
    counters = []
    for _due, who, choice in sends:
        used[who] = used.get(who, 0) + (choice != BEAT)
        counters.append(used[who] if choice != BEAT else 0)
    due, whose, choices = zip(*sends, strict=True)
    return Plan(np.array(due), np.array(whose, np.int32), np.array(choices, np.int32), np.array(counters, np.int32))


class Line:
    """A connection that keeps what is sent until the test replies."""

    def __init__(self) -> None:
        self.sent: list[list[list[object]]] = []

    def send(self, request: bytes) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        assert f"content-length: {len(body)}".encode() in head
        self.sent.append(json.loads(body)["e"])


class Desk:
    """A crowd of two candidates whose time the test moves."""

    def __init__(self, wanted: Plan, lines: int = 1) -> None:
        self.now = 0.0
        self.crowd = Crowd(wanted, Answers(["t0", "t1"], [CHOICES, CHOICES]), lambda: self.now)
        self.lines = [Line() for _n in range(lines)]
        for line in self.lines:
            self.crowd.connected(line)

    def at(self, now: float) -> None:
        self.now = now
        self.crowd.tick()

    def reply(self, *told: tuple[int, int], head: bytes = OK, line: int = 0) -> None:
        self.crowd.replied(self.lines[line], head, json.dumps({"a": told}, separators=(",", ":")).encode())


def test_everybody_sends_every_15_seconds_within_30_percent() -> None:
    found = drawn(np.random.default_rng(1), [3] * 200, [Phase(300)], beats=0.25)
    assert np.all(np.diff(found.due) >= 0)
    assert len(found) == pytest.approx(200 * 300 / 15, rel=0.05)
    assert np.mean(found.choice == BEAT) == pytest.approx(0.25, abs=0.03)
    for who in range(200):
        mine = found.who == who
        gaps = np.diff(found.due[mine])
        assert gaps.min() >= 10.5
        assert gaps.max() <= 19.5
        answers = mine & (found.choice != BEAT)
        assert found.counter[answers].tolist() == list(range(1, answers.sum() + 1))
    assert not found.counter[found.choice == BEAT].any()


def test_counters_go_on_after_those_used_and_phases_follow_each_other() -> None:
    found = drawn(np.random.default_rng(1), [3, 3], [Phase(30, 3), Phase(30, 1)], counted=[7, 0])
    assert found.counter[found.who == 0].tolist() == list(range(8, 8 + int((found.who == 0).sum())))
    early, late = (found.due < 30).sum(), (found.due >= 30).sum()
    assert late == pytest.approx(3 * early, rel=0.3)


def test_the_bell_is_front_loaded() -> None:
    moments = bell(np.random.default_rng(1), 10_000, 60)
    assert 0 <= moments[0] <= moments[-1] <= 60
    assert np.median(moments) < 20


def test_latency_counts_from_the_planned_moment_though_the_connection_was_busy() -> None:
    desk = Desk(plan((1.0, 0, 0), (1.1, 1, 1)))
    desk.at(1.5)  # the generator is late
    assert len(desk.lines[0].sent) == 1
    desk.now = 3.0
    desk.reply((1, 0))
    desk.now = 3.5
    desk.reply((1, 0))
    assert list(desk.crowd.latency) == pytest.approx([2.0, 2.4])
    assert desk.crowd.open == 0


def test_what_falls_due_while_a_request_is_under_way_goes_together_afterwards() -> None:
    desk = Desk(plan((0.0, 0, 0), (0.1, 0, 1), (0.2, 0, BEAT), (0.3, 0, 2)), lines=2)
    desk.at(0.0)
    desk.at(0.4)
    assert [len(line.sent) for line in desk.lines] == [1, 0]
    desk.now = 1.0
    desk.reply((1, 0))
    assert [[entry[:3] for entry in sent] for sent in desk.lines[1].sent] == [[[2, 0, 1], [3, 0, 2]]]
    desk.now = 1.2
    desk.reply((2, 0), (3, 1), line=1)
    assert list(desk.crowd.latency) == pytest.approx([1.0, 1.1, 1.0, 0.9])
    assert list(desk.crowd.standing) == [0, 0, 0, 1]
    assert desk.crowd.errors == {"standing 1": 1}


def test_a_503_is_waited_out_as_long_as_the_server_asks() -> None:
    desk = Desk(plan((0.0, 0, 0)))
    desk.at(0.0)
    desk.reply(head=b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 4")
    desk.at(3.9)
    assert len(desk.lines[0].sent) == 1
    desk.at(5.3)
    assert desk.lines[0].sent[0][0][:4] == desk.lines[0].sent[1][0][:4]
    desk.reply((1, 0))
    assert list(desk.crowd.latency) == pytest.approx([5.3])
    assert desk.crowd.errors == {"503": 1}


def test_a_lost_connection_loses_nothing() -> None:
    desk = Desk(plan((0.0, 0, 0)), lines=2)
    desk.at(0.0)
    desk.crowd.lost(desk.lines[0])
    desk.at(2.0)
    desk.reply((1, 0), line=1)
    assert (desk.crowd.open, desk.crowd.errors) == (0, {"connection lost": 1})


@pytest.mark.parametrize("told", [[], [(2, 0)], [(1, 0), (2, 0)], [(1, 0), (1, 0)]])
def test_a_reply_about_other_entries_acknowledges_nothing(told: list[tuple[int, int]]) -> None:
    desk = Desk(plan((0.0, 0, 0)))
    desk.at(0.0)
    desk.reply(*told)
    assert list(desk.crowd.standing) == [UNTOLD]
    assert desk.crowd.errors == {"a reply about other entries": 1}


def test_standings_of_replies() -> None:
    assert standings(b'{"a":[[12,0]]}', [12]) == [0]
    assert standings(b'{"a":[[12,0]]}', [2]) is None
    assert standings(b'{"a":[[1,0],[2,3]]}', [1, 2]) == [0, 3]
    assert standings(b'{"a":[]}', []) == []
    assert standings(b"<html>", [1]) is None


def ledger() -> tuple[Ledger, dict[int, list[tuple[int, int, int, str]]]]:
    """Two attempts as acknowledged, and the journal of an honest server; attempt 9's last entry was never answered."""
    wanted = plan((0.0, 0, 0), (0.0, 0, 1), (0.0, 1, 2), (0.0, 1, 0), (0.0, 1, BEAT))
    people = People([8, 9], ["t0", "t1"], [CHOICES, CHOICES])
    standing = np.array([0, 0, 0, UNTOLD, 0], np.int8)
    made = Ledger()
    made.add(Heard(people, wanted, np.zeros(5, np.float32), standing, Counter(), 5, 0.0))
    return made, {8: [(1, 0, 0, '"k1"'), (2, 1, 0, '"k2"')], 9: [(1, 2, 0, '"1,5"')]}


def outcome(held: dict[int, list[tuple[int, int, int, str]]]) -> tuple[int, int, int, int]:
    found = Compared()
    match_rows(ledger()[0], held, found)
    return found.lost, found.doubled, found.changed, found.never_sent


LIES: dict[str, tuple[Callable[[list[tuple[int, int, int, str]]], object], tuple[int, int, int, int]]] = {
    "lost": (lambda rows: rows.pop(), (1, 0, 0, 0)),
    "doubled": (lambda rows: rows.append(rows[0]), (0, 1, 0, 0)),
    "another value": (lambda rows: rows.__setitem__(0, (1, 0, 0, '"k9"')), (0, 0, 1, 0)),
    "another standing": (lambda rows: rows.__setitem__(0, (1, 0, 2, '"k1"')), (0, 0, 1, 0)),
    "invented": (lambda rows: rows.append((3, 0, 0, '"k1"')), (0, 0, 0, 1)),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_lying_journal_holds_is_found_by_digest_and_named_by_row(lie: str) -> None:
    told, honest = ledger()
    assert told.digests() == {attempt: (len(rows), digest(rows)) for attempt, rows in honest.items()}
    assert outcome(honest) == (0, 0, 0, 0)
    tell, expected = LIES[lie]
    tell(honest[8])
    assert told.digests()[8] != (len(honest[8]), digest(honest[8]))
    assert outcome(honest) == expected


def test_an_entry_without_a_reply_may_be_stored_or_not() -> None:
    _told, honest = ledger()
    honest[9].append((2, 0, 0, '"k1"'))
    assert outcome(honest) == (0, 0, 0, 0)


def test_recovery_lasts_until_the_last_slow_second_is_over() -> None:
    due = np.arange(0, 30, 0.1)
    latency = np.where((due > 5) & (due < 13.5), 2.0, 0.01)
    assert recovery_s(due, latency, 10.0) == 4.0
    assert recovery_s(due, latency, 14.0) == 0.0


def test_replies_are_told_apart_however_they_are_cut() -> None:
    heard: list[bytes] = []
    pipe = Pipe(lambda _pipe, _head, body: heard.append(body), lambda _pipe, _error: None)
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab" + b"HTTP/1.1 204 No Content\r\n\r\n"
    for at in range(len(whole)):
        pipe.data_received(whole[at : at + 1])
    assert heard == [b"ab", b""]
    assert split_reply(whole[:10]) is None


async def test_a_crowd_over_real_connections_finds_what_a_lying_server_forgot() -> None:
    """Fifty candidates, a server that acknowledges everything and keeps all but every tenth entry."""
    kept: list[list[object]] = []
    serving: set[asyncio.Task[None] | None] = set()
    count = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        serving.add(asyncio.current_task())
        while head := await reader.readuntil(b"\r\n\r\n"):
            size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            entries = json.loads(await reader.readexactly(size))["e"]
            for entry in entries:
                count += 1
                if count % 10:
                    kept.append(entry)
            body = json.dumps({"a": [[entry[0], 0] for entry in entries]}, separators=(",", ":")).encode()
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    wanted = drawn(np.random.default_rng(2), [3] * 50, [Phase(1.0, 0.2)], beats=0.2)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    crowd = Crowd(wanted, Answers(["t"] * 50, [CHOICES] * 50), lambda: loop.time() - begun)
    pipes = await crowds.connect(crowd, port, 8, "127.0.0.2")
    await crowds.run(crowd, time.monotonic(), 1.0, 10.0)
    for pipe in pipes:
        pipe.close()
    server.close()
    await asyncio.gather(*(one for one in serving if one), return_exceptions=True)
    answers = int((wanted.choice != BEAT).sum())
    assert (crowd.open, crowd.errors) == (0, {})
    assert sum(one == 0 for one in crowd.standing) == len(wanted)
    assert len(kept) == answers - count // 10 < answers
