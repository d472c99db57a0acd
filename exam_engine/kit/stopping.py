"""Whether this process is on its way out: it serves on for a while, and tells load balancers to go elsewhere."""

from __future__ import annotations

_announced = False


def announce() -> None:
    global _announced  # noqa: PLW0603 - a process stops once
    _announced = True


def announced() -> bool:
    return _announced
