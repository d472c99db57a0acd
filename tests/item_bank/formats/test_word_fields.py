"""Formulas of EQ fields, as documents of Word 2003 hold them."""

from __future__ import annotations

import pytest

from tests.item_bank.formats.documents import paragraph, symbol
from tests.item_bank.formats.test_word_habits import OPTIONS, field, only, told


@pytest.mark.parametrize(
    ("code", "tex"),
    [
        ("EQ \\f(1;2)", "\\frac{1}{2}"),
        ("eq \\f(1,5;2)", "\\frac{1,5}{2}"),
        ("EQ \\f(x\\s\\up4(2)-1,\\r(a(b+c)))", "\\frac{x^{2}-1}{\\sqrt{a(b+c)}}"),
        ("EQ \\r(3;8)", "\\sqrt[3]{8}"),
        ("EQ \\b\\lc\\{(\\a\\al(x=1,y=2))", "\\left\\{\\begin{array}{l}x=1 \\\\ y=2\\end{array}\\right."),
        ("EQ \\a\\ac\\co2(1,2,3,4)", "\\begin{array}{cc}1 & 2 \\\\ 3 & 4\\end{array}"),
        ("EQ \\i\\su(n=1;5;n)", "\\sum_{n=1}^{5}{n}"),
        ("EQ \\b\\bc\\|(x)", "\\left|x\\right|"),
        ("EQ \\o(AB,\\s\\up5(→))", "\\overrightarrow{AB}"),
        ("EQ \\x\\to(AB) 50%", "\\overline{AB} 50\\%"),
        ("EQ \\f(Số mol,V)", "\\frac{\\text{Số mol}}{V}"),
    ],
)
def test_fields_that_draw_formulas_become_tex(code: str, tex: str) -> None:
    (made,) = only(paragraph("Câu 1. Tính ", field(code)), *OPTIONS).stem.math
    assert (made.source, made.notation) == (tex, "tex")


def test_letters_lowered_by_their_look_and_signs_of_fonts_are_part_of_a_field() -> None:
    lowered = '<w:r><w:rPr><w:vertAlign w:val="subscript"/></w:rPr><w:instrText>1</w:instrText></w:r>'
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in ("begin", "end"))
    code = [f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in ("EQ \\f(q", ";", ")")]
    whole = begin + code[0] + lowered + code[1] + symbol("F061") + code[2] + end
    assert only(paragraph("Câu 1. Tính ", whole), *OPTIONS).stem.math[0].source == "\\frac{q_{1}}{α}"


@pytest.mark.parametrize("code", ["EQ \\f(1", "EQ \\f(1;2;3)", "EQ " + "\\f(" * 400, "EQ \\b\\lc", "EQ \\q(1)", "EQ"])
def test_a_field_that_is_no_formula_keeps_its_place(code: str) -> None:
    assert told(field(code)) == ("changed", ["formula_lost"], True)
