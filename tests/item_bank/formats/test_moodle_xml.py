"""Moodle XML: each kind of question earns what Moodle gives; what cannot be kept is said or refused with its line."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from item_bank.content.markup import plain_text
from item_bank.content.missing import MISSING
from item_bank.content.model import (
    Composite,
    Essay,
    Item,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.content.variants import variant
from item_bank.formats.model import Imported, ItemReport
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored


def quiz(*questions: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{"".join(questions)}</quiz>'.encode()


def question(kind: str, inner: str, text: str = "Hỏi gì?", more: str = "") -> str:
    return (
        f'<question type="{kind}"><name><text>Tên</text></name><questiontext format="html">'
        f"<text><![CDATA[{text}]]></text>{more}</questiontext><defaultgrade>2.0000000</defaultgrade>{inner}</question>\n"
    )


def answers(*pairs: tuple[str, str], more: str = "") -> str:
    return "".join(f'<answer fraction="{share}"><text>{text}</text>{more}</answer>' for text, share in pairs)


def read(*questions: str) -> Imported:
    return read_file("bank.xml", quiz(*questions))


def item(*questions: str) -> Item:
    imported = read(*questions)
    assert [entry.outcome for entry in imported.report.items] in (["kept"], ["changed"]), imported.report
    return imported.items[0].item


def refused(*questions: str) -> ItemReport:
    (entry,) = read(*questions).report.items
    assert entry.outcome == "refused", entry
    return entry


def score(of: Item, response: Any, seed: str = "") -> Any:
    return scored(of, response, seed).score


def test_category_names_tags_and_what_is_only_moodles_are_kept() -> None:
    category = '<question type="category"><category><text>$course$/top/Toán/Hàm số</text></category></question>'
    inner = "<idnumber>H1</idnumber><penalty>0.3333333</penalty><tags><tag><text>ôn tập</text></tag></tags>"
    inner += "<generalfeedback format='html'><text>&lt;p&gt;Vì thế.&lt;/p&gt;</text></generalfeedback>"
    imported = read(category, question("truefalse", inner + answers(("true", "100"), ("false", "0"))))
    (found,) = imported.items
    made = found.item
    assert (made.topic, made.title, made.tags, made.points) == ("Toán / Hàm số", "Tên", ("ôn tập",), "2")
    assert made.extra == {"moodle.penalty": "0.3333333"}
    assert made.rationale is not None
    assert plain_text(made.rationale) == "Vì thế."
    assert (found.identifier, found.line) == ("H1", 3)
    assert found.source.startswith(b"<question")


def test_single_and_multiple_choice() -> None:
    one = item(
        question("multichoice", "<single>true</single>" + answers(("a", "100"), ("b", "33.33333"), ("c", "-50")))
    )
    assert isinstance(one.interaction, SingleChoice)
    assert [score(one, key) for key in "ABC"] == [2, pytest.approx(2 / 3), -1]
    shares = answers(("a", "50"), ("b", "50"), ("c", "-50"), ("d", "0"))
    many = item(question("multichoice", "<single>false</single><shuffleanswers>0</shuffleanswers>" + shares))
    assert isinstance(many.interaction, MultipleChoice)
    assert not many.interaction.shuffle
    assert [score(many, keys) for keys in (["A", "B"], ["A"], ["A", "C"], ["C"], ["A", "B", "C"])] == [2, 1, 0, 0, 1]


def test_a_choice_that_no_option_answers_fully_keeps_its_shares() -> None:
    made = item(question("multichoice", "<single>true</single>" + answers(("a", "80"), ("b", "0"))))
    assert isinstance(made.interaction, Composite)
    assert [score(made, key) for key in "AB"] == [pytest.approx(1.6), 0]
    assert made.points == "2"


def test_all_or_nothing_choice() -> None:
    made = item(question("multichoiceset", answers(("a", "100"), ("b", "100"), ("c", "0"))))
    assert [score(made, keys) for keys in (["A", "B"], ["A"], ["A", "B", "C"])] == [2, 0, 0]


def test_true_false_short_answer_and_description() -> None:
    made = item(question("truefalse", answers(("true", "0"), ("false", "100"))))
    assert [score(made, key) for key in ("Đúng", "Sai")] == [0, 2]
    short = item(question("shortanswer", "<usecase>1</usecase>" + answers(("H*i", "100"), ("Huế", "50"))))
    assert isinstance(short.interaction, ShortText)
    assert [score(short, text) for text in ("Hà Nội", "hà nội", "Huế")] == [2, 0, 1]
    told = item(question("description", ""))
    assert (told.interaction, told.points) == (Composite((), ()), "0")


def test_numbers_with_tolerance_and_shares() -> None:
    made = item(question("numerical", answers(("6.25", "100"), more="<tolerance>0.05</tolerance>")))
    assert isinstance(made.interaction, Numeric)
    assert [score(made, text) for text in ("6,3", "6.31", "x")] == [2, 0, 0]
    graded = item(question("numerical", answers(("5", "100"), ("6", "50"), ("*", "0"))))
    assert [score(graded, text) for text in ("5", "6", "7", "năm")] == [2, 1, 0, 0]


def test_units_scale_the_number_and_a_wrong_one_costs_its_penalty() -> None:
    units = "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
    units += "<unit><multiplier>0.01</multiplier><unit_name>cm</unit_name></unit></units>"
    inner = units + "<unitgradingtype>1</unitgradingtype><unitpenalty>0.1</unitpenalty><showunits>2</showunits>"
    made = item(question("numerical", inner + answers(("2", "100"))))
    given = [("2", "U1"), ("200", "U2"), ("2", "U2"), ("2", None), ("200", "U1")]
    earned = [score(made, {"RESPONSE_1": typed, "RESPONSE_2": unit}) for typed, unit in given]
    assert earned == [2, 2, pytest.approx(1.8), pytest.approx(1.8), 0]


def test_essays() -> None:
    inner = "<maxwordlimit>20</maxwordlimit><responsefieldlines>15</responsefieldlines>"
    made = item(question("essay", f"{inner}<graderinfo format='html'><text>Ba ý.</text></graderinfo>"))
    assert isinstance(made.interaction, Essay)
    assert (made.interaction.max_words, made.interaction.lines) == (20, 15)
    assert [(point.text, point.points) for point in made.interaction.rubric] == [("Ba ý.", "2")]
    files = item(question("essay", "<attachments>1</attachments>"))
    assert isinstance(files.interaction, Composite)
    assert [part.type for part in files.interaction.parts] == ["extended_text", "upload"]
    assert score(files, {"RESPONSE_1": "Bài làm"}) is None


def test_matching() -> None:
    rows = [("ếch", "lưỡng cư"), ("mèo", "thú"), ("cóc", "lưỡng cư"), ("", "cá")]
    inner = "".join(
        f"<subquestion format='html'><text>{stem}</text><answer><text>{key}</text></answer></subquestion>"
        for stem, key in rows
    )
    inner += "<correctfeedback format='html'><text>Tốt!</text></correctfeedback>"
    made = item(question("matching", inner))
    assert isinstance(made.interaction, Composite)
    assert [plain_text(one.markup) for one in made.interaction.parts[0].targets] == ["lưỡng cư", "thú", "cá"]
    assert score(made, ["A T1", "B T2", "C T1"]) == 2
    assert score(made, ["A T1", "B T1", "C T3"]) == pytest.approx(2 / 3)
    assert scored(made, ["A T1", "B T2", "C T1"]).outcomes["FEEDBACK"] == "correct"
    assert scored(made, ["A T1"]).outcomes["FEEDBACK"] == "partial"


def test_words_to_select_and_to_drag() -> None:
    words = [("mèo", 1), ("ngồi", 2), ("chó", 1), ("nằm", 2)]
    select = "".join(f"<selectoption><text>{word}</text><group>{group}</group></selectoption>" for word, group in words)
    made = item(question("gapselect", select, "Con [[1]] đang [[2]]."))
    assert isinstance(made.interaction, Composite)
    assert [[one.id for one in part.choices] for part in made.interaction.parts] == [["A", "C"], ["B", "D"]]
    assert score(made, {"RESPONSE_1": "A", "RESPONSE_2": "D"}) == 1
    drag = "".join(f"<dragbox><text>{word}</text><group>1</group></dragbox>" for word, _group in words)
    dragged = item(question("ddwtos", drag, "Con [[1]] đang [[2]]."))
    assert isinstance(dragged.interaction, Composite)
    assert dragged.interaction.parts[0].text is not None
    assert dragged.interaction.parts[0].text.html.count("data-place") == 2
    assert [score(dragged, pairs) for pairs in (["A G1", "B G2"], ["A G1", "D G2"], ["B G1"])] == [2, 1, 0]


def file_of(png: bytes, name: str = "a.png") -> str:
    return f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(png).decode()}</file>'


def test_pictures_come_with_their_texts(png: bytes) -> None:
    text = '<p>Nhìn <img src="@@PLUGINFILE@@/a%20b.png" alt="Điểm đỏ"/></p>'
    imported = read(question("truefalse", answers(("true", "100")), text, file_of(png, "a b.png")))
    assert [asset.data for asset in imported.assets] == [png]
    missing = read(question("truefalse", answers(("true", "100")), text))
    assert [reason.code for reason in missing.report.items[0].reasons] == ["picture_missing"]
    assert missing.assets == (MISSING,)


def test_labels_on_a_picture(png: bytes) -> None:
    drags = "".join(
        f"<drag><no>{at}</no><text>{word}</text><draggroup>1</draggroup></drag>" for at, word in enumerate("ab", 1)
    )
    drops = "".join(
        f"<drop><text></text><no>{at}</no><choice>{choice}</choice><xleft>{at * 50}</xleft><ytop>9</ytop></drop>"
        for at, choice in ((1, 2), (2, 1))
    )
    made = item(question("ddimageortext", file_of(png) + drags + drops))
    assert [score(made, pairs) for pairs in (["D2 P1", "D1 P2"], ["D1 P2"], ["D1 P1"])] == [2, 1, 0]


def test_markers_on_a_picture(png: bytes) -> None:
    drags = "".join(
        f"<drag><no>{at}</no><text>{word}</text><noofdrags>2</noofdrags></drag>" for at, word in enumerate("ab", 1)
    )
    zones = [("circle", "10,10;5", 1), ("rectangle", "20,20;10,10", 1), ("polygon", "0,50;10,50;0,60", 2)]
    drops = "".join(
        f"<drop><shape>{shape}</shape><coords>{coords}</coords><choice>{choice}</choice></drop>"
        for shape, coords, choice in zones
    )
    made = item(question("ddmarker", file_of(png) + drags + drops))
    assert score(made, {"RESPONSE_1": ["12 12", "25 25"], "RESPONSE_2": ["2 52"]}) == 2
    assert score(made, {"RESPONSE_1": ["12 12"], "RESPONSE_2": ["90 90"]}) == pytest.approx(2 / 3)
    all_down = {"RESPONSE_1": ["12 12", "90 90"], "RESPONSE_2": ["2 52", "91 91"]}
    assert score(made, all_down) == 1  # two hits out of four markers


def test_ordering() -> None:
    entries = answers(("hai", "2.0000000"), ("một", "1.0000000"), ("ba", "3.0000000"))
    made = item(question("ordering", f"<gradingtype>ABSOLUTE_POSITION</gradingtype>{entries}"))
    assert isinstance(made.interaction, Composite)
    assert [plain_text(one.markup) for one in made.interaction.parts[0].choices] == ["một", "hai", "ba"]
    assert [score(made, keys) for keys in (list("ABC"), list("ACB"))] == [2, pytest.approx(2 / 3)]
    nothing = item(question("ordering", f"<gradingtype>ALL_OR_NOTHING</gradingtype>{entries}"))
    assert score(nothing, list("ACB")) == 0
    relative = item(question("ordering", f"<gradingtype>RELATIVE_NEXT_EXCLUDE_LAST</gradingtype>{entries}"))
    assert score(relative, list("CAB")) == 1


def test_cloze_inside_xml() -> None:
    made = item(question("cloze", "", "Thủ đô: {1:SA:=Hà Nội}, {3:MC:=a~b}"))
    assert made.points == "4"
    assert score(made, {"RESPONSE_1": "hà nội", "RESPONSE_2": "B"}) == 1


DATA = """<dataset_definitions>{}</dataset_definitions>""".format(
    "".join(
        f"<dataset_definition><name><text>{name}</text></name><dataset_items>"
        + "".join(
            f"<dataset_item><number>{at}</number><value>{value}</value></dataset_item>"
            for at, value in enumerate(values, 1)
        )
        + "</dataset_items></dataset_definition>"
        for name, values in (("a", ("1.5", "2.0")), ("b", ("4", "10")))
    )
)
TEXT = "Tính {a} + {b}, nửa của {b} là {={b}/2}."


@pytest.mark.parametrize("seed", ["1", "2", "3", "4"])
def test_calculated_questions_draw_one_row(seed: str) -> None:
    more = "<tolerance>0.1</tolerance><tolerancetype>2</tolerancetype>"
    made = item(question("calculated", answers(("{a}+pow({b},2)-{b}*{b}+{b}", "100"), more=more) + DATA, TEXT))
    both = [score(made, typed, seed) for typed in ("5.5", "12,05")]
    assert sorted(both) == [0, 2]


def test_every_variant_shows_its_own_row() -> None:
    made = item(question("calculatedsimple", answers(("{a}*{b}", "100")) + DATA, TEXT))
    shown = {plain_text(variant(made, row).stem) for row in (lambda _bound: 0, lambda _bound: 1)}
    assert shown == {"Tính 1.5 + 4, nửa của 4 là 2.", "Tính 2.0 + 10, nửa của 10 là 5."}


def test_feedback_tells_the_numbers_that_were_drawn() -> None:
    general = "<generalfeedback><text>{a} · {b} = {={a}*{b}}</text></generalfeedback>"
    right = "<correctfeedback><text>Đúng, {b}!</text></correctfeedback>"
    made = item(question("calculatedsimple", answers(("{a}*{b}", "100")) + general + right + DATA, TEXT))
    drawn = [variant(made, row) for row in (lambda _bound: 0, lambda _bound: 1)]
    assert {plain_text(one.rationale) for one in drawn if one.rationale} == {"1.5 · 4 = 6", "2.0 · 10 = 20"}
    said = [one.interaction.feedback for one in drawn if isinstance(one.interaction, Composite)]
    assert {plain_text(one.markup) for feedback in said for one in feedback} == {"Đúng, 4!", "Đúng, 10!"}


def test_feedback_with_a_wildcard_in_a_formula_is_told() -> None:
    general = r"<generalfeedback><text>\(\frac{a}{2}\)</text></generalfeedback>"
    found = read(question("calculatedsimple", answers(("{a}*{b}", "100")) + general + DATA, TEXT))
    assert [reason.code for reason in found.report.items[0].reasons] == ["gap_in_formula"]


def test_calculated_choices() -> None:
    more = "<correctanswerformat>1</correctanswerformat><correctanswerlength>2</correctanswerlength>"
    inner = "<single>true</single>" + answers(("{={a}*{b}} m", "100"), ("{={a}+{b}} m", "0"), more=more) + DATA
    made = item(question("calculatedmulti", inner, TEXT))
    assert [score(made, key, "7") for key in "AB"] == [2, 0]


UNSUPPORTED = "unsupported_interaction"


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (question("randomsamatch", ""), UNSUPPORTED),
        (question("multichoice", answers(("a", "0"), ("b", "0"))), "not_usable"),
        (question("multichoice", answers(("a", "x"), ("b", "0"))), "number_unreadable"),
        (question("shortanswer", answers(("a", "0"))), "key_missing"),
        (question("numerical", answers(("hai", "100"))), "number_unreadable"),
        (question("matching", ""), "matching_few"),
        (question("gapselect", "", "Con [[1]]"), "words_missing"),
        (question("ddimageortext", ""), "picture_missing"),
        (question("cloze", "", "Không có chỗ trống"), "cloze_no_gap"),
        (question("calculated", answers(("{a}", "100"))), "wildcard_values"),
        (question("calculated", answers(("system({a})", "100")) + DATA), "formula_unreadable"),
        (question("calculated", answers(("{a}", "100")) + DATA, r"Tính \(\frac{a}{2}\)"), "gap_in_formula"),
        (question("ordering", "<gradingtype>6</gradingtype>" + answers(("a", "1"), ("b", "2"))), UNSUPPORTED),
        (question("truefalse", '<file name="a">***</file>' + answers(("true", "100"))), "file_damaged"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_line(one: str, code: str) -> None:
    reason = refused(one).reasons[-1]
    assert (reason.code, reason.line) == (code, 3)


def test_what_is_lost_is_said() -> None:
    inner = answers(("true", "100"), ("false", "0")) + "<hidden>1</hidden><hint><text>Gợi ý</text></hint>"
    (entry,) = read(question("truefalse", inner)).report.items
    assert {reason.code for reason in entry.reasons} == {"hints_dropped", "question_hidden"}


def told(*questions: str) -> list[tuple[str, int | None]]:
    (entry,) = read(*questions).report.items
    return [(reason.code, reason.line) for reason in entry.reasons]


def test_scripts_and_handlers_are_told_with_their_lines() -> None:
    text = (
        '<p>Nhìn\n<b onclick = "alert(1)">hình</b>\n<script>alert(2)</script></p>\n<select><option>a</option></select>'
    )
    found = read(question("truefalse", answers(("true", "100")), text))
    assert [(one.code, one.line, one.params["name"]) for one in found.report.items[0].reasons] == [
        ("script_dropped", 5, "script"), ("element_dropped", 6, "select"), ("script_dropped", 4, "onclick"),
    ]  # fmt: skip
    assert "alert" not in found.items[0].item.stem.html
    harmless = '<p title="bật on=1">Nếu on = 1, <i lang="vi">one = 2</i></p>'
    assert told(question("truefalse", answers(("true", "100")), harmless)) == []


def test_settings_that_are_no_numbers_are_told() -> None:
    odd = question("truefalse", answers(("true", "100"))).replace("2.0000000", "hai")
    assert told(odd) == [("setting_unreadable", 3)]
    assert read(odd).items[0].item.points == "1"
    assert told(question("essay", "<responsefieldlines>nhiều</responsefieldlines>")) == [("setting_unreadable", 3)]


def test_lines_of_a_cloze_count_from_the_file() -> None:
    assert told(question("cloze", "", "Một\n{1:SA:=a}\n{1:SA:=b")) == [("cloze_unclosed", 5)]
    assert told(question("cloze", "", "Một\n{1:SA:a}")) == [("cloze_no_key", 4)]


def test_a_qti_item_stays_one() -> None:
    assert read_file("a.xml", quiz(question("truefalse", answers(("true", "100"))))).report.format == "moodle_xml"


def rows(method: str, *right: int, columns: tuple[str, str] = ("True", "False"), more: str = "") -> str:
    """Statements with the number of the right column of each (0: none, 3: both)."""
    told = f"<scoringmethod><text>{method}</text></scoringmethod>{more}"
    for number, column in enumerate(right, 1):
        told += f'<row number="{number}"><optiontext format="html"><text>ý {number}</text></optiontext></row>'
        for at in (1, 2):
            value = float(bool(column & at))
            told += f'<weight rownumber="{number}" columnnumber="{at}"><value>\n {value}\n</value></weight>'
    said = (
        f'<column number="{at}"><responsetext><text>{one}</text></responsetext></column>'
        for at, one in enumerate(columns, 1)
    )
    return told + "".join(said)


@pytest.mark.parametrize(
    ("kind", "method", "shares"),
    [
        ("kprime", "kprime", [0, 0, 0, 1, 2]),
        ("kprime", "kprimeonezero", [0, 0, 0, 0, 2]),
        ("mtf", "mtfonezero", [0, 0, 0, 0, 2]),
        ("mtf", "subpoints", [0, 0.5, 1, 1.5, 2]),
    ],
)
@pytest.mark.parametrize("columns", [("True", "False"), ("Sai", "Đúng"), ("hợp lí", "vô lí")])
def test_statements_in_rows_are_a_cluster(
    kind: str, method: str, shares: list[float], columns: tuple[str, str]
) -> None:
    made = item(question(kind, rows(method, 1, 2, 1, 1, columns=columns)))
    own = columns[0] == "hợp lí"
    assert isinstance(made.interaction, Composite if own else TrueFalseCluster)
    right = [columns[0] != "Sai", columns[0] == "Sai", columns[0] != "Sai", columns[0] != "Sai"]
    for count, earned in enumerate(shares):
        said = [truth == (at < count) for at, truth in enumerate(right)]
        pairs = [f"S{name} {'T' if truth else 'F'}" for name, truth in zip("abcd", said, strict=True)]
        cluster = dict(zip("abcd", said, strict=True))
        assert score(made, pairs if own else cluster) == earned
    if own:
        assert [plain_text(one.markup) for one in made.interaction.parts[0].targets] == list(columns)


def test_deductions_of_statements() -> None:
    made = item(question("mtf", rows("subpointdeduction", 1, 2, more="<deduction>0.5</deduction>")))
    given = (["Sa C1", "Sb C2"], ["Sa C1"], ["Sa C1", "Sb C1"], ["Sa C2", "Sb C1"])
    assert [score(made, pairs) for pairs in given] == [2, 1, 0.5, 0]
    assert told(question("mtf", rows("subpoints", 1, 2, more="<deduction>0.5</deduction>"))) == [
        ("deduction_unused", 3)
    ]


def test_what_a_cluster_does_not_hold_is_told() -> None:
    more = '<row number="3"><optiontext><text>c</text></optiontext><feedbacktext><text>Vì</text></feedbacktext></row>'
    more += '<weight rownumber="3" columnnumber="2"><value>1.0</value></weight><shuffleanswers>true</shuffleanswers>'
    inner = rows("subpoints", 1, 3, more=more)
    assert {code for code, _line in told(question("mtf", inner))} == {"feedback_dropped", "statements_fixed"}
    made = read(question("mtf", inner)).items[0].item.interaction
    assert isinstance(made, TrueFalseCluster)
    assert sorted((one.correct, one.either) for one in made.statements) == [(False, False), (True, False), (True, True)]
    assert refused(question("mtf", rows("subpoints", 1, 0))).reasons[-1].code == "key_missing"
    assert refused(question("mtf", rows("subpointdeduction"))).reasons[-1].code == "key_missing"
    assert refused(question("mtf", rows("other", 1, 2))).reasons[-1].code == "unsupported_interaction"
