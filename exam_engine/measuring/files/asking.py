"""What a message tells people to say: options that the command has, with what they could hold."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from exam_engine.measuring.files.tables import Column, Table

_STEM = re.compile(r"([^*?,\[\]]*[^*?,\[\]\d])\d+")


def items_option(names: Iterable[str], apart: Collection[str]) -> str:
    """`--items`, with what it could say: the names that begin alike and end with a number, without those `apart`."""
    found = [stem[1] for stem in map(_STEM.fullmatch, names) if stem]
    stems = [stem for stem, n in Counter(found).items() if n > 1 and not any(one.startswith(stem) for one in apart)]
    given = shlex.quote(",".join(f"{stem}*" for stem in stems)) if 0 < len(stems) < 4 else ""
    return f"--items {given}".rstrip()


def no_item(table: Table, column: Column, may: Sequence[str]) -> str:
    """What to do about a column that cannot be an item, or should not. may: what its cells could be instead."""
    if "items" not in table.asks:
        return "If it is no item, leave it out of --items"
    say = items_option((one.name for one in table.columns), [column.name])
    name = shlex.quote(column.name)
    ways = {"id": f"If it names the candidates, say --id {name}", "total": f"If it is a total, say --total {name}"}
    way = next((ways[option] for option in may if option in table.asks), "")
    return f"{way}; if not, name the items with {say}" if way else f"If it is no item, name the items with {say}"
