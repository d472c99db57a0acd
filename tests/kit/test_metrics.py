"""Where numbers lie: in a place that everybody on the machine may write to, so under no name that can be foretold."""

from __future__ import annotations

import os
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
