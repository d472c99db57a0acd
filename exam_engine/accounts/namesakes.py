"""Pupils of one name: which lines of a list nothing tells apart, and what stands beside the name on slips and lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from exam_engine.accounts.names import arranged

Row = Mapping[Any, Any]


class Named(Protocol):
    """A line of a list, or somebody who is in the class."""

    @property
    def full_name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands beside a name that several bear, one of the three: birth date, end of the code, place in the list."""

    born: date | None = None
    code_end: str = ""
    place: int | None = None

    @property
    def short(self) -> str:
        """For lists that others read, too: without the year and the whole code."""
        return f"{self.born:%d/%m}" if self.born else f"…{self.code_end}" if self.code_end else str(self.place)


def alike(one: Named, other: Named) -> bool:
    """The same name, and neither two codes nor two birth dates that differ."""
    if _name(one) != _name(other):
        return False
    codes = bool(one.code and other.code and one.code != other.code)
    days = bool(one.birth_date and other.birth_date and one.birth_date != other.birth_date)
    return not codes and not days


def doubtful(members: Iterable[Named], lines: Iterable[Any], present: set[int]) -> set[int]:
    """Numbers of the new lines that are alike with another line or with a member of the class."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for one in (*members, *lines):
        groups[_name(one)].append(one)
    new = [line for line in lines if line.number not in present]
    return {line.number for line in new if any(one is not line and alike(one, line) for one in groups[_name(line)])}


def marks(rows: Sequence[Row], key: str = "public_id") -> dict[Any, Mark]:
    """`key` of a row → the first of birth date, end of the code and place in the list that differs for all of one name.
    Only those who share their name are there. Rows of one person (rounds of a practice) are no namesakes."""
    groups: dict[str, dict[Any, tuple[int, Row]]] = defaultdict(dict)
    for place, row in enumerate(rows, start=1):
        groups[_folded(row["full_name"])].setdefault(_who(row, key), (place, row))
    told: dict[Any, Mark] = {}
    for several in groups.values():
        if len(several) > 1:
            told |= dict(zip(several, _told(list(several.values())), strict=True))
    return {row[key]: told[_who(row, key)] for row in rows if _who(row, key) in told}


def short_marks(rows: Sequence[Row], key: str = "public_id") -> dict[Any, str]:
    return {who: mark.short for who, mark in marks(rows, key).items()}


def of_class(members: Sequence[Any]) -> dict[Any, str]:
    """Of the members of a class, in the order of its list."""
    return short_marks([member._asdict() for member in members])


def _told(placed: Sequence[tuple[int, Row]]) -> list[Mark]:
    ways = (
        [Mark(born=row["birth_date"]) for _place, row in placed],
        [Mark(code_end=(row["code"] or "")[-3:]) for _place, row in placed],
    )
    for way in ways:
        if all(mark.born or mark.code_end for mark in way) and len({mark.short for mark in way}) == len(way):
            return way
    return [Mark(place=place) for place, _row in placed]


def _who(row: Row, key: str) -> Any:
    person = row.get("person_id")
    return ("row", row[key]) if person is None else ("person", person)


def _name(one: Named) -> str:
    return _folded(one.full_name)


def _folded(full_name: str) -> str:
    return arranged(full_name).full_name.casefold()
