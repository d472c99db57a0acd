"""The one source of chance in assembly: reproducible on any machine, NumPy version and Python hash seed.

A stream is PCG64 (O'Neill 2014) started by `SeedSequence` from the SHA-256 of its name. Only the raw 64-bit output is
used, which NumPy promises never to change (NEP 19; the methods of `numpy.random.Generator` give no such promise).
Shuffling is Fisher and Yates's (Durstenfeld 1964) with rejection, so that every order is equally likely.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_WORDS = 64
_RANGE = 1 << 64


class Stream:
    """Uniform integers named by a seed text, the version of the assembly rules and a purpose."""

    def __init__(self, seed: str, version: int, *purpose: str) -> None:
        # Lengths are part of the name, so that ("ab", "c") and ("a", "bc") are different streams.
        name = "".join(f"{len(part)}:{part}" for part in (str(version), seed, *purpose))
        entropy = int.from_bytes(hashlib.sha256(name.encode()).digest(), "big")
        self._source = np.random.PCG64(np.random.SeedSequence(entropy))
        self._words: list[int] = []

    def below(self, bound: int) -> int:
        """A uniform integer from 0 to bound − 1, for a bound from 1 to 2⁶⁴."""
        limit = _RANGE - _RANGE % bound
        while (word := self._next()) >= limit:
            pass
        return word % bound

    def shuffled(self, values: Sequence[T]) -> list[T]:
        order = list(values)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return order

    def _next(self) -> int:
        if not self._words:
            self._words = [int(word) for word in reversed(self._source.random_raw(_WORDS))]
        return self._words.pop()
