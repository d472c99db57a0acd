"""Files of every encoding that teachers' programs write: the words, the line numbers and the source bytes are exact."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from item_bank.content.markup import plain_text
from item_bank.formats.encodings import decode
from item_bank.formats.model import ReadProblem
from item_bank.formats.reading import read_file

QUESTION = (
    "\r\n\r\n// ghi chú\r\nThủ đô của Việt Nam là thành phố nào đẹp và đông dân?{=Hà Nội ~Huế ~Đà Nẵng}\r\n\r\nSai{\r\n"
)
#: Windows-1258 has no ế or ọ: the tone is a combining mark after ê, o, ư, …
TONES = str.maketrans({"ủ": "u\u0309", "ố": "ô\u0301", "ệ": "ê\u0323", "ộ": "ô\u0323", "ẵ": "ă\u0303", "ế": "ê\u0301", "ẹ": "e\u0323", "ú": "u\u0301", "à": "a\u0300"})  # fmt: skip  # noqa: E501


@pytest.mark.pitfall("I3")
@pytest.mark.parametrize(
    ("data", "encoding", "guessed"),
    [
        (QUESTION.encode(), "utf-8", False),
        (codecs.BOM_UTF8 + QUESTION.encode(), "utf-8", False),
        (codecs.BOM_UTF16_LE + QUESTION.encode("utf-16-le"), "utf-16-le", False),
        (codecs.BOM_UTF16_BE + QUESTION.encode("utf-16-be"), "utf-16-be", False),
        (QUESTION.encode("utf-16-le"), "utf-16-le", False),
        (QUESTION.translate(TONES).encode("cp1258"), "cp1258", True),
    ],
)
def test_the_words_and_the_lines_survive_every_encoding(data: bytes, encoding: str, guessed: bool) -> None:
    imported = read_file("de.gift", data)
    assert imported.report.encoding == encoding
    assert [problem.code for problem in imported.report.problems] == ["encoding_guessed"] * guessed
    kept, broken = imported.report.items
    assert (kept.outcome, kept.line) == ("kept", 4)
    assert (broken.outcome, broken.reasons[0].line) == ("refused", 6)
    item = imported.items[0]
    assert plain_text(item.item.stem) == "Thủ đô của Việt Nam là thành phố nào đẹp và đông dân?"
    assert item.source.decode(encoding).startswith("// ghi chú".translate(TONES) if guessed else "// ghi chú")
    assert item.source in data


def test_western_text_is_read_as_windows_1252() -> None:
    imported = read_file("a.gift", "¿Dónde está Besançon?{=in France ~in Spain}".encode("cp1252"))
    assert imported.report.encoding == "cp1252"
    assert imported.report.problems[0].line == 1
    assert plain_text(imported.items[0].item.stem) == "¿Dónde está Besançon?"


def test_bytes_of_no_encoding_are_refused_with_their_line() -> None:
    with pytest.raises(ReadProblem) as caught:
        read_file("a.gift", b"one{T}\ntwo \x81\x8d{T}\n")
    assert (caught.value.code, caught.value.line) == ("encoding_unknown", 2)


def test_a_nul_is_no_text() -> None:
    with pytest.raises(ReadProblem) as caught:
        read_file("a.gift", b"one{T}\n\ntw\0o{F}" + b" " * 40)
    assert (caught.value.code, caught.value.line) == ("binary", 3)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200))
def test_lines_put_together_are_the_file(text: str) -> None:
    data = codecs.BOM_UTF8 + text.encode()
    found = decode(data)
    assert "".join(found.lines) == text
    assert found.source(0, len(found.lines)) == text.encode()
