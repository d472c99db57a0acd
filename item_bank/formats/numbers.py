"""Numbers as people and programs write them → plain decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

_DECIMAL = re.compile(r"[+-]?(?:\d{1,20}(?:[.,]\d{0,20})?|[.,]\d{1,20})(?:[eE][+-]?\d{1,2})?", re.ASCII)
#: Cells of a short answer on the answer sheet of the graduation examination of 2025 (DOMAIN §3.1).
SHEET_CELLS = 4
#: Where no answer sheet limits it.
ANY_NUMBER = 20
_STEPS = (ANY_NUMBER, 40)
_MINUS = str.maketrans({"−": "-", "–": "-", "\u00a0": " "})


def as_decimal(text: str) -> str:
    """`1,5`, `.5`, `−2`, `3e2` → `1.5`, `0.5`, `-2`, `300`; digits are kept as written. Raises ValueError."""
    text = text.translate(_MINUS).strip()
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a number: {text[:40]!r}")
    return f"{Decimal(text.replace(',', '.')):f}"


def room_for_words(texts: Iterable[str]) -> int:
    """As `room`, for a word or phrase: 200 characters, or the next 500 that hold twice the longest."""
    twice = 2 * max(map(len, texts), default=0)
    return 200 if twice <= 200 else -(-twice // 500) * 500


def middle(low: str, high: str) -> tuple[str, str]:
    """Two decimals → the one between them and its distance to both, exactly. Raises ValueError for swapped ones."""
    with localcontext(prec=80):
        first, second = Decimal(as_decimal(low)), Decimal(as_decimal(high))
        if second < first:
            raise ValueError(f"{low[:40]!r} is above {high[:40]!r}")
        return f"{(first + second) / 2:f}", f"{(second - first) / 2:f}"


def room(values: Sequence[str], usual: int = SHEET_CELLS) -> int:
    """How many characters a candidate may type: `usual`, or else the next of a few fixed steps that holds all values.

    The length of the key itself would tell it: `at most 6 characters` for 112,36.
    """
    longest = max(map(len, values), default=0)
    return next((steps for steps in (usual, *_STEPS) if longest <= steps >= usual), longest)
