"""What was measured, beside the bar that it is to keep: a table for people, a file for programs."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OUT = Path("build/bench.json")

#: The most that a figure may be. `save.cpu_ms` has a second one, measured beside it: `pgbench.upsert_cpu_ms`.
BARS: Mapping[str, float] = {
    "save.ratio_to_empty_handler": 1.0,
    "save.ratio_shallow": 2.0,
    "save.wal_bytes": 250,
    "sign_in.cpu_ms": 1,
    "start.cpu_ms": 2,
    "submit.cpu_ms": 3,
    "paper.transfer_kb": 100,
    "attempt.storage_kb": 8,
    "memory.idle_mib": 300,
    "memory.load_mib": 400,
    "irt.2pl_10000x50_yardsticks": 0.15,
    "irt.2pl_100000x50_yardsticks": 1.2,
    "irt.2pl_se_10000x50_yardsticks": 0.3,
    "irt.2pl_se_100000x50_yardsticks": 2.4,
    "irt.3pl_10000x50_yardsticks": 0.75,
    "irt.3pl_100000x50_yardsticks": 7,
    "irt.eap_100000x50_yardsticks": 0.4,
    "irt.sx2_10000x50_yardsticks": 0.1,
    "dif.mh_10000x50_yardsticks": 0.05,
    "dif.logistic_10000x50_yardsticks": 0.3,
    "statistics.report_3000x40_yardsticks": 0.05,
    "statistics.report_100000x50_yardsticks": 1.0,
    "similarity.1000x40_yardsticks": 8,
    "assembly.10x40_of_2000_s": 60,
    "assembly.information_spread_percent": 2,
    "bank.list_query_cpu_ms": 20,
    "bank.near_query_cpu_ms": 20,
    "study.job_3000x40_s": 2,
    "study.job_30000x40_s": 30,
    "study.report_pdf_s": 3,
    "flags.false_per_test": 1,
    "flags.wrong_keys_missed_percent": 20,
}


@dataclass(frozen=True, slots=True)
class Figure:
    value: float
    unit: str
    note: str
    bar: float | None = None

    @property
    def missed(self) -> bool:
        return self.bar is not None and self.value > self.bar


def figure(values: Sequence[float], unit: str, note: str, bar: float | None = None) -> Figure:
    spread = f"{min(values):.3f}–{max(values):.3f}"
    return Figure(statistics.median(values), unit, f"median of {len(values)}, {spread}; {note}", bar)


def with_bars(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    return {
        name: one if one.bar is not None or name not in BARS else Figure(one.value, one.unit, one.note, BARS[name])
        for name, one in figures.items()
    }


def write(figures: Mapping[str, Figure]) -> None:
    told = {name: dict(_told(one)) for name, one in figures.items()}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"machine": _machine(), "figures": told}, indent=2, ensure_ascii=False) + "\n")


def _told(one: Figure) -> Iterator[tuple[str, object]]:
    yield from (("value", one.value), ("unit", one.unit), ("note", one.note))
    if one.bar is not None:
        yield from (("bar", one.bar), ("missed", one.missed))


def table(figures: Mapping[str, Figure]) -> str:
    lines = [f"{'figure':<30} {'value':>10} {'':<4} {'bar':>8} {'':<6} note"]
    for name, one in figures.items():
        bar = "" if one.bar is None else f"{one.bar:.3g}"
        word = "MISSED" if one.missed else "" if one.bar is None else "kept"
        lines.append(f"{name:<30} {one.value:>10.3f} {one.unit:<4} {bar:>8} {word:<6} {one.note}")
    missed = [name for name, one in figures.items() if one.missed]
    lines.append(f"bars missed: {', '.join(missed) if missed else 'none'}")
    return "\n".join(lines)


def _machine() -> dict[str, object]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()
