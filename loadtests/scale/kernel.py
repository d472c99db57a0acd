"""What the kernel did with connections before the service saw them."""

from __future__ import annotations

from pathlib import Path

COUNTED = "ListenDrops"


def dropped_connections() -> int:
    """Of the whole machine since its start: knocks that found the backlog of a listening socket full."""
    lines = Path("/proc/net/netstat").read_text(encoding="ascii").splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        found = dict(zip(names.split(), values.split(), strict=True))
        if COUNTED in found:
            return int(found[COUNTED])
    return 0
