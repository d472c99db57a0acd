"""What is not told is not lost: an item of any kind comes back from any format as it went, but for what notes name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from item_bank.content import checking
from item_bank.content.markup import from_html, from_text, plain_text
from item_bank.content.mathml_gist import gist
from item_bank.content.model import (
    GRADUATION_TABLE,
    AcceptedText,
    Asset,
    Essay,
    Formula,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    RubricPoint,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
)
from item_bank.content.rational import rational_or_none
from item_bank.formats.gift.writing import write_gift
from item_bank.formats.held import FIELDS
from item_bank.formats.moodle.writing import write_moodle
from item_bank.formats.qti.writing_checked import write_qti
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.reading import read_file
from item_bank.formats.word.writing import PaperPart, write_docx
from item_bank.formats.written import Written, writable
from item_bank.formats.xlsx.writing_items import write_items

#: Few each time: every run looks at others.
EXAMPLES = 6
Write = Callable[[Sequence[Exported]], Written]
FORMATS: dict[str, tuple[str, Write]] = {
    "docx": ("a.docx", lambda items: write_docx([PaperPart(tuple(items))], no_asset)),
    "gift": ("a.gift", write_gift),
    "moodle": ("a.xml", lambda items: write_moodle(items, no_asset)),
    "qti21": ("a.zip", lambda items: write_qti(items, no_asset, "2.1")),
    "qti30": ("a.zip", lambda items: write_qti(items, no_asset, "3.0")),
    "xlsx": ("a.xlsx", lambda items: write_items(items, no_asset)),
}
#: What a note of that code may take away, by the name of a field at any depth.
GONE = {
    "metadata_not_held": set(FIELDS),
    "points_not_held": {"points"},
    "points_rounded": {"points"},
    "marking_not_held": {"weight", "accepted", "tolerance", "partial", "also", "correct", "either"},
    "table_not_held": {"table"},
    "literal_not_held": {"literal", "accepted"},
    "case_not_held": {"case_sensitive"},
    "rubric_not_held": {"rubric"},
    "rubric_joined": {"rubric"},
    "rationale_not_held": {"rationale"},
    "feedback_not_held": {"feedback"},
    "order_not_held": {"pinned", "shuffle"},
    "letters_not_held": {"id"},
    "levels_not_held": {"level"},
    "limit_not_held": {"min_choices", "max_choices", "max_words"},
    "characters_not_held": {"max_chars"},
    "lines_not_held": {"lines"},
}  # fmt: skip


def no_asset(_digest: str) -> Asset:
    return Asset("", "", b"")


# --- items -----------------------------------------------------------------------------------------------------------

SNIPPETS = st.sampled_from(
    [
        *(
            [
                "Câu",
                "1.",
                "A.",
                "a)",
                "HẾT",
                "(NB)",
                "#",
                "{=",
                "~",
                "\\",
                "=1+1",
                "->",
                "%50%",
                "::",
                "//",
                "$",
                "|",
                ";",
                "*",
                "hoặc",
                "5",
                "2,5",
                "[Đ]",
                "{1:SA:=x}",
                "<b>",
                "&amp;",
                "x",
                "…",
                "½",
            ]
        ),
        *("Đáp án: B", "Lời giải", "(2 điểm)", "Chọn B", "I. TRẮC NGHIỆM", "sông Hương", "lớp 12", "\n", "\u00a0"),
    ]
)
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co"]), max_size=6)
WORDS = st.lists(SNIPPETS | LETTERS, min_size=1, max_size=6)
PLAIN = WORDS.map(" ".join)
RICH = st.sampled_from(
    [
        "H<sub>2</sub>SO<sub>4</sub> là <b>axit</b>", "<p>một</p><p>hai</p>", r"tính \(\frac{a}{b}\) rồi \[x^2\]",
        "<ul><li>một</li><li>hai</li></ul>", "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        "<i>nghiêng</i> và <u>gạch chân</u>", r"$5 và $6", "<u>tất cả</u>",
    ]
)  # fmt: skip
MARKUP = (PLAIN.map(lambda text: from_text(text, tex=False)) | RICH.map(from_html)).filter(
    lambda one: bool(plain_text(one).strip())
)
WEIGHTS = st.sampled_from(["0", "0", "1", "1", "1/3", "-0.25"])
LEVELS = st.sampled_from(["", "Biết", "Vận dụng cao", "Mức 2", "khó"])


@st.composite
def options(draw: st.DrawFn) -> tuple[Option, ...]:
    texts = draw(st.lists(MARKUP, min_size=2, max_size=4, unique_by=plain_text))
    return tuple(
        Option(letter, text, draw(st.booleans()), draw(WEIGHTS), draw(st.none() | MARKUP))
        for letter, text in zip("ABCD", texts, strict=False)
    )


@st.composite
def clusters(draw: st.DrawFn) -> TrueFalseCluster:
    made = tuple(
        Statement(letter, draw(MARKUP), draw(st.booleans()), draw(LEVELS), draw(st.just(False) | st.booleans()))
        for letter in "abcd"
    )
    return TrueFalseCluster(made, draw(st.sampled_from([GRADUATION_TABLE, ("0", "1/4", "1/2", "3/4", "1")])))


RUBRIC = st.lists(st.tuples(PLAIN, st.sampled_from(["0.5", "1", "1/3"])), max_size=2).map(
    lambda found: tuple(RubricPoint(str(at), text, points) for at, (text, points) in enumerate(found, 1))
)
INTERACTIONS = st.one_of(
    st.builds(SingleChoice, options(), shuffle=st.booleans()),
    st.builds(
        MultipleChoice, options(), st.booleans(), st.integers(0, 1), st.none() | st.integers(1, 3), st.booleans()
    ),
    clusters(),
    st.builds(
        Numeric,
        st.lists(st.sampled_from(["5", "-3", "2.5", "0.50"]), min_size=1, max_size=2, unique=True).map(tuple),
        tolerance=st.sampled_from(["0", "0", "0.5"]),
        literal=st.booleans(),
        max_chars=st.sampled_from([4, 20]),
    ),
    st.builds(
        ShortText,
        st.lists(PLAIN.map(lambda one: " ".join(one.split())).filter(bool), min_size=1, max_size=2, unique=True).map(
            lambda texts: tuple(AcceptedText(one, "1" if at == 0 else "1/2") for at, one in enumerate(texts))
        ),
        case_sensitive=st.booleans(),
        max_chars=st.sampled_from([200, 300]),
    ),
    st.builds(Essay, RUBRIC, st.none() | st.just(200), st.sampled_from([12, 20])),
)
LABEL = st.sampled_from(["", "", "Hình học", "a / b", "Chương 1: số"])
ITEMS = st.builds(
    Item,
    stem=MARKUP,
    interaction=INTERACTIONS,
    title=LABEL,
    rationale=st.none() | MARKUP,
    points=st.sampled_from(["1", "0.25", "1/3"]),
    topic=LABEL,
    level=LEVELS,
    author=LABEL,
    tags=st.sampled_from([(), ("ôn tập",), ("2D1-3",)]),
).filter(lambda one: not checking.problems(one))


# --- what is seen of them --------------------------------------------------------------------------------------------


def seen(value: Any, gone: set[str], told: set[str], name: str = "") -> Any:
    """As plain data: without the fields that a note took away, texts as a reader sees them, numbers as numbers."""
    if isinstance(value, Markup):
        return words(value, told)
    if hasattr(value, "__struct_fields__"):
        fields = {one: getattr(value, one) for one in value.__struct_fields__ if one not in gone}
        return {one: seen(inner, gone, told, one) for one, inner in fields.items()}
    if isinstance(value, tuple):
        parts = [seen(one, gone, told, name) for one in value]
        return sorted(parts, key=repr) if name == "accepted" else parts
    if name not in {"weight", "points", "tolerance", "table", "accepted"}:
        return value
    number = rational_or_none(str(value).replace(",", "."))
    return value if number is None else number


def words(markup: Markup, told: set[str]) -> object:
    def formula(one: Formula) -> object:
        return gist(one.mathml) if "formula_source_not_held" in told else (gist(one.mathml), one.source)

    html = re.sub(r"</?(?:p|div)>|<br/>", "\n", markup.html.replace("&#160;", " "))
    if "layout_not_held" in told:
        html = re.sub(r"(?:•|\d+\.) ", "", re.sub(r"<(?!span)[^>]*>", "", html).replace("</span>", ""))
        return "".join(html.split()), [formula(one) for one in markup.math]
    lines = [" ".join(one.split()) for one in html.split("\n")]
    return [one for one in lines if one], [formula(one) for one in markup.math]


@pytest.mark.parametrize("form", sorted(FORMATS))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(items=st.lists(ITEMS, min_size=1, max_size=2))
def test_what_is_not_told_is_not_lost(form: str, items: list[Item]) -> None:
    name, write = FORMATS[form]
    written = write([Exported(f"i{number}", one) for number, one in enumerate(items)])
    out = {one.item for one in written.notes if not one.written}
    kept = [(f"i{number}", writable(one)) for number, one in enumerate(items) if f"i{number}" not in out]
    assert len(kept) == written.items
    assume(kept)
    back = [one.item for one in read_file(name, written.data).items]
    assert len(back) == len(kept)
    if form == "docx":  # parts follow each other kind by kind
        order = ["single_choice", "multiple_choice", "true_false_cluster", "numeric", "short_text", "essay"]
        place = {kind: min(at, 3) if at < 3 else 3 + (kind == "essay") for at, kind in enumerate(order)}
        kept.sort(key=lambda pair: place[pair[1].type])
    for (identifier, item), other in zip(kept, back, strict=True):
        told = {one.code for one in written.notes if one.item == identifier}
        gone = {field for code in told for field in GONE.get(code, ())}
        if "kind_changed" in told:
            gone |= {"interaction", "stem"}
        assert seen(item, gone, told) == seen(other, gone, told), told


@settings(max_examples=10 * EXAMPLES, deadline=None, phases=[Phase.generate])
@given(text=st.text(min_size=1, max_size=60) | PLAIN, title=st.text(max_size=20))
def test_any_text_goes_through_gift_as_it_is(text: str, title: str) -> None:
    markup = from_text(text.replace("\u00a0", " "), tex=False)
    assume(plain_text(markup).strip())
    options = (Option("A", markup, weight="1", feedback=markup), Option("B", Markup("khác")))
    item = writable(Item(markup, SingleChoice(options), title=" ".join(title.split()), rationale=markup))
    assume(not checking.problems(item))
    written = write_gift([Exported("i", item)])
    assert written.items == 1, written.notes
    back = read_file("a.gift", written.data).items[0].item
    assert msgspec.structs.replace(back, title="") == msgspec.structs.replace(item, title="")
