"""A backup place as it looks after a while: base backups and log of names alone, for what reads nothing but names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from exam_engine.operating.place import Base, Place

SEGMENT = 16 * 1024 * 1024
SYSTEM, OTHER = "7400000000000000001", "7400000000000000002"
NIGHT = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


def segment(number: int, timeline: int = 1) -> str:
    return f"{timeline:08X}{number // 256:08X}{number % 256:08X}"


def base(place: Place, *, at: datetime = NIGHT, system: str = SYSTEM, first: int = 5, took: int = 2) -> Base:
    """With its own log inside: ``took`` segments from ``first`` on."""
    made = Base(
        name=f"{at:%Y-%m-%dT%H%M%SZ}", began_at=at, ended_at=at + timedelta(minutes=1), program="1", schema="0001",
        server=18, system=system, timeline=1, first_segment=segment(first), segment_bytes=SEGMENT, embedded=True,
        user="exam_engine", database="exam_engine", size=1, manifest_sha256="", counts={"journal": 10},
    )  # fmt: skip
    inside = place.cluster(made) / "pg_wal"
    inside.mkdir(parents=True)
    for number in range(first, first + took):
        (inside / segment(number)).touch()
    (place.bases / made.name / "about.json").write_bytes(msgspec.json.encode(made))
    return made


def chain(place: Place, names: list[str], *, at: datetime = NIGHT - timedelta(hours=1), system: str = SYSTEM) -> Path:
    folder = place.wal / system / f"{at:%Y-%m-%dT%H%M%S.%fZ}"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()
    return folder


def flowing(numbers: range, timeline: int = 1) -> list[str]:
    """Names of a chain whose last segment is being received."""
    names = [segment(number, timeline) for number in numbers]
    return [*names[:-1], f"{names[-1]}.partial"]
