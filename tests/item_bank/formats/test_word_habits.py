"""What Word documents hold besides text: drawings, boxes, fields, fonts of signs, lists by styles, macros."""

from __future__ import annotations

import pytest

from item_bank.content.checking import undeliverable
from item_bank.content.markup import assets_in, plain_text
from item_bank.content.missing import MISSING, pictures
from item_bank.content.model import Item, Numeric, SingleChoice
from item_bank.formats.model import HostileFile, Imported
from item_bank.formats.reading import read_file
from tests.item_bank.formats.documents import (
    PNG,
    W,
    document,
    drawn_group,
    in_font,
    level,
    listed,
    paragraph,
    picture,
    run,
    symbol,
    table,
    text_box,
    vml_picture,
)

OPTIONS = (paragraph("A. một\tB. hai"), paragraph("Đáp án: A"))


def read(*blocks: str, **parts: object) -> Imported:
    return read_file("de.docx", document(*blocks, **parts))  # type: ignore[arg-type]


def only(*blocks: str, **parts: object) -> Item:
    (found,) = read(*blocks, **parts).items
    return found.item


def told(*runs: str, **parts: object) -> tuple[str, list[str], bool]:
    """Fate and reasons of a question that shows something, and whether the place of a picture is kept in it."""
    found = read(paragraph("Câu 1. Xem ", *runs), *OPTIONS, **parts)
    (entry,) = found.report.items
    (item,) = [one.item for one in (*found.items, *found.pending.values())]
    return entry.outcome, [reason.code for reason in entry.reasons], MISSING.digest in item.stem.html


def field(code: str, result: str = "") -> str:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    shown = mark("separate") + run(result) if result else ""
    return mark("begin") + f"<w:r><w:instrText>{code}</w:instrText></w:r>" + shown + mark("end")


def test_what_cannot_be_shown_keeps_its_place_for_a_picture() -> None:
    line = "<w:r><w:pict><v:line/></w:pict></w:r>"
    assert told(drawn_group("A", "B")) == ("changed", ["drawing_lost"], True)
    assert told(line) == ("changed", ["drawing_lost"], True)
    assert told("<w:r><w:object/></w:r>") == ("changed", ["object_lost"], True)
    assert told(field("EQ \\o(a;b;c)")) == ("changed", ["formula_lost"], True)
    assert undeliverable(only(paragraph("Câu 1. Xem ", line), *OPTIONS))


def test_what_a_person_has_to_look_at_is_asked_about() -> None:
    assert told(drawn_group("A", relation="rA"), media={"rA": PNG}) == ("doubtful", ["drawing_partial"], False)
    shown = read(paragraph("Câu 1. Xem ", drawn_group("A", relation="rA")), *OPTIONS, media={"rA": PNG}).pending["1"]
    assert plain_text(shown.item.stem).strip() == "Xem"
    assert told(symbol("F0FF", "Wingdings 3")) == ("doubtful", ["sign_lost"], False)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Tam giác ABC", "Tam giác ABC"),
        ("image7.png", ""),
        ("Picture 3", ""),
        ("A map. Description automatically generated", ""),
    ],
)
def test_descriptions_of_pictures_come_along(written: str, kept: str) -> None:
    described = picture("rA").replace("<wp:inline>", f'<wp:inline><wp:docPr id="1" descr="{written}"/>')
    item = only(paragraph("Câu 1. Xem ", described), *OPTIONS, media={"rA": PNG})
    assert [one.alt for one in pictures(item)] == [kept]


def test_rules_and_watermarks_are_no_drawings() -> None:
    rule = '<w:r><w:pict><v:rect o:hr="t"/></w:pict></w:r>'
    mark = "<w:r><w:pict><v:shape><v:textpath string='MẪU'/></v:shape></w:pict></w:r>"
    assert plain_text(only(paragraph("Câu 1. Một?", rule, mark), *OPTIONS).stem) == "Một?"


def test_fields_show_their_results() -> None:
    item = only(paragraph("Câu 1. Xem hình ", field("REF hinh1 \\h", "3"), run(".")), *OPTIONS)
    assert plain_text(item.stem) == "Xem hình 3."


