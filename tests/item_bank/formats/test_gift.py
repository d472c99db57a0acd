"""GIFT: what each construct becomes, and what is refused, with its line."""

from __future__ import annotations

from fractions import Fraction
from textwrap import dedent
from typing import Any

import pytest

from item_bank.content.interactions import handler_for
from item_bank.content.markup import plain_text
from item_bank.content.model import Composite, Essay, Item, MultipleChoice, Numeric, ShortText, SingleChoice
from item_bank.formats.model import Imported, ItemReport
from item_bank.formats.reading import read_file


def read(text: str) -> Imported:
    return read_file("questions.gift", dedent(text).encode())


def item(text: str) -> Item:
    imported = read(text)
    assert [entry.outcome for entry in imported.report.items] in (["kept"], ["changed"]), imported.report
    return imported.items[0].item


def refused(text: str) -> ItemReport:
    (entry,) = read(text).report.items
    assert entry.outcome == "refused"
    return entry


def options(of: Item) -> list[tuple[str, str]]:
    assert isinstance(of.interaction, SingleChoice | MultipleChoice)
    return [(plain_text(option.markup), option.weight) for option in of.interaction.options]


def share(of: Item, response: Any) -> Any:
    return handler_for(of).mark(of, response).share


def test_a_share_of_thousands_of_decimals_is_cut() -> None:
    made = item("Ai?{=Nguyễn Du ~%25." + "0" * 5_000 + "1%Tố Như ~Nguyễn Trãi}")
    assert options(made)[1] == ("Tố Như", "0.25")


def test_single_choice_with_title_feedback_and_part_credit() -> None:
    made = item("::Nhà thơ::Ai viết *Truyện Kiều*?{=Nguyễn Du#Đúng rồi ~%50%Tố Như#Tên chữ ~Nguyễn Trãi}")
    assert made.title == "Nhà thơ"
    assert options(made) == [("Nguyễn Du", "1"), ("Tố Như", "0.5"), ("Nguyễn Trãi", "0")]
    assert isinstance(made.interaction, SingleChoice)
    feedback = made.interaction.options[0].feedback
    assert feedback is not None
    assert plain_text(feedback) == "Đúng rồi"


def test_multiple_answers_add_exact_weights() -> None:
    made = item("Lục địa?{~%33.33333%Phi ~%33.33333%Á ~%-100%Hà Nội ~%33.33333%Nam Cực}")
    assert [weight for _, weight in options(made)] == ["1/3", "1/3", "-1", "1/3"]
    assert share(made, ["A", "B", "D"]) == 1
    assert share(made, ["A", "B", "C", "D"]) == 0


@pytest.mark.parametrize(("said", "key"), [("T", "A"), ("TRUE", "A"), ("F", "B"), ("false#sai#đúng", "B")])
def test_true_false_becomes_a_choice_that_is_not_shuffled(said: str, key: str) -> None:
    made = item(f"Trái Đất quay quanh Mặt Trời.{{{said}}}")
    assert isinstance(made.interaction, SingleChoice)
    assert not made.interaction.shuffle
    assert [text for text, _ in options(made)] == ["Đúng", "Sai"]
    assert share(made, key) == 1


def test_feedback_of_true_false_belongs_to_the_answer_it_speaks_of() -> None:
    made = item("Grant is buried here.{FALSE#wrong, nobody is#right}")
    assert isinstance(made.interaction, SingleChoice)
    feedbacks = [option.feedback and plain_text(option.feedback) for option in made.interaction.options]
    assert feedbacks == ["wrong, nobody is", "right"]


def test_short_answers_with_weights_and_the_missing_word() -> None:
    made = item("Hai cộng hai là {=bốn =%50%4 =%0%*#sai}.")
    assert plain_text(made.stem) == "Hai cộng hai là _____."
    assert isinstance(made.interaction, ShortText)
    assert share(made, "Bốn") == 1
    assert share(made, "4") == Fraction(1, 2)
    assert share(made, "năm") == 0


@pytest.mark.parametrize(
    ("answers", "right", "wrong"),
    [
        ("#1822:1", "1823", "1824"),
        ("#3.141..3.142", "3,1415", "3,143"),
        ("#-0,5", "-0,5", "0,5"),
        ("#=5 =7", "7", "6"),
        ("#1e3", "1000", "1"),
    ],
)
def test_numbers_with_tolerance_range_and_several_values(answers: str, right: str, wrong: str) -> None:
    made = item(f"Bao nhiêu?{{{answers}}}")
    assert isinstance(made.interaction, Numeric)
    assert share(made, right) == 1
    assert share(made, wrong) == 0


def test_essay_and_general_feedback() -> None:
    made = item("Kể về quê em.{####Nêu được ba ý.}")
    assert isinstance(made.interaction, Essay)
    assert made.rationale is not None
    assert plain_text(made.rationale) == "Nêu được ba ý."


def test_escapes_are_taken_away_and_tex_survives() -> None:
    made = item(r"Giải $\\frac\{1\}\{2\} \neq x$ với a \= b\: {=\~1 ~\#2 ~C\\D}")
    assert made.stem.math[0].source == r"\frac{1}{2} \neq x"
    assert plain_text(made.stem).endswith("với a = b:")
    assert [text for text, _ in options(made)] == ["~1", "#2", "C\\D"]


def test_text_formats() -> None:
    made = item("[html]<p>H<sub>2</sub>O</p>{=<b>nước</b> ~[markdown]**muối** ~[plain]a<b}")
    assert made.stem.html == "<p>H<sub>2</sub>O</p>"
    assert isinstance(made.interaction, SingleChoice)
    assert [option.markup.html for option in made.interaction.options] == [
        "<b>nước</b>",
        "<p><strong>muối</strong></p>",
        "a&lt;b",
    ]


