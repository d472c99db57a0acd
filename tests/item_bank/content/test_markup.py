from __future__ import annotations

import html
import re
import time
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from item_bank.content.formulas import with_annotation
from item_bank.content.markup import (
    ALLOWED,
    assets_in,
    editable,
    from_html,
    from_text,
    is_blank,
    plain_text,
    render,
    resanitised,
)
from item_bank.content.model import Formula, Markup
from item_bank.content.pictures import PictureRefused

DIGEST = "ab" * 32

hostile = st.lists(
    st.sampled_from(
        [
            "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<math>", "</math>",
            "<mtext>", "<a href='javascript:alert(1)'>", "</a>", "<p style='color:red' onclick=x>", "<iframe src=x>",
            "<style>*{}</style>", "<!--", "-->", "<table><td background=x>", "</p>", "$", "$$", "\\(", "\\)", "\\[",
            "\\]", "x^2", "\\href{javascript:x}{y}", "<span data-math='0'></span>", "<form action=x><input name=y>",
            "&lt;script&gt;", "\uf8f00\uf8f1",
            f"<img data-asset='{DIGEST}' alt=\"a'b\">", "<img alt='$x$' src='//e.vn/p'>",
            "<annotation-xml encoding='text/html'><img src=x onerror=y>", "<template>",
            "<noscript><p title=\"</noscript>",
            "\x00", "<", ">", '"', "'", "=", "a", " ",
        ]
    )
    | st.text(max_size=8)
).map("".join)  # fmt: skip

MATHML = {"math", "semantics", "annotation"}
ATTRIBUTES = {"data-math", "data-asset", "alt", "width", "height", "lang", "dir", "title"}


class Elements(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(hostile)
def test_nothing_that_acts_survives(source: str) -> None:
    markup = from_html(source)
    shown = render(markup)
    for tag, attributes in Elements(shown).found:
        assert tag in ALLOWED or tag.startswith("m") or tag in MATHML, tag
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in {"style", "href", "src", "srcset", "action", "background", "xlink:href", "formaction"}
            assert "javascript:" not in (value or "") or name in {"alt", "title"}
    for tag, attributes in Elements(markup.html).found:
        assert tag in ALLOWED
        assert attributes.keys() <= ATTRIBUTES | ALLOWED[tag]
    etree.fromstring(f"<div>{markup.html}</div>")  # XHTML: also readable by exporters
    assert not re.search("[\x00\ud800-\udfff\uf8f0\uf8f1]", shown)


@given(hostile)
@example("<math></math>")
def test_what_was_made_safe_stays_as_it_is(source: str) -> None:
    markup = from_html(source)
    again = from_html(editable(markup))
    assert plain_text(again) == plain_text(markup)
    assert len(again.math) == len(markup.math)


@given(st.text())
@example("\uf8f00\uf8f1")
def test_plain_text_comes_back(source: str) -> None:
    markup = from_text(source, tex=False)
    expected = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff\uf8f0\uf8f1]", "", source)
    assert "".join(plain_text(markup).split()) == "".join(unicodedata.normalize("NFC", expected).split())
    assert resanitised(markup).math == ()


@pytest.mark.parametrize(
    ("source", "formulas"),
    [
        ("$x^2$ và \\(y\\)", ["x^2", "y"]),
        ("$$\\frac{1}{2}$$ \\[z\\]", ["\\frac{1}{2}", "z"]),
        ("$a &lt; b$", ["a < b"]),
        ("$a<b$", ["a<b"]),
        ("$x$, $y$ và $z$.", ["x", "y", "z"]),
        ("giá $5 và $6", []),
        ("giá \\$5, \\$6", []),
        ("từ $5 hay 10$ đồng", []),
        ("$5, $10", []),
        ("một $ thôi", []),
        ("<p>$x</p><p>y$</p>", []),
        ("$\\text{giá } \\$5$", ["\\text{giá } \\$5"]),
        ("$2 \\text{ cm}$", ["2 \\text{ cm}"]),
        ("$P(A) = 0{,}5$", ["P(A) = 0{,}5"]),
    ],
)
def test_formulas_and_money(source: str, formulas: list[str]) -> None:
    markup = from_html(source)
    assert [formula.source for formula in markup.math] == formulas
    assert render(markup).count("<math") == len(formulas)


def test_display_formulas_are_known() -> None:
    markup = from_html("$$x$$ $y$")
    assert [formula.display for formula in markup.math] == [True, False]


def test_mathml_is_kept() -> None:
    markup = from_html("<p>a <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> b</p>")
    assert markup.html == '<p>a <span data-math="0"></span> b</p>'
    assert markup.math[0].notation == "mathml"
    assert "<mfrac>" in render(markup)


def test_a_formula_that_cannot_be_read_stays_as_written_and_is_told() -> None:
    problems: list[str] = []
    markup = from_html("<p>$\\frac{1$</p>", problems=problems)
    assert plain_text(markup) == "$\\frac{1$"
    assert len(problems) == 1


