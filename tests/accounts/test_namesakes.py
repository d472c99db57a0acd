"""What stands beside a name that two bear: the first that differs, and nothing beside other names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exam_engine.accounts.namesakes import Mark, marks, short_marks

DAY, NEXT = date(2010, 3, 8), date(2010, 3, 9)


def row(name: str, born: date | None = None, code: str | None = "", **more: Any) -> dict[str, Any]:
    return {"full_name": name, "birth_date": born, "code": code, **more}


def numbered(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"public_id": number, **one} for number, one in enumerate(rows, start=1)]


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        (row("Lê Ân", DAY, "0001"), row("lê  ân", NEXT, "0002"), {1: "08/03", 2: "09/03"}),
        (row("Lê Ân", DAY, "0001"), row("Lê Ân", DAY, "0002"), {1: "…001", 2: "…002"}),
        (row("Lê Ân", DAY), row("Lê Ân", date(2011, 3, 8)), {1: "1", 2: "2"}),
        (row("Lê Ân", None, None), row("Lê Ân", NEXT, "0002"), {1: "1", 2: "2"}),
        (row("Lê Ân", DAY), row("Lê Em", DAY), {}),
        (row("Lê Ân", person_id=7, round=1), row("Lê Ân", person_id=7, round=2), {}),
    ],
)
def test_the_first_that_differs(one: dict[str, Any], other: dict[str, Any], shown: dict[int, str]) -> None:
    assert short_marks(numbered(one, other)) == shown


def test_rounds_of_one_person_bear_one_mark() -> None:
    rounds = [row("Lê Ân", DAY, person_id=7), row("Lê Ân", DAY, person_id=7), row("Lê Ân", NEXT, person_id=8)]
    assert marks(numbered(*rounds)) == {1: Mark(DAY), 2: Mark(DAY), 3: Mark(NEXT)}
