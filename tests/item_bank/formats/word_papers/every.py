"""The papers by name: what builds each, what its items are, and which of them are doubtful and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.item_bank.formats.word_papers import (
    congnghe,
    diali,
    gdcd,
    gdktpl,
    hoahoc,
    hoahoc11,
    khtn,
    lichsu,
    lichsu11,
    nguvan,
    sinhhoc,
    tienganh,
    tienganh9,
    tieuhoc,
    tinhoc,
    toan,
    toan9,
    vatli,
    vatli11,
)


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
    "congnghe": Paper(congnghe.build, congnghe.EXPECTED),
    "diali": Paper(diali.build, diali.EXPECTED),
    "gdcd": Paper(gdcd.build, gdcd.EXPECTED),
    "gdktpl": Paper(gdktpl.build, gdktpl.EXPECTED),
    "hoahoc11": Paper(hoahoc11.build, hoahoc11.EXPECTED),
    "khtn": Paper(khtn.build, khtn.EXPECTED),
    "lichsu11": Paper(lichsu11.build, lichsu11.EXPECTED),
    "sinhhoc": Paper(sinhhoc.build, sinhhoc.EXPECTED),
    "tienganh9": Paper(tienganh9.build, tienganh9.EXPECTED),
    "tieuhoc": Paper(tieuhoc.build, tieuhoc.EXPECTED),
    "tinhoc": Paper(tinhoc.build, tinhoc.EXPECTED),
    "toan9": Paper(toan9.build, toan9.EXPECTED),
    "vatli11": Paper(vatli11.build, vatli11.EXPECTED),
}
