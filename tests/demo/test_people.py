"""The invented people are plausible, distinct, and the same for the same seed."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter

from exam_engine.demo.people import CLASSES, ROSTER_COLUMNS, STAFF, pupils, roster_csv
from exam_engine.sittings.roster import read_roster

PUPILS = pupils("any", 240)


def test_same_seed_same_pupils() -> None:
    assert pupils("any", 240) == PUPILS
    assert pupils("any", 100) == PUPILS[:100]
    assert pupils("other", 240) != PUPILS


def test_codes_are_unique_and_begin_with_zeros() -> None:
    assert len({one.code for one in PUPILS}) == 240
    assert all(len(one.code) == 10 and one.code.startswith("00") and one.code.isdigit() for one in PUPILS)


def test_names_are_varied_and_nfc() -> None:
    assert all(unicodedata.is_normalized("NFC", one.name) and one.name == " ".join(one.name.split()) for one in PUPILS)
    assert len({one.name for one in PUPILS}) > 230
    families = Counter(one.family for one in PUPILS)
    assert 0.2 < families["Nguyễn"] / 240 < 0.45
    assert len(families) > 15
    assert len({one.given for one in PUPILS}) > 80
    assert {one.gender for one in PUPILS} == {"nam", "nữ"}
    assert all(one.gender == "nữ" for one in PUPILS if one.middle.split()[0] == "Thị")


def test_classes_are_even_and_births_fit_grade_12() -> None:
    assert Counter(one.class_name for one in PUPILS) == dict.fromkeys(CLASSES, 48)
    assert {one.born.year for one in PUPILS} == {2008, 2009}


def test_roster_keeps_zeros_and_dates() -> None:
    rows = list(csv.reader(io.StringIO(roster_csv(PUPILS[:3]))))
    assert rows[0] == list(ROSTER_COLUMNS)
    first = PUPILS[0]
    assert rows[1] == [first.code, first.name, f"{first.born:%d/%m/%Y}", first.gender, "12A1"]


def test_the_real_reader_takes_the_roster_whole() -> None:
    roster = read_roster(roster_csv(PUPILS).encode())
    assert roster.problems == []
    assert [(row.code, row.full_name, row.birth_date) for row in roster.rows] == [
        (one.code, one.name, one.born) for one in PUPILS
    ]


def test_there_is_a_person_for_every_role_of_staff() -> None:
    roles = {
        "teacher", "author", "reviewer", "marker", "invigilator", "exam_officer", "manager", "administrator",
    }  # fmt: skip
    assert {member.role for member in STAFF} == roles
    assert len({member.login for member in STAFF}) == len(STAFF) == len({member.name for member in STAFF})
