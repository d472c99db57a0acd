"""The machine under a service elsewhere, by what its own /metrics say (EXAM_ENGINE_METRICS_PORT)."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from loadtests.rehearsal.machine import EVERY_S, PARTS, connect_ms

PREFIX = "exam_engine_"
PATIENCE_S = 5.0
Figures = Mapping[tuple[str, str], float]


class NoMetrics(Exception):
    """What answers there does not tell how the machine is; the message is one line."""


class Metered:
    """Samples as `Machine` takes them. The service looks at itself every five seconds; each second of these gets their
    mean. Figures of one machine: behind a balancer, name them of the one that is to be judged."""

    def __init__(self, url: str, metrics: str) -> None:
        self.samples: list[dict[str, Any]] = []
        self._url, self._metrics = url, metrics
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="metered")
        self._known = figures(self._metrics)
        if (PREFIX + "machine_cores", "") not in self._known:
            raise NoMetrics(f"{metrics} says nothing of an Exam Engine of this version")
        self.cores = int(self._known[PREFIX + "machine_cores", ""])

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(2 * PATIENCE_S)

    def _run(self) -> None:
        while not self._ended.wait(EVERY_S):
            with suppress(NoMetrics):  # a restart, an outage: what lies between is one long moment
                self.take(figures(self._metrics), time.time())

    def take(self, found: Figures, at: float) -> None:
        """`at`: this machine's time; the other's clock only says how much of it has passed."""
        before, seconds = self._known, found[PREFIX + "looked_at_seconds", ""]
        seconds -= before[PREFIX + "looked_at_seconds", ""]
        if seconds <= 0:
            return
        self._known = found

        def rate(name: str, label: str = "") -> float:
            grown = found.get((PREFIX + name, label), 0.0) - before.get((PREFIX + name, label), 0.0)
            return max(0.0, grown) / seconds

        commits = rate("commit_seconds_count")
        sample = {
            "cpu": {part: round(rate("cpu_seconds_total", part), 3) for part in PARTS},
            "idle": round(rate("machine_seconds_total", "idle"), 3),
            "waiting": round(rate("machine_seconds_total", "waiting"), 3),
            "flush_ms": round(1000 * rate("commit_seconds_sum") / commits, 2) if commits else 0.0,
            "connect_ms": connect_ms(self._url),
            "memory_free": 0,
        }
        count = max(1, round(seconds / EVERY_S))
        self.samples += [{"at": at - (count - 1 - one) * EVERY_S, **sample} for one in range(count)]


def figures(metrics: str) -> Figures:
    """(name, its labels' values) → value."""
    try:
        with urllib.request.urlopen(metrics, timeout=PATIENCE_S) as reply:  # noqa: S310 - the operator's own
            text = reply.read().decode()
        families = list(text_string_to_metric_families(text))
    except (OSError, ValueError) as failed:
        raise NoMetrics(f"no metrics at {metrics}: {failed}") from None
    return {(one.name, ",".join(one.labels.values())): one.value for family in families for one in family.samples}
