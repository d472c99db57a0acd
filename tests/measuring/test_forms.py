"""Numbered forms (mã đề): the same items in other orders, with options in other orders."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from exam_engine.cli import main
from tests.measuring.typing import refused, shown, typed

LETTERS = "ABCD"
CODES = ("012", "123", "234", "345")


class School:
    """sim_mc as a school has it: each of four forms has its own order of items and options. apart: the same answers
    unshuffled."""

    def __init__(self, shared: Path, tmp_path: Path, items: int = 12) -> None:
        rng = np.random.default_rng(3)
        data = shared / "psychometrics" / "data"
        lines = [line.split(",") for line in (data / "sim_mc_500x40.csv").read_text().split()]
        options = json.loads((data / "truth_sim_mc_500x40.json").read_text())["key"][:items]
        self.keys = {f"q{place + 1}": LETTERS[one - 1] for place, one in enumerate(options)}
        names = list(self.keys)
        self.folder = tmp_path
        self.map: list[tuple[str, int, str, str, str]] = []
        orders = {}
        for code in CODES:
            order = rng.permutation(items)
            behind = [rng.permutation(4) for _ in names]
            orders[code] = order, behind
            for position, place in enumerate(order.tolist(), 1):
                shown = "".join(LETTERS[one] for one in behind[place])
                key = LETTERS[shown.index(self.keys[names[place]])]
                self.map.append((code, position, names[place], shown, key))
        plain, shuffled = [], []
        for row, cells in enumerate(lines[1:]):
            given = ["" if (row + place) % 29 == 0 else LETTERS[int(cells[place]) - 1] for place in range(items)]
            code = CODES[rng.integers(4)]
            order, behind = orders[code]
            there = [self.shown(given[place], behind[place]) for place in order]
            who = [f"s{row}", "FM"[row % 2]]
            plain.append([*who, *given])
            shuffled.append([*who, code.lstrip("0") if row % 2 else code, *there])  # Excel ate some zeros
        self.apart = self.write("apart", ["id", "sex", *names], plain)
        self.answers = self.write("answers", ["id", "sex", "Mã đề", *(f"Câu {n + 1}" for n in range(items))], shuffled)
        self.key = self.write("key", ["item", "key"], list(self.keys.items()))

    @staticmethod
    def shown(answer: str, behind: Any) -> str:
        return LETTERS[behind.tolist().index(LETTERS.index(answer))] if answer else ""

    def write(self, name: str, heads: list[str], rows: list[Any]) -> Path:
        path = self.folder / f"{name}.csv"
        path.write_text("\n".join(";".join(map(str, row)) for row in [heads, *rows]), encoding="utf-8")
        return path

    def mapped(self, *, options: bool = True, key: bool = True) -> Path:
        heads = ["Mã đề", "Câu", "Câu gốc", *["Thứ tự phương án"] * options, *["Đáp án"] * key]
        rows = [[*row[:3], *[row[3]] * options, *[row[4]] * key] for row in self.map]
        return self.write(f"map{options}{key}", heads, rows)

    def read(self, map_file: Path) -> tuple[Any, ...]:
        return (self.answers, "--id", "id", "--form", "Mã đề", "--forms", map_file, "--empty", "omitted")

    def unshuffled(self) -> tuple[Any, ...]:
        return (self.apart, "--items", "q*", "--id", "id", "--key", self.key, "--empty", "omitted")


@pytest.fixture
def school(shared: Path, tmp_path: Path) -> School:
    return School(shared, tmp_path)


def test_forms_give_exactly_the_figures_of_the_paper(school: School) -> None:
    plain = typed("analyse", *school.unshuffled(), "--groups", "sex", "--model", "2pl")
    found = typed("analyse", *school.read(school.mapped()), "--groups", "sex", "--model", "2pl")
    forms = found.pop("forms")
    assert found == plain
    assert [one["form"] for one in forms["forms"]] == list(CODES)
    assert sum(one["n"] for one in forms["forms"]) == 500
    assert forms["position"]["n"] == 500
    assert forms["position"]["p"] > 0.01
    assert forms["warnings"] == []
    assert [row["item"] for row in forms["position_items"]] == list(school.keys)
    assert forms["position_items"][0]["positions"] == [row[1] for row in school.map if row[2] == "q1"]


def test_what_a_form_holds_was_presented(school: School) -> None:
    """An empty cell is a blank without a word about it."""
    asked = school.read(school.mapped())
    assert typed("analyse", *asked[:-2]) == typed("analyse", *asked)


def test_columns_that_no_form_has_are_told(school: School) -> None:
    text = school.answers.read_text(encoding="utf-8").splitlines()
    school.answers.write_text("\n".join([f"{text[0]};Tự luận", *(f"{row};1,5" for row in text[1:])]), encoding="utf-8")
    told = typed("analyse", *school.read(school.mapped()))
    assert any("Tự luận" in one for one in told["classical"]["warnings"])


def test_columns_of_the_file_stand_for_the_items_that_forms_have_there(school: School) -> None:
    asked = school.read(school.mapped())
    assert typed("analyse", *asked, "--items", "Câu *") == typed("analyse", *asked)
    done = CliRunner().invoke(main, ["analyse", *map(str, asked), "--items", "Câu *"])
    assert "“Câu *” means the 12 items of the map" in done.stderr
    several = refused("analyse", *asked, "--items", "Câu 1")
    assert "“Câu 1”: these columns hold different items on different forms" in several
    assert re.search("Mã đề, Câu 1, .*items of the map are q1, q2", refused("analyse", *asked, "--items", "Item *"))


def test_a_fault_names_the_column_of_the_file_and_the_item(school: School) -> None:
    told = refused("analyse", *school.read(school.mapped(key=False)))
    code, position = next((row[0], row[1]) for row in school.map if row[2] == "q1" and row[0] in told)
    assert f"column “Câu {position}” (item “q1” on form {code})" in told
    assert "with --key or in the map" in told
    by_position = school.write("p", ["item", "key"], [(f"Câu {n + 1}", "A") for n in range(12)])
    assert "With a map keys go by its items" in refused("analyse", *school.read(school.mapped()), "--key", by_position)
    held = refused("analyse", *school.read(school.mapped()), "--groups", "Câu 1")
    assert "column “Câu 1” holds answers to other items on each form" in held
    groups = refused("analyse", *school.read(school.mapped()), "--groups", "lop")
    assert "Mã đề, Câu 1, Câu 2" in groups
    assert "q1" not in groups


def test_keys_may_stand_in_a_file_of_their_own(school: School) -> None:
    found = typed("analyse", *school.read(school.mapped(key=False)), "--key", school.key)
    found.pop("forms")
    assert found == typed("analyse", *school.unshuffled())
    other = school.write(
        "other", ["item", "key"], [(item, "ABCD"["BCDA".index(key)]) for item, key in school.keys.items()]
    )
    assert "the key of item “q1” is" in refused("analyse", *school.read(school.mapped()), "--key", other)


def test_statements_of_a_cluster_come_in_another_order_too(tmp_path: Path) -> None:
    answers, where, apart, key = (tmp_path / f"{name}.csv" for name in "rmak")
    answers.write_text("f,c1,c2\n1,ĐSSĐ,A\n2,B,SSĐĐ\n2,A,ĐĐSĐ\n1,SSSĐ,B\n", encoding="utf-8")
    where.write_text(
        "form,position,item,options,key\n1,1,a,abcd,ĐSSĐ\n1,2,b,,A\n2,1,b,,A\n2,2,a,bcda,SSĐĐ\n", encoding="utf-8"
    )
    apart.write_text("a,b\nĐSSĐ,A\nĐSSĐ,B\nĐĐĐS,A\nSSSĐ,B\n", encoding="utf-8")
    key.write_text("item,key\na,ĐSSĐ\nb,A\n", encoding="utf-8")
    found = typed("analyse", answers, "--form", "f", "--forms", where)
    found.pop("forms")
    assert found == typed("analyse", apart, "--key", key)


def test_dif_and_similarity_read_forms_too(school: School) -> None:
    for command in (("dif", "--groups", "sex"), ("similarity", "--level", "0.9")):
        found = typed(command[0], *school.read(school.mapped()), *command[1:])
        assert found.pop("forms")["position"]["n"] == 500
        assert found == typed(command[0], *school.unshuffled(), *command[1:])


def test_without_the_order_of_options_answers_are_points(school: School) -> None:
    found = typed("analyse", *school.read(school.mapped(options=False)))
    plain = typed("analyse", *school.unshuffled())
    assert found["classical"]["alpha"] == plain["classical"]["alpha"]
    assert found["distractors"] == {}
    assert "does not tell the order of options" in found["forms"]["warnings"][0]
    told = refused("analyse", *school.read(school.mapped(options=False)), "--key", school.key)
    assert "Add a column options" in told


def test_ten_options_are_in_the_order_people_count_in(tmp_path: Path) -> None:
    answers, where, key = (tmp_path / f"{name}.csv" for name in "rmk")
    shown = "|".join(map(str, (3, 1, 2, *range(4, 11))))
    where.write_text(f"form,position,item,options\n1,1,a,\n1,2,b,\n2,1,a,{shown}\n2,2,b,{shown}\n", encoding="utf-8")
    answers.write_text("f,c1,c2\n1,3,3\n1,10,2\n2,1,1\n2,10,3\n", encoding="utf-8")
    key.write_text("item,key,kind\na,3,option\nb,3,option\n", encoding="utf-8")
    found = typed("analyse", answers, "--form", "f", "--forms", where, "--key", key)
    chosen = {item: {row["option"]: row["n"] for row in rows} for item, rows in found["distractors"].items()}
    assert chosen == {"a": {"10": 2, "3": 2}, "b": {"2": 2, "3": 2}}


def test_a_wrong_key_on_one_form_is_found(school: School) -> None:
    for place, row in enumerate(school.map):
        if row[0] == "234" and row[2] == "q5":
            school.map[place] = (*row[:4], "ABCD"["BCDA".index(row[4])])
    assert "another option of item “q5” is right" in refused("analyse", *school.read(school.mapped()))
    told = typed("analyse", *school.read(school.mapped(options=False)))["forms"]["warnings"]
    assert any(one.startswith("item “q5” is not as hard on form 234") for one in told)


def test_a_wrong_map_is_told_before_the_key_is_doubted(school: School) -> None:
    """Two items of form 234 stand in each other's places: their figures over all forms look like wrong keys."""
    of_form = [place for place, row in enumerate(school.map) if row[0] == "234" and row[2] in ("q1", "q5")]
    for place, other in zip(of_form, reversed([school.map[one] for one in of_form]), strict=True):
        school.map[place] = (*school.map[place][:2], *other[2:])
    asked = ("analyse", *school.read(school.mapped(key=False)), "--key", school.key)
    report = school.folder / "report"
    forms = typed(*asked, "--report", report, "--language", "en")["forms"]
    apart = {row["item"]: row["differs_on"] for row in forms["position_items"] if row["differs_on"]}
    assert apart
    assert set(apart.values()) == {"234"}
    assert forms["position_forms"] == list(CODES)
    page = (report / "report.html").read_text(encoding="utf-8")
    first = re.sub("<.*?>", "", page[page.index("<li>") : page.index("</li>")])
    assert first.startswith(f"{', '.join(apart)}: Not as hard on form 234 as on the others: check the map of that form")
    part = page.partition("<h2>Numbered forms</h2>")[2].partition("</section>")[0]
    for row in forms["forms"]:
        assert f'<td class="l">{row["form"]}</td><td class="r">{row["n"]}</td>' in part
        assert f">{row['mean']:.2f}<" in part
    assert re.findall(r'<a href="#item-\d+">(.*?)</a>', part) == [*apart]
    assert "Mean points by form: 012: " in part
    for item in apart:
        article = page.partition(f"<h3>{item}</h3>")[2].partition("</article>")[0]
        assert "may be the key:" not in article
        assert article.index("check the map of that form first") < article.index("<dl>")
    told = shown(*asked)
    assert told.count("Not as hard on form 234") == 1
    assert "is not as hard on form" not in told
    table = told.partition("Items by form")[2]
    assert "012 123 234 345 012 123 234 345" in table
    assert f"{next(iter(apart))} ! " in table


