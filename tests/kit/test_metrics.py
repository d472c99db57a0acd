"""Where numbers lie: in a place that everybody on the machine may write to, so under no name that can be foretold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from exam_engine.kit.metrics import MetricsUnavailable, fresh_folder


def test_what_an_earlier_run_left_goes(tmp_path: Path) -> None:
    first = fresh_folder(tmp_path, Path("/data"))
    (first / "counter_web-1.db").touch()
    of_others = fresh_folder(tmp_path, Path("/other-data"))
    second = fresh_folder(tmp_path, Path("/data"))
    assert sorted(tmp_path.iterdir()) == sorted([of_others, second])
    assert second.stat().st_mode & 0o777 == 0o700


def test_somebody_who_was_first_hinders_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their folder bears the very name that ours had, and is theirs: this account makes it, another one looks."""
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    theirs = fresh_folder(tmp_path, Path("/data"))
    plain = tmp_path / theirs.name.rpartition("-")[0]
    for trap in (theirs, plain):
        trap.mkdir(exist_ok=True)
        (trap / "trap").touch()
    ours = fresh_folder(tmp_path, Path("/data"))
    assert ours not in {theirs, plain}
    assert (theirs / "trap").exists()
    assert (plain / "trap").exists()


def test_no_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(MetricsUnavailable, match="EXAM_ENGINE_METRICS_PORT"):
        fresh_folder(tmp_path / "none", Path("/data"))


PROGRAM = """
import sys
from pathlib import Path
from exam_engine.kit import metrics
early = metrics.Counter("early_total", "Declared before", ("why",), known=(("busy",),))
metrics.switch_on(Path(sys.argv[1]))
metrics.become("web-1")
late = metrics.Counter("late_total", "Declared afterwards", ("why", "how"), known=(("busy", "much"),))
early.expect("learnt")
late.add(1, "other", "way")
for family in metrics.registry().collect():
    for sample in family.samples:
        print(sample.name, *(sample.labels[name] for name in sorted(sample.labels, reverse=True)), sample.value)
"""


def test_a_counter_is_there_before_its_first_event(tmp_path: Path) -> None:
    """In a process of its own: numbers are switched on once."""
    told = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], stdout=subprocess.PIPE, text=True, check=True)
    assert sorted(told.stdout.splitlines()) == [
        "exam_engine_early_total busy 0.0",
        "exam_engine_early_total learnt 0.0",
        "exam_engine_late_total busy much 0.0",
        "exam_engine_late_total other way 1.0",
    ]
