"""What the cells of a key say: kinds as people call them, points, and tables of clusters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from exam_engine.kit.spreadsheets import column_of
from exam_engine.measuring.files.keys import TRUE, Key, may_be_option
from exam_engine.measuring.files.numbers import holds_numbers, number
from exam_engine.measuring.files.rows import FileUnusable, quoted
from item_bank.content.folding import fold
from item_bank.formats.xlsx.columns import TYPES

#: Points of a cluster by how many of its four statements are right, as shares: decision 764/QĐ-BGDĐT of 2024.
CLUSTER_TABLE = (0.0, 0.1, 0.25, 0.5, 1.0)
_CLUSTER = re.compile(r"[ĐSTF]{2,}")
_TYPES = {"option": "single_choice", "cluster": "true_false_cluster", "number": "numeric", "points": "essay"}
#: Kind → what people call it, folded; the names of the template of items among them.
KINDS: Mapping[str, tuple[str, ...]] = {
    kind: (kind, *(re.sub(r"[-/]", " ", fold(name)) for name in (*TYPES[of][:2], *TYPES[of][2])))
    for kind, of in _TYPES.items()
}


def key_of(cells: Mapping[str, str], fault: Callable[[str], FileUnusable]) -> Key:
    answers = tuple(one.strip() for one in cells.get("key", "").split("|") if one.strip())
    said = _kind(cells.get("kind", ""), fault)
    kind = said or (_guessed(answers) if answers else "option")
    if not answers and kind != "points":
        raise fault("the key is empty. Give the right answer, or kind=points for an item that was marked by hand.")
    if answers and kind == "points":
        raise fault("an item of kind=points has no key: its cells hold the points earned. Leave the key empty.")
    try:
        points = number(cells.get("points", "") or "1")
        table = tuple(number(one) for one in re.split(r"[\s|;]+", cells.get("table", "").strip()) if one)
        if kind == "number":
            list(map(number, answers))
    except ValueError as error:
        raise fault(f"{error}.") from None
    if not points > 0:
        raise fault("points must be above 0.")
    guessed = not said and kind == "option" and all(map(may_be_option, answers))
    found = Key(cells["item"], kind, answers, points, set=cells.get("set", "").strip(), guessed=guessed)
    if kind != "cluster":
        return found
    letters = answers[0].upper()
    return replace(found, answers=(letters,), table=_table(letters, table, fault))


def _kind(text: str, fault: Callable[[str], FileUnusable]) -> str:
    """Empty where nothing is said."""
    said = re.sub(r"\s*[-/]\s*", " ", fold(text))
    if said and column_of(said, KINDS) is None:
        known = "option, number, cluster and points (Trắc nghiệm, Trả lời ngắn, Đúng–Sai, Tự luận)"
        raise fault(f"kind {quoted(text)} is not known. The kinds are {known}.")
    return column_of(said, KINDS) or ""


def _guessed(answers: Sequence[str]) -> str:
    """Letters Đ and S are a cluster, numbers that no option is called by are typed; else it names an option."""
    if _CLUSTER.fullmatch(answers[0].upper()):
        return "cluster"
    return "number" if holds_numbers(answers) and not all(map(may_be_option, answers)) else "option"


def _table(key: str, table: tuple[float, ...], fault: Callable[[str], FileUnusable]) -> tuple[float, ...]:
    if set(key) - set(TRUE):
        raise fault("the key of a cluster has a letter Đ or S (or T, F) for each statement.")
    table = table or (CLUSTER_TABLE if len(key) == 4 else ())
    if len(table) == len(key):
        table = (0.0, *table)  # as tables are mostly told: from one right statement up
    rising = all(low <= high for low, high in pairwise(table))
    if len(table) != len(key) + 1 or not rising or table[0] < 0 or table[-1] <= 0:
        what = f"a cluster of {len(key)} statements needs a table of {len(key)} rising shares"
        raise fault(f"{what}, for 1 to {len(key)} right statements, as in 0.1 0.25 0.5 1.")
    return tuple(share / table[-1] for share in table)
