"""Papers of the forms of a sitting: the order of the screens, set as PDF and as Word, and their keys."""

from __future__ import annotations

import asyncio
import io
import re

import docx
import openpyxl
import pytest
from sqlalchemy import select

from exam_engine.authoring.definition import ExamDefinition, FixedItem, Section
from exam_engine.demo.content.make_gallery import items as gallery
from exam_engine.kit.tables import audit
from exam_engine.sittings import papers
from exam_engine.sittings.forms import Content, build_form, build_variant
from exam_engine.sittings.papers import Papers
from exam_engine.sittings.print_nodes import item_nodes, nodes, screen_only
from exam_engine.sittings.printed import key_of, printed_form
from item_bank.content.interactions import handler_for
from item_bank.content.markup import from_html, plain_text
from item_bank.content.model import Asset, Composite, Essay, Item, Markup, Numeric, SingleChoice, digest
from item_bank.formats.reading import read_file
from tests.accounts.school import see
from tests.item_bank.formats.documents import PNG
from tests.sittings.world import PASSAGE, World, items

KEY = b"k" * 32


def made(found: list[Item]) -> Papers:
    """Two forms of one section."""
    numbered = dict(enumerate(found, 1))
    definition = ExamDefinition("Đề", (Section("Phần I", items=tuple(FixedItem(n) for n in numbered)),), subject="Toán")
    asset = Asset.of("image/png", PNG)
    content = Content(numbered, {digest(PASSAGE): PASSAGE}, {asset.digest: asset})
    forms = []
    for number in ("101", "102"):
        built = build_form(definition, content, "s", KEY, number, f"p{number}")
        variant = build_variant(definition, built, f"s/{number}")
        forms.append(printed_form(definition, number, built.key_map, variant, numbered))
        for question, (slot, shown) in zip(forms[-1].questions, variant["sections"][0]["items"], strict=True):
            own = {opaque: name for name, opaque in built.key_map[slot]["keys"].items()}
            assert list(handler_for(question.item).option_ids(question.item)) == [own[one] for one in shown]
            assert built.key_map[slot]["version"] in [
                n for n, one in numbered.items() if one.title == question.item.title
            ]
    return Papers("Trường A", definition, content, tuple(forms))


def test_a_paper_has_the_order_of_the_screens() -> None:
    paper = made([one for one in items() if isinstance(one.interaction, SingleChoice)])
    first, second = paper.forms
    assert [one.number for one in first.questions] == list(range(1, 9))
    assert [one.item.title for one in first.questions] != [one.item.title for one in second.questions]
    for form in paper.forms:
        for one in form.questions:
            told = one.item.interaction
            assert isinstance(told, SingleChoice)
            assert plain_text(told.options["ABCD".index(key_of(one.item))].markup) == "phương án b"


def test_the_word_file_of_a_form_has_its_order_and_no_key() -> None:
    form = made([one for one in items() if isinstance(one.interaction, SingleChoice)]).only("102")
    word = docx.Document(io.BytesIO(papers.docx(form)))
    lines = [one.text for one in word.paragraphs]
    asked = [line.partition(". ")[2].strip() for line in lines if line.startswith("Câu ") and ":" in line]
    assert asked == [plain_text(one.item.stem) for one in form.forms[0].questions]
    assert not any(run.underline for one in word.paragraphs for run in one.runs)
    assert "Lời giải" not in " ".join(lines)


def test_the_word_file_numbers_questions_as_the_screen_does() -> None:
    form = made(items()).only("101")
    lines = [one.text for one in docx.Document(io.BytesIO(papers.docx(form))).paragraphs]
    numbers = [int(found[1]) for line in lines if (found := re.match(r"Câu (\d+)", line))]
    assert numbers == [one.number for one in form.forms[0].questions]


