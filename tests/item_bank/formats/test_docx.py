"""Word documents of tests, as teachers write them, become items; hostile ones are refused."""

from __future__ import annotations

import pytest

from item_bank.content.markup import assets_in, plain_text
from item_bank.content.missing import MISSING
from item_bank.content.model import Item, Numeric, SingleChoice, TrueFalseCluster
from item_bank.formats.model import HostileFile, Imported, ReadProblem
from item_bank.formats.reading import read_file
from tests.item_bank.formats.documents import (
    PNG,
    document,
    formula,
    letters,
    level,
    math_type,
    numbering,
    paragraph,
    picture,
    run,
    table,
    zipped,
)

FRACTION = f"<m:f><m:num>{letters('1')}</m:num><m:den>{letters('x')}</m:den></m:f>"


def read(*blocks: str, **parts: object) -> Imported:
    return read_file("de.docx", document(*blocks, **parts))  # type: ignore[arg-type]


def listed(text: str, key: str) -> str:
    return paragraph(run(text, *(("u",) if text == key else ())), list_of=(1, 1))


def key(item: Item) -> str:
    assert isinstance(item.interaction, SingleChoice)
    return "".join(option.id for option in item.interaction.options if option.weight == "1")


def options(item: Item) -> list[str]:
    assert isinstance(item.interaction, SingleChoice)
    return [plain_text(option.markup) for option in item.interaction.options]


def test_underlined_letters_are_keys_and_tabs_part_options() -> None:
    found = read(
        paragraph(run("TRƯỜNG THPT LÊ QUÝ ĐÔN", "b")),
        paragraph(run("Câu 1.", "b"), run(" Nước sôi ở bao nhiêu độ C?")),
        paragraph(
            *(run("A", "b"), run(". 90\t"), run("B", "b", "u"), run(". 100\t")),
            *(run("C", "b"), run(". 110\t"), run("D", "b"), run(". 120")),
        ),
        paragraph(run("Câu 2.", "b"), run(" Công thức hóa học của nước là")),
        *(paragraph(*runs) for runs in (
            (run("A."), run(" H"), run("2", "sub"), run("O"), run("2", "sub")),
            (run("B.", "u"), run(" H"), run("2", "sub"), run("O")),
            (run("C."), run(" HO"),),
            (run("D."), run(" O"), run("2", "sub")),
        )),
    )  # fmt: skip
    assert [key(one.item) for one in found.items] == ["B", "B"]
    assert options(found.items[0].item) == ["90", "100", "110", "120"]
    choice = found.items[1].item.interaction
    assert isinstance(choice, SingleChoice)
    assert choice.options[1].markup.html == "H<sub>2</sub>O"
    assert "LÊ QUÝ ĐÔN" in found.report.problems[0].text


def test_a_red_option_among_blue_labels_is_the_key() -> None:
    labels = [run(f"{letter}. ", "b", color="0000FF") for letter in "ABCD"]
    labels[2] = run("C. ", "b", color="FF0000")
    found = read(
        paragraph(run("Câu 1: ", "b", color="0000FF"), run("Chọn câu đúng.")),
        *(paragraph(label, run(f"phương án {at}")) for at, label in enumerate(labels)),
    )
    assert key(found.items[0].item) == "C"


def test_automatic_numbers_of_lists_count() -> None:
    found = read(
        paragraph("Thủ đô của Việt Nam là", list_of=(1, 0)),
        *(listed(text, key="Hà Nội") for text in ("Huế", "Hà Nội", "Vinh")),
        paragraph("Sông dài nhất Việt Nam là", list_of=(1, 0)),
        *(listed(text, key="Đồng Nai") for text in ("Đồng Nai", "Hương", "Mã")),
        numbered=numbering(level(0, "decimal", "Câu %1."), level(1, "upperLetter", "%2.")),
    )  # fmt: skip
    assert [plain_text(one.item.stem) for one in found.items] == ["Thủ đô của Việt Nam là", "Sông dài nhất Việt Nam là"]
    assert [key(one.item) for one in found.items] == ["B", "A"]


def test_formulas_of_word_become_mathml_and_keep_their_source() -> None:
    found = read(
        paragraph("Câu 1. Đạo hàm của ", formula(FRACTION), " là"),
        paragraph("A. ", formula(letters("x"))),
        paragraph("B. 1"),
        paragraph("Đáp án: A"),
    )
    stem = found.items[0].item.stem
    assert [one.notation for one in stem.math] == ["omml"]
    assert "<mfrac><mn>1</mn><mi>x</mi></mfrac>" in stem.math[0].mathml
    assert "oMath" in stem.math[0].source
    assert "rFonts" not in stem.math[0].source


def test_options_in_the_cells_of_a_table_and_a_table_of_data() -> None:
    found = read(
        paragraph("Câu 1. Theo bảng sau, số học sinh giỏi là"),
        table(("Loại", "Giỏi", "Khá"), ("Số học sinh", "8", "20")),
        table(("A. 8", "B. 20"), ("C. 28", "D. 12")),
        paragraph("---HẾT---"),
        table(("Câu", "1"), ("Đáp án", "A")),
    )
    item = found.items[0].item
    assert "<table><tbody><tr><td>Loại</td><td>Giỏi</td>" in item.stem.html
    assert options(item) == ["8", "20", "28", "12"]


