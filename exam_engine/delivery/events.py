"""News of delivery; features above subscribe in `app.py` and write in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from exam_engine.delivery.answers import Answer


@dataclass(frozen=True, slots=True)
class SignalEntry:
    attempt_id: int
    resume: int
    counter: int
    client_ms: int
    arrived_at: datetime
    blob: str  # JSON as sent; delivery does not look into it


@dataclass(frozen=True, slots=True)
class SaveAccepted:
    """The signal entries of one flush, new ones only."""

    entries: tuple[SignalEntry, ...]


@dataclass(frozen=True, slots=True)
class DeviceAsked:
    """A second device wants to go on with an attempt."""

    attempt_id: int
    device: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Candidates' pages asked for their state: somebody is there, though nothing is being saved."""

    attempts: Sequence[int]


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """Told after the save that came from elsewhere, without a connection: no answer waits for what is made of it."""

    attempt_id: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Closed:
    """One attempt that has ended, with the answers that count."""

    attempt_id: int
    sitting_id: int
    answers: Mapping[int, Answer]


@dataclass(frozen=True, slots=True)
class AttemptsClosed:
    """Submitted, expired or ended, in this transaction: scoring marks them."""

    attempts: tuple[Closed, ...]
