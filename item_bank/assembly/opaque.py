"""Identifiers and orders that tell a candidate nothing of the author's: keyed by a secret (HMAC-SHA-256)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable

#: Characters after the "k", by version. 1: six. 2: as few as leave room for twice as many ids: they are stored with
#: every answer, and are unique within one item only.
VERSION = 2
_LETTERS = 32


def opaque_ids(key: bytes, scope: str, ids: Iterable[str], version: int = VERSION) -> dict[str, str]:
    """Own id → opaque id, unique within the scope (a form's item): "k" and characters a–z, 2–7.

    The same key, scope, version and set of ids give the same result, in whatever order the ids come.
    """
    opaque: dict[str, str] = {}
    used: set[str] = set()
    wanted = sorted(set(ids))
    length = 6 if version == 1 else _shortest(len(wanted))
    for own in wanted:
        attempt = 0
        while (candidate := "k" + _tag(key, "id", scope, own, str(attempt))[:length]) in used:
            attempt += 1
        used.add(candidate)
        opaque[own] = candidate
    return opaque


def _shortest(count: int) -> int:
    length = 1
    while _LETTERS**length < 2 * count:
        length += 1
    return length


def neutral_order(key: bytes, scope: str, ids: Iterable[str]) -> list[str]:
    """The ids in an order that depends on key and scope alone."""
    return sorted(ids, key=lambda own: (_tag(key, "order", scope, own), own))


def _tag(key: bytes, *parts: str) -> str:
    message = "".join(f"{len(part)}:{part}" for part in parts)
    digest = hmac.new(key, message.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")
