"""What the service measures for Prometheus: counters, histograms and gauges that any feature may keep.

Off unless EXAM_ENGINE_METRICS_PORT is set: then a call is one comparison, and prometheus_client is not even loaded.
On, each process writes its numbers into files of its own in memory, and the work process adds them up when asked
(prometheus_client's multiprocess mode). Files bear the names of parts and not of process ids: a worker that is
started again counts on where the last one ended. Never called for each save: once for each flush.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

PREFIX = "exam_engine_"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class MetricsUnavailable(RuntimeError):
    """Nothing can be measured; the message is one line for whoever started the service."""


_all: list[_Metric] = []
_part = "parent"


class _Metric:
    """Declared when its module is loaded; made real by :func:`switch_on`, before or after.

    `known`: values of the labels that are there from the beginning, at 0. What begins at 1 has not risen for
    Prometheus: an alert on its increase would miss the first event."""

    def __init__(self, name: str, told: str, labels: Sequence[str] = (), known: Iterable[tuple[str, ...]] = ()) -> None:
        self.name = PREFIX + name
        self.told = told
        self.labels = tuple(labels)
        self._known = set(known)
        self._real: Any = None
        self._children: dict[tuple[str, ...], Any] = {}
        _all.append(self)
        if FOLDER in os.environ:
            self.make()

    def make(self) -> None:
        self._real, self._children = self._made(), {}
        for values in self._known:
            self._of(values)

    def expect(self, *values: str) -> None:
        """`known`, where it turns out only now."""
        self._known.add(values)
        if self._real is not None:
            self._of(values)

    def _made(self) -> Any:
        raise NotImplementedError

    def _of(self, values: tuple[str, ...]) -> Any:
        if not self.labels:
            return self._real
        child = self._children.get(values)
        if child is None:
            child = self._children[values] = self._real.labels(*values)
        return child


class Counter(_Metric):
    def add(self, amount: float = 1, *values: str) -> None:
        if self._real is not None:
            self._of(values).inc(amount)

    def _made(self) -> Any:
        from prometheus_client import Counter as Real

        return Real(self.name, self.told, self.labels, registry=None)


class Histogram(_Metric):
    def __init__(self, name: str, told: str, labels: Sequence[str] = (), buckets: Sequence[float] = SECONDS) -> None:
        self._buckets = buckets
        super().__init__(name, told, labels)

    def note(self, value: float, *values: str) -> None:
        if self._real is not None:
            self._of(values).observe(value)

    def _made(self) -> Any:
        from prometheus_client import Histogram as Real

        return Real(self.name, self.told, self.labels, buckets=self._buckets, registry=None)


class Gauge(_Metric):
    """`how` the parts' values become one: "sum" or "max"."""

    def __init__(self, name: str, told: str, labels: Sequence[str] = (), how: str = "sum") -> None:
        self._how = how
        super().__init__(name, told, labels)

    def put(self, value: float, *values: str) -> None:
        if self._real is not None:
            self._of(values).set(value)

    def _made(self) -> Any:
        from prometheus_client import Gauge as Real

        return Real(self.name, self.told, self.labels, multiprocess_mode=self._how, registry=None)  # type: ignore[arg-type]


def switch_on(data_dir: Path, part: str = "parent") -> None:
    """Before the family forks; earlier runs' numbers are thrown away."""
    from prometheus_client import values

    os.environ[FOLDER] = str(fresh_folder(_shared_place(), data_dir))
    become(part)
    values.ValueClass = values.MultiProcessValue(lambda: _part)  # type: ignore[no-untyped-call]
    for metric in _all:
        metric.make()


def become(part: str) -> None:
    """In a child: its numbers go to files of its own."""
    global _part  # noqa: PLW0603 - one process is one part
    _part = part


def within_family() -> bool:
    """Whether a parent and other parts stand beside this process."""
    return "-" in _part


def registry() -> CollectorRegistry:
    """The numbers of all parts together."""
    from prometheus_client import CollectorRegistry, multiprocess

    found = CollectorRegistry()
    multiprocess.MultiProcessCollector(found)  # type: ignore[no-untyped-call]
    return found


def names() -> set[str]:
    """Of everything declared by what is loaded, as Prometheus calls it."""
    return {metric.name for metric in _all}


def _shared_place() -> Path:
    """In memory where there is such a place: nothing of it needs to outlive the service."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there, closed to others
    return memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def fresh_folder(root: Path, data_dir: Path) -> Path:
    """Everybody on this machine may write in `root`: under a name that can be foretold somebody else could be first."""
    begins = f"exam-engine-metrics-{os.getuid()}-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}-"
    try:
        for earlier in root.glob(f"{begins}*"):
            if earlier.lstat().st_uid == os.getuid():
                shutil.rmtree(earlier, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=begins, dir=root))
    except OSError as refused:
        raise MetricsUnavailable(
            f"no place for what is measured at {root} ({refused.strerror}): make room there, "
            "or unset EXAM_ENGINE_METRICS_PORT"
        ) from None
