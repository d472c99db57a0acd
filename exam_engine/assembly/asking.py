"""What is asked of an assembly, and what it found, as data."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

#: One set of items, of which the numbered forms are other orders; sets that are parallel; a set for each candidate.
Mode = Literal["one", "parallel", "own"]


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """`forms`: sets of items; `overlap`: items that two sets may share (None: any number); `share`: in how many of a
    hundred sets an item may stand; `mean`: the expected score wanted, in hundredths of the points (None: as the bank
    gives it); `keep`: items that the parts have already stay; `seed`: of the items that are tried where a bank has
    more than are needed, so that the same assembly can be made again."""

    mode: Mode
    seed: str
    forms: int = 1
    overlap: int | None = 0
    share: int = 100
    mean: int | None = None
    keep: bool = False


class Demand(msgspec.Struct, frozen=True, omit_defaults=True):
    """A demand that can't be met together with others. `kind`: "count", "cell", "level", "passage", "enemies", "uses",
    "overlap" or "fixed"; `place`: of the plan; `count`: what is wanted; `there`: what the bank has for it."""

    kind: str
    place: int = 0
    topic: str = ""
    level: str = ""
    count: str = ""
    there: int = 0


class Form(msgspec.Struct, frozen=True, omit_defaults=True):
    """A set: `versions` by place of the plan; its points, and the mean of scores that is to be expected with the
    standard error of what is not known of its items."""

    versions: tuple[tuple[int, ...], ...]
    points: float
    mean: float
    error: float


class Compared(msgspec.Struct, frozen=True, omit_defaults=True):
    """Two sets, numbered from 0: expected points of the first less those of the second."""

    first: int
    second: int
    difference: float
    error: float
    likeness: str


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """`pool`: items that could be taken; `known`: those of them that candidates have answered; `estimated`: those of
    which their author says how hard they are. `forms` empty: `conflict` says why, or time ran out. `margin`: points by
    which sets may differ and still be parallel; `compared`: the pairs that lie furthest apart; `overlap`: the most
    that two sets share; `exposure`: (in so many sets, so many items); `scores`, `shares`: the expected distribution,
    for each set. `unfit`: items of the exam that could not be kept."""

    pool: int
    known: int = 0
    estimated: int = 0
    forms: tuple[Form, ...] = ()
    conflict: tuple[Demand, ...] = ()
    proven: bool = True
    at_form: int = 1
    margin: float = 0.0
    likeness: str = ""
    compared: tuple[Compared, ...] = ()
    overlap: int = 0
    exposure: tuple[tuple[int, int], ...] = ()
    scores: tuple[float, ...] = ()
    shares: tuple[tuple[float, ...], ...] = ()
    finished: bool = True
    unfit: int = 0
    seconds: float = 0.0


def decode(value: Any) -> Found:
    return msgspec.convert(value, Found)


def encode(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(value)
    return found