def test_later_items_that_fewer_solve_show_in_the_check(tmp_path: Path) -> None:
    """Half of those who get an item at the end leave it."""
    rng = np.random.default_rng(4)
    rows = ["form,c1,c2,c3,c4"]
    for row in range(400):
        cells = (rng.random(4) < [0.8, 0.7, 0.6, 0.4]).astype(int)
        rows.append(",".join(map(str, ["XY"[row % 2], *cells])))
    answers, where = tmp_path / "r.csv", tmp_path / "m.csv"
    answers.write_text("\n".join(rows), encoding="utf-8")
    order = {"X": "abcd", "Y": "dcba"}
    lines = [f"{form},{n},{item}" for form, items in order.items() for n, item in enumerate(items, 1)]
    where.write_text("\n".join(["form,position,item", *lines]), encoding="utf-8")
    found = typed("analyse", answers, "--form", "form", "--forms", where)["forms"]
    assert found["position"]["slope"] < -0.08
    assert found["position"]["first_to_last"] == pytest.approx(3 * found["position"]["slope"])
    assert found["position"]["p"] < 1e-6
    assert any(one.startswith("item “a” is not as hard") for one in found["warnings"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Mã đề;Câu;Đáp án\n1;1;A\n", "not which item stands there.*Add a column item \\(Câu gốc\\)"),
        ("form;item\n1;a\n", "has no column position"),
        ("Câu;101;102\n1;A;B\n", "“101” is not known here: a column a form is a table of keys"),
        ("form;position;item;weight\n1;1;a;2\n", "“weight” is not known here"),
        ("form;position;item\n1;1;a\n1;1;b\n", "line 3: form “1” already has position “1”"),
        ("form;position;item\n1;1;a\n1;2;\n", "line 3: the cell of the item is empty"),
        ("form;position;item\n1;1;a\n1;2;b\n2;1;a\n", "form “2” does not hold b, which form “1” holds"),
        ("form;position;item;options\n1;1;a;AA\n", "one of them stands there twice"),
        ("form;position;item;options\n1;1;a;BA\n2;1;a;CA\n", "has options A, C here, A, B on form “1”"),
        ("form;position;item\n1;1;a\n01;1;a\n", "line 3: forms “1” and “01” differ by zeros in front"),
        ("form;position;item\na;1;a\nA;1;a\n", "line 3: forms “a” and “A” differ by"),
        ("form;position;item\n2;1;a\n", "line 2, column “f”: “1” is no form of"),
        ("form;position;item\n1;1;a\n1;7;b\n", "line 3: .*no column for position “7”"),
    ],
)
def test_a_bad_map_is_told(tmp_path: Path, text: str, told: str) -> None:
    answers, where = tmp_path / "r.csv", tmp_path / "m.csv"
    answers.write_text("f,c1,c2\n1,1,0\n1,0,1\n", encoding="utf-8")
    where.write_text(text, encoding="utf-8")
    assert re.search(told, refused("analyse", answers, "--form", "f", "--forms", where))


