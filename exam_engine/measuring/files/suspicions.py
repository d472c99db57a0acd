"""Which candidates a suspicion names: one pair on the command line, or a file of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from exam_engine.measuring.files import tables
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import FileUnusable

Pair = tuple[int, int]
COPIER, SOURCE = "copier", "source"


def of_one(marked: Marked, copier: str | None, source: str | None) -> list[Pair]:
    """Raises FileUnusable for who is not there."""
    if not copier or not source:
        raise FileUnusable("a suspicion names two candidates: --copier and --source")
    return _pairs(marked, [(copier, source)], ["--copier and --source"])


def of_file(marked: Marked, path: Path) -> list[Pair]:
    """Columns copier and source."""
    table = tables.read(path)
    copier, source = ([side.values[code] for code in side.codes] for side in map(table.column, (COPIER, SOURCE)))
    named = list(zip(copier, source, strict=True))
    return _pairs(marked, named, [f"{path}, line {line}" for line in table.lines])


def _pairs(marked: Marked, named: Sequence[tuple[str, str]], where: Sequence[str]) -> list[Pair]:
    """Places in `marked`. By the names of --id where it was given, else by rows of the file, from 1."""
    known = dict(_known(marked))
    found: dict[Pair, None] = {}
    for (copier, source), place in zip(named, where, strict=True):
        for name in (copier, source):
            if name not in known:
                how = "its column --id" if marked.ids else "rows, from 1 (name a column with --id)"
                raise FileUnusable(f"{place}: no candidate “{name}” with any answer; they are named by {how}")
        pair = known[copier], known[source]
        if copier == source:
            raise FileUnusable(f"{place}: “{copier}” cannot have copied from themselves")
        if pair in found:
            raise FileUnusable(f"{place}: “{copier}” and “{source}” are named twice")
        found[pair] = None
    return list(found)


def _known(marked: Marked) -> Iterator[tuple[str, int]]:
    for place, row in enumerate(marked.rows):
        yield (marked.ids[place] if marked.ids else str(row + 1)), place
