"""Real files of QTI 1.2: how many items come in, and how many are marked by rules."""

from __future__ import annotations

import csv
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from exam_engine.interchange.telling import file_entry
from item_bank.content.model import Composite
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored

Row = dict[str, str]
#: Of the 98 items of the folder. A ratchet: raise it when the reader learns more, never lower it.
IMPORTED, SCORED = 98, 77


@pytest.fixture(scope="module")
def read(shared: Path) -> list[tuple[list[Row], Imported, Imported]]:
    """For each file its rows of the inventory, what an import gets, and its items with the rules of the source."""
    return list(_read(shared / "interchange"))


def _read(folder: Path) -> Iterator[tuple[list[Row], Imported, Imported]]:
    with (folder / "INVENTORY.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["format"] == "QTI 1.2" and row["kind"] == "item"]
    for name, inner in dict.fromkeys((row["file"], row["inner"]) for row in rows):
        path = folder / name
        data = zipfile.ZipFile(path).read(inner) if inner else path.read_bytes()
        find = pictures_within(folder, path.parent)
        plain, whole = (read_file(inner or path.name, data, find_picture=find, whole=one) for one in (False, True))
        yield [row for row in rows if (row["file"], row["inner"]) == (name, inner)], plain, whole


def _outcomes(read: list[tuple[list[Row], Imported, Imported]], *, whole: bool) -> Counter[tuple[str, str, str]]:
    """How often: what the inventory says of the marking, the status, and our marking."""
    found: Counter[tuple[str, str, str]] = Counter()
    for rows, *both in read:
        items = file_entry("", both[whole], lambda text, **params: text % params)["items"]
        assert len(items) == len(rows), rows[0]["file"]
        found.update((row["score"], one["status"], one["scoring"]) for row, one in zip(rows, items, strict=True))
    return found


@pytest.mark.parametrize("whole", [False, True])
def test_the_bars(read: list[tuple[list[Row], Imported, Imported]], whole: bool) -> None:
    found = _outcomes(read, whole=whole)
    assert sum(count for (_, status, _), count in found.items() if status == "imported") >= IMPORTED, found
    assert found["auto", "imported", "auto"] >= SCORED, found
    by_hand = {key for key in found if key[0] in {"manual", "unscored"}}
    assert {ours for _, _, ours in by_hand} <= {"manual", "none"}, found


def test_best_answers_earn_the_most_and_none_earns_nothing(read: list[tuple[list[Row], Imported, Imported]]) -> None:
    checked = 0
    for rows, _, whole in read:
        for row, one in zip(rows, whole.items, strict=True):
            interaction = one.item.interaction
            assert isinstance(interaction, Composite)
            if row["score"] != "auto" or interaction.drawing.rules:
                continue
            keys = {
                given.identifier: [field.text for field in given.correct or ()]
                for given in interaction.declarations
                if given.kind == "response"
            }
            earned = scored(one.item, {name: key for name, key in keys.items() if key})
            assert earned.score is not None
            assert earned.maximum is not None
            assert earned.maximum - earned.score <= earned.maximum / 1000, (row["file"], keys, earned)
            assert scored(one.item, {}).score == 0
            checked += 1
    assert checked >= 70


def test_single_answers_of_a_canvas_quiz(read: list[tuple[list[Row], Imported, Imported]]) -> None:
    """Worked out by hand from the response processing of the file."""
    (whole,) = [whole for rows, _, whole in read if rows[0]["file"].endswith("all_canvas_simple_1.2.xml")]
    items = [one.item for one in whole.items]
    answers: list[tuple[int, object, float]] = [
        (0, {"response1": "2799"}, 100),
        (0, {"response1": "9607"}, 0),
        (3, {"response_Multiple": "multiple"}, 50),
        (6, {"response_1696": "6823", "response_1659": "6823"}, 28.58),
        (7, {"response1": "0"}, 100),
        (7, {"response1": "41.4"}, 0),
        (7, {"response1": "42.5"}, 100),
        (8, {"response1": "42"}, 100),
        (8, {"response1": "43"}, 0),
    ]
    for number, response, score in answers:
        found = scored(items[number], response)
        assert found.score is not None
        assert float(found.score) == score, (number, response)
