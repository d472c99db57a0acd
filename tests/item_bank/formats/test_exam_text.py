"""Tests typed in the teacher's habit, in many spellings, are read back as the items that were meant."""

from __future__ import annotations

import random
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from item_bank.content.markup import plain_text
from item_bank.content.model import (
    Essay,
    Item,
    MultipleChoice,
    Numeric,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
)
from item_bank.formats.model import Imported, ReadProblem
from item_bank.formats.reading import read_file

EXAMS = Path(__file__).parent / "exams"


def read(text: str, name: str = "paste.txt", **hints: Any) -> Imported:
    return read_file(name, text.encode(), format_name="text", **hints)


def exam(name: str, **hints: Any) -> Imported:
    return read_file(name, (EXAMS / name).read_bytes(), **hints)


def keys(found: Imported) -> str:
    return "".join(key(one.item) for one in found.items if isinstance(one.item.interaction, SingleChoice))


def key(item: Item) -> str:
    assert isinstance(item.interaction, SingleChoice | MultipleChoice)
    return "".join(option.id for option in item.interaction.options if option.weight == "1")


def truth(item: Item) -> str:
    assert isinstance(item.interaction, TrueFalseCluster)
    return "".join("Đ" if one.correct else "S" for one in item.interaction.statements)


def reasons(found: Imported) -> list[list[str]]:
    return [[reason.code for reason in entry.reasons] for entry in found.report.items]


# --- whole tests -----------------------------------------------------------


def test_the_four_parts_of_a_test_of_today_with_a_table_of_answers() -> None:
    found = exam("toan12.txt", subject="Toán", grade="12", topic="Hàm số")
    assert found.report.counts() == {"kept": 10, "changed": 0, "dropped": 0, "refused": 0}
    assert keys(found) == "BCAACB"
    assert [truth(one.item) for one in found.items[6:8]] == ["ĐSĐS", "ĐĐĐS"]
    assert [one.item.interaction for one in found.items[8:]] == [Numeric(("1",)), Numeric(("0,5",))]
    assert found.items[0].item.stem.math[0].notation == "tex"
    assert found.items[3].item.level == "Biết"
    assert "<td>Số học sinh</td>" in found.items[4].item.stem.html
    choice = found.items[5].item.interaction
    assert isinstance(choice, SingleChoice)
    assert all(option.pinned for option in choice.options)
    assert {one.item.topic for one in found.items} == {"Hàm số"}


def test_what_belongs_to_no_question_is_told_line_by_line() -> None:
    found = exam("toan12.txt")
    told = {problem.line: problem.text for problem in found.report.problems}
    assert "TRƯỜNG THPT NGUYỄN DU" in told[2]
    assert "Mã đề: 101" in told[3]


def test_marks_of_every_kind_in_one_test() -> None:
    found = exam("sinh10.txt")
    assert keys(found) == "BCBD"
    assert truth(found.items[4].item) == "ĐSSĐ"
    assert found.items[5].item.interaction == Numeric(("5100",))
    short = found.items[6].item.interaction
    assert isinstance(short, ShortText)
    assert [one.text for one in short.accepted] == ["Robert Hooke", "Hooke"]
    assert plain_text(found.items[1].item.rationale or found.items[1].item.stem) == "Lục lạp chứa diệp lục."
    (pending,) = found.pending.values()
    assert isinstance(pending.item.interaction, Essay)
    assert pending.item.points == "1"
    assert found.report.items[-1].reasons[0].text.startswith("Its points (1,5) were left out")
    assert found.report.items[-1].suggestion == {"kind": "essay"}


def test_bare_numbers_and_a_table_of_two_rows() -> None:
    found = exam("lichsu_so.txt")
    assert keys(found) == "ABABC"
    assert [one.item.type for one in found.items[5:]] == ["essay", "essay"]
    assert plain_text(found.items[5].item.stem).endswith("b) Quốc tế")


def test_an_english_test_with_directives_and_a_passage() -> None:
    found = exam("english11.txt", language="en")
    assert keys(found) == "CCBCBAAD"
    passages = [one.item.passage for one in found.items]
    assert passages[4] == passages[5] == passages[6] != None  # noqa: E711 - all three share one
    assert passages[:4] == [None] * 4
    assert passages[7] is None
    assert "thousands of islands" in plain_text(found.passages[0].markup)
    assert plain_text(found.items[0].item.stem).startswith("Mark the letter")


