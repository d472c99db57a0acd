"""Who wants the same attempt at one moment is asked one after the other, all others together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def turns(attempts: Sequence[int | None]) -> Iterator[dict[int, int]]:
    """Attempt → position, each attempt once a turn, in the order in which they came. None wants nothing."""
    waiting = [(attempt, position) for position, attempt in enumerate(attempts) if attempt is not None]
    while waiting:
        turn: dict[int, int] = {}
        for attempt, position in waiting:
            turn.setdefault(attempt, position)
        yield turn
        waiting = [(attempt, position) for attempt, position in waiting if turn[attempt] != position]