def test_a_formula_inside_what_is_dropped_is_dropped() -> None:
    markup = from_html("<script>$x$</script>$y$")
    assert [formula.source for formula in markup.math] == ["y"]
    assert markup.html == '<span data-math="0"></span>'


def test_tables_keep_their_shape() -> None:
    source = (
        '<table><caption>Bảng 1</caption><thead><tr><th scope="col">x</th></tr></thead>'
        '<tbody><tr><td colspan="2" rowspan="3">1</td></tr></tbody></table>'
    )
    assert from_html(source).html == source


def test_structure_is_kept() -> None:
    source = (
        '<p lang="en">H<sub>2</sub>O <ruby>漢<rp>(</rp><rt>Hán</rt><rp>)</rp></ruby></p>'
        '<ol start="3" type="a"><li>x</li></ol>'
    )
    assert from_html(source).html == source


def test_pictures_are_resolved_or_named() -> None:
    problems: list[str] = []

    def resolve(source: str) -> str:
        if source == "cat.png":
            return DIGEST
        raise PictureRefused("there is no such file.")

    markup = from_html('<img src="cat.png" alt="mèo" width="20"><img src="dog.png" alt="chó">', resolve, problems)
    assert markup.html == f'<img alt="mèo" data-asset="{DIGEST}" width="20"/>chó'
    assert problems == ["The picture dog.png is left out: there is no such file."]
    assert assets_in(markup) == [DIGEST]


def test_text_is_nfc_and_blocks_are_lines() -> None:
    markup = from_html("<p>Ha\u0300 No\u0323\u0302i</p><ul><li>một<li>hai</ul>")
    assert plain_text(markup) == "Hà Nội\nmột\nhai"


def test_paragraphs_of_plain_text() -> None:
    assert from_text("a < b\nc\n\nd & $x$").html == '<p>a &lt; b<br/>c</p><p>d &amp; <span data-math="0"></span></p>'


@pytest.mark.parametrize(("source", "blank"), [("", True), ("<p>&nbsp;</p>", True), ("$x$", False), ("a", False)])
def test_blank(source: str, blank: bool) -> None:
    assert is_blank(from_html(source)) is blank


def test_markup_from_outside_is_made_safe() -> None:
    evil = Markup(
        '<p onclick="x">a <span data-math="0"></span></p>',
        (Formula("x", "mathml", "<math><mi onclick='x'>y</mi></math><script>1</script>"),),
    )
    shown = render(resanitised(evil))
    assert "onclick" not in shown
    assert "script" not in shown


@pytest.mark.parametrize("piece", ["<math>", "\\(", "\\(x", "$x ", "$$", "<!--", "<!-- $", "<i ", "\\[<", "<math>\\(<"])
def test_hostile_repetition_takes_bounded_time(piece: str) -> None:
    began = time.process_time()
    from_html(piece * (50_000 // len(piece)))
    assert time.process_time() - began < 2


def test_a_delimiter_in_a_comment_has_no_partner_outside() -> None:
    assert from_html("a<!-- $ -->b $x$<!-- \\( -->").html == 'ab <span data-math="0"></span>'


def test_row_breaks_of_a_matrix_are_no_delimiters() -> None:
    source = r"\[\begin{matrix} a & b \\[2pt] c & d \end{matrix}\]"
    assert len(from_html(source.replace("&", "&amp;")).math) == 1


def test_editable_shows_tex_between_delimiters() -> None:
    assert editable(from_html("<p>$a&lt;b$ $$c$$ giá \\$5</p>")) == "<p>\\(a&lt;b\\) \\[c\\] giá &#36;5</p>"
    assert html.unescape("&#36;") == "$"


@pytest.mark.parametrize(
    ("mathml", "tex", "notation"),
    [
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", r"\frac{1}{2}", "tex"),
        ("<mfrac><mn>1</mn><mn>3</mn></mfrac>", r"\frac{1}{2}", "mathml"),
        ("<mi>ab</mi>", "ab", "mathml"),
        ("<mi>x</mi>", r"\nosuchcommand", "mathml"),
    ],
)
def test_tex_beside_mathml_is_the_source_where_it_says_the_same(mathml: str, tex: str, notation: str) -> None:
    annotation = f'<annotation encoding="application/x-tex">{tex}</annotation>'
    formula = from_html(f"<math><semantics><mrow>{mathml}</mrow>{annotation}</semantics></math>").math[0]
    assert formula.notation == notation
    assert notation == "mathml" or (formula.source, formula.mathml) == (tex, f"<math>{mathml}</math>")


def test_tex_goes_out_beside_its_mathml_and_comes_back() -> None:
    formula = from_html(r"\[a < b\]").math[0]
    assert from_html(with_annotation(formula)).math == (formula,)
