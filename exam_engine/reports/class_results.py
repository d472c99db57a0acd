"""Results of one class over time: marks by pupil and test, and what share of the points each topic earned. Pure.

Everything is ordered by time and by name, never by mark: nobody is ranked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import RowMapping

from item_bank.content.folding import fold


@dataclass
class Share:
    """`n`: responses that were marked and count; those that wait for a marker are not among them."""

    earned: Fraction = field(default_factory=Fraction)
    most: Fraction = field(default_factory=Fraction)
    n: int = 0

    def add(self, earned: Fraction, most: Fraction, n: int = 1) -> None:
        self.earned += earned
        self.most += most
        self.n += n

    @property
    def value(self) -> Fraction | None:
        return self.earned / self.most if self.most else None


@dataclass(frozen=True, slots=True)
class Mark:
    """`candidate`: public id of the candidacy, for the link to the attempt."""

    candidate: str
    rounded: Decimal
    pending: int


@dataclass(frozen=True)
class OverTime:
    """`marks`: (pupil, test) → mark; `means`: test → mean mark and n; `shares`: test → share of all points;
    `topics` in the order of their names, "" last."""

    marks: Mapping[tuple[int, int], Mark]
    means: Mapping[int, tuple[Fraction, int]]
    shares: Mapping[int, Share]
    topics: Sequence[str]
    by_test: Mapping[tuple[str, int], Share]
    by_pupil: Mapping[tuple[str, int], Share]
    by_topic: Mapping[str, Share]


def over_time(
    rows: Iterable[RowMapping],
    key_maps: Mapping[int, Sequence[Mapping[str, Any]]],
    topic_of: Mapping[int, str],
) -> OverTime:
    """`rows`: `class_queries.results_of_class`. Of a pupil who sat a test twice the later attempt stands."""
    latest = {(row["person_id"], row["sitting_id"]): row for row in rows}
    shares: dict[int, Share] = defaultdict(Share)
    by_test: dict[tuple[str, int], Share] = defaultdict(Share)
    by_pupil: dict[tuple[str, int], Share] = defaultdict(Share)
    by_topic: dict[str, Share] = defaultdict(Share)
    scores: dict[int, list[Decimal]] = defaultdict(list)
    for (person, test), row in latest.items():
        scores[test].append(row["rounded"])
        for topic, found in _topics_of(row["marks"], key_maps[row["form_id"]], topic_of).items():
            for whole in (shares[test], by_test[topic, test], by_pupil[topic, person], by_topic[topic]):
                whole.add(found.earned, found.most, found.n)
    return OverTime(
        marks={place: Mark(row["candidate"], row["rounded"], row["pending"]) for place, row in latest.items()},
        means={
            test: (sum(map(Fraction, found), Fraction(0)) / len(found), len(found)) for test, found in scores.items()
        },
        shares=shares,
        topics=sorted(by_topic, key=lambda topic: (topic == "", fold(topic), topic)),
        by_test=by_test,
        by_pupil=by_pupil,
        by_topic=by_topic,
    )


def _topics_of(
    marks: Sequence[Mapping[str, Any]], key_map: Sequence[Mapping[str, Any]], topic_of: Mapping[int, str]
) -> Mapping[str, Share]:
    """What one attempt earned in each topic: only of items that count, dropped ones are none of them."""
    found: dict[str, Share] = defaultdict(Share)
    for mark, slot in zip(marks, key_map, strict=True):
        if mark["counted"] and mark["points"] is not None:
            found[topic_of.get(slot["version"], "")].add(Fraction(mark["points"]), Fraction(slot["points"]))
    return found
