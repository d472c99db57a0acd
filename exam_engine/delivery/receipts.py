"""What the candidate takes away: how many answers count, and a digest by which anybody can check it years later."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.delivery import entry_queries, receipt_queries
from exam_engine.delivery.entries import ANSWER
from exam_engine.delivery.entry_number import unpacked, written_ms
from exam_engine.kit.identity import public_id
from exam_engine.kit.keys import Keys

_EMPTY = frozenset({"null", '""', "[]", "{}"})
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Summary:
    answers: int
    entries: int
    digest: str


def summary(entries: Sequence[Any]) -> Summary:
    """SHA-256 over a first line that names the format, then one line per counting entry, by resume number and counter:
    the JSON array [resume, counter, kind, slot, client_ms, arrival in µs since 1970, value as text]."""
    found = hashlib.sha256(b"exam-engine journal 1\n")
    last: dict[int, str] = {}
    for entry, kind, slot, age, arrived_at, value in entries:
        microseconds = int(arrived_at.timestamp()) * 1_000_000 + arrived_at.microsecond
        found.update(_encode([*unpacked(entry), kind, slot, written_ms(arrived_at, age), microseconds, value]) + b"\n")
        if kind == ANSWER:
            last[slot] = value
    answers = sum(value not in _EMPTY for value in last.values())
    return Summary(answers, len(entries), found.hexdigest())


async def issue(connection: AsyncConnection, keys: Keys, attempt_id: int) -> None:
    """Once per closing, in the transaction that closes. The caller holds the attempt's exclusive lock."""
    made = summary(await entry_queries.counting_entries(connection, attempt_id))
    code = public_id(12)
    values = {
        "attempt_id": attempt_id,
        "code": code,
        "answers": made.answers,
        "entries": made.entries,
        "digest": made.digest,
        "signature": keys.sign(message(code, made)),
    }
    await receipt_queries.store_receipt(connection, values)


def message(code: str, made: Summary) -> bytes:
    """What is signed with Ed25519."""
    return f"exam-engine receipt 1\n{code}\n{made.answers}\n{made.entries}\n{made.digest}\n".encode()


def grouped(code: str) -> str:
    """As people read it aloud: abcd-efgh-jkmn."""
    return "-".join(code[begin : begin + 4] for begin in range(0, len(code), 4))


def in_groups(digest: str) -> str:
    """A digest as people compare it, eight signs at a time."""
    return " ".join(digest[begin : begin + 8] for begin in range(0, len(digest), 8))


def ungrouped(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").lower()