def test_signs_of_fonts() -> None:
    item = only(
        paragraph("Câu 1. ", symbol("F0B3"), in_font("ab", "Symbol"), symbol("00FC", "Wingdings"), run("\uf0de")),
        *OPTIONS,
    )
    assert plain_text(item.stem) == "≥αβ✓⇒"


def test_a_text_box_is_read_in_its_place_or_floats_beside_the_question() -> None:
    boxed = [paragraph(text_box(paragraph("Câu 1. Một?"), *OPTIONS))]
    assert plain_text(only(*boxed).stem) == "Một?"
    floats = only(paragraph("Câu 1. Một?"), paragraph("A. một\tB. hai", text_box(paragraph("Hình 1"))), OPTIONS[1])
    assert plain_text(floats.stem) == "Một?\nHình 1"
    assert isinstance(floats.interaction, SingleChoice)
    assert plain_text(floats.interaction.options[1].markup) == "hai"


def test_floating_pictures_of_old_documents_and_pictures_that_are_options() -> None:
    media = {name: PNG + bytes([at]) for at, name in enumerate(("rA", "rB", "rC"))}
    item = only(
        paragraph("Câu 1. Hình nào?"),
        paragraph("A. ", picture("rA", anchored=True)),
        paragraph("B. ", picture("rB", anchored=True), vml_picture("rC", floating=True)),
        paragraph("Đáp án: A"),
        media=media,
    )
    assert isinstance(item.interaction, SingleChoice)
    assert [len(assets_in(one.markup)) for one in item.interaction.options] == [1, 1]


def test_letters_and_contents_in_cells_of_their_own() -> None:
    item = only(
        paragraph("Câu 1. Hình nào?"),
        table(("A.", paragraph(picture("rA")), "B.", paragraph(picture("rB")))),
        paragraph("Đáp án: A"),
        media={"rA": PNG, "rB": PNG + b"\0"},
    )
    assert isinstance(item.interaction, SingleChoice)
    assert [len(assets_in(one.markup)) for one in item.interaction.options] == [1, 1]


