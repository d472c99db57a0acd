"""Acknowledged = stored, of everybody: count and digest of each attempt made on both sides, rows where they differ."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from loadtests.scale import stored_queries
from loadtests.scale.plan import BEAT
from loadtests.scale.playing import Heard

SAMPLE = 500
Row = tuple[int, int, int, str]  # counter, slot, standing, value


@dataclass
class Compared:
    """`told`: the first few differences, as sentences."""

    acknowledged: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    changed: int = 0
    never_sent: int = 0
    rows_seen: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        return not (self.lost or self.doubled or self.changed or self.never_sent)

    def note(self, attempt: int, what: str) -> None:
        if len(self.told) < 20:
            self.told.append(f"attempt {attempt}: {what}")


class Ledger:
    """What was acknowledged, attempt by attempt, over several plays of the same people."""

    def __init__(self) -> None:
        self.acknowledged: dict[int, list[Row]] = {}
        self.unanswered: dict[int, set[int]] = {}

    def add(self, heard: Heard) -> None:
        plan, people = heard.plan, heard.people
        answers = np.flatnonzero(plan.choice != BEAT)
        columns = (plan.who[answers], plan.counter[answers], plan.choice[answers], heard.standing[answers])
        for attempt in people.attempts:
            self.acknowledged.setdefault(attempt, [])
        for who, counter, choice, standing in zip(*(one.tolist() for one in columns), strict=True):
            attempt = people.attempts[who]
            if standing < 0:
                self.unanswered.setdefault(attempt, set()).add(counter)
            else:
                slot, value = people.choices[who][choice]
                self.acknowledged[attempt].append((counter, slot, standing, value))

    def digests(self) -> stored_queries.Digests:
        return {attempt: (len(rows), digest(rows)) for attempt, rows in self.acknowledged.items() if rows}


def digest(rows: Sequence[Row]) -> str:
    """As `stored_queries.DIGESTS` makes it."""
    lines = "\n".join(f"{counter}|{slot}|{standing}|{value}" for counter, slot, standing, value in sorted(rows))
    return hashlib.md5(lines.encode(), usedforsecurity=False).hexdigest()


async def compare(url: str, ledger: Ledger, seed: int = 0) -> Compared:
    """Raises nothing: what differs is counted and named."""
    ours = ledger.digests()
    attempts = list(ledger.acknowledged)
    theirs = await stored_queries.digests(url, attempts)
    differ = [one for one in attempts if ours.get(one) != theirs.get(one)]
    sample = random.Random(seed).sample(attempts, min(SAMPLE, len(attempts)))
    found = Compared(sum(count for count, _digest in ours.values()), sum(count for count, _ in theirs.values()))
    looked_at = sorted({*differ, *sample})
    for begin in range(0, len(looked_at), 1000):
        held = await stored_queries.rows(url, looked_at[begin : begin + 1000])
        match_rows(ledger, held, found)
    return found


def match_rows(ledger: Ledger, held: Mapping[int, Sequence[Row]], found: Compared) -> None:
    """Entry by entry. An entry whose reply was lost may be stored or not; anything else has to be as it was told."""
    for attempt, rows in held.items():
        known = {row[0]: row for row in ledger.acknowledged.get(attempt, ())}
        maybe = ledger.unanswered.get(attempt, set())
        seen: set[int] = set()
        for row in rows:
            found.rows_seen += 1
            counter = row[0]
            if counter in seen:
                found.doubled += 1
                found.note(attempt, f"entry {counter} is stored twice")
            elif counter in known and known[counter] != row:
                found.changed += 1
                found.note(attempt, f"acknowledged {known[counter]}, stored {row}")
            elif counter not in known and counter not in maybe:
                found.never_sent += 1
                found.note(attempt, f"entry {counter} was never sent")
            seen.add(counter)
        for counter in known.keys() - seen:
            found.lost += 1
            found.note(attempt, f"entry {counter} was acknowledged and is not stored")
