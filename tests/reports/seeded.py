"""Sittings with a fault that is known, as the analysis gathers them: a wrong key, an idle distractor, an item that
differs between groups, a clock that was short, and none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from exam_engine.reports.item_analysis import Gathered, found_in
from exam_engine.reports.matrix import Sat, build
from exam_engine.reports.study.making import Made, make
from exam_engine.scoring.rules import Slot
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Option, SingleChoice
from tests.reports.simulated import OPTIONS, sound

ITEMS, FORMS, POINTS = 40, ("101", "102", "103", "104"), Fraction(1, 4)
FAULTS = ("clean", "wrong key", "weak distractor", "dif", "speeded")
KEYS = {f"o{option}": f"o{option}" for option in range(OPTIONS)}
#: Number of the item that the fault is on; of a short clock the last ones.
FAULTY = 17


@dataclass(frozen=True)
class Seeded:
    gathered: Gathered
    found: dict[str, Any]
    groups: Mapping[str, Mapping[int, str]]

    def made(self) -> Made:
        made = make(self.gathered, self.found, self.groups, "Toán 12")
        assert made
        return made


def seeded(fault: str, persons: int, seed: int = 1) -> Seeded:
    rng = np.random.default_rng(seed)
    test = sound(rng, persons, ITEMS, low=0.35, high=0.85)
    chosen, place = test.chosen.copy(), FAULTY - 1
    group = np.where(rng.random(persons) < 0.5, "nam", "nữ")
    keys = np.zeros(ITEMS, dtype=np.int64)
    answered = np.full(persons, ITEMS)
    match fault:
        case "wrong key":
            keys[place] = 1
        case "weak distractor":
            chosen[:, place] = np.where(chosen[:, place] == 3, 2, chosen[:, place])
        case "dif":
            lost = (group == "nữ") & (chosen[:, place] == 0) & (rng.random(persons) < 0.5)
            chosen[lost, place] = rng.integers(1, OPTIONS, int(lost.sum()))
        case "speeded":
            answered = np.clip(rng.normal(ITEMS - 3, 4, persons).astype(int), 20, ITEMS)
    items = {version: _item(version, int(keys[version - 1])) for version in range(1, ITEMS + 1)}
    slots = {version: Slot(version, item, POINTS, 0, None, None, KEYS) for version, item in items.items()}
    orders = {form: rng.permutation(ITEMS) for form in FORMS}
    rows: list[dict[str, Any]] = []
    attempts = []
    for person in range(persons):
        form = FORMS[person % len(FORMS)]
        order = orders[form].tolist() if fault != "speeded" else list(range(ITEMS))
        met = order[: answered[person]]
        seconds = np.exp(rng.normal(3.4, 0.5, ITEMS))
        marks = [_mark(int(chosen[person, at]), int(keys[at]), at in met) for at in range(ITEMS)]
        attempts.append(
            Sat(
                slots=list(slots.values()),
                marks=marks,
                values={at: f"o{chosen[person, at]}" for at in met},
                order=order,
                shown={at: float(seconds[at]) for at in met},
            )
        )
        rows.append({"id": person, "form_number": form})
    gathered = Gathered(
        rows=rows,  # type: ignore[arg-type]
        attempts=attempts,
        matrix=build(attempts, list(slots)),
        slots=slots,
        numbers={version: version for version in slots},
        items=items,
        waiting={},
        rulings=[],
    )
    of = {person: str(name) for person, name in enumerate(group)}
    return Seeded(gathered, found_in(gathered), {"gender": of, "device": {}})


def _mark(chosen: int, key: int, met: bool) -> dict[str, Any]:
    return {"points": str(POINTS if met and chosen == key else 0), "counted": True}


def _item(number: int, key: int) -> Item:
    options = (Option(f"o{n}", from_text(f"{n}"), weight="1" if n == key else "0") for n in range(OPTIONS))
    return Item(from_text(f"Câu {number}"), SingleChoice(tuple(options)))
