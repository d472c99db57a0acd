"""Pass or fail: what was found against a file of limits."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from loadtests.rehearsal.measuring import Measured, percentile, together

SCALARS = (
    *("errors_share", "lost_answers", "unasked_answers", "undelivered_answers", "receipts_share"),
    *("cpu_headroom", "generator_cpu", "flush_p95_ms"),
)
TABLES = {"p95_ms": 0.95, "p99_ms": 0.99}
AT_LEAST = frozenset({"receipts_share", "cpu_headroom"})
#: Fewer requests than this have no tail to speak of.
ENOUGH = {"p95_ms": 20, "p99_ms": 100}


class LimitsInvalid(ValueError):
    """The file of limits cannot be used; one line."""


@dataclass(frozen=True, slots=True)
class Check:
    """`found` None: could not be measured, which is no pass and no failure."""

    name: str
    kind: str
    limit: float
    found: float | None

    @property
    def ok(self) -> bool:
        if self.found is None:
            return True
        return self.found >= self.limit if self.name in AT_LEAST else self.found <= self.limit


def read_limits(source: Path | None) -> dict[str, Any]:
    text = files("loadtests.rehearsal").joinpath("limits.toml") if source is None else source
    try:
        limits = tomllib.loads(text.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LimitsInvalid(f"{source}: {error}") from None
    for name, value in limits.items():
        if fault := _fault(name, value):
            raise LimitsInvalid(f"{source}: {name!r} {fault}")
    return limits


def _fault(name: str, value: object) -> str:
    if name in SCALARS:
        return "" if _is_number(value) else "has to be a number"
    if name not in TABLES:
        return "is no limit that a rehearsal knows"
    if not isinstance(value, dict):
        return f'has to be a table: [{name}], and in it "*" = … or a line for each kind of request'
    wrong = [kind for kind, limit in value.items() if not _is_number(limit)]
    return f"has to hold numbers only: {wrong[0]!r} is none" if wrong else ""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def judge(limits: Mapping[str, Any], scalars: Mapping[str, float | None], measured: Measured) -> list[Check]:
    found = [Check(name, "", limits[name], scalars.get(name)) for name in SCALARS if name in limits]
    for table in TABLES:
        found += _of_kinds(table, limits.get(table, {}), measured)
    return found


def _of_kinds(table: str, limits: Mapping[str, float], measured: Measured) -> Iterator[Check]:
    for kind in sorted({kind for _phase, kind in measured.times}):
        limit = limits.get(kind, limits.get("*"))
        times = together(one for (_phase, name), one in measured.times.items() if name == kind)
        if limit is not None and sum(times.values()) >= ENOUGH[table]:
            yield Check(table, kind, limit, percentile(times, TABLES[table]))
