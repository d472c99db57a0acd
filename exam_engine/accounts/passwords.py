"""Passwords of staff: Argon2id in two threads, so that a rush takes neither the event loop nor the memory."""

from __future__ import annotations

import asyncio
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from item_bank.content.composing import composed

SHORTEST, LONGEST = 10, 200

# OWASP Password Storage Cheat Sheet: Argon2id, 19 MiB, 2 passes, 1 lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


if hasattr(os, "register_at_fork"):  # a forked process has none of its parent's threads, and would wait for them
    os.register_at_fork(after_in_child=_threads.cache_clear)


def one_time() -> str:
    """Read aloud and typed once: four groups of four, about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _i in range(4)) for _group in range(4))


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_threads(), _HASHER.hash, _prepared(password))


async def matches(stored: str | None, password: str) -> bool:
    """Without a stored hash the same work is done, so that the time tells nobody which user names exist."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), _matches, stored, _prepared(password))


def outdated(stored: str) -> bool:
    return _HASHER.check_needs_rehash(stored)


def _matches(stored: str | None, password: str) -> bool:
    try:
        _HASHER.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex())


def _prepared(password: str) -> str:
    """Keyboards write the same letter in two ways (NFC, NFD)."""
    return composed(password)
