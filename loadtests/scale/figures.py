"""Figures with their bars: a table for people, JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Figure:
    """`bar`: the most that is good (the least where `least`); None: no bar."""

    value: float
    unit: str
    note: str = ""
    bar: float | None = None
    least: bool = False

    @property
    def met(self) -> bool | None:
        if self.bar is None:
            return None
        return self.value >= self.bar if self.least else self.value <= self.bar


Figures = dict[str, Figure]


def percentiles(name: str, seconds: NDArray[np.floating[Any]], *, p99_ms: float | None = None) -> Figures:
    """p50, p95, p99 and the longest, in milliseconds from the scheduled moment."""
    if not len(seconds):
        return {f"{name}.p99_ms": Figure(float("inf"), "ms", "nothing was acknowledged", p99_ms)}
    found = 1000 * np.percentile(seconds, [50, 95, 99, 100])
    names = ("p50_ms", "p95_ms", "p99_ms", "max_ms")
    return {
        f"{name}.{one}": Figure(float(value), "ms", bar=p99_ms if one == "p99_ms" else None)
        for one, value in zip(names, found, strict=True)
    }


def machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
    }


def written(out: Path, figures: Mapping[str, Figure], curves: Sequence[Mapping[str, Any]]) -> None:
    """What an earlier run measured and this one did not stays: parts may be run one by one."""
    known: dict[str, Any] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    fresh = {name: asdict(one) | {"met": one.met} for name, one in figures.items()}
    parts = {name.split(".")[1] for name in fresh}
    kept = {name: one for name, one in known.get("figures", {}).items() if name.split(".")[1] not in parts}
    told = {"machine": machine(), "figures": kept | fresh, "curves": list(curves) or known.get("curves", [])}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(figures: Mapping[str, Figure]) -> str:
    lines = [f"{'figure':<40}{'value':>14} {'unit':<8}{'bar':>10}  "]
    for name, one in figures.items():
        bar = "" if one.bar is None else f"{'≥' if one.least else '≤'} {one.bar:g}"
        verdict = {None: "", True: "met", False: "MISSED"}[one.met]
        lines.append(f"{name:<40}{one.value:>14,.2f} {one.unit:<8}{bar:>10}  {verdict:<7} {one.note}".rstrip())
    return "\n".join(lines)
