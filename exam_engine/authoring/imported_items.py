"""Which items of an imported file a test of it means: by the file that it names, by identifier, or by their bank."""

from __future__ import annotations

import posixpath
from collections import defaultdict

from item_bank.formats.model import Imported
from item_bank.formats.qti.test_model import ItemRef, Test


class NamedItems:
    """Items by their place in `Imported.items`."""

    def __init__(self, imported: Imported) -> None:
        self._of_file: dict[str, int] = {}
        self._in_file: dict[tuple[str, str], int] = {}
        self._named: dict[str, list[int]] = defaultdict(list)
        self._of_bank: dict[str, list[int]] = defaultdict(list)
        for entry in imported.report.items:
            if entry.index is None:
                continue
            self._of_file.setdefault(entry.place.lower(), entry.index)
            self._in_file.setdefault((entry.place, entry.identifier), entry.index)
            self._named[entry.identifier].append(entry.index)
            self._of_bank[posixpath.basename(entry.place).partition(".")[0]].append(entry.index)

    def of_ref(self, test: Test, ref: ItemRef) -> int | None:
        """None for an item that did not come along, was refused, or could be one of several."""
        if ref.href:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(test.place), ref.href))
            return self._of_file.get(path.lower())
        if (found := self._in_file.get((test.place, ref.identifier))) is not None:
            return found
        named = self._named.get(ref.identifier, [])
        return named[0] if len(named) == 1 else None

    def of_bank(self, name: str) -> list[int]:
        """Canvas names the file of a bank by the bank."""
        return self._of_bank.get(name, [])