def test_the_keys_are_a_sheet_for_marking_applications() -> None:
    paper = made(items())
    sheet = openpyxl.load_workbook(io.BytesIO(papers.keys_xlsx(paper)))["Dữ liệu"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == [r"Câu\Mã đề", "101", "102"]
    assert sorted(row[1] for row in rows[1:] if len(str(row[1])) > 1) == ["-1,5", "ĐSSĐ"]
    assert [(number, keys) for number, *keys in rows[1:]] == [(n, list(keys)) for n, keys in papers.key_table(paper)]


def test_what_people_write_is_text_and_nothing_else() -> None:
    """In the PDF too: characters that mean something in Typst, a picture, a formula, a table with a span."""
    digest_of = Asset.of("image/png", PNG).digest
    said = (
        '<p>#panic("x") $1/0$ *đậm* @a <b>đậm</b> \\(\\frac{1}{2}\\)</p>'
        '<table><tr><th colspan="2">a</th></tr><tr><td>b</td><td>c</td></tr></table><ol start="3"><li>một</li></ol>'
    )
    markup = from_html(said)
    stem = Markup(f'{markup.html}<p><img data-asset="{digest_of}" alt=""/></p>', markup.math)
    told = nodes(stem)
    assert told[0]["c"][0].startswith('#panic("x")')  # type: ignore[index]
    paper = made([Item(stem, Numeric(("1",))), Item(stem, Essay(), points="2")])
    assert asyncio.run(papers.pdf(paper)).startswith(b"%PDF")


@pytest.mark.parametrize("name", sorted(gallery()))
def test_every_interaction_has_its_place_on_paper_or_is_told(name: str) -> None:
    item = read_file("a.xml", gallery()[name].encode()).items[0].item
    shown = str(item_nodes(item))
    kinds = {part.type for part in item.interaction.parts} if isinstance(item.interaction, Composite) else set()
    asks = ("'blank'", "'either'", "'choices'", "'pairs'", "'lines'")
    if kinds and not screen_only(item):
        assert any(one in shown for one in asks)
    assert screen_only(item) == ("'screen'" in shown)


async def test_officers_print_the_forms_of_a_confirmed_sitting(world: World) -> None:
    place = await world.with_candidates(3)
    assert "Hãy xác nhận trước" in (await see(world.client, f"{place}/papers")).text
    assert (await see(world.client, f"{place}/papers.pdf")).status_code == 409
    await world.confirmed(place)
    page = (await see(world.client, f"{place}/papers")).text
    assert f"{place}/papers.docx?form=101" in page
    assert page.count("Đạt tất cả") == 3  # forms, each with even letters
    assert (await see(world.client, f"{place}/papers.pdf")).content.startswith(b"%PDF")
    assert (await see(world.client, f"{place}/papers.docx?form=102")).content.startswith(b"PK")
    assert (await see(world.client, f"{place}/papers.docx?form=999")).status_code == 404
    assert (await see(world.client, f"{place}/keys.xlsx")).content.startswith(b"PK")
    ((room, count), *others) = re.findall(r'<option value="(\w*)"[^>]*>[^<]* \((\d)\)</option>', page)
    assert int(count) + sum(int(more) for _room, more in others) == 3
    pack = await see(world.client, f"{place}/room-papers.pdf?room={room}&spare=2")
    assert pack.content.startswith(b"%PDF")
    assert (await see(world.client, f"{place}/room-papers.pdf?room=other")).status_code == 404
    assert (await see(world.client, f"{place}/room-papers.pdf?room={room}&spare=99")).status_code == 422
    async with world.engine.connect() as connection:
        acts = (await connection.execute(select(audit.c.data).where(audit.c.action == "printed"))).scalars().all()
    assert [one["what"] for one in acts] == ["pdf", "docx", "keys", "room"]
    assert acts[-1]["copies"] == int(count) + 3 * 2  # of three forms
    await world.enter("invigilator")
    assert (await see(world.client, f"{place}/papers")).status_code == 403
