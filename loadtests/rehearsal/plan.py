"""What is played: made by the service's side, read by every machine that plays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self

Arrival = Literal["bell", "shifts", "steady"]


@dataclass(frozen=True, slots=True)
class Networks:
    """Shares of candidates, and what happens to those with a bad network: `loss` of a request's replies, `latency_s`
    added to each, `outages` of `outage_s` (exam time) in which nothing goes through."""

    bad: float = 0.05
    loss: float = 0.1
    latency_s: tuple[float, float] = (0.05, 0.6)
    outages: int = 2
    outage_s: tuple[float, float] = (20.0, 90.0)


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds`: what a candidate has, in the rehearsal's time; `exam_seconds`: in the exam's."""

    url: str
    sitting: str
    title: str
    exam_seconds: int
    seconds: int
    speed: float
    arrival: Arrival = "bell"
    before_s: float = 60.0
    shifts: int = 2
    grace_s: float = 0.0
    seed: int = 1
    reloads: float = 0.05
    moves: float = 0.02
    networks: Networks = field(default_factory=Networks)
    insecure: bool = False
    candidates: Sequence[tuple[str, str]] = ()
    staff: Sequence[dict[str, str]] = ()

    def written(self, target: Path) -> None:
        """For nobody else's eyes: tickets open attempts."""
        target.touch(mode=0o600)
        target.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, source: Path) -> Self:
        return cls.of(json.loads(source.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        networks: dict[str, Any] = {
            name: tuple(one) if isinstance(one, list) else one for name, one in values["networks"].items()
        }
        candidates = tuple((number, ticket) for number, ticket in values["candidates"])
        return cls(**{**values, "networks": Networks(**networks), "candidates": candidates})

    def without_people(self) -> Self:
        return replace(self, candidates=(), staff=())
