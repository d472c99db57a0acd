"""Whatever the bytes, a reader gives a report or says no by ReadProblem; it never fails in any other way."""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from item_bank.formats.model import Imported, ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.xlsx.writing import write_template
from tests.item_bank.formats import qti12_items
from tests.item_bank.formats.qti_items import (
    CLUSTER_BODY,
    CLUSTER_RESPONSE,
    GRADUATION,
    LOOKUP,
    as_version_3,
    choices,
    item,
    response,
)
from tests.item_bank.formats.word_papers import nguvan, toan
from tests.item_bank.formats.workbooks import CHOICE, unzipped, workbook, zipped

GIFT = """// [id:1] [tag:a]
$CATEGORY: $course$/top/A//B
::Tên::[html]<p>Câu \\{ $x^2$</p>{=%50%một#tốt ~%-33.333%hai =[plain]ba ####chung}

Hai{#=1:0.5#a =2..3}

Ba{T#b#c}

Bốn [markdown] **x** {a -> b} cuối
"""
QTI = (
    item("<p>Một</p>" + choices("a", "b<b>c</b>"), response("A")),
    item(CLUSTER_BODY, CLUSTER_RESPONSE, LOOKUP, outcomes=GRADUATION),
)
QTI12 = qti12_items.document(
    qti12_items.item(
        qti12_items.material("Có [x].")
        + qti12_items.lid("a", "b", ident="response_x")
        + qti12_items.fib("n", "Decimal"),
        qti12_items.processing(
            qti12_items.condition(qti12_items.equal("a", "response_x"), score="50", action="Add", shows="f"),
            qti12_items.condition('<vargte respident="n">1</vargte><varlte respident="n">2</varlte>', score="50"),
        ),
        more=qti12_items.feedback("f", "Đúng"),
        question_type="multiple_dropdowns_question",
        points_possible="2",
    ),
)
SEEDS = {
    "a.gift": (GIFT.encode(), GIFT.encode("utf-16")),
    "a.xml": (*QTI, *map(as_version_3, QTI), QTI12),
}
relaxed = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def read(name: str, data: bytes) -> Imported | None:
    try:
        found = read_file(name, data)
    except ReadProblem:
        return None
    assert len(found.items) == sum(entry.index is not None for entry in found.report.items)
    assert all(reason.text for entry in found.report.items for reason in entry.reasons)
    return found