def test_form_and_map_belong_together(school: School) -> None:
    assert "--form and --forms belong together" in refused("analyse", school.answers, "--form", "Mã đề")


@pytest.mark.parametrize("options", [True, False])
def test_two_marks_are_told_and_stand_in_the_letters_of_the_item(school: School, *, options: bool) -> None:
    text = school.answers.read_text(encoding="utf-8").splitlines()
    rows = [row.split(";") for row in text]
    place = next(place for place, cells in enumerate(rows[1:], 1) if cells[2] == "123")
    code, _position, item, order, _key = next(row for row in school.map if row[0] == "123" and row[1] == 1)
    rows[place][3] = "AB"
    school.answers.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    found = typed("analyse", *school.read(school.mapped(options=options)))
    assert any(one.startswith(f"“{item}” (1): more than one letter") for one in found["classical"]["warnings"])
    if options:
        assert code == "123"
        assert {row["option"] for row in found["distractors"][item]} == {*"ABCD", "".join(sorted(order[:2])), "omitted"}


def test_equate_puts_numbered_forms_together_as_analyse_does(school: School) -> None:
    of_x = ("--form-x", "Mã đề", "--forms-x", school.mapped())
    asked = ("--design", "single-group", "--items", "q*", "--key", school.key, "--empty", "omitted")
    found = typed("equate", school.answers, school.apart, *of_x, *asked, "--method", "equipercentile")
    assert found["n_x"] == found["n_y"] == 500
    assert [row["equivalent"] for row in found["table"] if row["n"]] == pytest.approx(
        [row["score"] for row in found["table"] if row["n"]]
    )
    both = (*of_x, "--form-y", "Mã đề", "--forms-y", school.mapped())
    assert typed("equate", school.answers, school.answers, "--design", "neat", "--model", "rasch", *both)["anchor"] == [
        *school.keys
    ]
    told = refused("equate", school.answers, school.answers, "--design", "single-group", *of_x[:2])
    assert "--form-x and --forms-x belong together" in told
    told = refused("equate", school.answers, school.answers, "--design", "single-group")
    assert "say --form-x 'Mã đề' with --forms-x MAP" in told
