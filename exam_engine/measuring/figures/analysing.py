"""What `exam-engine analyse` finds, as one document with stable keys (docs/statistics.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from exam_engine.measuring.figures import written
from exam_engine.measuring.figures.written import OMITTED_ROW
from exam_engine.measuring.files.marked import Marked
from exam_engine.measuring.files.rows import quoted
from exam_engine.measuring.files.tables import listed
from exam_engine.measuring.named import Found
from item_bank.statistics.chance import of_choice, of_cluster
from item_bank.statistics.classical import analyse
from item_bank.statistics.item_moments import Scored
from item_bank.statistics.options import OMITTED, ItemOptions, distractors
from item_bank.statistics.responses import Floats, ItemDesign, Status


def design(marked: Marked, drawn: bool | None) -> ItemDesign | None:
    """drawn: whether each candidate drew items of his own, None where nobody says it."""
    if drawn is None:
        return None
    same = marked.responses.presented.all()
    return ItemDesign.DRAWN if drawn else ItemDesign.SAME_ITEMS if same else ItemDesign.INCOMPLETE


def classical(marked: Marked, scored: Scored, drawn: bool | None = None) -> Found:
    """Test and items: names as in `Analysis`, `item` first."""
    found = analyse(scored, chances(marked), design=design(marked, drawn))
    test = {name: value for name, value in asdict(found.reliability).items() if name not in ("if_deleted", "n", "k")}
    items = [{"item": name, **asdict(one)} for name, one in zip(marked.items, found.items, strict=True)]
    return {
        "items": items,
        **test,
        "scores": asdict(found.scores),
        "design": found.design,
        "warnings": [*marked.warnings, *_double(marked), *found.warnings],
    }


def chances(marked: Marked) -> Floats:
    """(k,) share of the points that guessing earns: one of the options, the table's expectation of a cluster, nothing
    of what has to be typed or written. Without a key it is not known (NaN)."""
    chances, letters = np.full(len(marked.items), np.nan), _letters(marked)
    for place, item in enumerate(marked.items):
        if item not in marked.keys:
            continue
        key = marked.keys[item]
        match key.kind:
            case "cluster":
                chances[place] = of_cluster(key.table)
            case "number" | "points":
                chances[place] = 0.0
            case _:
                there = _choices(marked, place, letters)
                right = sum(key.right(name) for name in there)
                chances[place] = of_choice(len(there), right) if right < len(there) else np.nan
    return chances


def _letters(marked: Marked) -> frozenset[str]:
    """Options that are called by a letter, of all items whose keys are letters."""
    found = {
        name.casefold()
        for place, item in enumerate(marked.items)
        if item in marked.chosen and _lettered(marked.keys[item].answers)
        for name in _answers(marked, place)
    }
    return frozenset(name for name in found if _lettered((name,)))


def _lettered(names: Sequence[str]) -> bool:
    return all(len(name) == 1 and name.isalpha() for name in names)


def _choices(marked: Marked, place: int, letters: frozenset[str]) -> Sequence[str]:
    """What a candidate could choose: of an item whose key is a letter every letter that any such item has, chosen here
    or not, and nothing else, as two marks or a sign are no option; of others what occurs."""
    return sorted(letters) if _lettered(marked.keys[marked.items[place]].answers) else _answers(marked, place)


def _double(marked: Marked) -> list[str]:
    """What was written into cells where a letter belongs, and is none: told, as it counts as wrong."""
    found: list[str] = []
    for place, item in enumerate(marked.items):
        if item in marked.chosen and _lettered(marked.keys[item].answers):
            column = marked.chosen[item]
            answered = marked.responses.status[:, place] == Status.ANSWERED
            strange = [not _lettered((value,)) for value in column.values]
            count = int((answered & np.array(strange, dtype=np.bool_)[column.codes]).sum())
            found += [f"{quoted(item)} ({count})"] if count else []
    what = "more than one letter, or none, counts as wrong and as no option"
    advice = "A code for no answer is told with --omitted"
    return [f"{listed(found)}: {what}. {advice}"] if found else []


def answers(marked: Marked, scored: Scored, groups: int = 3) -> Found:
    """`distractors`, and `statements` and `numbers` where there are such items: what candidates answered."""
    found = {
        "statements": written.statements(marked, scored, groups),
        "numbers": written.numbers(marked, scored, groups),
    }
    chosen = _options(marked, scored, groups) if marked.chosen else {}
    return {"distractors": chosen, **{name: rows for name, rows in found.items() if rows}}


def _options(marked: Marked, scored: Scored, groups: int) -> Found:
    """Item → its options in score groups: one row each, those of the key marked, omitted as the last."""
    columns = [place for place, item in enumerate(marked.items) if item in marked.chosen]
    names = {place: _answers(marked, place) for place in columns}
    choices = np.full(marked.responses.scores.shape, OMITTED, dtype=np.int64)
    for place in columns:
        column = marked.chosen[marked.items[place]]
        numbers = {name: number for number, name in enumerate(names[place])}
        known = np.array([numbers.get(value, OMITTED) for value in column.values])
        answered = marked.responses.status[:, place] == Status.ANSWERED
        choices[:, place] = np.where(answered, known[column.codes], OMITTED)
    counts = [len(names.get(place, (None,))) for place in range(len(marked.items))]
    keys = [
        [number for number, name in enumerate(names.get(place, ())) if marked.keys[item].right(name)]
        for place, item in enumerate(marked.items)
    ]
    found = distractors(choices, counts, scored, keys, groups)
    return {marked.items[place]: _rows(found[place], names[place]) for place in columns}


def _answers(marked: Marked, place: int) -> tuple[str, ...]:
    """What was chosen by anybody, and what is right though nobody chose it."""
    column, key = marked.chosen[marked.items[place]], marked.keys[marked.items[place]]
    answered = marked.responses.status[:, place] == Status.ANSWERED
    given = {column.values[code] for code in np.unique(column.codes[answered])}
    folded = {one.casefold() for one in given}
    return tuple(sorted(given | {one for one in key.answers if one.casefold() not in folded}))


def _rows(found: ItemOptions, names: tuple[str, ...]) -> list[Found]:
    rows = [
        asdict(one) | {"option": name, "key": one.option in found.key, "suspect": one.option in found.key_suspects}
        for one, name in zip(found.options, names, strict=True)
    ]
    omitted = asdict(found.omitted) | {"option": OMITTED_ROW, "key": False, "suspect": False}
    return [*rows, *([omitted] if found.omitted.n else [])]
