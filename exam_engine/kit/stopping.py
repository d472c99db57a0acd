"""Whether this process is on its way out: it serves on for a while, and tells load balancers to go elsewhere."""

from __future__ import annotations

_begun = False


def begin() -> None:
    global _begun  # noqa: PLW0603 - a process stops once
    _begun = True


def begun() -> bool:
    return _begun