def test_lists_whose_levels_belong_to_styles() -> None:
    """A list that names a style, whose list has the levels; a paragraph's style says the level."""
    styles = "".join(
        f'<w:style w:styleId="{name}"><w:pPr><w:numPr>{at}<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        for name, at in (("Cau", ""), ("Y", ""))
    )
    levels = level(0, "decimal", "Câu %1.").replace("<w:start", '<w:pStyle w:val="Cau"/><w:start')
    levels += level(1, "upperLetter", "%2.").replace("<w:start", '<w:pStyle w:val="Y"/><w:start')
    numbered = (
        f'<w:numbering xmlns:w="{W}">'
        f'<w:abstractNum w:abstractNumId="0"><w:styleLink w:val="De"/>{levels}</w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="De"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )
    item = only(
        paragraph("Một?", style="Cau"),
        paragraph(run("x", "u"), style="Y"),
        paragraph("y", style="Y"),
        numbered=numbered,
        styles=f'<w:styles xmlns:w="{W}">{styles}</w:styles>',
    )
    assert isinstance(item.interaction, SingleChoice)
    assert [one.weight for one in item.interaction.options] == ["1", "0"]


def test_a_bold_text_is_the_key_where_all_letters_are_bold() -> None:
    item = only(
        paragraph(run("Câu 1. ", "b"), "Một?"),
        *(paragraph(run(f"{one}. ", "b"), run("ý", *(("b",) if one == "C" else ()))) for one in "ABCD"),
    )
    assert isinstance(item.interaction, SingleChoice)
    assert [one.id for one in item.interaction.options if one.weight == "1"] == ["C"]


def test_macros_and_documents_inside_are_told() -> None:
    data = document(paragraph("Câu 1. Một?"), *OPTIONS, '<w:altChunk r:id="x"/>', extra={"word/vbaProject.bin": b"x"})
    found = read_file("de.docm", data)
    assert {"docx_part_left", "docx_macros"} <= {one.code for one in found.report.problems}
    assert len(found.items) == 1


def test_a_table_of_endless_cells_is_refused() -> None:
    with pytest.raises(HostileFile) as caught:
        read(paragraph("Câu 1. x"), table(*((f"{n * 7919 % 100_003}", f"{n}") for n in range(10_100))))
    assert caught.value.code == "docx_too_long"


def test_numbers_of_lists_that_no_list_has_do_no_harm() -> None:
    odd = level(0, "upperLetter", "%1.").replace('w:val="1"', 'w:val="²"')
    numbered = f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{odd}</w:abstractNum></w:numbering>'
    assert read(paragraph("Câu 1. Một?"), listed("A. x*", (7, 3)), paragraph("B. y"), numbered=numbered).items


def test_answers_in_brackets_and_boxes_to_write_into() -> None:
    found = read(
        paragraph("Câu 1. Hai? A. 1 B. 2 [Đáp án: B]"),
        paragraph("PHẦN II. Trả lời ngắn"),
        paragraph("Câu 1. Tính."),
        table(("Đáp án:", "", "", "", "")),
        paragraph("KQ: 2,5"),
    )
    assert [plain_text(one.item.stem) for one in found.items] == ["Hai?", "Tính."]
    choice, number = (one.item.interaction for one in found.items)
    assert isinstance(choice, SingleChoice)
    assert [(plain_text(one.markup), one.weight) for one in choice.options] == [("1", "0"), ("2", "1")]
    assert number == Numeric(("2,5",))


def test_statements_that_are_all_underlined_are_asked_about_as_all_true() -> None:
    lines = [paragraph(run(f"{letter})", "u"), run(f" Ý {letter}.")) for letter in "abcd"]
    (entry,) = read(paragraph("PHẦN I. Đúng sai"), paragraph("Câu 1. Xét"), *lines).report.items
    assert entry.outcome == "doubtful"
    assert entry.suggestion == {"truth": "TTTT"}


def test_the_part_says_its_points_and_a_few_questions_are_no_test() -> None:
    questions = [paragraph(f"Câu {n}. {n}?\nA. x*\nB. y") for n in range(1, 5)]
    assert not read(*questions).tests
    (test,) = read(paragraph("I. TRẮC NGHIỆM (3 điểm)"), *questions).tests
    assert [one.points for one in test.sections()] == ["0.75"]


def test_boxes_inside_of_boxes_are_read_once() -> None:
    inner = paragraph(text_box(paragraph("Câu 2. Hai?"), *OPTIONS))
    found = read(paragraph(text_box(paragraph("Câu 1. Một?"), *OPTIONS, inner)))
    assert [plain_text(one.item.stem) for one in found.items] == ["Một?", "Hai?"]


def test_a_field_that_never_ends_swallows_nothing() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert plain_text(only(paragraph("Câu 1. Một", begun), paragraph("hai?"), *OPTIONS).stem) == "Một\nhai?"


def test_merged_cells_keep_their_columns_and_rows_in_controls_are_read() -> None:
    rows = table(("Năm", "Nam", "Nữ"), ("2020", "1", "2"))
    wide = (
        '<w:tr><w:tc><w:p/></w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
        + paragraph("Số dân")
        + "</w:tc></w:tr>"
    )
    held = f"<w:sdt><w:sdtContent>{wide}</w:sdtContent></w:sdt>"
    stem = only(paragraph("Câu 1. Xem bảng"), rows.replace("<w:tbl>", "<w:tbl>" + held), *OPTIONS).stem.html
    assert "<tr><td></td><td>Số dân</td><td></td></tr><tr><td>Năm</td>" in stem


def test_comments_heads_and_feet_of_pages_are_told() -> None:
    parts = {
        "comments": f'<w:comments xmlns:w="{W}"><w:comment>{paragraph("Xem lại")}</w:comment></w:comments>',
        "header": f'<w:hdr xmlns:w="{W}">{paragraph("Trường A")}</w:hdr>',
        "footer": "no XML at all",
    }
    told_of = read(paragraph("Câu 1. Một?"), *OPTIONS, parts=parts).report.problems
    assert [(one.code, one.params["text"]) for one in told_of] == [
        ("docx_comments", "Xem lại"),
        ("docx_margins", "Trường A"),
    ]
