"""The editor's form of an item loses nothing, and says where something is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import quote

import msgspec
import pytest

from exam_engine.authoring.writing_page import blank
from exam_engine.authoring.writing_problems import _OF_OPTIONS, _OF_RUBRIC, _OF_STATEMENTS, FIELDS
from exam_engine.authoring.written import as_written, read
from exam_engine.kit.errors import Refused
from item_bank.content.markup import from_html, from_text
from item_bank.content.model import (
    AcceptedText,
    Composite,
    Formula,
    Interaction,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Passage,
    RubricPoint,
    Statement,
    TrueFalseCluster,
    digest,
)
from item_bank.formats.reading import read_file

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "exam_engine" / "demo" / "content"


def demo_items() -> Iterator[Item]:
    for path in sorted(path for path in DEMO.rglob("*") if path.suffix in {".xlsx", ".gift", ".xml"}):
        yield from (one.item for one in read_file(path.name, path.read_bytes(), language="vi").items)


def test_every_item_of_the_demo_comes_back_as_it_was() -> None:
    seen = set()
    for item in demo_items():
        if isinstance(item.interaction, Composite):
            continue  # corrected in its source
        written = as_written(item)
        # Over the wire and back, as the page and the draft's column carry it.
        again = read(msgspec.json.decode(msgspec.json.encode(written.item)), written.kept)
        assert digest(again.item) == digest(item), item.title
        assert not again.problems
        seen.add(item.type)
    assert len(seen) >= 5


@pytest.mark.parametrize(
    "source",
    [
        "Giá $5 và $6, \\(x^2\\) và \\[\\frac{1}{2}\\]",
        "<p>Một</p><p>Hai&nbsp;ba &lt;b&gt; &amp; \\$</p>",
        "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> và $\\text{khi } x \\lt \"1\"$",
        '<table><caption>Bảng</caption><colgroup><col span="2"/></colgroup><tr><td colspan="2">a</td></tr></table>',
        '<ol start="3" type="a"><li value="4">một<ul><li>hai</li></ul></li></ol><dl><dt>a</dt><dd>b</dd></dl>',
        f'<figure><img src="" data-asset="{"a" * 64}" alt="&quot;" width="9"><figcaption>H</figcaption></figure>',
        '<p lang="en">a <abbr title="b">c</abbr> <ruby>x<rt>y</rt></ruby> <bdo dir="rtl">z</bdo></p>',
        "<hr><pre>  a\n b</pre><blockquote><h4>c</h4></blockquote>",
    ],
)  # fmt: skip
def test_markup_of_every_kind_comes_back_as_it_was(source: str) -> None:
    item = Item(from_html(source), Numeric(("1",)), rationale=from_html(source))
    written = as_written(item)
    assert digest(read(written.item, written.kept).item) == digest(item)


def test_a_formula_of_another_notation_stays_on_the_server() -> None:
    omml = Formula("<m:oMath/>", "omml", "<math><mi>x</mi></math>")
    stem = Markup('<span data-math="0"></span> và <span data-math="1"></span>', (omml, omml))
    written = as_written(Item(stem, Numeric(("1",))))
    assert written.item["stem"] == '<span data-kept="0"></span> và <span data-kept="0"></span>'
    assert written.kept == [omml]
    assert read(written.item, written.kept).item.stem == stem


WORD = (
    "<m:oMath><i style='x'><span lang=EN-US style='font-family:\"Cambria Math\"'><m:r>y</m:r></span></i>"
    "<m:sSup><m:sSupPr><m:ctrlPr></m:ctrlPr></m:sSupPr><m:e><m:r>x</m:r></m:e><m:sup><m:r>2</m:r></m:sup></m:sSup>"
    '<m:f><m:fPr><m:type m:val=lin /></m:fPr><m:num><m:r><m:rPr><m:sty m:val="p"/></m:rPr>&nbsp;a\n</m:r></m:num>'
    "<m:den><m:r>&lt;</m:r></m:den></m:f></m:oMath>"
)


def test_a_formula_of_the_clipboard_is_read_on_the_server_and_kept_there() -> None:
    mathml = "<math><mi onclick='x()'>x</mi><script>1</script></math>"
    stem = f'<span data-omml="{quote(WORD)}"></span> <span data-mathml="{quote(mathml)}"></span>'
    found = read(as_written(Item(from_text("x"), Numeric(("1",)))).item | {"stem": stem}, ())
    assert not found.problems
    first, second = found.item.stem.math
    assert (first.notation, second.notation) == ("omml", "mathml")
    assert '<msup><mi>x</mi><mn>2</mn></msup><mrow><mi mathvariant="normal">a</mi><mo>/</mo>' in first.mathml
    assert "x()" not in second.mathml
    again = as_written(found.item)
    assert read(again.item, again.kept).item == found.item
    broken = read(again.item | {"stem": 'a <span data-omml="x"></span>'}, ())
    assert [problem.field for problem in broken.problems] == ["stem"]


def test_what_the_editor_does_not_know_stays() -> None:
    options = (Option("a", from_text("1"), weight="1"), Option("b", from_text("2"), feedback=from_text("Sai")))
    item = Item(
        from_text("Chọn"),
        MultipleChoice(options, also=(("b",),)),
        passage=digest(Passage(from_text("x"))),
        author="Tổ Toán",
        licence="CC BY",
        extra={"nguồn": "sách"},
    )
    statements = (Statement("a", from_text("1"), True, either=True), Statement("b", from_text("2"), False))
    cluster = Item(from_text("Chọn"), TrueFalseCluster(statements, ("0", "1/2", "1")))
    for one in (item, cluster):
        written = as_written(one)
        assert digest(read(written.item, written.kept).item) == digest(one)


@pytest.mark.parametrize(
    "hostile",
    [
        "<img src=x onerror=alert(1)>",
        '<img alt=\'<span data-tex="x"></span> onerror=alert(1) \' data-asset="' + "a" * 64 + '">',
        '<span data-tex="x" onclick="alert(1)"></span>',
        "<script>alert(1)</script><style>p{}</style><iframe></iframe>",
        '<a href="javascript:alert(1)">x</a><p style="color:red" class="y" id="z">t</p>',
        "<math><mi href='javascript:alert(1)' onclick='alert(1)'>x</mi></math>",
    ],
)
def test_nothing_dangerous_gets_in(hostile: str) -> None:
    written = as_written(Item(from_text("x"), Numeric(("1",))))
    stem = read(written.item | {"stem": hostile}, []).item.stem
    shown = stem.html + "".join(formula.mathml for formula in stem.math)
    tags = " ".join(re.findall(r"<[^>]*>", shown))
    assert not re.search(r"script|style|onerror=|onclick|href|class|\bid=|iframe", re.sub(r'"[^"]*"', '""', tags))


def test_what_is_missing_is_said_at_its_field() -> None:
    single = blank("single_choice", {}, "vi")
    missing = {problem.field for problem in read(single.item, ()).problems}
    assert missing == {"stem", "options", "options/0", "options/1"}, "empty ones at the end are none"
    cluster = blank("true_false_cluster", {}, "vi").item
    assert {"statements/0", "statements/3"} <= {problem.field for problem in read(cluster, ()).problems}
    essay = blank("essay", {}, "vi").item | {"stem": '<span data-tex="\\frac{1"></span>', "points": "x"}
    essay["interaction"]["rubric"] = [{"id": "r1", "text": "Mở bài", "points": "không"}]
    assert {problem.field for problem in read(essay, ()).problems} == {"stem", "points", "rubric/0"}


def test_a_picture_is_described_before_it_is_published() -> None:
    silent = f'<p>a <img alt="" data-asset="{"a" * 64}"/></p>'
    options = (Option("a", from_html(silent), weight="1"), Option("b", from_text("2")))
    written = as_written(Item(from_html(silent), MultipleChoice(options), rationale=from_html(silent)))
    written.item["passage_edit"] = {"html": silent, "title": "", "everywhere": False}
    found = [problem.field for problem in read(written.item, ()).problems]
    assert found == ["stem", "rationale", "options/0", "passage"]


def test_every_sentence_of_the_checks_has_its_field() -> None:
    source = "".join(path.read_text() for path in (ROOT / "item_bank/content/interactions").glob("[!c]*.py"))
    source += (ROOT / "item_bank/content/checking.py").read_text().partition("def unstorable")[0]
    bodies = re.findall(r"def (?:problems|option_problems)\(.*?(?=\n    def |\n\n\ndef |\Z)", source, flags=re.DOTALL)
    said = {sentence for body in bodies for sentence in re.findall(r'N_\("([^"]+)"\)', body)}
    assert said
    assert said == {*FIELDS, *_OF_OPTIONS, *_OF_STATEMENTS, *_OF_RUBRIC}


@pytest.mark.parametrize(
    "change",
    [
        {"interaction": None}, {"interaction": {"type": "none"}}, {"interaction": {"type": "numeric", "accepted": 1}},
        {"stem": None}, {"stem": {"html": "x"}}, {"points": 1}, {"tags": "x"}, {"language": "fr"},
        {"interaction": {"type": "essay", "lines": 10**30}}, {"interaction": {"type": "single_choice", "options": [1]}},
        {"interaction": {"type": "single_choice", "options": [{"id": "a", "markup": 5}]}}, {"rationale": []},
    ],
)  # fmt: skip
def test_what_no_editor_sends_is_refused(change: dict[str, object]) -> None:
    written = as_written(Item(from_text("x"), Numeric(("1",)))).item | change
    with pytest.raises(Refused) as refused:
        read(written, ())
    assert refused.value.status == 422


def test_statements_that_were_added_or_taken_have_a_marking_table() -> None:
    cluster = blank("true_false_cluster", {}, "vi").item
    cluster["stem"] = "Xét"
    cluster["interaction"]["statements"] = [{"id": mark, "markup": mark, "correct": True} for mark in "abc"]
    found = read(cluster, ())
    assert not found.problems
    assert found.item.interaction.table == ("0", "1/3", "2/3", "1")  # type: ignore[union-attr]


def test_shares_of_the_points_are_the_authors_own() -> None:
    cluster = blank("true_false_cluster", {}, "vi").item
    cluster["stem"] = "Xét"
    cluster["interaction"]["statements"] = [{"id": mark, "markup": mark, "correct": True} for mark in "abcd"]
    cluster["interaction"]["table"] = ["0", "0", "0.25", "1/2", "1"]
    found = read(cluster, ())
    assert not found.problems
    assert found.item.interaction.table == ("0", "0", "0.25", "1/2", "1")  # type: ignore[union-attr]
    cluster["interaction"]["table"][1] = "hai"
    assert [problem.field for problem in read(cluster, ()).problems] == ["table"]


#: Field of the model → what in the editor's modules writes it.
EDITED = {
    **{f"Item.{name}": f'"{name}"' for name in ("title", "author", "licence", "points", "level", "topic", "subject")},
    **{f"Item.{name}": f'"{name}"' for name in ("grade", "tags", "language", "stem", "rationale")},
    "Item.interaction": "withInteraction",
    "Item.extra": "{ extra: Object.fromEntries",
    "Item.passage": "passage: undefined",
    "Passage.markup": "changed({ html })",
    "Passage.title": "changed({ title:",
    **{f"Option.{name}": f"{name}:" for name in ("id", "markup", "pinned", "weight", "feedback")},
    **{f"Statement.{name}": f"{name}:" for name in ("id", "markup", "correct", "level")},
    "SingleChoice.options": "rowList",
    "SingleChoice.shuffle": '"shuffle"',
    **{f"MultipleChoice.{name}": f'"{name}"' for name in ("partial", "min_choices", "max_choices", "shuffle")},
    "MultipleChoice.options": "rowList",
    "TrueFalseCluster.statements": "rowList",
    **{f"Numeric.{name}": f'"{name}"' for name in ("accepted", "tolerance", "literal", "max_chars")},
    **{f"ShortText.{name}": f'"{name}"' for name in ("accepted", "case_sensitive", "max_chars")},
    "TrueFalseCluster.table": "{ table:",
    "AcceptedText.text": "({ text })",
    "AcceptedText.weight": "...own, weight:",
    **{f"Essay.{name}": f'"{name}"' for name in ("rubric", "max_words", "lines")},
    **{f"RubricPoint.{name}": f"{name}:" for name in ("id", "text", "points")},
}
#: Kept as it came, and not for the editor: our own, or of an import.
NOT_YET = {
    "Item.schema",
    "Statement.either",
    "MultipleChoice.also",
    *(f"Composite.{field.name}" for field in msgspec.structs.fields(Composite)),
}


def test_every_field_of_the_model_is_edited_or_named_here() -> None:
    known = (Item, Passage, Option, Statement, AcceptedText, RubricPoint, *get_args(Interaction))
    fields = {f"{kind.__name__}.{field.name}" for kind in known for field in msgspec.structs.fields(kind)}
    assert fields == set(EDITED) | NOT_YET
    editor = "".join(
        path.read_text() for path in (ROOT / "exam_engine/web/editor").rglob("*.js") if "test" not in path.name
    )
    assert [field for field, written in EDITED.items() if written not in editor] == []