def test_answer_table_and_statements_with_columns_for_true_and_false() -> None:
    found = read(
        paragraph("Phần I. Trắc nghiệm nhiều lựa chọn"),
        *(paragraph(f"Câu {n}. Chọn.\nA. một\tB. hai\tC. ba") for n in (1, 2, 3)),
        paragraph("Phần II. Trắc nghiệm đúng sai"),
        paragraph("Câu 1. Cho tam giác đều."),
        table(("Phát biểu", "Đúng", "Sai"), ("a) Có ba góc bằng nhau.", "x", ""), ("b) Có một góc vuông.", "", "X")),
        paragraph("HẾT"),
        paragraph("ĐÁP ÁN"),
        table(("Câu", "1", "2", "3"), ("ĐA", "A", "C", "B")),
    )
    assert [key(one.item) for one in found.items[:3]] == ["A", "C", "B"]
    cluster = found.items[3].item.interaction
    assert isinstance(cluster, TrueFalseCluster)
    assert [one.correct for one in cluster.statements] == [True, False]
    assert plain_text(cluster.statements[0].markup) == "Có ba góc bằng nhau."


def test_pictures_come_along_and_floating_ones_go_to_the_stem() -> None:
    found = read(
        paragraph("Câu 1. Hình vẽ bên là", picture("rIn")),
        paragraph("A. hình tròn\tB. hình vuông", picture("rFloat", anchored=True)),
        paragraph("Đáp án: B"),
        media={"rIn": PNG, "rFloat": PNG + b"\0"},
    )
    item = found.items[0].item
    assert len(assets_in(item.stem)) == 2
    assert {asset.digest for asset in found.assets} == set(assets_in(item.stem))
    assert options(item) == ["hình tròn", "hình vuông"]


def test_what_word_holds_and_browsers_cannot_show_keeps_its_place() -> None:
    found = read(
        paragraph("Câu 1. Tính ", math_type("rW")),
        paragraph("A. 1"),
        paragraph("B. 2"),
        paragraph("Đáp án: A"),
        media={"rW": b"\xd7\xcd\xc6\x9a" + bytes(40)},
    )
    (entry,) = found.report.items
    assert [reason.code for reason in entry.reasons] == ["object_lost"]
    assert "WMF" in entry.reasons[0].text
    assert assets_in(found.items[0].item.stem) == [MISSING.digest]
    assert found.assets == (MISSING,)


def test_an_edited_question_keeps_its_formulas_and_looks() -> None:
    data = document(
        paragraph("Câu 1. Tính ", formula(FRACTION)), paragraph(run("A", "u"), run(". 1")), paragraph("B. 2")
    )
    source = read_file("de.docx", data).items[0].source.decode()
    assert source == "Câu 1. Tính ⟦0⟧\n<u>A</u>. 1\nB. 2"
    again = read_file("de.docx", data, repairs={"1": {"text": source.replace("Tính", "Hãy tính")}})
    item = again.items[0].item
    assert plain_text(item.stem).startswith("Hãy tính")
    assert item.stem.math[0].notation == "omml"
    assert key(item) == "A"


def test_short_answers_in_a_document() -> None:
    found = read(paragraph("Câu 1. Số ", run("x", "i"), " là bao nhiêu?"), paragraph("Đáp số: ", run("-2,5", "b")))
    assert found.items[0].item.interaction == Numeric(("-2,5",))


ENTITY = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (document(paragraph("Câu 1. x"), extra={"word/document.xml": ENTITY}), "xml_declarations"),
        (document(paragraph("Câu 1. x"), extra={"../ra.xml": b"x"}), "archive_path"),
        (document(paragraph("Câu 1. x"), extra={"word/bomb.bin": bytes(3 * 1024 * 1024)}), "archive_bomb"),
        (document(paragraph("Câu 1. x"), extra={"word/big.bin": bytes(21 * 1024 * 1024)}), "archive_size"),
        (zipped({"word/other.xml": b"<x/>"}), "docx_no_document"),
        (document(*(paragraph(f"{n * 7919 % 100_003} {n}") for n in range(20_001))), "docx_too_long"),
    ],
)
def test_hostile_documents_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(ReadProblem) as caught:
        read_file("de.docx", data)
    assert caught.value.code == code


def test_deep_tables_are_refused_or_read_but_never_fail() -> None:
    inner = paragraph("Câu 1. x")
    for _ in range(60):
        inner = f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    with pytest.raises(HostileFile):
        read(inner)


def test_pictures_elsewhere_are_never_fetched() -> None:
    found = read(
        paragraph("Câu 1. Xem ", picture("rX")), paragraph("A. 1"), paragraph("B. 2"), paragraph("Chọn A"),
        external={"rX": "http://example.org/x.png"},
    )  # fmt: skip
    assert found.report.items[0].reasons[0].code == "picture_lost"
    assert found.assets == (MISSING,)


def test_the_old_word_format_is_named() -> None:
    with pytest.raises(ReadProblem) as caught:
        read_file("de.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert caught.value.code == "doc_old"