def test_small_letters_are_options_in_tests_of_small_children() -> None:
    found = exam("tieuhoc.txt")
    assert keys(found) == "AB"
    assert reasons(found) == [[], [], ["key_missing"], ["points_left_out"], ["points_left_out"]]
    assert [one.item.type for one in found.items[2:]] == ["essay", "essay"]


def test_a_messy_test_says_what_is_doubtful_and_is_mended_with_a_click_each() -> None:
    found = exam("vatli_lon_xon.txt")
    assert reasons(found) == [["key_missing"], ["two_keys"], ["options_order"], [], [], ["number_gap"]]
    assert [entry.outcome for entry in found.report.items].count("doubtful") == 3
    mended = exam("vatli_lon_xon.txt", repairs={"1": {"answer": "B"}, "2": {"answer": "A"}, "3": {"sure": True}})
    assert mended.report.counts()["kept"] + mended.report.counts()["changed"] == 6
    assert keys(mended) == "BACA"
    passages = [one.item.passage for one in mended.items]
    assert passages[3] == passages[4] is not None


# --- rules ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Câu 1: x\nA. a\nB. b\nĐáp án: B", "B"),
        ("Câu1.x\nA.a\nB.b\nĐÁP ÁN B", "B"),
        ("Bài 1) x\nA) a\tB) b\nChọn B", "B"),
        ("Question 1. x\n(A) a   (B) b\nAnswer: B", "B"),
        ("Câu 1. x\nA. a\n*B. b", "B"),
        ("Câu 1. x\nA. a\nB. b *", "B"),
        ("Câu 1. x\nA. a\nB*. b", "B"),
        ("Câu 1. x A. a B. b\nLời giải\nVì thế chọn B.", "B"),
        ("Câu\u00a01．x\nA．a\nB．b\nĐA: b", "B"),
        ("Câu 1. x\nA. a\nB. b\n<key=B>", "B"),
        ("1. x\nA. a\nB. b\nHẾT\n1-B", "B"),
        ("1) x\nA. a\nB. b\nĐÁP ÁN\n1B", "B"),
        ("Câu 1. x\nA. a\nB. b\nBẢNG ĐÁP ÁN\nCâu\t1\nĐáp án\tB", "B"),
        ("Câu 1. x\nA. a\nB. b\n-----HẾT-----\nCâu 1: Chọn B. Vì b đúng.", "B"),
    ],
)
def test_ways_to_write_the_key(text: str, expected: str) -> None:
    found = read(text)
    assert [key(one.item) for one in found.items] == [expected], found.report


@pytest.mark.parametrize(
    "text",
    [
        "a) m (Đ)\nb) n (S)\nc) o (S)\nd) p (Đ)",
        "a) m\tĐ\nb) n\tS\nc) o\tS\nd) p\tĐ",
        "a) m - Đúng\nb) n - Sai\nc) o - Sai\nd) p - Đúng",
        "*a) m\nb) n\nc) o\n*d) p",
        "a) m\nb) n\nc) o\nd) p\nĐáp án: ĐSSĐ",
        "a) m\nb) n\nc) o\nd) p\nĐáp án: Đ - S - S - Đ",
        "a) m\nb) n\nc) o\nd) p\nĐáp án: a) Đúng, b) Sai, c) Sai, d) Đúng",
        "a) m\nb) n\nc) o\nd) p\nLời giải\na) Đúng. Vì thế.\nb) Sai. Vì kia.\nc) Sai\nd) Đúng",
        "a) m\nb) n\nc) o\nd) p\nHẾT\nCâu 1: ĐSSĐ",
    ],
)
def test_ways_to_say_true_and_false(text: str) -> None:
    found = read(f"PHẦN II. Trắc nghiệm đúng sai\nCâu 1. Cho hình.\n{text}")
    assert [truth(one.item) for one in found.items] == ["ĐSSĐ"], found.report


