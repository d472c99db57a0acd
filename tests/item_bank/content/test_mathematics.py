"""TeX and MathML through the one converter: the gallery, print, and what hostile sources try."""

from __future__ import annotations

import html
import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from item_bank.content import mathml, mathml_meaning, mathml_style
from item_bank.content.mathematics import MathematicsError, mathml_to_typst, sanitise_mathml, tex_to_mathml

GALLERY: list[dict[str, Any]] = json.loads(Path(__file__).with_name("formulas.json").read_text())
STYLE = Path(__file__).parents[3] / "exam_engine" / "web" / "style" / "mathematics.css"


def test_the_gallery_is_a_school_s_worth() -> None:
    assert len(GALLERY) >= 40
    assert len({formula["name"] for formula in GALLERY}) == len(GALLERY)


@pytest.mark.parametrize("formula", GALLERY, ids=lambda formula: formula["name"])
def test_formula_becomes_clean_mathml(formula: dict[str, Any]) -> None:
    made = tex_to_mathml(formula["tex"], formula["display"])
    root = etree.fromstring(made)
    assert root.tag == "math"
    assert root.get("display") == ("block" if formula["display"] else None)
    for node in root.iter():
        assert node.tag in mathml.TOKENS | mathml.GROUPS
        assert not {"style", "href", "id"} & set(node.attrib)
        assert node.tag != "merror"
    assert sanitise_mathml(made) == made, "clean MathML stays as it is"


def test_every_formula_prints() -> None:
    lines = [f"$ {mathml_to_typst(tex_to_mathml(f['tex'], f['display']))} $" for f in GALLERY]
    pdf = typst.compile("\n\n".join(lines).encode(), format="pdf")
    assert pdf[:5] == b"%PDF-"


