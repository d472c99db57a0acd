"""The bars on real files of QTI 2.0 to 3.0: so many items and tests of the inventory are read, and so many marked."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from exam_engine.interchange.telling import scoring
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.model import Imported, ImportedItem, ReadProblem
from item_bank.formats.reading import read_file

Row = dict[str, str]
#: Of the inventory's rows (30, 283, 85, 87, 174). What is missing needs programs of its makers: custom operators,
#: custom and portable custom interactions.
IMPORTABLE = {"QTI 2.0": 30, "QTI 2.1": 275, "QTI 2.2": 84, "QTI 3.0": 85}
#: Four of 2.1 draw their numbers by scripts of a computer algebra system (customOperator).
SCORED = {"QTI 2.0": 28, "QTI 2.1": 243, "QTI 2.2": 70, "QTI 3.0": 48}
TESTS = 174
OWN_PROGRAMS = {"unsupported_interaction", "processing_unsupported"}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "interchange"


@pytest.fixture(scope="module")
def rows(folder: Path) -> list[Row]:
    with (folder / "INVENTORY.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["format"].startswith(("QTI 2", "QTI 3"))]


@pytest.fixture(scope="module")
def outcomes(folder: Path, rows: list[Row]) -> dict[str, Imported]:
    files = sorted({row["file"] for row in rows if row["kind"] in {"item", "test"}})
    return {name: _read(folder, folder / name) for name in files}


def _read(folder: Path, path: Path) -> Imported:
    return read_file(path.name, path.read_bytes(), find_picture=pictures_within(folder, path.parent))


def _family(row: Row) -> str:
    return row["format"].rstrip("?")


def _entry_of(row: Row, found: Imported) -> ImportedItem | None:
    (entry,) = [one for one in found.report.items if not row["inner"] or one.place == row["inner"]]
    if entry.index is None:
        assert {reason.code for reason in entry.reasons} & OWN_PROGRAMS, (row["file"], entry.reasons)
        return None
    return found.items[entry.index]


def test_items_of_the_inventory(rows: list[Row], outcomes: dict[str, Imported]) -> None:
    read: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    for row in rows:
        if row["kind"] == "item" and (held := _entry_of(row, outcomes[row["file"]])):
            read[_family(row)] += 1
            marked[_family(row)] += row["score"] == "auto" and scoring(held.item) == "auto"
    assert read == IMPORTABLE
    assert {name: marked[name] >= least for name, least in SCORED.items()} == dict.fromkeys(SCORED, True), marked


def test_tests_of_the_inventory(rows: list[Row], outcomes: dict[str, Imported]) -> None:
    read = 0
    for row in rows:
        if row["kind"] == "test":
            (test,) = [one for one in outcomes[row["file"]].tests if not row["inner"] or one.place == row["inner"]]
            said = dict(part.split("=") for part in row["types"].split(";"))
            assert len(test.parts) == int(said["parts"])
            # sections in files of their own are counted by the inventory with those files
            assert sum(1 for _ in test.items()) >= int(said["refs"])
            assert sum(1 for _ in test.sections()) >= int(said["sections"])
            read += 1
    assert read == TESTS


def test_packages_hold_what_their_folders_hold(folder: Path) -> None:
    kept: dict[str, int] = {}
    refused = set()
    for path in sorted((folder / "packages").rglob("*.zip")):
        try:
            kept[path.name.split("__")[-1]] = len(_read(folder, path).items)
        except ReadProblem as problem:
            refused.add(problem.code)
    assert refused <= {"package_empty", "items_elsewhere", "no_items"}
    assert kept["kennisnet-2.zip"] == 14
    assert kept["interactionmix_saxony_v3.zip"] == 13
    assert kept["feedbackTest.zip"] == 6
    assert kept["package_shared.zip"] == 2


def test_broken_packages_are_refused_each_for_its_reason(folder: Path) -> None:
    wanted = {
        "BadManifest.zip": "manifest_unreadable",
        "ExternalHref.zip": "item_outside",
        "MissingFile.zip": "item_missing",
        "WebDeveloperTest1-incomplete.zip": "archive_damaged",
    }
    for path in (folder / "negative").rglob("*.zip"):
        with pytest.raises(ReadProblem) as refused:
            _read(folder, path)
        assert refused.value.code == wanted[path.name]
