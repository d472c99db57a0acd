"""Cells that hold no option: two marks, and what may be a code for no answer."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Sequence

import numpy as np

from exam_engine.measuring.files.keys import NO_LETTER, lettered, may_be_option
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import listed
from item_bank.statistics.responses import Floats, Status

#: So many cells are no slip.
FEWEST = 3
#: What programs write where there is no number.
_CODES = frozenset({8, 9, 88, 99, 888, 999})
_WHOLE = re.compile(r"\d{1,3}", re.ASCII)


def slips(marked: Marked) -> list[str]:
    """In words: what was written into cells where a letter belongs, and is none, as it counts as wrong; then what may
    be a code for no answer."""
    return [*_double(marked), *_coded(marked)]


def letters(marked: Marked) -> frozenset[str]:
    """Options that are called by a letter, of all items whose keys are letters."""
    found = {
        name.casefold()
        for place, item in enumerate(marked.items)
        if item in marked.chosen and lettered(marked.keys[item].answers)
        for name in (*answered(marked, place), *marked.keys[item].answers)
    }
    return frozenset(name for name in found if lettered((name,)))


def choices(marked: Marked, item: str, known: frozenset[str]) -> Sequence[str]:
    """Options of an item whose key is a letter: those that the map of the forms tells, else `known`, every letter that
    any such item has, chosen here or not; nothing else, as two marks or a sign are no option."""
    mapped = marked.forms.options.get(item, ()) if marked.forms else ()
    return mapped or sorted(known)


def answered(marked: Marked, place: int) -> dict[str, int]:
    """How many candidates wrote what, of an item with options."""
    column = marked.chosen[marked.items[place]]
    codes = column.codes[marked.responses.status[:, place] == Status.ANSWERED]
    rows = np.bincount(codes, minlength=len(column.values)).tolist()
    return {value: rows[code] for code, value in enumerate(column.values) if rows[code]}


def _double(marked: Marked) -> list[str]:
    found, known = [], letters(marked)
    for place, item in enumerate(marked.items):
        if item in marked.chosen and lettered(marked.keys[item].answers):
            options = {one.casefold() for one in choices(marked, item, known)}
            given = answered(marked, place)
            count = sum(rows for value, rows in given.items() if value.casefold() not in options)
            found += [f"{quoted(item)} ({count})"] if count else []
    return [f"{listed(found)}: {NO_LETTER}"] if found else []


def _coded(marked: Marked) -> list[str]:
    rows = _suspects(marked)
    found = [value for value, count in rows.items() if count >= FEWEST]
    told = listed(f"{quoted(value)} ({rows[value]})" for value in found)
    say = " ".join(f"--omitted {shlex.quote(value)}" for value in found[:3])
    return [f"{told}: may be a code for no answer, but counts as an answer. If it is one, say {say}"] if found else []


def _suspects(marked: Marked) -> Counter[str]:
    """What stands apart from the options of all items with letters, of all with numbers, or from an item's points, and
    how many cells hold it."""
    there: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    keys: dict[bool, set[str]] = {True: set(), False: set()}
    found = Counter[str]()
    for place, item in enumerate(marked.items):
        if item not in marked.keys:
            if marked.responses.maxima[place] in _CODES:
                found.update(_of_points(marked.responses.scores[:, place]))
        elif item in marked.chosen and _numbered_or_lettered(marked.keys[item].answers):
            kind = lettered(marked.keys[item].answers)
            there[kind].update(answered(marked, place))
            keys[kind].update(one.casefold() for one in marked.keys[item].answers)
    for kind, values in there.items():
        apart = _beside_letters if kind else _beside_numbers
        names = keys[kind] | {one.casefold() for one in values}
        found.update({value: rows for value, rows in values.items() if apart(value.casefold(), keys[kind], names)})
    return found


def _numbered_or_lettered(names: Sequence[str]) -> bool:
    return lettered(names) or all(map(may_be_option, names))


def _beside_letters(value: str, keys: set[str], names: set[str]) -> bool:
    """Signs and words that are no two marks, and a letter after a gap: options follow one another."""
    marks = re.sub(r"[\s,;/+&]", "", value)
    if len(marks) == 1 and marks.isalpha():
        return marks > max(keys) and chr(ord(marks) - 1) not in names
    return not marks or any(one not in names for one in marks) or not marks.isalpha()


def _beside_numbers(value: str, keys: set[str], names: set[str]) -> bool:
    """0 where options begin with 1, and a number after a gap that is no two marks."""
    if not _WHOLE.fullmatch(value):
        return False
    if value == "0":
        return "0" not in keys
    marks = len(value) > 1 and value != "10" and all(one in names for one in value) and len({*value}) == len(value)
    return not marks and int(value) > max(map(int, keys)) and str(int(value) - 1) not in names


def _of_points(scores: Floats) -> dict[str, int]:
    """The highest, where it is far above the others."""
    points, rows = np.unique(scores[~np.isnan(scores)], return_counts=True)
    if points.size < 2 or points[-1] < points[-2] + 2:
        return {}
    return {f"{points[-1]:g}": int(rows[-1])}
