"""A test as a Word document: what is written is read back as the same items, and is what a teacher expects to see."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import msgspec
import pytest

from item_bank.content.markup import from_html, from_text, plain_text
from item_bank.content.model import (
    AcceptedText,
    Asset,
    Essay,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Passage,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
    digest,
)
from item_bank.content.pictures import inspect
from item_bank.formats.model import Imported
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.reading import read_file
from item_bank.formats.word.writing import PaperPart, write_docx
from item_bank.formats.written import Written
from item_bank.formats.xlsx.writing_items import write_items
from tests.authoring.composites import item_of, photo, two_interactions
from tests.demo.bank import imported, languages
from tests.item_bank.content.test_pictures import picture


def no_asset(_digest: str) -> Asset:
    return Asset("", "", b"")


def paper(*items: Item, keys: bool = True, asset: Callable[[str], Asset] = no_asset, title: str = "") -> Written:
    exported = tuple(Exported(f"i{number}", one) for number, one in enumerate(items, 1))
    return write_docx([PaperPart(exported)], asset, title=title, keys=keys)


def read(made: Written) -> Imported:
    return read_file("de.docx", made.data)


def lines(made: Written) -> list[str]:
    """The paragraphs as Word shows them."""
    with zipfile.ZipFile(io.BytesIO(made.data)) as package:
        document = package.read("word/document.xml").decode()
    paragraphs = re.findall(r"<w:p>.*?</w:p>", document)
    return ["".join(re.findall(r"<(?:w|m):t[^>]*>([^<]*)<", one)) for one in paragraphs]


def options(right: str, *texts: str) -> tuple[Option, ...]:
    letters = "ABCDEFGH"[: len(texts)]
    return tuple(
        Option(letter, from_text(text), weight="1" if letter in right else "0")
        for letter, text in zip(letters, texts, strict=True)
    )


def statements(signs: str, *levels: str) -> tuple[Statement, ...]:
    told = levels or ("",) * len(signs)
    return tuple(
        Statement(letter, from_text(f"Mệnh đề thứ {letter} của câu."), sign == "T", level)
        for letter, sign, level in zip("abcdefgh", signs, told, strict=False)
    )


def made(interaction: Interaction, stem: str = "Chọn câu trả lời.", **more: str) -> Item:
    return Item(from_text(stem), interaction, **more)  # type: ignore[arg-type]


KINDS = {
    "single": made(SingleChoice(options("C", "một", "hai", "ba", "bốn")), level="Vận dụng cao"),
    "several": made(MultipleChoice(options("BD", "một", "hai", "ba", "bốn"))),
    "several, one right": made(MultipleChoice(options("B", "một", "hai", "ba"))),
    "several, all right": made(MultipleChoice(options("ABC", "một", "hai", "ba"))),
    "six options": made(SingleChoice(options("F", "1", "2", "3", "4", "5", "6"))),
    "cluster": made(TrueFalseCluster(statements("TFFT"))),
    "cluster of one sign": made(TrueFalseCluster(statements("FFFF"))),
    "cluster with levels": made(TrueFalseCluster(statements("TFTF", "Biết", "Hiểu", "Vận dụng", "Vận dụng cao"))),
    "number": made(Numeric(("2,5",))),
    "numbers": made(Numeric(("-3", "7"))),
    "words": made(ShortText((AcceptedText("Hà Nội"), AcceptedText("thủ đô Hà Nội")))),
    "essay": made(Essay(), "Trình bày nguyên nhân thắng lợi."),
}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_comes_back_as_it_went(name: str) -> None:
    written = paper(KINDS[name])
    assert written.notes == ()
    assert [one.item for one in read(written).items] == [KINDS[name]]


def test_all_kinds_in_one_paper_come_back_in_parts() -> None:
    written = paper(*KINDS.values())
    back = [one.item for one in read(written).items]
    assert sorted(map(digest, back)) == sorted(map(digest, KINDS.values()))
    assert [one for one in lines(written) if one.startswith("PHẦN")] == [
        "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn",
        "PHẦN II. Câu trắc nghiệm nhiều phương án đúng",
        "PHẦN III. Câu trắc nghiệm đúng sai",
        "PHẦN IV. Câu trắc nghiệm trả lời ngắn",
        "PHẦN V. Tự luận",
    ]


def test_the_demos_items_come_back() -> None:
    exported: list[Exported] = []
    assets: dict[str, Asset] = {}
    for name in languages():
        whole = imported(name)
        passages = {digest(one): one for one in whole.passages}
        assets |= {one.digest: one for one in whole.assets}
        exported += [
            Exported(f"{name} {at}", one.item, passages.get(one.item.passage or ""))
            for at, one in enumerate(whole.items)
        ]
    written = write_docx([PaperPart(tuple(exported))], assets.__getitem__)
    assert written.items == len(exported)
    assert {one.code for one in written.notes} <= {
        "metadata_not_held", "passage_title_not_held", "layout_not_held", "rubric_not_held",
    }  # fmt: skip
    found = read(written)
    assert {entry.outcome for entry in found.report.items} == {"kept"}
    kinds = [one.item.type for one in found.items]
    assert sorted(kinds) == sorted(one.item.type for one in exported)


def test_without_keys_nothing_tells_what_is_right() -> None:
    items = [Item(one.stem, one.interaction, level="Biết", rationale=from_text("Vì thế.")) for one in KINDS.values()]
    written = paper(*items, keys=False)
    with zipfile.ZipFile(io.BytesIO(written.data)) as package:
        document = package.read("word/document.xml").decode()
    assert written.items == len(items)
    assert "<w:u " not in document
    assert not [one for one in lines(written) if re.search(r"Đáp án|Lời giải|Vì thế|\((?:NB|TH|VD|VDC)\)|#", one)]
    assert {entry.outcome for entry in read(written).report.items} <= {"doubtful", "kept"}


def test_formulas_are_equations_and_come_back_as_the_tex_they_were() -> None:
    item = made(
        SingleChoice(options("A", r"\(\frac{1}{2}\)", r"\(x^2\)")), r"Tính \(\int_0^1 x\,dx\) và \[\sum_{k=1}^n k\]"
    )
    written = paper(item)
    with zipfile.ZipFile(io.BytesIO(written.data)) as package:
        document = package.read("word/document.xml").decode()
    assert document.count("<m:oMath ") + document.count("<m:oMath>") == 4
    assert r"\frac" not in document
    assert [one.item for one in read(written).items] == [item]


def test_an_equation_that_was_changed_in_word_is_what_word_says() -> None:
    written = paper(made(SingleChoice(options("A", r"\(x^2\)", "b"))))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written.data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                assert content.count(b">2</m:t>") == 1
                content = content.replace(b">2</m:t>", b">3</m:t>")
            target.writestr(name, content)
    formula = read_file("de.docx", stream.getvalue()).items[0].item.interaction.options[0].markup.math[0]  # type: ignore[union-attr]
    assert formula.notation == "omml"
    assert "<mn>3</mn>" in formula.mathml


def test_pictures_stand_in_their_places_with_the_words_that_describe_them(png: bytes) -> None:
    asset = Asset.of("image/png", png)
    picture = f'Nhìn hình <img alt="hình tam giác &lt;ABC&gt;" data-asset="{asset.digest}"/> rồi trả lời.'
    item = Item(Markup(picture), SingleChoice(options("A", "một", "hai")))
    written = paper(item, asset=lambda _digest: asset)
    found = read(written)
    assert [one.item for one in found.items] == [item]
    assert [one.data for one in found.assets] == [png]


@pytest.mark.parametrize(
    "write", [lambda one, asset: write_docx([PaperPart((one,))], asset), lambda one, asset: write_items([one], asset)]
)
def test_pictures_that_office_programs_do_not_show_are_written_as_png(write: Callable[..., Written]) -> None:
    drawn = Asset.of("image/webp", picture("LOSSLESS"))
    passage = Passage(Markup(f'Bản đồ <img alt="bản đồ" data-asset="{drawn.digest}"/>'))
    stem = Markup(f'Nhìn hình <img alt="hình" data-asset="{drawn.digest}"/>')
    item = Item(stem, SingleChoice(options("A", "một", "hai")), passage=digest(passage))
    made = write(Exported("x", item, passage), lambda _digest: drawn)
    assert ("picture_changed", True) in [(one.code, one.written) for one in made.notes]
    assert all(one.written for one in made.notes)
    (asset,) = read_file("de.docx" if made.data.find(b"word/") > 0 else "de.xlsx", made.data).assets
    assert (asset.media_type, inspect(asset.data).width, inspect(asset.data).height) == ("image/png", 30, 20)


def test_a_picture_that_becomes_too_large_leaves_its_question_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("item_bank.formats.office_pictures.MAX_BYTES", 50)
    drawn = Asset.of("image/webp", picture("LOSSLESS"))
    item = Item(Markup(f'<img alt="hình" data-asset="{drawn.digest}"/>'), SingleChoice(options("A", "một", "hai")))
    made = paper(item, asset=lambda _digest: drawn)
    assert [(one.code, one.written) for one in made.notes] == [("picture_not_held", False)]


def test_a_passage_stands_above_its_questions_and_nowhere_else() -> None:
    passage = Passage(from_text("Sông Hương chảy qua thành phố Huế.\nSông dài 80 km."))
    items = [
        *(Item(from_text(f"Ý {n} là gì?"), Essay(), passage=digest(passage)) for n in (1, 2)),
        made(Essay(), "Viết một đoạn văn."),
        Item(from_text("Kể lại câu chuyện."), Essay(), passage=digest(Passage(from_text("Ngày xưa có một người.")))),
        made(Essay(), "Câu cuối cùng của đề."),
    ]
    texts = {digest(passage): passage, items[3].passage: Passage(from_text("Ngày xưa có một người."))}
    exported = tuple(Exported(f"i{at}", one, texts.get(one.passage)) for at, one in enumerate(items))
    written = write_docx([PaperPart(exported)], no_asset)
    assert written.notes == ()
    assert [one.item for one in read(written).items] == items
    assert "Đọc đoạn văn sau và trả lời các câu hỏi từ 1 đến 2:" in lines(written)
    assert "Đọc đoạn văn sau và trả lời câu hỏi 4:" in lines(written)


def test_points_are_said_by_every_question_or_by_none() -> None:
    items = [made(Essay(), f"Câu hỏi số {n}.", points=points) for n, points in enumerate(("1", "0.25", "1/3"))]
    written = paper(*items)
    assert [one.item.points for one in read(written).items] == ["1", "0.25", "0.33"]
    assert [one.code for one in written.notes] == ["points_rounded"]
    assert any("(0,25 điểm)" in one for one in lines(written))
    assert not any("điểm)" in one for one in lines(paper(items[0])))


def test_an_option_that_stays_in_its_place_does() -> None:
    first, second = options("A", "một", "hai")
    item = made(SingleChoice((first, Option("B", second.markup, pinned=True))))
    assert [one.item for one in read(paper(item)).items] == [item]


@pytest.mark.parametrize("stem", ["Câu 2. Đây là câu khác", "HẾT", "Nêu hai ý:\nA. một ý\nB. hai ý", "Đáp án: B"])
def test_what_would_be_read_as_something_else_is_left_out_and_told(stem: str) -> None:
    sound = made(Essay(), "Viết một đoạn văn.")
    written = paper(made(SingleChoice(options("A", "một", "hai")), f"Dòng đầu\n{stem}"), sound)
    assert [(one.item, one.code, one.written) for one in written.notes] == [("i1", "not_readable", False)]
    assert [one.item for one in read(written).items] == [sound]
    assert paper(made(Essay(), f"Dòng đầu\n{stem}"), keys=False).items == 1


@pytest.mark.parametrize("line", ["HẾT", "PHẦN II. TỰ LUẬN", "BẢNG ĐÁP ÁN"])
def test_a_solution_that_would_end_the_test_is_left_out_of_it(line: str) -> None:
    """Alone its question comes back: those that followed it in the paper were lost."""
    first = msgspec.structs.replace(KINDS["single"], rationale=from_text(f"Ta có hai.\n{line}\nVậy chọn."))
    written = paper(first, KINDS["single"])
    assert [one.code for one in written.notes] == ["rationale_not_held"]
    back = [one.item for one in read(written).items]
    assert [one.stem for one in back] == [KINDS["single"].stem] * 2


def test_the_title_is_in_the_header_where_it_is_no_question() -> None:
    written = paper(KINDS["essay"], title="Bài 5. Hàm số <mũ>")
    with zipfile.ZipFile(io.BytesIO(written.data)) as package:
        assert "Bài 5. Hàm số &lt;mũ&gt;" in package.read("word/header1.xml").decode()
    assert [one.item for one in read(written).items] == [KINDS["essay"]]


def test_sections_of_an_exam_are_parts_with_their_titles() -> None:
    essay, single = Exported("e", KINDS["essay"]), Exported("s", KINDS["single"])
    parts = [
        PaperPart((single,), "Phần 1: Đọc hiểu", from_text("Chọn một phương án.")),
        PaperPart((essay, single), "Viết (tự luận)"),
    ]
    written = write_docx(parts, no_asset)
    shown = lines(written)
    assert "PHẦN I. Đọc hiểu – Câu trắc nghiệm nhiều phương án lựa chọn" in shown
    assert "Chọn một phương án." in shown
    assert "PHẦN III. Viết (tự luận)" in shown
    assert [one.item.type for one in read(written).items] == ["single_choice", "single_choice", "essay"]


def test_a_table_and_kinds_of_letters_come_back() -> None:
    table = "<table><tbody><tr><td>x</td><td>1</td></tr><tr><td>y</td><td>2</td></tr></tbody></table>"
    stem = from_html(f"Axit H<sub>2</sub>SO<sub>4</sub> <b>không</b> có trong bảng nào?{table}")
    item = Item(stem, SingleChoice(options("B", "trong bảng", "ngoài bảng")))
    back = read(paper(item)).items[0].item
    assert back == item
    assert plain_text(back.stem).startswith("Axit H2SO4 không")


def test_a_paper_in_english_is_in_english() -> None:
    exported = (Exported("i", Item(from_text("Name the capital."), SingleChoice(options("A", "Paris", "Rome")))),)
    written = write_docx([PaperPart(exported)], no_asset, language="en")
    assert lines(written)[0] == "PART I. Multiple choice"
    assert lines(written)[1].startswith("Question 1. Name")
    assert [one.item.type for one in read(written).items] == ["single_choice"]


@pytest.mark.parametrize("keys", [True, False])
def test_a_composite_item_that_is_written_by_hand_is_a_question_to_write_out(keys: bool) -> None:
    written = paper(item_of(photo()), item_of(two_interactions()), keys=keys)
    told = {(one.code, one.written) for one in written.notes}
    assert told - {("metadata_not_held", True)} == {("interaction_not_held", False), ("kind_changed", True)}
    (item,) = [one.item for one in read(written).items]
    assert isinstance(item.interaction, Essay)
    assert plain_text(item.stem) == "Chứng minh trên giấy rồi chụp ảnh."