def test_a_statement_about_truth_is_not_a_sign() -> None:
    found = read("PHẦN II. Đúng sai\nCâu 1. x\na) Kết luận trên là sai.\nb) Diện tích bằng S.\nĐáp án: SĐ")
    assert truth(found.items[0].item) == "SĐ"
    cluster = found.items[0].item.interaction
    assert isinstance(cluster, TrueFalseCluster)
    assert plain_text(cluster.statements[0].markup) == "Kết luận trên là sai."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Câu 1. x\nA. a\nB. b", "key_missing"),
        ("Câu 1. x\n*A. a\n*B. b\nC. c", "two_keys"),
        ("Câu 1. x\n*A. a\nB. b\nĐáp án: B", "keys_differ"),
        ("Câu 1. x\nA. a\nB. b\nĐáp án: D", "key_unknown"),
        ("Câu 1. x\nA. a\nĐáp án: A", "few_options"),
        ("Câu 1. x\nA. a\nC. c\nĐáp án: A", "options_order"),
        ("Câu 1. Hãy viết gì đó", "kind_unclear"),
        ("Phần II. Đúng sai\nCâu 1. x\na) m (Đ)\nb) n", "truth_open"),
        ("Phần III. Trả lời ngắn\nCâu 1. Tính 1 + 1.", "answer_missing"),
        ("Câu 1. Tính $\\frac{1}{$\nA. a\nB. b\nĐáp án: B", "text_changed"),
    ],
)
def test_doubts_have_a_name_and_stop_the_item(text: str, code: str) -> None:
    found = read(text)
    assert not found.items
    assert code in reasons(found)[0]
    assert found.report.items[0].outcome == "doubtful"
    assert found.pending["1"].item.stem is not None


def test_a_table_that_names_more_questions_than_there_are_is_told() -> None:
    found = read("Câu 1. x\nA. a\nB. b\nHẾT\n1A 2B 3C")
    assert found.report.problems[0].code == "key_stray"
    assert "2, 3" in found.report.problems[0].text


def test_a_rewritten_question_may_become_two() -> None:
    text = "Câu 1. x\nA. a\nB. b"
    found = read(text, repairs={"1": {"text": "Câu 1. x\nA. a*\nB. b\nCâu 2. y\nA. c\nB. d*"}})
    assert keys(found) == "AB"
    assert [entry.key for entry in found.report.items] == ["1", "1.1"]


def test_a_question_torn_in_two_is_joined() -> None:
    text = "Câu 1. Đoạn đầu\nCâu 2. đoạn sau\nA. a*\nB. b"
    found = read(text, repairs={"2": {"join": True}})
    assert [entry.outcome for entry in found.report.items] == ["kept", "dropped"]
    assert "đoạn sau" in plain_text(found.items[0].item.stem)


def test_a_question_whose_text_was_lost_is_mended_and_not_lost() -> None:
    text = "Câu 1.\nA. a*\nB. b\nCâu 2.\nCâu 3. Chọn\nA. c\nB. d*"
    found = read(text)
    assert reasons(found) == [["stem_missing"], ["stem_missing", "kind_unclear"], []]
    assert [entry.offers for entry in found.report.items[:2]] == [
        ("stem", "answer"),
        ("stem", "join_next", "kind", "typed", "join"),
    ]
    mended = read(text, repairs={"1": {"stem": "Chữ nào, $x^2$?", "sure": True}, "3": {"join": True}})
    assert [plain_text(one.item.stem) for one in mended.items] == ["Chữ nào, x^2?", "Chọn"]
    assert keys(mended) == "AB"


def test_points_count_where_every_question_says_them() -> None:
    text = "Câu 1 (0,25 điểm). x\n*A. a\nB. b\nCâu 2{}. y\n*A. a\nB. b"
    assert [one.item.points for one in read(text.format(" (0,5 điểm)")).items] == ["0.25", "0.5"]
    some = read(text.format(""))
    assert [one.item.points for one in some.items] == ["1", "1"]
    assert reasons(some) == [["points_left_out"], []]
    rest = read(text.format(""), repairs={"2": {"leave": True}})
    assert [one.item.points for one in rest.items] == ["0.25"]


def test_a_question_that_is_one_word_has_a_text() -> None:
    found = read("Câu 1. x\n*A. a\nB. b\nCâu 2. Giải thích.\n", repairs={"2": {"kind": "essay"}})
    assert [plain_text(one.item.stem) for one in found.items] == ["x", "Giải thích."]
    solved = read("Câu 1. Giải thích.\nĐáp án: trọng lực").items[0].item
    assert plain_text(solved.stem) == "Giải thích."