@st.composite
def mutated(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A seed with some pieces cut, doubled, overwritten, or exchanged for other pieces of itself."""
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(0, 40))
        other = draw(st.integers(0, max(len(data) - 1, 0)))
        piece = draw(st.sampled_from((b"", bytes(data[other : other + length]), draw(st.binary(max_size=6)))))
        data[start : start + length] = piece
    return bytes(data)


@relaxed
@given(st.sampled_from(["a.gift", "a.txt", "a.xml", "a.xlsx", "a", "a.zip"]), st.binary(max_size=400))
def test_any_bytes(name: str, data: bytes) -> None:
    read(name, data)


@relaxed
@given(st.text(alphabet="{}=~#:%\\n[]>-.0123456789Tab $/*\n\r\t<p&;é", max_size=120))
def test_any_gift(text: str) -> None:
    found = read("a.gift", text.encode())
    if found is not None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert all(1 <= (reason.line or 1) <= lines for entry in found.report.items for reason in entry.reasons)


@relaxed
@given(mutated(SEEDS["a.gift"]))
def test_damaged_gift(data: bytes) -> None:
    read("a.gift", data)


MOODLE: dict[str, tuple[bytes, ...]] = {
    "c.cloze": ("Chọn {2:MCV:=x#y~z} $x$ {1:NM:%100%3.5:0.1~*#sai} {1:SA:=Hà Nội~%50%H*} {1:MR:%50%a~%50%b}".encode(),),
    "a.aiken": (b"Hai?\nA. 1\nB) 2\n\nANSWER: B\n\nBa?\nA. 3\nB. 4\nANSWER: A\n",),
    "m.xml": (
        (
            b'<quiz><question type="calculated"><name><text>a</text></name><questiontext><text>{a} {={a}*2}'
            b'</text></questiontext><answer fraction="100"><text>pow({a},2)</text><tolerance>0.1</tolerance></answer>'
            b"<dataset_definitions><dataset_definition><name><text>a</text></name><dataset_items><dataset_item><number>1"
            b"</number><value>2</value></dataset_item></dataset_items></dataset_definition></dataset_definitions>"
            b'</question><question type="gapselect"><questiontext><text>[[1]]</text></questiontext><selectoption><text>'
            b"</text><group>1</group></selectoption></question></quiz>"
        ),
    ),
    "h5p.json": (b'{"title": "a", "mainLibrary": "H5P.Blanks"}',),
}


@relaxed
@given(st.sampled_from(sorted(MOODLE)).flatmap(lambda name: st.tuples(st.just(name), mutated(MOODLE[name]))))
def test_damaged_files_of_moodle(file: tuple[str, bytes]) -> None:
    read(*file)


@relaxed
@given(mutated(SEEDS["a.xml"]))
def test_damaged_qti(data: bytes) -> None:
    read("a.xml", data)


@cache
def _parts() -> dict[str, bytes]:
    return unzipped(workbook([CHOICE, CHOICE], more={"Ngữ liệu": [("Mã ngữ liệu", "Nội dung"), ("a", "b")]}))


@settings(relaxed, max_examples=60)
@given(st.data())
def test_damaged_parts_of_a_workbook(data: st.DataObject) -> None:
    parts = dict(_parts())
    name = data.draw(st.sampled_from(sorted(parts)))
    parts[name] = data.draw(mutated((parts[name],)))
    read("a.xlsx", zipped(parts))


@settings(relaxed, max_examples=40)
@given(mutated((write_template("vi"),)))
def test_damaged_workbooks(data: bytes) -> None:
    read("a.xlsx", data)


@cache
def _paper() -> dict[str, bytes]:
    """With lists, tables, equations, notes, a MathType object and its picture."""
    return unzipped(toan.build()) | {"word/footnotes.xml": unzipped(nguvan.build())["word/footnotes.xml"]}


@settings(relaxed, max_examples=30)
@given(st.data())
def test_damaged_parts_of_a_word_document(data: st.DataObject) -> None:
    parts = dict(_paper())
    name = data.draw(st.sampled_from(sorted(parts)))
    parts[name] = data.draw(mutated((parts[name],)))
    read("a.docx", zipped(parts))


@settings(relaxed, max_examples=30)
@given(st.data())
def test_word_documents_with_elements_out_of_place(data: st.DataObject) -> None:
    """Well-formed, unlike most that is damaged byte by byte: names and values of elements exchanged for others."""
    parts = dict(_paper())
    name = data.draw(st.sampled_from(("word/document.xml", "word/numbering.xml", "word/_rels/document.xml.rels")))
    words = ("w:p", "w:r", "w:tbl", "w:tr", "w:tc", "w:drawing", "w:pict", "w:object", "m:oMath", "m:e", "w:fldChar")
    values = ("-1", "²", "9999999999", "", "rW1", "../x", "none")
    text = parts[name].decode()
    for _ in range(data.draw(st.integers(1, 5))):
        old, new = data.draw(st.sampled_from(words)), data.draw(st.sampled_from(words))
        text = text.replace(f"<{old}>", f"<{new}>").replace(f"</{old}>", f"</{new}>")
        text = text.replace('w:val="1"', f'w:val="{data.draw(st.sampled_from(values))}"', data.draw(st.integers(0, 9)))
    parts[name] = text.encode()
    read("a.docx", zipped(parts))


_cells = st.one_of(
    st.none(),
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=12
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.sampled_from(
        ["Một phương án đúng", "Đúng–Sai", "Trả lời ngắn", "Tự luận", "Điền từ", "A", "ĐS", "0,5", "=1+1", "#REF!"]
    ),
)


@settings(relaxed, max_examples=60)
@given(st.lists(st.lists(_cells, min_size=9, max_size=9), max_size=4))
def test_any_cells(rows: list[list[object]]) -> None:
    read("a.xlsx", workbook(rows))