@pytest.mark.parametrize(
    ("tex", "printed"),
    [
        (r"\frac{a,b}{2}", "frac(a comma b, 2)"),
        (r"\sqrt[3]{x}", "root(3, x)"),
        (r"x_1^2", "attach(x, br: 1, tr: 2)"),
        (r"\overrightarrow{AB}", "arrow(A B)"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", 'mat(delim: "(", 1, 2; 3, 4)'),
        (
            r"\begin{array}{c|c}x&1\\\hline y&2\end{array}",
            "mat(delim: #none, augment: #(vline: (1,), hline: (1,)), x, 1; y, 2)",
        ),
        (r"|x|", 'class("normal", |) x class("normal", |)'),
        (r"\ce{SO4}", 'attach(upright("SO"), br: 4)'),
        (r"\sin x", 'op("sin") thin x'),
        (r"\boxed{x}", "#box(stroke: 0.5pt, inset: 3pt, $x$)"),
        (r"\text{say \textquotedblleft}", '"say “"'),
        (r"\ce{^{14}_{6}C}", "attach(upright(C), bl: 6, tl: 14)"),
    ],
)
def test_print_says_the_same(tex: str, printed: str) -> None:
    assert mathml_to_typst(tex_to_mathml(tex)) == printed


def test_text_can_not_become_typst_code() -> None:
    source = '<math><mtext>"#read("/etc/passwd")</mtext><mi>#</mi><mo>$</mo><mn>1", #x</mn></math>'
    written = mathml_to_typst(source)
    assert typst.compile(f"$ {written} $".encode(), format="pdf")[:5] == b"%PDF-"
    assert '\\"#read' in written
    assert "\\#" in written
    assert "\\$" in written


def test_isotopes_and_arcs_say_what_they_mean() -> None:
    carbon = etree.fromstring(tex_to_mathml(r"\ce{^{14}_{6}C}"))
    assert [node.tag for node in carbon.iterfind(".//mmultiscripts/*")] == ["mrow", "mprescripts", "mn", "mn"]
    assert carbon.find(".//mphantom") is None
    assert "⏜" in tex_to_mathml(r"\overset{\frown}{AB}")
    assert "<mover>" in tex_to_mathml(r"\overset{+7}{Mn}")


@pytest.mark.parametrize(
    ("tex", "said", "position"),
    [
        (r"\frac{1", "Unexpected end", 7),
        (r"a+\nosuch", "nosuch", 2),
        (r"\href{javascript:alert(1)}{x}", "href", 0),
        (r"\style{color:red}{x}", "not trusted", 0),
        (r"\includegraphics{x.png}", "includegraphics", 0),
        (r"\def\a{\a\a}\a", "Too many expansions", None),
        ("x" * 5000, "at most", None),
    ],
)
def test_what_can_not_be_read_is_told(tex: str, said: str, position: int | None) -> None:
    with pytest.raises(MathematicsError) as caught:
        tex_to_mathml(tex)
    assert said in caught.value.message
    assert caught.value.position == position


@pytest.mark.parametrize(
    "tex",
    [
        "{" * 1900 + "x" + "}" * 1900,
        r"\def\a#1{#1#1#1#1}" + r"\a{" * 12 + "x" + "}" * 12,
        r"\sqrt{" * 600 + "}" * 600,
        "^" * 3000,
        r"\left(" * 650,
        "x\x00\ud800",
        r"\ce{" + "(" * 1500 + "}",
    ],
)
def test_hostile_tex_ends_soon(tex: str) -> None:
    started = time.monotonic()
    try:
        made = tex_to_mathml(tex)
    except MathematicsError:
        pass
    else:
        assert etree.fromstring(made).tag == "math"
    assert time.monotonic() - started < 20
    assert tex_to_mathml("x+1"), "the engine serves the next one"


def test_sizes_are_bounded() -> None:
    wide = etree.fromstring(tex_to_mathml(r"\rule{9000em}{9000em}")).find(".//mspace")
    assert wide is not None
    assert float(str(wide.get("width")).removesuffix("em")) <= 20


def test_threads_share_the_engine() -> None:
    made: list[str] = []
    threads = [threading.Thread(target=lambda n=n: made.append(tex_to_mathml(f"x^{{{n}}}"))) for n in range(100, 116)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 16


def test_imported_mathml_keeps_mathematics_only() -> None:
    made = sanitise_mathml(
        '<m:math display="block" onclick="x()" xmlns:m="http://www.w3.org/1998/Math/MathML"><m:semantics><m:mrow>'
        '<m:mi mathvariant="double-struck" href="javascript:x">R</m:mi><m:mo>&InvisibleTimes;</m:mo>'
        '<m:mfenced open="[" close="]"><m:mn>1</m:mn><m:mn>2</m:mn></m:mfenced><script>alert(1)</script>'
        "<m:mtext>a &lt;img src=x onerror=y&gt;<b>b</b></m:mtext></m:mrow><m:annotation>TeX</m:annotation>"
        "</m:semantics></m:math>"
    )
    assert made == (
        '<math display="block"><mrow><mrow><mi>ℝ</mi><mo>\u2062</mo><mrow><mo fence="true" form="prefix" '
        'stretchy="true">[</mo><mn>1</mn><mo separator="true">,</mo><mn>2</mn><mo fence="true" form="postfix" '
        'stretchy="true">]</mo></mrow><mtext>a &lt;img src=x onerror=y&gt;b</mtext></mrow></mrow></math>'
    )


@pytest.mark.parametrize(
    "source",
    [
        "<math><mi>x</math>",
        "<p>x</p>",
        "",
        '<!DOCTYPE math [<!ENTITY a SYSTEM "file:///etc/passwd">]><math><mi>&a;</mi></math>',
        "<math>" + "<mrow>" * 500 + "</mrow>" * 500 + "</math>",
        "<math>" + "<mi>x</mi>" * 10_000 + "</math>",
    ],
)
def test_mathml_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(MathematicsError):
        sanitise_mathml(source)


def test_wrong_counts_of_children_do_not_break_the_page() -> None:
    assert sanitise_mathml("<math><mfrac><mn>1</mn></mfrac></math>") == "<math><mrow><mn>1</mn></mrow></math>"


_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=3).map(html.escape)
_TOKEN = st.builds(lambda tag, text: f"<{tag}>{text}</{tag}>", st.sampled_from(sorted(mathml.TOKENS)), _TEXT)
_TREE = st.recursive(
    _TOKEN,
    lambda inner: st.builds(
        lambda tag, children: f"<{tag}>{''.join(children)}</{tag}>",
        st.sampled_from([*sorted(mathml.GROUPS - {"math"}), "mfenced", "semantics", "unknown"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(_TREE)
@example("<msubsup><mi></mi><mi></mi><mi>⌈</mi></msubsup>")
@settings(max_examples=60, deadline=None)
def test_whatever_tree_comes_is_clean_and_prints(tree: str) -> None:
    made = sanitise_mathml(f"<math>{tree}</math>")
    assert sanitise_mathml(made) == made
    typst.compile(f"$ {mathml_to_typst(made)} $".encode(), format="pdf")


def test_every_class_that_comes_out_has_a_rule() -> None:
    ruled = set(re.findall(r"\.((?:m|tml)-[a-z0-9-]+)", STYLE.read_text()))
    assert mathml_style.classes() | {mathml_meaning.LAYER} <= ruled
    assert mathml_style.attributes_of_style("color:#f00; padding-left:0.49em;border-right:0.06em dashed;x:url(y)") == {
        "mathcolor": "#f00",
        "class": "m-pl-3 m-line-right-dashed",
    }
