"""Cases that need more than one machine's worth of parts: fail-over, poolers, several application nodes."""

from __future__ import annotations

from tests.chaos.case import Case

CASES: tuple[Case, ...] = ()