def test_a_gap_of_a_text_is_a_question_without_words() -> None:
    text = (
        "Read the following passage and choose from 1 to 2.\nHe (1) ____ to (2)____ it.\n"
        "Question 1. A. go B. goes\nQuestion 2.\nA. do\nB. does\nKEY\n1B 2A"
    )
    found = read(text)
    assert keys(found) == "BA", found.report
    assert [plain_text(one.item.stem) for one in found.items] == ["(1) ______", "(2) ______"]
    assert reasons(found) == [["stem_gap"]] * 2


def test_formulas_with_labels_inside_are_not_cut() -> None:
    found = read("Câu 1. Chọn\nA. $A. B. C$ là\tB. $\\text{B. C}$\nĐáp án: A")
    assert len(getattr(found.items[0].item.interaction, "options", ())) == 2


def test_text_without_questions_is_refused() -> None:
    with pytest.raises(ReadProblem) as caught:
        read("Kính gửi phụ huynh,\nngày mai các em nghỉ học.")
    assert caught.value.code == "no_questions"


# --- the same test in every spelling -----------------------------------------

NOUNS = ["sông", "núi", "biển", "số", "hình", "vuông", "góc", "cạnh", "đường", "tròn", "bằng", "lớn", "nhỏ"]
WORDS = st.lists(st.sampled_from(NOUNS), min_size=2, max_size=6)
STARTS = ["Câu {}. ", "Câu {}: ", "Câu {}) ", "CÂU {}: ", "Bài {}. ", "Question {}: ", "{}. ", "Câu{}."]
HOW = ("star", "late_star", "line", "chosen", "table", "rows")


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, list[tuple[str, list[str], str]]]:
    """The text and, for each question, stem, options and key."""
    start = draw(
        st.sampled_from(["Câu {}. ", "Câu {}: ", "Câu {}) ", "CÂU {}: ", "Bài {}. ", "Question {}: ", "{}. ", "Câu{}."])
    )
    label = draw(st.sampled_from(["{}. ", "{}) ", "{}.", "({}) "]))
    layout = draw(st.sampled_from(["\n", "\t", "    ", "\n\n"]))
    how = draw(st.sampled_from(HOW))
    space = draw(st.sampled_from([" ", "\u00a0"]))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    questions, lines = [], []
    for number in range(1, draw(st.integers(2, 6)) + 1):
        stem = " ".join(draw(WORDS)).capitalize() + " là gì?"
        options = [
            f"{' '.join(draw(WORDS))} {number}{letter}" for letter in string.ascii_lowercase[: draw(st.integers(2, 6))]
        ]
        key = string.ascii_uppercase[draw(st.integers(0, len(options) - 1))]
        questions.append((stem, options, key))
        lines.append(start.format(number) + stem)
        written = []
        for letter, option in zip(string.ascii_uppercase, options, strict=False):
            star = "*" if how == "star" and letter == key else ""
            late = "*" if how == "late_star" and letter == key else ""
            written.append(f"{star}{label.format(letter)}{option}{late}")
        lines.append(layout.join(written))
        if how == "line":
            lines.append(f"Đáp án: {key}")
        elif how == "chosen":
            lines += ["Lời giải", "Theo định nghĩa.", f"Chọn {key}"]
        if draw(st.booleans()):
            lines.append("")
    if how == "table":
        lines += ["---HẾT---", "  ".join(f"{at}-{key}" for at, (_, _, key) in enumerate(questions, 1))]
    elif how == "rows":
        numbers = "\t".join(str(at) for at in range(1, len(questions) + 1))
        lines += ["BẢNG ĐÁP ÁN", f"Câu\t{numbers}", "ĐA\t" + "\t".join(key for _, _, key in questions)]
    return end.join(lines).replace(" ", space), questions


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(spelled())
def test_any_spelling_gives_the_same_items(made: tuple[str, list[tuple[str, list[str], str]]]) -> None:
    text, questions = made
    found = read(text)
    got = [
        (
            plain_text(one.item.stem),
            [plain_text(option.markup) for option in getattr(one.item.interaction, "options", ())],
            key(one.item),
        )
        for one in found.items
    ]
    assert got == questions, found.report


# --- headings of parts ---------------------------------------------------------

