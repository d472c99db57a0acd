"""The papers by name: what builds each, what its items are, and which of them are doubtful and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.item_bank.formats.word_papers import hoahoc, lichsu, nguvan, tienganh, toan, vatli


@dataclass(frozen=True)
class Paper:
    """`expected`: number in the paper, type, key (of an essay: its points)."""

    build: Callable[[], bytes]
    expected: list[tuple[str, str, str]]
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)


PAPERS = {
    "toan": Paper(toan.build, toan.EXPECTED),
    "vatli": Paper(vatli.build, vatli.EXPECTED),
    "hoahoc": Paper(hoahoc.build, hoahoc.EXPECTED, hoahoc.DOUBTFUL),
    "tienganh": Paper(tienganh.build, tienganh.EXPECTED),
    "nguvan": Paper(nguvan.build, nguvan.EXPECTED),
    "lichsu": Paper(lichsu.build, lichsu.EXPECTED, lichsu.DOUBTFUL),
}
