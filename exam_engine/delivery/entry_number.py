"""The journal's number of an entry: resume number and counter in one integer, so that the journal's key, and with it
every entry of its index, takes eight bytes. Numbers of one attempt sort as (resume, counter) do."""

from __future__ import annotations

from datetime import datetime

COUNTER_BITS = 20
#: Far above what anybody can do on one device, and few enough for a journal to be read whole when the attempt ends.
MOST_COUNTER = 20_000
MOST_RESUME = 2**11 - 1
_COUNTERS = 2**COUNTER_BITS - 1


def packed(resume: int, counter: int) -> int:
    return resume << COUNTER_BITS | counter


def unpacked(entry: int) -> tuple[int, int]:
    """(resume, counter)."""
    return entry >> COUNTER_BITS, entry & _COUNTERS


def written_ms(arrived_at: datetime, age: float) -> int:
    """When the device made the change, ms since 1970 in the server's time. `age` is kept in single precision: exact to
    the millisecond up to four and a half hours, to a second up to half a year."""
    return int(arrived_at.timestamp() * 1000) - round(age * 1000)
