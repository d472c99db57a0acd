"""Where answers to an item stand in the file, when numbered forms had it at different places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exam_engine.measuring.files.rows import FileUnusable, quoted


@dataclass(frozen=True, slots=True)
class Origin:
    """Of one item. forms: codes. columns: of the file, one a form. form: (n,) which of them each row took."""

    forms: tuple[str, ...]
    columns: tuple[str, ...]
    form: NDArray[np.int_]

    def of_row(self, item: str, row: int) -> str:
        """The file's column, and the item that it holds there."""
        form = int(self.form[row])
        return f"column {quoted(self.columns[form])} (item {quoted(item)} on form {self.forms[form]})"

    def told(self, item: str) -> str:
        """The item, and where the first forms have it."""
        places = [f"{column} on form {form}" for form, column in zip(self.forms, self.columns, strict=True)]
        return f"item {quoted(item)} ({', '.join(places[:3])}{', …' if len(places) > 3 else ''})"


def behind(origins: Mapping[str, Origin], fits: Callable[[str], bool], pattern: str) -> frozenset[str]:
    """The items in those columns of the file that fit, none where none does. Raises FileUnusable where forms have
    different items there: which ones are meant could not be told."""
    forms = next(iter(origins.values())).forms if origins else ()
    there = [
        frozenset(item for item, origin in origins.items() if fits(origin.columns[form])) for form in range(len(forms))
    ]
    if len(set(there)) <= 1:
        return there[0] if there else frozenset()
    first = list(zip(there, forms, strict=True))[:2]
    which = "; ".join(f"{_some([one for one in origins if one in items])} on form {form}" for items, form in first)
    advice = f"Name items of the map ({_some(list(origins))}), or all columns that hold the same items on each form"
    raise FileUnusable(f"{quoted(pattern)}: these columns hold different items on different forms ({which}). {advice}.")


def _some(items: Sequence[str]) -> str:
    return ", ".join(items[:3]) + (", …" if len(items) > 3 else "") if items else "none"
