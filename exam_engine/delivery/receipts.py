"""What the candidate takes away: how many answers count, and a digest by which anybody can check it years later."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from exam_engine.delivery.entries import ANSWER
from exam_engine.delivery.entry_number import unpacked, written_ms
from exam_engine.kit.identity import public_id
from exam_engine.kit.keys import Keys

_EMPTY = frozenset({"null", '""', "[]", "{}"})
_encode_lines = msgspec.json.Encoder().encode_lines


@dataclass(frozen=True, slots=True)
class Summary:
    answers: int
    entries: int
    digest: str


def summary(entries: Sequence[Any]) -> Summary:
    """SHA-256 over a first line that names the format, then one line per counting entry, by resume number and counter:
    the JSON array [resume, counter, kind, slot, client_ms, arrival in µs since 1970, value as text]."""
    lines: list[tuple[Any, ...]] = []
    last: dict[int, str] = {}
    for entry, kind, slot, age, arrived_at, value in entries:
        microseconds = int(arrived_at.timestamp()) * 1_000_000 + arrived_at.microsecond
        lines.append((*unpacked(entry), kind, slot, written_ms(arrived_at, age), microseconds, value))
        if kind == ANSWER:
            last[slot] = value
    answers = sum(value not in _EMPTY for value in last.values())
    return Summary(answers, len(entries), hashlib.sha256(b"exam-engine journal 1\n" + _encode_lines(lines)).hexdigest())


@dataclass(frozen=True, slots=True)
class Receipt:
    """A row of `exam.receipt`."""

    code: str
    answers: int
    entries: int
    digest: str
    signature: str


def issue(keys: Keys, entries: Iterable[Any]) -> Receipt:
    """Once per closing. `entries`: the attempt's journal, read under its exclusive lock (`deed_queries.ENTRIES`)."""
    made = summary([row[1:7] for row in entries if row["standing"] == 0])
    code = public_id(12)
    return Receipt(code, made.answers, made.entries, made.digest, keys.sign(message(code, made)))


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
