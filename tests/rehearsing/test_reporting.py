"""What the report says of capacity: reckoned of a day with one bell, and of no other."""

from __future__ import annotations

from typing import Any

import pytest

from loadtests.rehearsal.day import PHASES
from loadtests.rehearsal.measuring import Measured
from loadtests.rehearsal.page import page
from loadtests.rehearsal.plan import Arrival, Plan
from loadtests.rehearsal.reconciling import Reconciled
from loadtests.rehearsal.reporting import report_of
from loadtests.rehearsal.table import table

CANDIDATES, EACH_S = 100, 10
BUSY = {"web": 0.5, "work": 0.1, "postgresql": 0.2, "generator": 0.1}


def a_report(arrival: Arrival) -> dict[str, Any]:
    """Of a day in which every part of it took as many seconds, and as much of the machine."""
    people = tuple((f"DT-{n:05d}", "ticket") for n in range(CANDIDATES))
    plan = Plan("http://127.0.0.1:8000", "public", "Kiểm tra", 2700, 40, 60.0, arrival, candidates=people)
    measured = Measured()
    measured.add("working", "POST /play/save", 0.01)
    moments = [(10 + at, PHASES[at // EACH_S]) for at in range(EACH_S * len(PHASES))]
    players = [_player(at, phase, CANDIDATES * (phase == "after")) for at, phase in moments]
    quiet = [_machine(at, dict.fromkeys(BUSY, 0.0)) for at in range(9)]
    machine = [*quiet, *(_machine(at, BUSY) for at, _phase in moments)]
    found = {"measured": measured.told(), "samples": players, "people": [], "ended_early": False}
    about = {"title": "Kiểm tra", "begun": "2026-11-22T09:00:00", "version": "", "url": plan.url, "kept": False}
    return report_of(plan, found, Reconciled(candidates=CANDIDATES), machine, 2, 2, {}, about)


def _player(at: int, phase: str, handed_in: int) -> dict[str, Any]:
    counts = {"in_room": 0, "working": CANDIDATES, "handed_in": handed_in, "errors": 0, "received": 0}
    rates = {"requests_per_s": 1.0, "p95_ms": 5, "generator_cpu": 0.1, "lag_ms": 0}
    return {"at": at, "now": at - 20, "phase": phase, **counts, **rates}


def _machine(at: int, cpu: dict[str, float]) -> dict[str, Any]:
    return {"at": at, "cpu": cpu, "idle": 1.0, "waiting": 0.0, "flush_ms": 1.0, "connect_ms": 1.0}


def test_a_bell_tells_a_capacity() -> None:
    report = a_report("bell")
    assert report["capacity"]["candidates"] > 0
    assert f"{report['capacity']['candidates']} candidates" in table(report, "en")


@pytest.mark.parametrize("arrival", ["shifts", "steady"])
def test_shifts_and_steady_arrival_tell_none_and_say_why(arrival: Arrival) -> None:
    report = a_report(arrival)
    assert report["capacity"]["candidates"] is None
    assert report["capacity"]["costs"] == {}
    for told in (table(report, "en"), page(report, "en")):
        assert "rehearse with --arrival bell" in told
    assert "--arrival bell" in table(report, "vi")
