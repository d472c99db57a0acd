"""Files that operators copy: the dashboard and the alerts ask for metrics that exist, units are understood."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from exam_engine.kit import metrics
from exam_engine.kit.metrics import PREFIX
from exam_engine.operating.facts import FACTS

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
ASKED = re.compile(rf"{PREFIX}[a-z_]+")


def known() -> set[str]:
    for name in ("exam_engine.doors", "exam_engine.serving"):
        import_module(name)  # declares what it measures
    own = metrics.names()
    endings = ("_bucket", "_count", "_sum")
    return own | {name + ending for name in own for ending in endings} | {PREFIX + name for name in FACTS}


def test_the_dashboard_asks_for_what_is_measured() -> None:
    board: dict[str, Any] = json.loads((EXAMPLES / "grafana-exam-day.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked = {name for query in queries for name in ASKED.findall(query)}
    assert asked - known() == set()
    assert {PREFIX + name for name in FACTS} - asked == set(), "measured, and shown nowhere"
    declared = {name for name in metrics.names() if not any(one.startswith(name) for one in asked)}
    assert declared == set(), "measured, and shown nowhere"
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(places) == len(set(places))


def test_alerts_ask_for_what_is_measured() -> None:
    text = (EXAMPLES / "alerts.yml").read_text(encoding="utf-8")
    assert set(ASKED.findall(text)) - known() == set()
    alerts = re.findall(r"- alert: (\w+)", text)
    assert len(alerts) == len(set(alerts)) == text.count("expr:") == text.count("summary:")


def test_every_metric_is_described() -> None:
    page = (EXAMPLES.parent / "operations.md").read_text(encoding="utf-8")
    described = set(re.findall(r"`([a-z_]+)`", page))
    assert {name.removeprefix(PREFIX) for name in metrics.names()} | set(FACTS) <= described


@pytest.mark.parametrize("unit", ["exam-engine-backup.service", "exam-engine-backup.timer"])
def test_units_are_understood(unit: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(EXAMPLES / unit)], capture_output=True, text=True, check=False
    )
    told = [line for line in done.stderr.splitlines() if unit in line and "not executable" not in line]
    assert told == []
