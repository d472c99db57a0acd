"""What Moodle XML, GIFT and XLSX hold comes back the same; what they do not hold is told, item by item."""

from __future__ import annotations

import io
from collections.abc import Callable
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from item_bank.content.markup import from_text
from item_bank.content.model import Asset, Composite, Item, Markup, Option, Passage, SingleChoice, digest
from item_bank.content.processing.declared import Declaration, Node, Rules
from item_bank.formats.building import text_pattern, variable
from item_bank.formats.gift.writing import write_gift
from item_bank.formats.moodle.typed_gaps import typed_answers
from item_bank.formats.moodle.writing import write_moodle
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import scored
from item_bank.formats.word.writing import PaperPart, write_docx
from item_bank.formats.written import Written
from item_bank.formats.xlsx.writing_items import write_items
from tests.item_bank.formats.test_writing_qti import SAMPLES

FORMS = ("xml", "gift", "xlsx", "docx")


def write_test(items: list[Exported], asset: Callable[[str], Asset]) -> Written:
    return write_docx([PaperPart(tuple(items))], asset)


def written(form: str, item: Item, asset: Asset | None = None) -> Written:
    exported = [Exported("i1", item)]
    if form == "gift":
        return write_gift(exported)
    write = {"xml": write_moodle, "xlsx": write_items, "docx": write_test}[form]
    return write(exported, lambda _digest: asset or Asset("", "", b""))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_an_item_comes_back_or_its_loss_is_told(name: str, form: str) -> None:
    item = SAMPLES[name]
    made = written(form, item)
    back = [one.item for one in read_file(f"i.{form}", made.data).items] if made.items else []
    assert len(back) == made.items
    same = bool(back) and (back[0].interaction, back[0].points) == (item.interaction, item.points)
    assert same or made.notes or item.type in ("numeric", "essay")


def test_a_workbook_holds_the_learning_outcome_and_tells_of_what_else_is_lost() -> None:
    options = (Option("A", Markup("a"), weight="1"), Option("B", Markup("b")))
    said = {"requirement": "Tính được đạo hàm.", "competence": "TD1", "enemies": "cặp 1", "estimate": "60"}
    item = Item(Markup("?"), SingleChoice(options), extra={**said, "penalty": "0.5"})
    made = written("xlsx", item)
    (back,) = read_file("i.xlsx", made.data).items
    assert back.item.extra == said
    assert made.notes
    assert not written("xlsx", msgspec.structs.replace(item, extra=said)).notes


@pytest.mark.parametrize("text", ["=1+1", "+A1", "@SUM(A1)", "-2"])
def test_no_cell_is_a_formula(text: str) -> None:
    options = (Option("A", Markup(text), weight="1"), Option("B", Markup("b")))
    made = written("xlsx", Item(Markup(text), SingleChoice(options)))
    cells = [cell for row in load_workbook(io.BytesIO(made.data)).worksheets[0].iter_rows() for cell in row]
    assert text in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)


@pytest.mark.parametrize("text", ["a ~ b = {c} # d : e \\ n", "// $CATEGORY: x", "::t:: %50% ->", "a\\nb"])
def test_signs_of_gift_are_words_in_texts(text: str) -> None:
    markup = from_text(text, tex=False)
    item = Item(markup, SingleChoice((Option("A", markup, weight="1"), Option("B", Markup("b")))), title=text)
    back = read_file("i.gift", written("gift", item).data).items[0].item
    assert (back.stem, back.interaction, back.title) == (item.stem, item.interaction, item.title)


def test_pictures_travel_inside_moodle_xml_and_not_in_gift(png: bytes) -> None:
    asset = Asset.of("image/png", png)
    item = Item(Markup(f'<p><img data-asset="{asset.digest}" alt="h"/></p>'), SAMPLES["single"].interaction)
    made = read_file("i.xml", written("xml", item, asset).data)
    assert [one.digest for one in made.assets] == [asset.digest]
    told = written("gift", item)
    assert (told.items, [(one.code, one.written) for one in told.notes]) == (0, [("picture_not_held", False)])


def test_pictures_and_kinds_of_letters_travel_inside_workbooks(png: bytes) -> None:
    asset = Asset.of("image/png", png)
    picture = f'<p><img alt="hình &lt;1&gt;" data-asset="{asset.digest}"/></p>'
    options = (Option("A", Markup("H<sub>2</sub>O"), weight="1"), Option("B", Markup(f"<p>khác</p>{picture}")))
    item = Item(Markup(f"<p>Nhìn hình</p>{picture}"), SingleChoice(options))
    made = written("xlsx", item, asset)
    back = read_file("i.xlsx", made.data)
    assert made.notes == ()
    assert [one.item for one in back.items] == [item]
    assert [one.data for one in back.assets] == [png]
    assert len(load_workbook(io.BytesIO(made.data)).worksheets) == 3


def test_a_passage_with_a_picture_travels_inside_a_workbook(png: bytes) -> None:
    asset = Asset.of("image/png", png)
    passage = Passage(Markup(f'<p>Sông</p><p><img alt="sông" data-asset="{asset.digest}"/></p>'), "Sông Hương")
    item = Item(Markup("Sông gì?"), SAMPLES["essay"].interaction, passage=digest(passage))
    made = write_items([Exported("i", item, passage), Exported("j", item, passage)], lambda _digest: asset)
    back = read_file("i.xlsx", made.data)
    assert {one.code for one in made.notes} == {"lines_not_held"}
    assert back.passages == (passage,)
    assert [one.item.passage for one in back.items] == [item.passage, item.passage]


GAPS = (
    "{1:SHORTANSWER:=Hà Nội~%50%Thăng*~%50%5 \\* 3}",
    "{1:MULTICHOICE:=một~hai#sai}",
    "{2:NUMERICAL:=2.5:0.1~%50%3:0}",
    "{1:SHORTANSWER_C:=NaCl}",
)
CLOZE = f"""<quiz><question type="cloze"><name><text>n</text></name><questiontext format="html"><text>
<![CDATA[<p>{"; ".join(GAPS)}.</p>]]></text></questiontext></question></quiz>"""


def test_embedded_answers_go_out_as_they_came() -> None:
    item = read_file("a.xml", CLOZE.encode()).items[0].item
    made = written("xml", item)
    assert made.items == 1, made.notes
    back = read_file("b.xml", made.data).items[0].item
    assert [one.type for one in back.interaction.parts] == ["text_entry", "inline_choice", "text_entry", "text_entry"]  # type: ignore[union-attr]
    first, second, third, fourth = (part.id for part in back.interaction.parts)  # type: ignore[union-attr]
    for answers, points in (
        ({first: "Hà Nội", second: "A", third: "2.45", fourth: "NaCl"}, 5),
        ({first: "thăng long", second: "B", third: "3", fourth: "nacl"}, Fraction(3, 2)),
        ({first: "5 * 3", third: "2.7"}, Fraction(1, 2)),
        ({first: "5 x 3"}, 0),
    ):
        assert scored(back, answers).score == points == scored(item, answers).score


@given(text=st.text("aÀ1 *\\.[]{}-đß", min_size=1, max_size=8), strict=st.booleans())
def test_what_a_gap_takes_is_told_from_its_pattern(text: str, strict: bool) -> None:
    pattern = text_pattern(text, case_sensitive=strict)
    declared = Declaration("R", "response", "single", "string")
    rule = Node("patternMatch", {"pattern": pattern}, (variable("R"),))
    found = typed_answers(declared, Composite((), (declared,), Rules((rule,))))
    assert [text_pattern(one, case_sensitive=found.strict) for one in found.shown.values()] == [pattern]
