"""The machine of a service elsewhere, by its own figures: shares of time between two looks of the service at itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.rehearsal.bottleneck import bottleneck
from loadtests.rehearsal.metered import Metered, NoMetrics, figures

PAGE = """
exam_engine_machine_cores 4
exam_engine_looked_at_seconds {at}
exam_engine_machine_seconds_total{{state="idle"}} {idle}
exam_engine_machine_seconds_total{{state="waiting"}} 3
exam_engine_cpu_seconds_total{{role="web"}} {web}
exam_engine_commit_seconds_sum {commits}
exam_engine_commit_seconds_count {commits}
"""


def test_shares_of_time_between_two_looks(tmp_path: Path) -> None:
    page = tmp_path / "metrics"
    page.write_text(PAGE.format(at=1000, idle=50, web=10, commits=0))
    machine = Metered("http://127.0.0.1:9", page.as_uri())
    assert machine.cores == 4
    machine.take(figures(page.as_uri()), at=5000)
    assert machine.samples == [], "the service has not looked again"
    page.write_text(PAGE.format(at=1005, idle=60, web=18, commits=10))
    machine.take(figures(page.as_uri()), at=5005)
    assert [one["at"] for one in machine.samples] == [5001, 5002, 5003, 5004, 5005]
    last = machine.samples[-1]
    assert (last["cpu"]["web"], last["idle"], last["waiting"], last["flush_ms"]) == (1.6, 2.0, 0.0, 1000.0)
    assert bottleneck(machine.samples, (), machine.cores, 2).name in {"disk", "web"}


def test_another_page_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "metrics"
    page.write_text("up 1\n")
    with pytest.raises(NoMetrics, match="says nothing"):
        Metered("http://127.0.0.1:9", page.as_uri())
    with pytest.raises(NoMetrics, match="no metrics"):
        figures((tmp_path / "none").as_uri())
