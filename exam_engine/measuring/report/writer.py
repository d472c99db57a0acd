"""The words, numbers, sections and tables of a report in a language."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from exam_engine.kit import languages
from exam_engine.measuring.named import Found

Say = Callable[..., str]
#: Below this p is only said to be below it.
SMALLEST_P = 0.001
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Writer:
    locale: str
    say: Say

    @classmethod
    def of(cls, locale: str) -> Writer:
        return cls(locale, languages.translator(locale))

    def told(self, value: float | None, decimals: int = 2) -> str:
        return languages.number(None if value is None or not math.isfinite(value) else value, self.locale, decimals)

    def with_error(self, value: float, error: float | None) -> str:
        known = error is not None and math.isfinite(error)
        return f"{self.told(value)} ± {self.told(error)}" if known else self.told(value)

    def p(self, value: float | None) -> str:
        small = value is not None and value < SMALLEST_P
        return f"<{NO_BREAK}{self.told(SMALLEST_P, 3)}" if small else self.told(value, 3)


def section(title: str, **parts: Any) -> Found:
    empty: Found = {"note": "", "picture": None, "table": None, "behind": None, "reasons": [], "more": ""}
    return {"title": title} | empty | parts


def table(head: Sequence[str], rows: Sequence[Sequence[str]], kinds: str) -> Found:
    """kinds: of each column, l for words and r for numbers."""
    return {"head": list(head), "rows": [list(row) for row in rows], "kinds": list(kinds)}
