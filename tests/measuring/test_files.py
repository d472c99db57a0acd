"""Files of responses and keys: what is read, and what is said of a bad one."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from exam_engine.cli import main
from exam_engine.measuring.files.key_files import read_keys
from exam_engine.measuring.files.marked import Marked, Missing, marked
from exam_engine.measuring.files.tables import FileUnusable, read
from item_bank.statistics.responses import Status
from tests.measuring.typing import refused, typed

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
        ("a,b\n", "nothing below it"),
        ("a,a\n1,1\n", "two columns are named “a”"),
        ("a,,c\n1,1,0\n", "column 2 has no name"),
        ("a,b\n1,0\n\n1\n", "line 4: 1 cell, but the first line names 2 columns"),
        ("a,b\n1,0\n1,x\n", "line 3, column “b”: “x” is not a number"),
        ("a,b\n1,0\n-1,1\n", "line 3, column “a”: “-1”: points cannot be below 0"),
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
        ("item\na\n", "needs the columns item and key"),
        ("item,key,weight\na,B,1\n", "“weight” is not known here"),
        ("item,key\na,\n", "line 2: the key is empty"),
        ("item,key\na,B\na,C\n", "line 3: item “a” already has a key"),
        ("item,key,points\na,B,0\n", "line 2: points must be above 0"),
        ("item,key,points\na,B,one\n", "line 2: “one” is not a number"),
        ("item,key,kind\na,B,oral\n", "kind “oral” is not known"),
        ("item,key\na,ĐSS\n", "needs a table of 3 rising shares"),
        ("item,key\nb,B\n", "no key for a \\(it has keys for b\\)"),
    ],
)
def test_a_bad_key_is_told_with_its_line(write: Write, key: str, told: str) -> None:
    with pytest.raises(FileUnusable, match=told):
        of(write("r.csv", "a\nB\n"), write("k.csv", key))


def test_a_cluster_wants_a_letter_for_each_statement(write: Write) -> None:
    with pytest.raises(
        FileUnusable, match="line 3, column “a”: “ĐS”: a cluster of 4 statements is answered with 4 letters"
    ):
        of(write("r.csv", "a\nĐSSĐ\nĐS\n"), write("k.csv", "item,key\na,ĐSSĐ\n"))


def test_a_file_that_cannot_be_read_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    for content in (b"PK\x03\x04\x00\x00", b"\xd0\xcf\x11\xe0\xa1\xb1", b"a,b\n1,\x00\n" + b"1,1\n" * 9, b"\xff\xfea"):
        path.write_bytes(content)
        with pytest.raises(FileUnusable, match="CSV UTF-8"):
            read(path)
    with pytest.raises(FileUnusable, match="cannot be read"):
        read(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("encoding", "warned"), [("utf-16", False), ("utf-16-le", False), ("cp1258", True), ("utf-8-sig", False)]
)
def test_text_is_read_in_the_encodings_of_schools(tmp_path: Path, encoding: str, warned: bool) -> None:
    path = tmp_path / "r.csv"
    apart = unicodedata.normalize("NFD", "Giới tính;Đáp án câu 1\nNữ;1\nNam;0\n")
    text = re.sub(
        "[aeiouyơư]\u0302|[aeiouyơư]\u0306|[ou]\u031b", lambda one: unicodedata.normalize("NFC", one[0]), apart
    )
    path.write_bytes(text.encode(encoding))
    found = read(path)
    assert [one.name for one in found.columns] == ["Giới tính", "Đáp án câu 1"]
    assert found.columns[0].values == ("Nữ", "Nam")
    assert bool(found.warnings) is warned


def test_items_are_chosen_by_name_and_pattern(write: Write) -> None:
    table = read(write("r.csv", "x1,x2,t1,Item.3\n1,0,3.5,1\n"))
    assert [one.name for one in table.chosen(["x*", "Item.3"])] == ["x1", "x2", "Item.3"]
    with pytest.raises(FileUnusable, match="no column fits “y"):
        table.chosen(["y*"])


def test_an_item_on_which_nobody_earned_anything_is_worth_a_point(write: Write) -> None:
    found = of(write("r.csv", "a,b\n0,1\n0,0\n"))
    np.testing.assert_array_equal(found.responses.maxima, [1, 1])
    np.testing.assert_array_equal(found.categories[:, 0], [0, 0])


def test_the_separator_is_what_cells_are_separated_by(write: Write) -> None:
    assert read(write("r.csv", '"Câu 1, ý a, b";x\n0,5;1\n')).columns[0].name == "Câu 1, ý a, b"
    assert read(write("r.csv", "Câu 1, ý a, b;x\n0,5;1\n1;1\n")).names == "Câu 1, ý a, b, x"
    assert read(write("r.csv", "facility\n0,5\n0,25\n1\n")).columns[0].values == ("0,5", "0,25", "1")
    assert read(write("r.csv", "a,b\r1,0\r0,1\r")).n == 2
    assert read(write("r.csv", "a,b,,\n1,0,,\n0,1\n")).columns[1].values == ("0", "1")
    assert read(write("r.csv", " a ,'b\n' 1 ,\u00a0'0\n\n\n")).columns[1].values == ("0",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("facility\n0,5,1\n", "line 2: 3 cells, but the first line names 1 column"),
        ('a,b\n1,0\n"1,0\n0,1\n1,1\n', "line 3: a quotation mark .* opens here and is never closed"),
        ('a,b\n1,0\n"1"x,0\n', "line 3: text follows a closing quotation mark"),
        ('a,b\n1,"' + "x" * 200_000 + '"\n', "line 2: a cell has more than 131,072 characters"),
        ("1,0,1,1\n1,0,0,1\n", "line 1: this looks like a row of answers"),
        ("B,A,C\nA,A,C\nB,B,C\n", "line 1: this looks like a row of answers"),
        ("0,5\n0,5\n0,25\n", "line 1: this looks like a row of answers"),
        ("," * 20_000 + "\n", "20,001 columns; at most 16,384"),
        ("a;b\n" + "1" * 6_000_000 + ";1\n", "line 2 has more than 5,000,000 characters"),
        ("a,b\n1_0,1\n", "line 2, column “a”: “1_0” is not a number"),
        ("a,b\n١,1\n", "“١” is not a number"),
        ("a,b\n1,1e5\n", "“1e5” is not a number"),
        ("a,b\n1,inf\n", "“inf” is not a number"),
        ("a,b\n1,\x1b[31mred\n", "“�\\[31mred” is not a number"),
        ("a,b,c,d\n1,,0,\n0,,1,\n", "nobody answered “b”, “d”, so what it is worth is not known. Say it with --key"),
    ],
)
def test_an_odd_file_is_told_what_to_do(write: Write, text: str, told: str) -> None:
    with pytest.raises(FileUnusable, match=told):
        of(write("r.csv", text))


def test_numbers_of_candidates_are_no_items(write: Write) -> None:
    rows = "\n".join(f"{n + 100:04},{n % 2}" for n in range(12))
    with pytest.raises(FileUnusable, match=r"“Số báo danh”: each candidate has another number.* --id 'Số báo danh'"):
        of(write("r.csv", f"Số báo danh,a\n{rows}\n"))
    with pytest.raises(FileUnusable, match=r"51 different numbers are too many for an item. If it names .* --id t"):
        of(write("r.csv", "t,a\n" + "".join(f"{n % 51},1\n" for n in range(60))))


def test_names_that_are_numbers_of_items_stay_names(write: Write) -> None:
    assert of(write("r.csv", "1,2,3\n1,2,3\n0,1,0\n")).items == ("1", "2", "3")


def test_a_key_in_vietnamese(write: Write) -> None:
    rows = "p1;B;0,25;Trắc nghiệm;;P1\np2;ĐSS;1;Đúng/Sai;0,2 0,5 1;\np3;5;0,5;Trả lời ngắn;;\np4;;3;Tự luận;;\n"
    items = ["p1", "p2", "p3", "p4"]
    told = read_keys(write("k.csv", "Câu;Đáp án;Điểm;Loại;Bảng điểm;Nhóm\n" + rows), items)
    bare = read_keys(write("b.csv", "CAU;dap an;DIEM;loai;Bang Diem;nhom\n" + rows), items)
    assert list(told.values()) == list(bare.values())
    assert [one.kind for one in told.values()] == ["option", "cluster", "number", "points"]
    assert (told["p1"].set, told["p1"].points, told["p2"].table) == ("P1", 0.25, (0.0, 0.2, 0.5, 1.0))
    fields = {"Đáp án": "ĐSS", "Bảng điểm": "0,2 0,5 1", "loại": "đúng sai"}
    assert read_keys(write("k.json", json.dumps({"p2": fields})), ["p2"])["p2"] == told["p2"]
    assert read_keys(write("o.json", json.dumps({"Đáp án": ["B"]})), ["p1"])["p1"].answers == ("B",)


def test_points_of_a_marker_stand_beside_answers(write: Write) -> None:
    key = write("k.csv", "item,key,points,kind\np1,B,0.25,\np2,,2,points\n")
    found = of(write("r.csv", "p1,p2\nB,1.5\nA,0\nB,\n"), key)
    np.testing.assert_array_equal(found.responses.scores, [[0.25, 1.5], [0.0, 0.0], [0.25, np.nan]])
    np.testing.assert_allclose(found.responses.maxima, [0.25, 2])
    np.testing.assert_array_equal(found.categories, [[1, 1], [0, 0], [1, -1]])
    assert (found.counts_right("p1"), found.counts_right("p2")) == (True, False)
    with pytest.raises(FileUnusable, match=r"line 3, column “p2”: “2\.5” is more than the 2 points of the item"):
        of(write("r.csv", "p1,p2\nB,1.5\nA,2.5\n"), key)
    with pytest.raises(FileUnusable, match="line 2: an item of kind=points has no key"):
        read_keys(write("k.csv", "item,key,kind\np2,3,points\n"), ["p2"])


def test_points_of_a_marker_are_ordered_categories_of_a_model(write: Write) -> None:
    able = [n * 37 % 120 / 120 for n in range(120)]
    rows = [
        f"{'AB'[one > 0.3]},{'AB'[n % 5 > 1]},{'AB'[one > 0.6]},{round(3 * one) / 2:g}" for n, one in enumerate(able)
    ]
    answers = write("r.csv", "\n".join(["p1,p2,p3,essay", *rows, "A,B,A,"]))
    key = write("k.csv", "item,key,kind,points\np1,B,,1\np2,B,,1\np3,B,,1\nessay,,points,2\n")
    found = typed("analyse", answers, "--key", key, "--model", "3pl", "--empty", "omitted")
    essay = found["irt"]["items"][3]
    assert essay["categories"] == [0, 0.5, 1, 1.5]
    assert len(essay["thresholds"]) == 3
    assert found["classical"]["items"][3]["facility_corrected"] == found["classical"]["items"][3]["facility"]


def test_keys_of_no_column_are_told(write: Write) -> None:
    found = of(write("r.csv", "a\nB\nA\n"), write("k.csv", "item,key\na,B\nq1,C\n"))
    (warning,) = found.warnings
    assert warning.startswith("keys that were not used, as ")
    assert warning.endswith(" has no such columns: q1")
    assert set(found.keys) == {"a"}


def test_a_paper_of_all_kinds_is_one_file(write: Write, tmp_path: Path) -> None:
    rows = "Câu 1;B;0,25;\nCâu 2;ĐSSĐ;1;Đúng sai\nCâu 3;0,5;0,5;Số\nCâu 4;;3;Tự luận\nCâu 9;A;1;\n"
    key = write("k.csv", f"Câu;Đáp án;Điểm;Loại\n{rows}")
    cells = [["SBD", "Câu 1", "Câu 2", "Câu 3", "Câu 4"]]
    cells += [["01", "B", "ĐSSĐ", "0,5", "2,5"], ["02", "A", "ĐS-Đ", ".5", "1"], ["03", "b", "SSSS", "1", ""]]
    text = write("r.csv", "".join(";".join(row) + "\n" for row in cells))
    _workbook(tmp_path / "r.xlsx", [list(row) for row in cells])
    for path in (text, tmp_path / "r.xlsx"):
        found = typed("analyse", path, "--key", key, "--id", "SBD")["classical"]
        assert [one["facility"] for one in found["items"]] == pytest.approx([2 / 3, 1.75 / 3, 2 / 3, 3.5 / 6])
        assert [one["maximum"] for one in found["items"]] == [0.25, 1, 0.5, 3]
        assert any(one.endswith("no such columns: Câu 9") for one in found["warnings"])


def test_an_obstacle_is_told_at_the_command(write: Write) -> None:
    key, answers = write("k.csv", "item,key\na,B\n"), write("r.csv", "SBD,a\n001,B\n002,A\n")
    assert "has no key for SBD" in refused("analyse", answers, "--key", key)
    assert "has no column “id”. Its columns are SBD, a." in refused("dif", answers, "--id", "id", "--groups", "a")
    groups = write("g.csv", "SBD,sex\n1,F\n2,M\n")
    told = refused("dif", answers, "--key", key, "--id", "SBD", "--groups", f"{groups}:sex")
    assert "has an id of this file (“1” here, “001” there)" in told
    shown = CliRunner().invoke(
        main, ["similarity", str(answers), "--id", "SBD", "--key", str(write("l.json", '{"a":"B","q":"C"}'))]
    )
    assert shown.stderr.startswith("Warning: keys that were not used")


def test_the_first_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    _workbook(path, [["SBD", "Câu 1", "Câu 2", None], ["0012", "B", 0.25], [None, None, None], [13, "A", 1]])
    found = read(path)
    assert [one.values for one in found.columns] == [("0012", "13"), ("B", "A"), ("0.25", "1")]
    assert found.lines.tolist() == [2, 4]
    _workbook(path, [["a", "b"], [1, "=1+1"]])
    with pytest.raises(FileUnusable, match="cell B2 holds a formula without a result"):
        read(path)


def _workbook(path: Path, rows: list[list[object]]) -> None:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in rows:
        page.append(row)
    book.save(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=60)
    | st.text(st.sampled_from("ab01,;\t\n\r\" 'ĐS.-|{}[]:\0\ufeff١é"), max_size=60).map(str.encode),
    st.sampled_from(["x.csv", "x.json"]),
)
def test_no_file_is_met_with_anything_but_a_reason(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    responses = tmp_path / "r.csv"
    responses.write_text("a,b\n1,0\n")
    for attempt in (lambda: of(path), lambda: of(responses, path), lambda: read(path).repeated("a")):
        try:
            attempt()
        except FileUnusable as told:
            assert len(str(told).splitlines()) == 1  # noqa: PT017 - one that is read at once raises nothing


def test_words_in_an_item_marked_by_hand_are_told_as_a_code_for_no_answer(write: Write) -> None:
    key = write("key.csv", "item,key,kind,points\na,B,,1\nessay,,points,2\n")
    said = refused("analyse", write("answers.csv", "a,essay\nB,1.5\nC,vắng\n"), "--key", key)
    assert "line 3, column “essay”: “vắng” is not a number" in said
    assert "the points earned, or is empty" in said
    assert "--omitted “vắng”" in said
    assert "--key" not in said
