"""The full analysis of a sitting: what it says of faults that are known, and of too few candidates."""

from __future__ import annotations

import pytest

from exam_engine.kit.languages import LOCALES
from exam_engine.reports.study.making import Made
from exam_engine.reports.study.pages import PARTS
from tests.reports.seeded import FAULTS, FAULTY, ITEMS, seeded

ALL_PAGES = {*PARTS, "report", *(f"item-{number}" for number in range(1, ITEMS + 1))}


def _first(made: Made) -> dict[str, str]:
    """Item → the first reason to look at it, as the summary lists them."""
    (look,) = [part for part in made.pages["en", "summary"]["sections"] if part["title"] == "What to look at first"]
    found: dict[str, str] = {}
    for reason in look["reasons"]:
        for name, _place in reason["items"]:
            found.setdefault(name, reason["text"])
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_the_pages_name_the_item_and_what_to_do(fault: str) -> None:
    found = _first(seeded(fault, 600 if fault == "dif" else 200).made())
    match fault:
        case "clean":
            assert found == {}
        case "speeded":
            assert set(found) <= {str(number) for number in range(30, ITEMS + 1)}
            assert str(ITEMS) in found
            assert all("time may have been too short" in text for text in found.values())
        case _:
            said = {"wrong key": "Check the key first", "weak distractor": "left out", "dif": "Ask the subject team"}
            assert list(found) == [str(FAULTY)]
            assert said[fault] in found[str(FAULTY)]


def test_a_short_clock_is_told_of_the_whole_test() -> None:
    for fault, words in (("speeded", "Time was short"), ("clean", "Time was enough")):
        (part,) = [
            one
            for one in seeded(fault, 150).made().pages["en", "time"]["sections"]
            if one["title"] == "Was there time enough?"
        ]
        assert words in part["words"][1]


@pytest.mark.parametrize(
    ("persons", "model", "compared"),
    [(15, None, set()), (99, None, set()), (150, "rasch", set()), (600, "2pl", {"gender"})],
)
def test_what_is_computed_depends_on_how_many_there_are(persons: int, model: str | None, compared: set[str]) -> None:
    made = seeded("clean", persons).made()
    assert made.told["model"] == model
    assert {one["name"] for one in made.told["groupings"] if one["items"]} == compared
    assert bool(made.told["times"]) is (persons >= 100)
    assert {name for _locale, name in made.pages} == ALL_PAGES
    told = str(made.pages["en", "test"]["sections"])
    assert ("Not enough data" in told) is (model is None)


def test_every_page_is_there_in_every_language() -> None:
    made = seeded("dif", 150).made()
    assert {locale for locale, _name in made.pages} == set(LOCALES)
    for name in ALL_PAGES - {"report"}:
        both = [made.pages[locale, name] for locale in LOCALES]
        assert len({str(one.get("sections", one)) for one in both}) == 2 or not both[0].get("sections"), name
    explained = made.pages["vi", "summary"]["explained"]
    assert all(one["meaning"] and "%(" not in one["example"] for one in explained)


def test_nothing_of_a_candidate_is_kept() -> None:
    told = seeded("clean", 150).made().told
    assert "persons" not in told["irt"]
    assert "persons" not in told["times"]
