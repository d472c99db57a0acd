"""Many candidates at once, held: everybody saves or shows a sign of life every 15 seconds, and staff go on working."""

from __future__ import annotations

import asyncio
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from loadtests.scale.figures import Figure, Figures, percentiles
from loadtests.scale.loaded import Loaded, Usage
from loadtests.scale.plan import Phase
from loadtests.scale.playing import Heard, Job, begun, heard, let_go
from loadtests.scale.stored import Compared

P99_MS = 250.0
#: A process may hold 20,000 files here; the generator's sockets are spread, the service's lie on its workers.
MOST_SOCKETS = 9_000


@dataclass(frozen=True)
class Load:
    candidates: int
    phases: Sequence[Phase]
    connections: int
    beats: float = 0.25
    patience_s: float = 60.0

    @property
    def seconds(self) -> float:
        return sum(phase.seconds for phase in self.phases)


@dataclass(frozen=True)
class Held:
    load: Load
    heard: Sequence[Heard]
    usage: Usage

    @property
    def latency(self) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        return np.concatenate([one.latency[one.standing >= 0] for one in self.heard])

    @property
    def sends(self) -> int:
        return sum(len(one.plan) for one in self.heard)

    @property
    def requests(self) -> int:
        return sum(one.requests for one in self.heard)

    @property
    def open(self) -> int:
        return sum(int((one.standing < 0).sum()) for one in self.heard)

    @property
    def errors(self) -> Counter[str]:
        return sum((one.errors for one in self.heard), Counter())

    @property
    def generator_s(self) -> float:
        return sum(one.cpu_s for one in self.heard)


async def hold(service: Loaded, people: Sequence[Path], load: Load, counted: Path | None = None, seed: int = 1) -> Held:
    """The generator's processes are ready before the first send is due."""
    shares = -(-load.connections // MOST_SOCKETS)
    jobs = [
        Job(
            port=service.port, people=[str(one) for one in people], share=share, shares=shares,
            connections=load.connections // shares, phases=[(one.seconds, one.every_s) for one in load.phases],
            beats=load.beats, seed=seed, patience_s=load.patience_s, candidates=load.candidates,
            result=str(service.folder / f"heard-{share}.npz"), counted=None if counted is None else str(counted),
        )
        for share in range(shares)
    ]  # fmt: skip
    processes = [begun(job, service.folder) for job in jobs]
    try:
        await asyncio.to_thread(let_go, processes)
        ended = asyncio.create_task(_ended(processes))
        usage = await service.usage(ended)
        await ended
    finally:
        for process in processes:
            process.kill()
    return Held(load, [heard(job) for job in jobs], usage)


async def _ended(processes: Sequence[subprocess.Popen[str]]) -> None:
    for process in processes:
        code = await asyncio.to_thread(process.wait)
        if code:
            raise RuntimeError(f"a generator ended with {code}")


def figures(name: str, found: Held, compared: Compared) -> Figures:
    """Candidates count as held where nothing went wrong and the wait is within the bar."""
    load, usage = found.load, found.usage
    waits = percentiles(name, found.latency, p99_ms=P99_MS)
    errors = sum(found.errors.values()) + found.open
    good = not errors and compared.equal and bool(waits[f"{name}.p99_ms"].met)
    each = 1e6 / max(1, found.requests)
    kinds = ", ".join(f"{kind}: {count}" for kind, count in found.errors.items())
    how = f"{load.connections} connections, {load.seconds:g} s, {100 * load.beats:g} % heartbeats"
    per_second = f"{found.sends / load.seconds:,.0f} sends/s"
    differences = compared.lost + compared.doubled + compared.changed + compared.never_sent
    held = load.candidates if good else 0
    seen = f"{compared.rows_seen} rows compared one by one; {'; '.join(compared.told[:3])}"
    return {
        f"{name}.candidates_held": Figure(held, "", f"{how}; {per_second}", load.candidates, True),
        **waits,
        f"{name}.errors": Figure(errors, "", f"{kinds or 'none'}; never acknowledged: {found.open}", 0),
        f"{name}.acknowledged": Figure(compared.acknowledged, "", f"stored {compared.stored}; by digests"),
        f"{name}.differences": Figure(differences, "", seen, 0),
        f"{name}.app_us": Figure(usage.app_s * each, "µs", f"CPU per request; {usage.app_s / usage.seconds:.2f} cores"),
        f"{name}.database_us": Figure(
            usage.database_s * each, "µs", f"CPU per request; {usage.database_s / usage.seconds:.2f} cores"
        ),
        f"{name}.generator_us": Figure(
            found.generator_s * each, "µs", f"CPU per request, not in the others; {len(found.heard)} processes"
        ),
        f"{name}.wal_bytes": Figure(
            usage.wal.records / max(1, compared.acknowledged), "B",
            f"per answer, full-page images apart; with them {usage.wal.whole / usage.seconds / 1e6:.2f} MB/s",
        ),
        f"{name}.memory_mib": Figure(max(usage.memory_mib), "MiB", f"PSS; {usage.memory_mib[0]:.0f} at the beginning"),
    }  # fmt: skip
