"""Every construct of Word's equation editor, beside the MathML that it has to become."""

from __future__ import annotations

import re

import pytest

from item_bank.content.mathematics import MathematicsError, mathml_to_typst, omml_to_mathml, sanitise_mathml
from item_bank.content.omml import NAMESPACE


def r(text: str, properties: str = "") -> str:
    made = f"<m:rPr>{properties}</m:rPr>" if properties else ""
    return f"<m:r>{made}<m:t>{text}</m:t></m:r>"


def arguments(**parts: str) -> str:
    return "".join(f"<m:{name}>{inner}</m:{name}>" for name, inner in parts.items())


def of(name: str, properties: str = "", **parts: str) -> str:
    made = f"<m:{name}Pr>{properties}</m:{name}Pr>" if properties else ""
    return f"<m:{name}>{made}{arguments(**parts)}</m:{name}>"


def value(name: str, text: str) -> str:
    return f'<m:{name} m:val="{text}"/>'


def converted(inner: str, *, display: bool = False) -> str:
    made = omml_to_mathml(f'<m:oMath xmlns:m="{NAMESPACE}">{inner}</m:oMath>', display)
    return re.sub(r"^<math[^>]*>|</math>$", "", made)


DECLARED = f'xmlns:m="{NAMESPACE}"'
PLAIN = value("sty", "p")
ROWS = "".join(f"<m:mr><m:e>{r(a)}</m:e><m:e>{r(b)}</m:e></m:mr>" for a, b in (("1", "0"), ("0", "1")))
CASES = "".join(f"<m:e>{r(text)}</m:e>" for text in ("x&amp;=1", "y=2"))
GALLERY = {
    "run": (r("2x+1"), "<mn>2</mn><mi>x</mi><mo>+</mo><mn>1</mn>"),
    "decimal comma": (r("2,5"), "<mn>2,5</mn>"),
    "minus and prime": (r("f'-1"), "<mi>f</mi><mo>′</mo><mo>−</mo><mn>1</mn>"),
    "words": (r("nếu x", "<m:nor/>"), "<mtext>nếu\u00a0x</mtext>"),
    "upright": (r("kg", PLAIN), "<mi>kg</mi>"),
    "bold": (r("v", value("sty", "b")), "<mi>𝐯</mi>"),
    "double struck": (r("R", value("scr", "double-struck")), "<mi>ℝ</mi>"),
    "fraction": (of("f", num=r("1"), den=r("x")), "<mfrac><mn>1</mn><mi>x</mi></mfrac>"),
    "binomial": (
        of("f", value("type", "noBar"), num=r("n"), den=r("k")),
        '<mfrac linethickness="0"><mi>n</mi><mi>k</mi></mfrac>',
    ),
    "linear fraction": (
        of("f", value("type", "lin"), num=r("a"), den=r("b")),
        "<mrow><mi>a</mi><mo>/</mo><mi>b</mi></mrow>",
    ),
    "superscript": (of("sSup", e=r("x"), sup=r("2")), "<msup><mi>x</mi><mn>2</mn></msup>"),
    "subscript": (of("sSub", e=r("a"), sub=r("n")), "<msub><mi>a</mi><mi>n</mi></msub>"),
    "both scripts": (
        of("sSubSup", e=r("x"), sub=r("1"), sup=r("2")),
        "<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>",
    ),
    "scripts before": (
        of("sPre", sub=r("6"), sup=r("14"), e=r("C")),
        "<mmultiscripts><mi>C</mi><mprescripts/><mn>6</mn><mn>14</mn></mmultiscripts>",
    ),
    "square root": (of("rad", value("degHide", "1"), deg="", e=r("2")), "<msqrt><mn>2</mn></msqrt>"),
    "cube root": (of("rad", deg=r("3"), e=r("x")), "<mroot><mi>x</mi><mn>3</mn></mroot>"),
    "sum": (
        of("nary", value("chr", "∑"), sub=r("k=1"), sup=r("n"), e=r("k")),
        (
            '<mrow><munderover><mo largeop="true" movablelimits="false">∑</mo>'
            "<mrow><mi>k</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><mi>k</mi></mrow>"
        ),
    ),
    "integral": (
        of("nary", sub=r("0"), sup=r("1"), e=r("x")),
        '<mrow><msubsup><mo largeop="true">∫</mo><mn>0</mn><mn>1</mn></msubsup><mi>x</mi></mrow>',
    ),
    "integral without limits": (
        of("nary", value("subHide", "1") + value("supHide", "1"), sub="", sup="", e=r("x")),
        '<mrow><mo largeop="true">∫</mo><mi>x</mi></mrow>',
    ),
    "brackets": (
        of("d", e=r("x")),
        (
            '<mrow><mo fence="true" form="prefix" stretchy="true">(</mo><mi>x</mi>'
            '<mo fence="true" form="postfix" stretchy="true">)</mo></mrow>'
        ),
    ),
    "absolute value": (
        of("d", value("begChr", "|") + value("endChr", "|"), e=r("x")),
        (
            '<mrow><mo fence="true" form="prefix" stretchy="true">|</mo><mi>x</mi>'
            '<mo fence="true" form="postfix" stretchy="true">|</mo></mrow>'
        ),
    ),
    "system": (
        of("d", value("begChr", "{") + value("endChr", ""), e=f"<m:eqArr>{CASES}</m:eqArr>"),
        (
            '<mrow><mo fence="true" form="prefix" stretchy="true">{</mo><mtable displaystyle="true">'
            '<mtr><mtd class="tml-left"><mi>x</mi><mo>=</mo><mn>1</mn></mtd></mtr>'
            '<mtr><mtd class="tml-left"><mi>y</mi><mo>=</mo><mn>2</mn></mtd></mtr></mtable></mrow>'
        ),
    ),
    "matrix": (
        f"<m:m>{ROWS}</m:m>",
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>0</mn></mtd></mtr>"
            "<mtr><mtd><mn>0</mn></mtd><mtd><mn>1</mn></mtd></mtr></mtable>"
        ),
    ),
    "function": (of("func", fName=r("sin"), e=r("x")), "<mrow><mi>sin</mi><mo>\u2061</mo><mi>x</mi></mrow>"),
    "limit": (
        of("func", fName=of("limLow", e=r("lim", PLAIN), lim=r("x→0")), e=r("f")),
        "<mrow><munder><mi>lim</mi><mrow><mi>x</mi><mo>→</mo><mn>0</mn></mrow></munder><mo>\u2061</mo><mi>f</mi></mrow>",
    ),
    "limit above": (of("limUpp", e=r("a"), lim=r("n")), "<mover><mi>a</mi><mi>n</mi></mover>"),
    "vector": (
        of("acc", value("chr", "\u20d7"), e=r("AB")),
        '<mover accent="true"><mrow><mi>A</mi><mi>B</mi></mrow><mo stretchy="false" scriptlevel="1">⟶</mo></mover>',
    ),
    "bar above": (
        of("bar", value("pos", "top"), e=r("z")),
        '<mover accent="true"><mi>z</mi><mo stretchy="true">‾</mo></mover>',
    ),
    "brace below": (of("groupChr", e=r("x")), '<munder><mi>x</mi><mo stretchy="true">⏟</mo></munder>'),
    "frame": (of("borderBox", e=r("x")), '<menclose notation="box"><mi>x</mi></menclose>'),
    "phantom": (of("phant", value("show", "0"), e=r("x")), "<mphantom><mi>x</mi></mphantom>"),
}


