"""What the report says of capacity: reckoned of a day with one bell, and of no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from loadtests.rehearsal.capacity import _needed
from loadtests.rehearsal.day import PHASES
from loadtests.rehearsal.measuring import Measured
from loadtests.rehearsal.page import page
from loadtests.rehearsal.plan import Arrival, Plan
from loadtests.rehearsal.reconciling import Reconciled
from loadtests.rehearsal.reporting import report_of
from loadtests.rehearsal.table import table
from loadtests.rehearsal.words import words_in

ROOT = Path(__file__).parents[2]
CANDIDATES, EACH_S = 100, 10
BUSY = {"web": 0.5, "work": 0.1, "postgresql": 0.2, "generator": 0.1}


def a_report(arrival: Arrival = "bell", **changed: Any) -> dict[str, Any]:
    """Of a day in which every part of it took as many seconds, and as much of the machine. `changed`: `idle` cores and
    `flush_ms` of the machine, `limits`, `ended_early`."""
    limits = changed.pop("limits", {})
    early = changed.pop("ended_early", False)
    people = tuple((f"DT-{n:05d}", "ticket") for n in range(CANDIDATES))
    plan = Plan("http://127.0.0.1:8000", "public", "Kiểm tra", 2700, 40, 60.0, arrival, candidates=people)
    measured = Measured()
    for _time in range(1200):
        measured.add("working", "POST /play/save", 0.01)
    measured.add("working", "staff: whole sitting live", 0.01)
    moments = [(10 + at, PHASES[at // EACH_S]) for at in range(EACH_S * len(PHASES))]
    players = [_player(at, phase, CANDIDATES * (phase == "after")) for at, phase in moments]
    quiet = [{**_machine(at, dict.fromkeys(BUSY, 0.0)), **changed, "idle": 2.0} for at in range(9)]
    machine = [*quiet, *({**_machine(at, BUSY), **changed} for at, _phase in moments)]
    found = {"measured": measured.told(), "samples": players, "people": [], "ended_early": early}
    about = {"title": "Kiểm tra", "begun": "2026-11-22T09:00:00", "version": "1.2.3", "url": plan.url, "kept": False}
    return report_of(plan, found, Reconciled(candidates=CANDIDATES), machine, 2, 2, limits, about)


def _player(at: int, phase: str, handed_in: int) -> dict[str, Any]:
    counts = {"in_room": 0, "working": CANDIDATES, "handed_in": handed_in, "errors": 0, "received": 0}
    rates = {"requests_per_s": 1.0, "p95_ms": 5, "generator_cpu": 0.1, "lag_ms": 0}
    return {"at": at, "now": at - 20, "phase": phase, **counts, **rates}


def _machine(at: int, cpu: dict[str, float]) -> dict[str, Any]:
    return {"at": at, "cpu": cpu, "idle": 1.0, "waiting": 0.0, "flush_ms": 1.0, "connect_ms": 1.0}


def test_a_bell_tells_a_capacity() -> None:
    report = a_report("bell")
    assert report["capacity"]["candidates"] > 0
    assert f"{report['capacity']['candidates']:,} candidates" in table(report, "en")


def test_few_people_tell_only_a_rough_figure_and_how_many_are_needed() -> None:
    found = a_report()
    holds = found["capacity"]["candidates"]
    assert holds > 10 * CANDIDATES
    assert found["capacity"]["needs"] == -(-holds // 10)
    assert "Only a rough figure, from 100 candidates" in table(found, "en")
    assert "phỏng đoán" in page(found, "vi")
    assert _needed(played=1000, holds=9999) == 0
    assert _needed(played=30, holds=40) == 100, "few people share no commits"


@pytest.mark.parametrize("changed", [{"ended_early": True}, {"limits": {"flush_p95_ms": 0.5}}])
def test_a_day_that_was_broken_off_or_failed_tells_no_capacity(changed: dict[str, Any]) -> None:
    report = a_report(**changed)
    assert not report["passed"]
    assert report["capacity"]["candidates"] is None
    assert "ended early, failed" in table(report, "en")


def test_what_else_ran_on_the_machine_has_a_row_and_a_warning() -> None:
    calm, full = a_report(idle=1.0), a_report(idle=0.1)
    assert calm["machine"]["cpu_worst_10_s"]["other"] == pytest.approx(0.1)
    assert full["machine"]["cpu_worst_10_s"]["other"] == pytest.approx(1.0)
    assert full["machine"]["cpu_worst_10_s"]["machine"] == pytest.approx(1.9)
    assert full["bottleneck"]["name"] == "other"
    for tell in (table, page):
        assert "Rehearse again" not in tell(calm, "en")
        assert "Rehearse again" in tell(full, "en")
    assert "other programs on this machine</th>" in page(calm, "en")


def test_the_disk_is_measured_by_the_limit_that_it_is_judged_by() -> None:
    report = a_report(flush_ms=30.0, limits={"flush_p95_ms": 50})
    assert report["bottleneck"]["use"]["disk"] == pytest.approx(0.6)
    assert not report["bottleneck"]["reached"]
    strict = a_report(flush_ms=30.0, limits={"flush_p95_ms": 30})
    assert (strict["bottleneck"]["name"], strict["bottleneck"]["reached"]) == ("disk", True)


def test_a_report_in_vietnamese_is_in_vietnamese() -> None:
    report = a_report(limits={"errors_share": 0.001, "receipts_share": 1.0, "p95_ms": {"*": 1000}})
    for told in (table(report, "vi"), page(report, "vi")):
        assert "theo dõi toàn buổi thi" in told
        assert "staff:" not in told
        assert "POST /play/save" not in told
        assert "1.200" in told, "thousands are grouped"
        assert all(part in told for part in ("2026-11-22 09:00:00", "http://127.0.0.1:8000", "1.2.3"))
    shown = page(report, "vi")
    assert "≤ 0,1 %" in shown
    assert "≥ 100 %" in shown
    assert "≤ 1.000" in shown


def test_every_kind_of_request_has_a_name_in_both_languages() -> None:
    """Kinds stand in the sources of those who play."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "loadtests").rglob("*.py")]
    kinds = {kind for text in sources for kind in re.findall(r'"(staff: [^"]+|GET /t|POST /t|GET /play[a-z/]*)"', text)}
    kinds |= {"heartbeat", *(f"POST /play/{act}" for act in ("start", "save", "submit"))}
    kinds |= {f"GET /play/{act}" for act in ("state", "paper", "variant")}
    assert len(kinds) > 18
    for language in ("vi", "en"):
        assert [kind for kind in kinds if f"kind {kind}" not in words_in(language)] == []


@pytest.mark.parametrize("arrival", ["shifts", "steady"])
def test_shifts_and_steady_arrival_tell_none_and_say_why(arrival: Arrival) -> None:
    report = a_report(arrival)
    assert report["capacity"]["candidates"] is None
    assert report["capacity"]["costs"] == {}
    for told in (table(report, "en"), page(report, "en")):
        assert "rehearse with --arrival bell" in told
    assert "--arrival bell" in table(report, "vi")
