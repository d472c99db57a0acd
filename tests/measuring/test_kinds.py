"""Keys that are whole numbers: typed by candidates, or numbers of options."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.measuring.typing import typed

OPTIONS = ["1", "2", "3", "4"]


class Answers:
    """Forty candidates; the first item of each file has options 1 to 4."""

    def __init__(self, folder: Path, *cells: Sequence[str]) -> None:
        self.folder, self.answers, self.key = folder, folder / "r.csv", folder / "k.csv"
        rows = [[OPTIONS[row % 4], *(one[row % len(one)] for one in cells)] for row in range(40)]
        heads = [f"q{place}" for place in range(1, len(cells) + 2)]
        self.answers.write_text("\n".join(";".join(row) for row in [heads, *rows]), encoding="utf-8")

    def keyed(self, *keys: str, first: str = "1") -> tuple[dict[str, str], list[str]]:
        """What each item was taken for, and the warnings."""
        lines = [f"q{place};{one}" for place, one in enumerate((first, *keys), 1)]
        wide = ";" in "".join(keys)
        heads = f"item;key{';kind' * wide}"
        self.key.write_text(
            "\n".join([heads, *(line if line.count(";") == 1 + wide else f"{line};" for line in lines)]),
            encoding="utf-8",
        )
        found = typed("analyse", self.answers, "--key", self.key)
        kinds = dict.fromkeys(found["distractors"], "option") | dict.fromkeys(found.get("numbers", {}), "number")
        return kinds, [one for one in found["classical"]["warnings"] if "were taken for" in one]


@pytest.mark.parametrize("key", ["12", "−3", "-3", "1024", "0,5", "−0,5", "12|13"])
def test_numbers_that_no_option_is_called_by_were_typed(tmp_path: Path, key: str) -> None:
    kinds, warnings = Answers(tmp_path, [key.split("|", maxsplit=1)[0], "2", "3"]).keyed(key)
    assert kinds == {"q1": "option", "q2": "number"}
    assert [one[:4] for one in warnings] == ["“q1”"]  # beside a typed one


def test_options_of_numbers_are_no_guess(tmp_path: Path) -> None:
    kinds, warnings = Answers(tmp_path, OPTIONS, ["5", "1", "2"]).keyed("3", "5")
    assert set(kinds.values()) == {"option"}
    assert not warnings


def test_answers_tell_what_a_small_number_is(tmp_path: Path) -> None:
    kinds, (warning, other) = Answers(tmp_path, ["2", "2", "0,5", "-7", "2,0"]).keyed("2")
    assert kinds == {"q1": "option", "q2": "number"}
    assert warning.startswith("“q2”: keys were taken for numbers that candidates typed, as some answers")
    assert other.startswith("“q1”: keys were taken for numbers of options")
    found = typed("analyse", tmp_path / "r.csv", "--key", tmp_path / "k.csv")["classical"]["items"][1]
    assert found["facility"] == 0.6


def test_slips_and_double_marks_do_not(tmp_path: Path) -> None:
    kinds, warnings = Answers(tmp_path, [*OPTIONS * 9, "12", "1", "2", "3"]).keyed("3")
    assert kinds == {"q1": "option", "q2": "option"}
    assert not warnings


def test_beside_letters_numbers_were_typed(tmp_path: Path) -> None:
    answers = Answers(tmp_path, ["A", "B"], ["5", "6"])
    kinds, warnings = answers.keyed("B", "5", first="1")
    assert kinds == {"q1": "number", "q2": "option", "q3": "number"}
    assert [one.partition(":")[0] for one in warnings] == ["“q1”, “q3”"]
    assert "options of other items are letters" in warnings[0]


def test_many_small_numbers_are_a_guess(tmp_path: Path) -> None:
    kinds, warnings = Answers(tmp_path, list("0123456789")).keyed("7")
    assert kinds["q2"] == "option"
    assert [one[:4] for one in warnings] == ["“q2”"]


def test_what_the_key_says_wins(tmp_path: Path) -> None:
    kinds, warnings = Answers(tmp_path, ["12", "13"], list("0123456789")).keyed("12;option", "7;Trả lời ngắn")
    assert kinds == {"q1": "option", "q2": "option", "q3": "number"}
    assert [one[:4] for one in warnings] == ["“q1”"]


def test_forms_marked_by_their_own_keys_take_a_number_however_it_is_written(tmp_path: Path) -> None:
    answers, where = tmp_path / "a.csv", tmp_path / "m.csv"
    answers.write_text("f;c1;c2\n1;A;7\n2;7,0;B\n1;B;8\n2;6;A\n", encoding="utf-8")
    rows = ["1;1;q1;A", "1;2;q2;7", "2;1;q2;7", "2;2;q1;B"]
    where.write_text("\n".join(["form;position;item;key", *rows]), encoding="utf-8")
    found = typed("analyse", answers, "--form", "f", "--forms", where)["classical"]["items"]
    assert [one["facility"] for one in found] == [0.5, 0.5]