@pytest.mark.parametrize("name", GALLERY)
def test_the_gallery(name: str) -> None:
    source, expected = GALLERY[name]
    assert converted(source) == expected


@pytest.mark.parametrize("name", GALLERY)
def test_the_result_is_safe_already_and_can_be_printed(name: str) -> None:
    made = omml_to_mathml(f'<m:oMath xmlns:m="{NAMESPACE}">{GALLERY[name][0]}</m:oMath>')
    assert sanitise_mathml(made) == made
    assert mathml_to_typst(made)


def test_a_paragraph_of_formulas_is_set_on_lines_of_its_own() -> None:
    one = f"<m:oMath>{r('x')}</m:oMath>"
    made = omml_to_mathml(f'<m:oMathPara xmlns:m="{NAMESPACE}">{one}{one}</m:oMathPara>')
    assert 'display="block"' in made
    assert made.count("<mtr>") == 2


@pytest.mark.parametrize(
    "source", ["<x/>", f'<m:r xmlns:m="{NAMESPACE}"/>', f'<m:oMath xmlns:m="{NAMESPACE}"><m:new/></m:oMath>']
)
def test_what_is_not_understood_is_said(source: str) -> None:
    with pytest.raises(MathematicsError):
        omml_to_mathml(source)


def test_depth_is_limited() -> None:
    inner = r("x")
    for _ in range(80):
        inner = of("sSup", e=inner, sup=r("2"))
    with pytest.raises(MathematicsError):
        converted(inner)