CLUSTER = "Câu 1. Xét dung dịch NaCl\na) Dẫn điện (Đ)\nb) Có màu xanh (S)\nc) pH = 7 (Đ)\nd) Là chất tinh khiết (S)"
AFTER = {
    "single_choice": (["NHIỀU LỰA CHỌN", "Câu trắc nghiệm nhiều phương án lựa chọn", "Multiple choice questions"],
                      "Câu 2. x\n*A. a\nB. b"),
    "true_false_cluster": (["CÂU HỎI ĐÚNG SAI", "TRẮC NGHIỆM ĐÚNG – SAI", "Câu hỏi đúng/sai", "TRUE/FALSE QUESTIONS"],
                           "Câu 2. x\na) m (Đ)\nb) n (S)"),
    "numeric": (["TRẢ LỜI NGẮN", "Câu trắc nghiệm trả lời ngắn", "Short answer", "ĐIỀN KHUYẾT", "Điền đáp số"],
                "Câu 2. Tính 7 : 2\nĐáp án: 3,5"),
    "essay": (["TỰ LUẬN", "Câu hỏi tự luận", "ESSAY QUESTIONS"], "Câu 2. Nêu cảm nhận của em."),
}  # fmt: skip
NUMBERED = ["{}", "III. {}", "III) {}", "III – {}", "III/ {}", "PHẦN III. {}", "Phần 3: {}", "Part III. {}", "C. {}"]
ENDS = ["", " (2 điểm)", " (2,0đ)", ":", ". Thí sinh trả lời từ câu 2 đến câu 3.", " (mỗi câu 0,5 điểm)"]


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_heading_behind_a_statement_opens_a_part(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(AFTER)))
    words, question = AFTER[kind]
    numbered = data.draw(st.sampled_from(NUMBERED))
    title = data.draw(st.sampled_from(words))
    if numbered == "{}" or data.draw(st.booleans()):
        title = title.upper()
    heading = numbered.format(title) + data.draw(st.sampled_from(ENDS))
    found = read(f"{CLUSTER}\n{heading}\n{question}")
    cluster, after = (one.item for one in found.items)
    assert isinstance(cluster.interaction, TrueFalseCluster)
    assert plain_text(cluster.interaction.statements[3].markup) == "Là chất tinh khiết"
    assert after.type == kind
    assert [problem.text for problem in found.report.problems] == [f"Not part of a question: {heading}"]


@pytest.mark.parametrize(
    "line",
    [
        "Trả lời ngắn",
        "Đúng/Sai",
        "ĐÚNG  SAI",
        "I. Đúng",
        "II. SAI",
        "III. SỐ NGHIỆM ĐÚNG BẰNG HAI",
        "I. Hàm số đồng biến trên khoảng đúng.",
        "II. Trả lời câu hỏi ngắn gọn thì được điểm tối đa",
        "V. Nhiều lựa chọn nghề nghiệp mở ra cho thanh niên",
        "I là cường độ dòng điện",
        "A. Viết thư",
        "nhiều lựa chọn",
    ],
)
def test_ordinary_words_open_no_part(line: str) -> None:
    found = read(f"Câu 1. Chọn\n{line}\n*A. a\nB. b" if line[:2] != "A." else f"Câu 1. Chọn\n{line}\n*B. Đọc hiểu")
    assert found.report.problems == ()
    assert keys(found) in "AB"


def test_a_heading_on_two_lines_is_one_part() -> None:
    found = read("PHẦN I.\nTRẮC NGHIỆM\nCâu 1. x\nA. a\nB. b\nPHẦN II.\nTRẢ LỜI NGẮN\nCâu 1. y\nHẾT\nPHẦN II\n1: 5")
    assert [entry.identifier for entry in found.report.items] == ["I.1", "II.1"]
    assert found.items[-1].item.interaction == Numeric(("5",))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.sampled_from(sorted(path.name for path in EXAMS.glob("*.txt"))))
@example(seed=2452, name="english11.txt")
def test_torn_tests_never_fail_and_lose_no_question_unseen(seed: int, name: str) -> None:
    source = random.Random(seed)
    lines = (EXAMS / name).read_text("utf-8").splitlines()
    for _ in range(source.randint(1, 8)):
        at = source.randrange(len(lines))
        change = source.choice(("drop", "double", "cut", "swap"))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "cut":
            lines[at] = lines[at][: source.randint(0, len(lines[at]))]
        else:
            other = source.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    try:
        found = read("\n".join(lines))
    except ReadProblem:
        return
    assert len(found.items) == sum(entry.index is not None for entry in found.report.items)
    for entry in found.report.items:
        assert entry.outcome in ("kept", "changed", "doubtful")
        assert (entry.key in found.pending) is (entry.outcome == "doubtful")
        assert entry.outcome == "kept" or entry.reasons
