"""Pupils of one name on one list: what tells them apart, and nothing where the name alone does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exam_engine.kit.forms import clean

Row = Mapping[Any, Any]


def marks(rows: Sequence[Row], key: str = "public_id") -> dict[Any, str]:
    """`key` of a row → day of birth, else the end of the code, else the place in the list: the first that differs for
    all of one name. Only rows that share their name are there. Rounds of one person are no namesakes."""
    groups: dict[str, dict[Any, Row]] = defaultdict(dict)
    place: dict[Any, int] = {}
    for number, row in enumerate(rows, start=1):
        place[row[key]] = number
        groups[(clean(row["full_name"]) or "").casefold()].setdefault(_who(row, key), row)
    found: dict[Any, str] = {}
    for several in groups.values():
        if len(several) > 1:
            told = _told(list(several.values()), lambda row: str(place[row[key]]))
            for mark, who in zip(told, several, strict=True):
                found |= {row[key]: mark for row in rows if _who(row, key) == who}
    return found


def _who(row: Row, key: str) -> Any:
    person = row.get("person_id")
    return row[key] if person is None else ("person", person)


def _told(rows: Sequence[Row], otherwise: Callable[[Row], str]) -> list[str]:
    for way in (_birthday, _end_of_code):
        found = [way(row) for row in rows]
        if all(found) and len(set(found)) == len(found):
            return found
    return [otherwise(row) for row in rows]


def _birthday(row: Row) -> str:
    return f"{row['birth_date']:%d/%m}" if row["birth_date"] else ""


def _end_of_code(row: Row) -> str:
    return f"…{row['code'][-3:]}" if row["code"] else ""