def test_markdown_leaves_formulas_alone() -> None:
    made = item("[markdown]Tính $a_1 * b_2 * c$ và **đọc**{=1 ~2}")
    assert made.stem.math[0].source == "a_1 * b_2 * c"
    assert "<strong>đọc</strong>" in made.stem.html


def test_categories_tags_and_ids() -> None:
    text = """
        $CATEGORY: $course$/top/Toán 12//Nâng cao/Hàm số
        // [id:42] [tag:khó] [tag:ôn thi]
        Một{=1 ~2}
        $CATEGORY: Khác

        Hai{=2 ~1}
    """
    imported = read(text)
    first, second = (one.item for one in imported.items)
    assert (first.topic, first.tags) == ("Toán 12/Nâng cao / Hàm số", ("khó", "ôn thi"))
    assert (second.topic, second.tags) == ("Khác", ())
    assert [entry.identifier for entry in imported.report.items] == ["42", ""]
    assert [entry.line for entry in imported.report.items] == [4, 7]


def test_options_that_speak_of_others_stay_in_place() -> None:
    made = item("Chọn{=1 ~2 ~Cả A và B đều đúng}")
    assert isinstance(made.interaction, SingleChoice)
    assert all(option.pinned for option in made.interaction.options)


def test_a_blank_line_among_the_answers_is_tolerated_and_reported() -> None:
    imported = read("Một{\n\n=1\n\n~2\n}\n\nHai{T}")
    assert [entry.outcome for entry in imported.report.items] == ["changed", "kept"]
    assert imported.report.items[0].reasons[0].code == "blank_line"
    assert imported.report.items[1].line == 8


def test_a_description_is_an_item_with_nothing_to_answer() -> None:
    made = item("::Mở đầu::Đọc kĩ đề bài.")
    assert (plain_text(made.stem), made.points) == ("Đọc kĩ đề bài.", "0")
    assert made.interaction == Composite((), ())


def test_matching_gives_each_right_pair_its_share() -> None:
    made = item("Ghép nước với thủ đô.{=Lào -> Viêng Chăn =Pháp -> Paris =Áo -> Viên = -> Oslo}")
    assert isinstance(made.interaction, Composite)
    (part,) = made.interaction.parts
    assert [plain_text(one.markup) for one in part.choices] == ["Lào", "Pháp", "Áo"]
    assert [plain_text(one.markup) for one in part.targets] == ["Viêng Chăn", "Paris", "Viên", "Oslo"]
    assert share(made, {"0": ["A T1", "B T2", "C T3"]}) == 1
    assert share(made, {"0": ["A T1", "B T4", "C T2"]}) == Fraction(1, 3)
    assert share(made, None) == 0


def test_numbers_with_their_own_tolerance_and_share() -> None:
    made = item("Ulysses S. Grant sinh năm nào?{#=1822:0 =%50%1822:2}")
    assert share(made, {"0": "1822"}) == 1
    assert share(made, {"0": "1824"}) == Fraction(1, 2)
    assert share(made, {"0": "1825"}) == 0
    assert share(made, {"0": "không nhớ"}) == 0


def test_the_first_text_that_fits_counts_where_the_order_matters() -> None:
    made = item("Con gì?{=%50%ếch* =ếch cây =%-25%cóc}")
    assert share(made, {"0": "Ếch  cây "}) == Fraction(1, 2)
    assert share(made, {"0": "cóc"}) == Fraction(-1, 4)
    assert share(made, {"0": "nhái"}) == 0


@pytest.mark.pitfall("I2")
@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("// a\n\nGhép{\n=a -> 1\n=b\n}", "gift_match", 5),
        ("Ghép{=a -> 1}", "gift_match", 1),
        ("Một{\n=1\n~2", "gift_braces", 1),
        ("Một}\n", "gift_braces", 1),
        ("Tính\n$\\frac{1}{2}$ {=1 ~2}", "gift_second_brace", 2),
        ("::Tên Một{T}", "gift_title", 1),
        ("Một{\n1\n~2 =3}", "gift_before_answer", 2),
        ("Một{#\n=hai}", "number_unreadable", 2),
        ("Một{#=%0%1}", "key_missing", 1),
        ("Một{~1 ~2}", "not_usable", 1),
        ("{=1 ~2}", "not_usable", 1),
        ('[html]Nghe <audio src\\="a.mp3"></audio>{T}', "media_unsupported", 1),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    entry = refused(text)
    assert (entry.reasons[-1].code, entry.reasons[-1].line) == (code, line)
    assert entry.reasons[-1].text


def test_a_picture_beside_the_file_becomes_an_asset(png: bytes) -> None:
    data = b'[html]<img src\\="h%C3%ACnh.png" alt\\="tam gi\xc3\xa1c">{T}'
    imported = read_file("a.gift", data, find_picture=lambda name: png if name == "hình.png" else None)
    (asset,) = imported.assets
    assert (asset.media_type, asset.data) == ("image/png", png)
    assert f'data-asset="{asset.digest}"' in imported.items[0].item.stem.html


def test_the_source_of_each_item_is_kept_to_the_byte() -> None:
    data = "// một\r\nMột{T}\r\n\r\n\r\n//hai\nHai{\n  =2\n  ~1\n}\n".encode()
    assert [one.source for one in read_file("a.gift", data).items] == [
        "// một\r\nMột{T}\r\n".encode(),
        b"//hai\nHai{\n  =2\n  ~1\n}\n",
    ]
