"""News of sittings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuiltAttempt:
    attempt_id: int
    candidate_id: int
    form_id: int


@dataclass(frozen=True, slots=True)
class RosterConfirmed:
    """Forms and variants are built; delivery makes the attempts and the journal's partition [first, first + count)."""

    sitting_id: int
    first_attempt_id: int
    attempts: tuple[BuiltAttempt, ...]


@dataclass(frozen=True, slots=True)
class CandidateJoined:
    """Somebody came into a confirmed sitting; the attempt's id lies in the block whose partition exists."""

    sitting_id: int
    attempt: BuiltAttempt
