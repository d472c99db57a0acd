"""Columns that count as items and look like something else, by their names and their cells."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from exam_engine.kit.spreadsheets import column_of
from exam_engine.measuring.files.asking import items_option
from exam_engine.measuring.files.key_files import FORM
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import FileUnusable, quoted
from exam_engine.measuring.files.tables import Column, Table, listed
from item_bank.content.folding import fold
from item_bank.statistics.responses import Floats

#: What a column holds → what people call it, folded (without accents and case).
ROLES: Mapping[str, tuple[str, ...]] = {
    "count": ("freq", "frequency", "count", "tan so", "tan suat", "so luong", "so thi sinh", "so luot"),
    "groups": ("group", "groups", "gender", "sex", "class", "school", "nhom", "gioi tinh", "gioi", "lop", "truong"),
    "rooms": ("room", "phong", "phong thi"),
    "total": ("total", "total score", "raw score", "sum", "score", "tong", "tong diem", "diem", "diem thi", "scale"),
    "anchor": ("anchor", "anchor score", "neo", "diem neo", "cau neo"),
    "form": FORM,
}
_LOOKS_LIKE = {
    "total": "a total",
    "form": "a form code",
    "count": "how many candidates a row stands for",
    "groups": "a group of candidates",
    "rooms": "a room",
    "anchor": "the score on an anchor",
}
#: So many items make a total; one of them may be worth more than the others, unless these are many.
_FEWEST, _MANY = 3, 10


def suspects(table: Table, found: Marked) -> Iterator[str]:
    """Columns without a key that count as items and look like something else, in words."""
    totals = _totals(found)
    roles = {item: role_of(item) or ("total" if item in totals else None) for item in found.items}
    apart = {item: role for item, role in roles.items() if role and item not in found.keys}
    say = items_option(found.items, apart)
    for item, role in apart.items():
        option = {"form": f"--form {shlex.quote(item)} with --forms"}.get(role, f"--{role} {shlex.quote(item)}")
        first = f"say {option} if it is that, or " if role in table.asks else ""
        yield f"{quoted(item)} counts as an item, but looks like {_LOOKS_LIKE[role]}: {first}name the items with {say}"


def _totals(found: Marked) -> frozenset[str]:
    """Items without a key that are worth more than many others together, or are the sum of them in each row; those that
    are called like something else are none of the others."""
    others = [place for place, item in enumerate(found.items) if item in found.keys or not role_of(item)]
    if len(others) <= _FEWEST or found.keys.keys() >= {*found.items}:
        return frozenset()
    responses = found.responses
    sums, maximum = np.nansum(responses.scores[:, others], axis=1), responses.maxima[others].sum()
    return frozenset(
        found.items[place]
        for place in others
        if (len(others) > _MANY and 2 * responses.maxima[place] > maximum) or _is_sum(responses.scores[:, place], sums)
    )


def _is_sum(scores: Floats, sums: Floats) -> bool:
    """Whether these, where they are known, are half of the sums that they are part of, and differ."""
    known = ~np.isnan(scores)
    differ = bool(known.any()) and bool(scores[known].min() < scores[known].max())
    return differ and bool((np.abs(2 * scores[known] - sums[known]) < 1e-6).all())


def check_summed(columns: Sequence[Column], table: Table, side: str) -> None:
    """Before all columns are summed as items of form x or y. Raises FileUnusable where some look like something else:
    the sums would be wrong without a word."""
    roles = {one.name: role for one in columns if (role := role_of(one.name))}
    first = next((name for role in _LOOKS_LIKE for name in roles if roles[name] == role), None)
    if first is None:
        return
    named = {role: shlex.quote(name) for name, role in reversed(roles.items())}
    counts = listed(name for name, role in roles.items() if role == "count")
    with_counts = f", and --count-{side} with how many candidates a row stands for ({counts})" if counts else ""
    anchor = f" --anchor {named['anchor']}" if "anchor" in named else ""
    ways = {
        "total": f"--total {named.get('total')}{anchor}{with_counts}",
        "form": f"--form-{side} {named.get('form')} with --forms-{side} MAP",
        "count": f"--count-{side} {named.get('count')}",
    }
    say = f"If it is that, say {ways[roles[first]]}; if not, n" if roles[first] in ways else "N"
    what = f"column {quoted(first)} looks like {_LOOKS_LIKE[roles[first]]}, and all columns would be summed as items"
    items = items_option((one.name for one in columns), roles)
    raise FileUnusable(f"{table.path}: {what}. {say}ame the items with {items}.")


def role_of(name: str) -> str | None:
    """What a column of this name may hold that is no item."""
    return "count" if fold(name).endswith(("count", "freq")) else column_of(name, ROLES)
