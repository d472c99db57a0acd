"""Files of responses and keys: what is read, and what is said of a bad one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from exam_engine.measuring.keys import read_keys
from exam_engine.measuring.marked import Marked, Missing, marked
from exam_engine.measuring.tables import FileUnusable, read
from item_bank.statistics.responses import Status

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def of(path: Path, key: Path | None = None, missing: Missing | None = None) -> Marked:
    table = read(path)
    keys = read_keys(key, [one.name for one in table.columns]) if key else None
    return marked(table, table.columns, missing or Missing(), keys)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_scores_are_read_whatever_the_separator(write: Write, separator: str, mark: str) -> None:
    text = mark + "\n".join(separator.join(row) for row in (["a", "b"], ["1", "0"], ["0", "1"], ["", "1"])) + "\n"
    found = of(write("r.csv", text))
    assert found.items == ("a", "b")
    np.testing.assert_array_equal(found.responses.scores, [[1, 0], [0, 1], [np.nan, 1]])
    assert found.responses.status[2, 0] == Status.NOT_PRESENTED
    np.testing.assert_array_equal(found.categories, [[1, 0], [0, 1], [-1, 1]])


def test_decimal_commas_are_points_and_categories_their_ranks(write: Write) -> None:
    found = of(write("r.csv", "a;b\n0,25;1\n1;4\n0,5;2\n"))
    np.testing.assert_array_equal(found.responses.scores[:, 0], [0.25, 1, 0.5])
    np.testing.assert_array_equal(found.categories, [[0, 0], [2, 2], [1, 1]])
    np.testing.assert_array_equal(found.responses.maxima, [1, 4])


def test_a_key_marks_options_clusters_and_numbers(write: Write) -> None:
    key = write("k.csv", "item,key,points,kind\np1,B|c,0.25,\np2,ĐSSĐ,1,\np3,3.5,0.5,number\n")
    found = of(write("r.csv", 'p1,p2,p3\nb,ĐSSĐ,"3,50"\nC,TFTT,3.4\nA,đ-sd,3\n'.replace("đ-sd", "đ-s-")), key)
    np.testing.assert_allclose(found.responses.scores, [[0.25, 1, 0.5], [0.25, 0.5, 0], [0, 0.25, 0]])
    np.testing.assert_array_equal(found.categories, [[1, 4, 1], [1, 3, 0], [0, 2, 0]])
    np.testing.assert_allclose(found.responses.maxima, [0.25, 1, 0.5])
    assert set(found.chosen) == {"p1"}


def test_kinds_of_missing_are_told_apart(write: Write) -> None:
    missing = Missing(Status.OMITTED, frozenset({"9"}), frozenset({"R"}))
    found = of(write("r.csv", "a,b\n1,R\n9,1\n,0\n0,1\n"), missing=missing)
    assert found.responses.status.tolist() == [[0, 2], [1, 0], [1, 0], [0, 0]]
    np.testing.assert_array_equal(found.categories, [[1, -1], [0, 1], [0, 0], [0, 1]])


def test_keys_in_json_come_in_order_or_by_name(write: Write) -> None:
    responses = write("r.csv", "a,b\nB,1\nA,2\n")
    in_order = of(responses, write("k1.json", json.dumps({"key": ["B", 2]})))
    by_name = of(responses, write("k2.json", json.dumps({"b": {"key": ["2", "3"], "points": 2}, "a": "B"})))
    np.testing.assert_array_equal(in_order.responses.scores, [[1, 0], [0, 1]])
    np.testing.assert_array_equal(by_name.responses.scores, [[1, 0], [0, 2]])


def test_a_key_says_which_items_share_a_passage(write: Write) -> None:
    table = read_keys(write("k.csv", "item,key,set\na,B, P1\nb,C,P1\nc,D,\n"), ["a", "b", "c"])
    told = read_keys(write("k.json", json.dumps({"a": {"key": "B", "set": "P1"}, "b": "C"})), ["a", "b"])
    assert [one.set for one in table.values()] == ["P1", "P1", ""]
    assert [one.set for one in told.values()] == ["P1", ""]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("a,b\n", "no row below"),
        ("a,a\n1,1\n", "two columns are named “a”"),
        ("a,\n1,1\n", "column 2 has no name"),
        ("a,b\n1,0\n\n1\n", "line 4: 1 cells, but 2 columns"),
        ("a,b\n1,0\n1,x\n", "line 3, column “b”: “x” is no number"),
        ("a,b\n1,0\n-1,1\n", "line 3, column “a”: “-1”: a score is 0 or more"),
        ("a,b\n1,nan\n", "line 2, column “b”"),
        ("a,b\n1,\n0,\n", "nobody answered “b”"),
    ],
)
def test_a_bad_file_is_told_with_line_and_column(write: Write, text: str, told: str) -> None:
    with pytest.raises(FileUnusable, match=told):
        of(write("r.csv", text))


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("item\na\n", "no column “key”"),
        ("item,key,weight\na,B,1\n", "column “weight” is not known"),
        ("item,key\na,\n", "line 2: the key is empty"),
        ("item,key\na,B\na,C\n", "line 3: item “a” has a key already"),
        ("item,key,points\na,B,0\n", "line 2: points must be above 0"),
        ("item,key,points\na,B,one\n", "line 2: “one” is not a number"),
        ("item,key,kind\na,B,essay\n", "kind “essay” is not known"),
        ("item,key\na,ĐSS\n", "a table of 3 rising shares is needed"),
        ("item,key\nb,B\n", "no key for a"),
    ],
)
def test_a_bad_key_is_told_with_its_line(write: Write, key: str, told: str) -> None:
    with pytest.raises(FileUnusable, match=told):
        of(write("r.csv", "a\nB\n"), write("k.csv", key))


def test_a_cluster_wants_a_letter_for_each_statement(write: Write) -> None:
    with pytest.raises(FileUnusable, match="line 3, column “a”: “ĐS”: expected 4 letters"):
        of(write("r.csv", "a\nĐSSĐ\nĐS\n"), write("k.csv", "item,key\na,ĐSSĐ\n"))


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    for content in (b"PK\x03\x04\x00\x00", b"a,b\n\xff\xfe,1\n"):
        path = tmp_path / "r.csv"
        path.write_bytes(content)
        with pytest.raises(FileUnusable, match="CSV UTF-8"):
            read(path)
    with pytest.raises(FileUnusable, match="cannot be read"):
        read(tmp_path / "nowhere.csv")


def test_items_are_chosen_by_name_and_pattern(write: Write) -> None:
    table = read(write("r.csv", "x1,x2,t1,Item.3\n1,0,3.5,1\n"))
    assert [one.name for one in table.chosen(["x*", "Item.3"])] == ["x1", "x2", "Item.3"]
    with pytest.raises(FileUnusable, match="no column fits “y"):
        table.chosen(["y*"])


def test_an_item_on_which_nobody_earned_anything_is_worth_a_point(write: Write) -> None:
    found = of(write("r.csv", "a,b\n0,1\n0,0\n"))
    np.testing.assert_array_equal(found.responses.maxima, [1, 1])
    np.testing.assert_array_equal(found.categories[:, 0], [0, 0])
