"""Files that are made to harm: each is refused by name, quickly, before anything is unpacked or expanded."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from item_bank.formats.archives import Archive, Limits
from item_bank.formats.model import HostileFile, ReadProblem
from item_bank.formats.reading import MAX_BYTES, read_file
from item_bank.formats.xml import parse_xml
from tests.item_bank.formats.qti_items import choices, item, response
from tests.item_bank.formats.workbooks import CHOICE, unzipped, workbook, zipped

OPTION = '<simpleChoice identifier="x">x</simpleChoice>'
ITEM = '<assessmentItem identifier="i" title="t">&a9;</assessmentItem>'
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(10))


def refusal(name: str, data: bytes) -> ReadProblem:
    start = time.process_time()
    with pytest.raises(ReadProblem) as caught:
        read_file(name, data)
    assert time.process_time() - start < 5
    return caught.value


@pytest.mark.parametrize(
    "document",
    [
        f"<?xml version='1.0'?>\n<!DOCTYPE x [\n{LAUGHS}]>{ITEM}",
        f'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/passwd">]>{ITEM}',
        f'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>{ITEM}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused_with_their_line(document: str, encoding: str) -> None:
    problem = refusal("bad.xml", document.encode(encoding))
    assert isinstance(problem, HostileFile)
    assert (problem.code, problem.line) == ("xml_declarations", 2)


def test_entities_in_an_encoding_that_is_not_looked_through() -> None:
    document = f'<?xml version="1.0" encoding="cp037"?><!DOCTYPE x [<!ENTITY a9 "b">]>{ITEM}'
    assert refusal("bad.xml", document.encode("cp037")).code in {"xml_encoding", "xml_malformed", "format_unknown"}


def test_unknown_entities_are_named_with_their_line() -> None:
    problem = refusal("bad.xml", b"<assessmentItem>\n<p>&nbsp;</p></assessmentItem>")
    assert problem.line == 2


def test_deep_nesting_is_refused() -> None:
    for depth in (150, 100_000):
        assert refusal(
            "bad.xml", b"<assessmentItem>" + b"<a>" * depth + b"</a>" * depth + b"</assessmentItem>"
        ).code in {
            "xml_depth",
            "xml_malformed",
        }


def test_no_file_outside_is_read_and_no_network_asked() -> None:
    root = parse_xml(b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>')
    assert root.tag == "x"


def test_files_too_large_or_empty() -> None:
    assert refusal("a.gift", b" " * (MAX_BYTES + 1)).code == "file_empty"
    assert refusal("a.gift", b"a" * (MAX_BYTES + 1)).code == "file_too_large"
    assert refusal("a.gift", b"").code == "file_empty"


def test_formats_that_nobody_knows() -> None:
    assert refusal("a.pdf", b"%PDF-1.7").code == "format_unknown"
    package = zipped({"imsmanifest.xml": b"<manifest/>"})
    assert refusal("a.zip", package).code == "package_empty"
    assert refusal("a.zip", zipped({"a.txt": b"a"})).code == "package_unsupported"
    assert refusal("a.zip", package[:60]).code == "archive_damaged"
    assert refusal("a.zip", zipped({"imsmanifest.xml": b"<manifest/>", "../a": b""})).code == "archive_path"


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "..\\x", "C:\\x"])
def test_paths_out_of_the_archive(name: str) -> None:
    for file_name in ("a.xlsx", "a.zip"):
        problem = refusal(file_name, zipped({"xl/workbook.xml": b"<x/>", name: b"x"}))
        assert isinstance(problem, HostileFile)
        assert problem.code == "archive_path"


def test_a_bomb_is_refused_by_its_ratio_without_being_unpacked() -> None:
    assert refusal("a.xlsx", zipped({"xl/workbook.xml": b" " * 19_000_000})).code == "archive_bomb"
    assert refusal("a.xlsx", zipped({"xl/workbook.xml": b" " * 21_000_000})).code == "archive_size"


def test_too_many_entries_and_too_much_in_all() -> None:
    many = zipped({f"{n}": b"" for n in range(11)})
    with pytest.raises(HostileFile, match="more than 10 files"):
        Archive(many, Limits(entries=10))
    with pytest.raises(HostileFile, match="unpacks"):
        Archive(zipped({"a": b"x" * 600, "b": b"y" * 600}), Limits(total_bytes=1000))


def test_an_entry_that_is_larger_than_it_claims() -> None:
    data = bytearray(zipped({"a": b"x" * 1000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ReadProblem):
        Archive(bytes(data)).read("a")


def test_encrypted_linked_and_cut_off_archives() -> None:
    data = bytearray(zipped({"xl/workbook.xml": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refusal("a.xlsx", bytes(data)).code == "archive_encrypted"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("xl/workbook.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal("a.xlsx", stream.getvalue()).code == "archive_link"
    assert refusal("a.xlsx", zipped({"a": b"x"})[:30]).code == "archive_damaged"


def test_entities_inside_a_workbook() -> None:
    parts = unzipped(workbook([CHOICE]))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + sheet.split(b"?>", 1)[-1]
    )
    problem = refusal("a.xlsx", zipped(parts))
    assert isinstance(problem, HostileFile)
    assert problem.code == "xml_declarations"


def test_a_workbook_with_a_missing_part_is_damaged() -> None:
    parts = unzipped(workbook([CHOICE]))
    del parts["xl/workbook.xml"]
    assert refusal("a.xlsx", zipped(parts)).code == "workbook_damaged"


@pytest.mark.parametrize(
    "text",
    [
        "//" + "[id:" * 100_000 + "\na{T}",
        "a{=" + "~" * 1_000_000 + "}",
        "$" + "\\neq " * 200_000 + "{T}",
        "[html]" + "<a " * 100_000 + "{T}",
        "[html]" + "<math>" * 15_000 + "{T}",
        "[markdown]" + "[" * 100_000 + "{T}",
        "\n{\n\n=a" * 20_000,
        "a{\n\n" * 100_000,
    ],
)
def test_texts_that_would_take_time_beyond_their_length(text: str) -> None:
    start = time.process_time()
    assert said_of("a.gift", text.encode())
    assert time.process_time() - start < 5


def said_of(name: str, data: bytes) -> set[str]:
    """The codes of all reasons, of the file or of its items; "kept" where there is an item without any."""
    try:
        entries = read_file(name, data).report.items
    except ReadProblem as problem:
        return {problem.code}
    return {reason.code for entry in entries for reason in entry.reasons} | {
        "kept" for entry in entries if not entry.reasons
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (choices(*"ab") + "<p>a</p>" * 30_000, "xml_too_large"),
        ("<p>" + "a" * 100_001 + "</p>" + choices(*"ab"), "text_too_long"),
        (choices(*"ab").replace("</choiceI", OPTION * 200 + "</choiceI"), "too_many_answers"),
    ],
)  # fmt: skip
def test_items_beyond_all_measure(body: str, code: str) -> None:
    start = time.process_time()
    assert code in said_of("a.xml", item(body, response("A")))
    assert time.process_time() - start < 5
