"""What a rehearsal found, as one document with stable keys: `--json` writes it, page and table show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from loadtests.rehearsal import capacity as capacities
from loadtests.rehearsal.bottleneck import FLUSH_MS, bottleneck, of_others, tail, taken, worst
from loadtests.rehearsal.capacity import SERVICE, capacity
from loadtests.rehearsal.day import PHASES
from loadtests.rehearsal.judging import Check, judge
from loadtests.rehearsal.measuring import Measured, percentile, together
from loadtests.rehearsal.plan import Plan
from loadtests.rehearsal.reconciling import Reconciled

SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
MOST_FAILED = 0.05
#: Of all cores, in the busiest ten seconds: so much for other programs, and the figures tell of them, too.
DISTURBED = 0.2
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
    narrow = bottleneck(machine, players, cores, web_workers, limits.get("flush_p95_ms", FLUSH_MS))
    figures = _scalars(plan, found, measured, reconciled, machine, players, cores)
    checks = judge(limits, figures, measured)
    checks.append(Check("ended_early", "", 0, float(found["ended_early"])))
    passed = all(check.ok for check in checks)
    why = _not_reckoned(plan, figures, passed=passed)
    holds = capacity(() if why else machine, players, cores, len(plan.candidates), plan.speed)
    return {
        "schema": 1,
        "passed": passed,
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
        "capacity": {**asdict(holds), "margin": capacities.MARGIN, "why": why},
        "machine": _machine(machine, cores),
        "course": [_moment(one) for one in players],
    }


def _not_reckoned(plan: Plan, figures: Mapping[str, float | None], *, passed: bool) -> str:
    """Why nothing is said of capacity, by the word of the report; empty: it can be. Of a day that was broken off, or
    that went wrong, what people cost says nothing; least of all where they came no further than a refusal."""
    if plan.arrival != capacities.RECKONED_FROM:
        return "not_reckoned"
    worked = passed and (figures["errors_share"] or 0.0) <= MOST_FAILED
    return "" if worked else "not_reckoned_of_this"


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
    """`other`: programs that are neither the service nor play; `machine`: everything together."""
    parts: dict[str, Callable[[Any], float]] = {part: _cpu_of(part) for part in (*SERVICE, "generator")}
    parts["other"] = lambda one: of_others(one, cores)
    parts["machine"] = lambda one: taken(one, cores)
    at_worst = {part: round(worst(machine, value), 3) for part, value in parts.items()}
    return {
        "cores": cores,
        "seconds": len(machine),
        "without_database": not any(one["cpu"].get("postgresql") for one in machine),
        "cpu_mean": {part: _mean([value(one) for one in machine]) for part, value in parts.items()},
        "cpu_worst_10_s": at_worst,
        "disturbed": at_worst["other"] >= DISTURBED * cores,
        "flush_p95_ms": tail(machine, lambda one: one["flush_ms"]),
        "connect_p95_ms": tail(machine, lambda one: one["connect_ms"]),
    }


def _cpu_of(part: str) -> Callable[[Any], float]:
    return lambda one: float(one["cpu"].get(part, 0.0))


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0


def _moment(sample: Mapping[str, Any]) -> dict[str, Any]:
    names = ("now", "in_room", "working", "handed_in", "requests_per_s", "p95_ms", "errors")
    return {name: sample[name] for name in names}
