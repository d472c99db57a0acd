"""A study from beginning to end, as its job makes it: figures, hints, pages in every language. Needs numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from exam_engine.kit.languages import LOCALES
from exam_engine.measuring.named import Found
from exam_engine.measuring.plain import plain
from exam_engine.measuring.printing.second_look import ets_class, with_others
from exam_engine.reports.enough import enough
from exam_engine.reports.hints import Hint, hints
from exam_engine.reports.item_analysis import Gathered
from exam_engine.reports.study import figures, pages
from exam_engine.reports.study.sample import Sample, Taken, sample

#: Changes with what is computed, so that two analyses can be told apart: kept with each.
ALGORITHM = "1"


@dataclass(frozen=True, slots=True)
class Made:
    """told: figures as they are kept. pages: (locale, name) → body."""

    told: Found
    pages: Mapping[tuple[str, str], Found]


def make(
    gathered: Gathered, found: Mapping[str, Any], groups: Mapping[str, Mapping[int, str]], title: str
) -> Made | None:
    """found: the item analysis. groups: grouping → attempt → group. None: too few candidates or items."""
    if not found["items"]:
        return None
    analysed = figures.study(_sample(gathered, groups), title)
    analysed.told["waiting"] = {str(gathered.numbers[version]): n for version, n in gathered.waiting.items() if n}
    analysed = replace(analysed, looks=_looks(analysed.told, gathered, found))
    made = {(locale, name): body for locale in LOCALES for name, body in pages.pages(analysed, locale).items()}
    looks = {item: [asdict(one) for one in of] for item, of in (analysed.looks or {}).items()}
    for locale in LOCALES:
        made[locale, "items"]["looks"] = looks
    return Made(plain(figures.stored(analysed.told)), {place: plain(body) for place, body in made.items()})


def _sample(gathered: Gathered, groups: Mapping[str, Mapping[int, str]]) -> Sample:
    matrix = gathered.matrix
    taken = [
        Taken(
            form=row["form_number"] or "",
            order=tuple(sat.slots[slot].version for slot in sat.order),
            seconds={sat.slots[slot].version: seconds for slot, seconds in (sat.shown or {}).items()},
        )
        for row, sat in zip(gathered.rows, gathered.attempts, strict=True)
    ]
    labels: dict[str, Sequence[str | None]] = {
        name: [of.get(row["id"]) for row in gathered.rows] for name, of in groups.items()
    }
    labels["form"] = [one.form or None for one in taken]
    several = {name: of for name, of in labels.items() if len({one for one in of if one}) > 1}
    names = {version: str(gathered.numbers[version]) for version in matrix.versions}
    return sample(matrix, gathered.slots, names, taken, several)


def _looks(told: Found, gathered: Gathered, found: Mapping[str, Any]) -> dict[str, list[Hint]]:
    """The hints of the item analysis with what only a study tells; of groups only large differences."""
    large = told | {"dif": [row for row in told["dif"] if ets_class(row).startswith("C")]}
    looks = {}
    studied = {row["item"] for row in told["classical"]["items"]}
    for row in found["items"]:
        item = str(gathered.numbers[row["version"]])
        if item not in studied:
            continue
        own = hints(row)
        looks[item] = with_others(large, item, own) if enough("verdict", row["n"]) else [*own]
    return looks
