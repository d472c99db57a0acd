"""What `exam-engine analyse` finds, as one document with stable keys (docs/statistics.md)."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from exam_engine.measuring.figures import slips, written
from exam_engine.measuring.figures.written import OMITTED_ROW
from exam_engine.measuring.files.keys import lettered
from exam_engine.measuring.files.marked import Marked
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
        "warnings": [*marked.warnings, *slips.slips(marked), *found.warnings],
    }


def chances(marked: Marked) -> Floats:
    """(k,) share of the points that guessing earns: one of the options, the table's expectation of a cluster, nothing
    of what has to be typed or written. Without a key it is not known (NaN)."""
    chances, known = np.full(len(marked.items), np.nan), slips.letters(marked)
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
                letters = lettered(marked.keys[item].answers)
                there = slips.choices(marked, item, known) if letters else _answers(marked, place)
                right = sum(key.right(name) for name in there)
                chances[place] = of_choice(len(there), right) if right < len(there) else np.nan
    return chances


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
    given, key = slips.answered(marked, place), marked.keys[marked.items[place]]
    folded = {one.casefold() for one in given}
    return tuple(sorted({*given} | {one for one in key.answers if one.casefold() not in folded}))


def _rows(found: ItemOptions, names: tuple[str, ...]) -> list[Found]:
    rows = [
        asdict(one) | {"option": name, "key": one.option in found.key, "suspect": one.option in found.key_suspects}
        for one, name in zip(found.options, names, strict=True)
    ]
    omitted = asdict(found.omitted) | {"option": OMITTED_ROW, "key": False, "suspect": False}
    return [*rows, *([omitted] if found.omitted.n else [])]
