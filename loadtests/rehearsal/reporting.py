"""What a rehearsal found, as one document with stable keys: `--json` writes it, page and table show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from loadtests.rehearsal import capacity as capacities
from loadtests.rehearsal.bottleneck import bottleneck, tail, worst
from loadtests.rehearsal.capacity import SERVICE, capacity
from loadtests.rehearsal.day import PHASES
from loadtests.rehearsal.judging import Check, judge
from loadtests.rehearsal.measuring import Measured, percentile, together
from loadtests.rehearsal.plan import Plan
from loadtests.rehearsal.reconciling import Reconciled

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
MOST_FAILED = 0.05
Samples = Sequence[Mapping[str, Any]]


def report_of(
    plan: Plan,
    found: Mapping[str, Any],
    reconciled: Reconciled,
    machine: Samples,
    cores: int,
    web_workers: int,
    limits: Mapping[str, Any],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """`found`: what the conductor wrote; `about`: what the service's side knows (titles, version, begin)."""
    measured = Measured()
    measured.take(found["measured"])
    players: Samples = found["samples"]
    narrow = bottleneck(machine, players, cores, web_workers)
    figures = _scalars(plan, found, measured, reconciled, machine, players, cores)
    # Where people came no further than a refusal, what they cost says nothing of a day.
    worked = (figures["errors_share"] or 0.0) <= MOST_FAILED
    reckoned = worked and plan.arrival == capacities.RECKONED_FROM
    holds = capacity(machine if reckoned else (), players, cores, len(plan.candidates), plan.speed)
    checks = judge(limits, figures, measured)
    checks.append(Check("ended_early", "", 0, float(found["ended_early"])))
    return {
        "schema": 1,
        "passed": all(check.ok for check in checks),
        "ended_early": found["ended_early"],
        **about,
        "plan": _plan(plan),
        "checks": [{**asdict(check), "ok": check.ok} for check in checks],
        "reconciled": asdict(reconciled),
        "requests": _requests(measured),
        "phases": _phases(measured, players),
        "errors": [{"kind": kind, "code": code, "count": n} for (kind, code), n in measured.errors.most_common(50)],
        "upset": dict(measured.upset),
        "stages": Counter(person[1] for person in found["people"]),
        "bottleneck": asdict(narrow),
        "capacity": {**asdict(holds), "margin": capacities.MARGIN},
        "machine": _machine(machine, cores),
        "course": [_moment(one) for one in players],
    }


def _plan(plan: Plan) -> dict[str, Any]:
    told = asdict(plan.without_people())
    return {**told, "candidates": len(plan.candidates), "staff": len(plan.staff)}


def _scalars(
    plan: Plan,
    found: Mapping[str, Any],
    measured: Measured,
    reconciled: Reconciled,
    machine: Samples,
    players: Samples,
    cores: int,
) -> dict[str, float | None]:
    whole = sum(sum(times.values()) for times in measured.times.values())
    failed = sum(count for (kind, _code), count in measured.errors.items())
    receipts = sum(person[4] is not None for person in found["people"])
    here = any(one["cpu"].get("web") for one in machine)
    service = worst(machine, lambda one: sum(one["cpu"].get(part, 0.0) for part in SERVICE)) if here else None
    return {
        "errors_share": failed / whole if whole else 1.0,
        "lost_answers": float(reconciled.lost),
        "unasked_answers": float(reconciled.unasked),
        "undelivered_answers": float(reconciled.undelivered),
        "receipts_share": receipts / len(plan.candidates) if plan.candidates else 1.0,
        "cpu_headroom": None if service is None else round(1 - service / cores, 3),
        "generator_cpu": worst(players, lambda one: one["generator_cpu"]) if players else None,
        "flush_p95_ms": tail(machine, lambda one: one["flush_ms"]) if here else None,
    }


def _requests(measured: Measured) -> list[dict[str, Any]]:
    kinds = sorted({kind for _phase, kind in measured.times})
    rows = []
    for kind in kinds:
        times = together(one for (_phase, name), one in measured.times.items() if name == kind)
        errors = sum(count for (name, _code), count in measured.errors.items() if name == kind)
        rows.append({"kind": kind, "errors": errors, **_row(times)})
    return sorted(rows, key=lambda row: -row["count"])


def _phases(measured: Measured, players: Samples) -> list[dict[str, Any]]:
    rows = []
    for phase in PHASES:
        times = together(one for (name, _kind), one in measured.times.items() if name == phase)
        if times:
            rates = [one["requests_per_s"] for one in players if one["phase"] == phase]
            rows.append({"phase": phase, "requests_per_s": max(rates, default=0.0), **_row(times)})
    return rows


def _row(times: Mapping[int, int]) -> dict[str, int]:
    return {"count": sum(times.values()), **{name: percentile(times, share) for name, share in SHARES.items()}}


def _machine(machine: Samples, cores: int) -> dict[str, Any]:
    parts = (*SERVICE, "generator")
    return {
        "cores": cores,
        "seconds": len(machine),
        "without_database": not any(one["cpu"].get("postgresql") for one in machine),
        "cpu_mean": {part: _mean([one["cpu"].get(part, 0.0) for one in machine]) for part in parts},
        "cpu_worst_10_s": {
            part: round(worst(machine, lambda one, part=part: float(one["cpu"].get(part, 0.0))), 3)  # type: ignore[misc]
            for part in parts
        },
        "flush_p95_ms": tail(machine, lambda one: one["flush_ms"]),
        "connect_p95_ms": tail(machine, lambda one: one["connect_ms"]),
    }


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def _moment(sample: Mapping[str, Any]) -> dict[str, Any]:
    names = ("now", "in_room", "working", "handed_in", "requests_per_s", "p95_ms", "errors")
    return {name: sample[name] for name in names}
