"""What people are told to do next, where a file is not what a command takes it for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from exam_engine.kit import languages
from exam_engine.measuring.printing.cautions import sentences
from tests.measuring.typing import refused, typed

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "psychometrics" / "data"


NAMES = "SBD;Họ tên;Câu 1;Câu 2\n01;An;A;B\n02;Bình;B;B\n03;Chi;A;A\n"
KEYS = "Câu;Đáp án\nCâu 1;A\nCâu 2;B\n"


def test_names_beside_an_id_are_left_out_with_items(write: Write) -> None:
    answers, key = write("r.csv", NAMES), write("k.csv", KEYS)
    told = refused("analyse", answers, "--id", "SBD")
    assert "“An” is not a number" in told
    assert "If it is no item, name the items with --items 'Câu *'." in told
    assert "--id" not in told
    told = refused("analyse", answers, "--id", "SBD", "--key", key)
    assert "no key for Họ tên. Add the keys, or say which columns are items with --items 'Câu *'." in told
    assert "--items 'Câu *' and which names candidates with --id" in refused("analyse", answers, "--key", key)
    assert "say --id 'Họ tên'; if not," in refused("analyse", answers)
    assert "If it is no item, leave it out of --items." in refused("analyse", answers, "--items", "Câu *,H*")


def test_keys_of_numbered_forms_are_told_where_they_belong(write: Write) -> None:
    answers = write("r.csv", NAMES)
    told = refused("analyse", answers, "--items", "Câu *", "--key", write("w.csv", "Câu;101;102\n1;A;B\n2;B;A\n"))
    assert "“101” looks like a form code" in told
    assert "map of the forms with --forms" in told
    wide = write("w.csv", "Câu;Mã đề 101;Mã đề 102\n1;A;B\n2;B;A\n")
    assert "“Mã đề 101” looks like a form code" in refused("analyse", answers, "--items", "Câu *", "--key", wide)
    told = refused("analyse", answers, "--items", "Câu *", "--key", write("m.csv", "Mã đề;Câu;Đáp án\n101;1;A\n"))
    assert "“Mã đề”: this tells of numbered forms. Give it with --forms" in told


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"answers": ["A", "B"]}, "none of its names (answers) is that of an item (Câu 1, Câu 2). Expected are {"),
        ({"key": ["A", "B"], "points": [1, 1]}, "none of its names (key, points) is that of an item"),
        ({"Câu 1": {"key": "A", "weight": 2}}, "“weight” is not known here. A key may have item, key, points"),
        ([{"item": "Câu 1", "key": "A"}], 'a list is no file of keys. Expected are {"item": "B", …}'),
    ],
)
def test_a_key_of_other_names_says_which_are_known(write: Write, document: object, told: str) -> None:
    key = write("k.json", json.dumps(document))
    assert told in refused("analyse", write("r.csv", NAMES), "--items", "Câu *", "--key", key)


def test_json_need_not_be_called_so(write: Write, data: Path) -> None:
    answers = write("r.csv", NAMES)
    asked = ("analyse", answers, "--items", "Câu *", "--key")
    assert typed(*asked, write("k.txt", '\ufeff {"Câu 1": "A", "Câu 2": "B"}')) == typed(*asked, write("k.csv", KEYS))
    found = typed("analyse", data / "lsat6.csv", "--model", "rasch")
    bank = write("bank", json.dumps(found))
    fixed = typed("analyse", data / "lsat6.csv", "--model", "rasch", "--fixed", bank)
    assert fixed["irt"]["items"][0]["b"] == found["irt"]["items"][0]["b"]


def test_figures_below_zero_and_times_of_zero_are_no_dead_end(write: Write, data: Path) -> None:
    told = refused("analyse", data / "gmat.csv", "--groups", "group")
    assert "“-0.229”: points cannot be below 0. If it is no item, name the items with --items 'Item*'." in told
    assert "told with --omitted=-9. If it is" in refused("analyse", write("r.csv", "a;b\n1;0\n-9;1\n"))
    told = refused("analyse", data / "sim_rt_1000x25.csv")
    assert (
        "“t01”: 991 different numbers are too many for an item. If it is no item, name the items with --items" in told
    )
    told = refused("times", data / "sim_rt_1000x25.csv")
    assert "“0” is no time" in told
    assert "say --missing 0; if the column holds no times, name those that do with --items 't*'." in told


def test_a_group_that_nobody_is_in_names_those_there_are(write: Write, data: Path) -> None:
    told = refused("dif", data / "sim_dif_2000x25.csv", "--groups", "group", "--focal", "Nữ")
    assert "nobody is in group “Nữ”. Give --focal one of the groups that there are: 0, 1" in told
    told = refused("dif", write("r.csv", "a;b;g\n1;0;x\n0;1;x\n"), "--groups", "g", "--focal", "x")
    assert "everybody is in group “x”" in told


@pytest.mark.parametrize(
    ("name", "column", "told"),
    [
        (
            "lsat6_freq",
            "Freq",
            "how many candidates a row stands for: say --count Freq if it is that, or name the items",
        ),
        ("verbal", "Gender", "a group of candidates: say --groups Gender if it is that"),
        ("verbal", "Anger", "a total: name the items with --items"),
        ("sim_dif_2000x25", "group", "a group of candidates: say --groups group if it is that, or name the items with"),
    ],
)
def test_columns_that_look_like_no_items_are_told(data: Path, name: str, column: str, told: str) -> None:
    warnings = typed("analyse", data / f"{name}.csv")["classical"]["warnings"]
    (said,) = (one for one in warnings if one.startswith(f"“{column}” counts as an item, but looks like "))
    assert told in said
    (vietnamese,) = sentences(said, languages.translator("vi"))
    assert vietnamese.startswith(f"Cột “{column}” đang được tính là câu hỏi nhưng")


def test_a_code_for_no_answer_is_vietnamese_in_the_report(data: Path) -> None:
    analysed = typed("analyse", data / "sat12_raw.csv", "--key", data / "sat12_key.json")
    (code,) = (one for one in analysed["classical"]["warnings"] if "may be a code" in one)
    (vietnamese,) = sentences(code, languages.translator("vi"))
    assert vietnamese.startswith("“8” (69) có thể là mã")
    assert vietnamese.endswith("--omitted 8.")


def test_sums_are_told_and_named_items_are_not_doubted(write: Write) -> None:
    rows = [(n % 2, n % 3 % 2, int(n % 5 > 2), int(n % 7 > 2)) for n in range(30)]
    text = "\n".join(["a1;a2;a3;a4;kq", *(";".join(map(str, (*row, sum(row)))) for row in rows)])
    answers = write("r.csv", text)
    (told,) = (one for one in typed("analyse", answers)["classical"]["warnings"] if "counts as" in one)
    assert told == "“kq” counts as an item, but looks like a total: name the items with --items 'a*'"
    named = typed("analyse", answers, "--items", "a*,kq")["classical"]["warnings"]
    assert not any("counts as" in one for one in named)
