"""Text files of unknown encoding: marks, UTF-8, UTF-16 without a mark, Windows-1258 or -1252 as a last resort."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from item_bank.formats.model import N_, ReadProblem, Reason

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TITLES = {"cp1258": "Windows-1258", "cp1252": "Windows-1252"}


@dataclass(frozen=True, slots=True)
class Text:
    """`lines` keep their ends; `source(a, b)` gives the bytes of lines a to b-1 (from 0) as they stand in the file."""

    lines: tuple[str, ...]
    encoding: str
    problems: tuple[Reason, ...] = ()

    def source(self, start: int, end: int) -> bytes:
        return "".join(self.lines[start:end]).encode(self.encoding)


def decode(data: bytes) -> Text:
    """Raises ReadProblem when no encoding fits. Everything after this is in characters; lines count from 0."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    if guess := _utf16_without_mark(data):
        return _decoded(data, guess)
    try:
        return _text(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _windows(data, line=data.count(b"\n", 0, error.start) + 1)


def _decoded(data: bytes, encoding: str) -> Text:
    try:
        return _text(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise ReadProblem(
            "encoding_broken",
            N_("The file says that it is %(encoding)s, but byte %(byte)s does not fit."),
            encoding=encoding.upper(),
            byte=error.start,
        ) from error


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:2000]
    zeros_even, zeros_odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(zeros_even, zeros_odd) * 10 < len(sample) or len(data) % 2:
        return None
    return "utf-16-le" if zeros_odd > zeros_even else "utf-16-be"


def _windows(data: bytes, line: int) -> Text:
    encoding = "cp1258" if _is_vietnamese(data) else "cp1252"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadProblem(
            "encoding_unknown",
            N_("The file is neither UTF-8, UTF-16 nor Windows-1252/1258 text."),
            line=data.count(b"\n", 0, error.start) + 1,
        ) from error
    problem = Reason.of(
        "encoding_guessed",
        N_("The file is not UTF-8; it was read as %(encoding)s. Check the accented letters."),
        line=line,
        encoding=_TITLES[encoding],
    )
    return _text(text, encoding, (problem,))


def _is_vietnamese(data: bytes) -> bool:
    """Windows-1258 writes tones as combining marks after vowels; Western text read so shows them after anything."""
    try:
        text = data.decode("cp1258")
    except UnicodeDecodeError:
        return False
    marks = [index for index, character in enumerate(text) if unicodedata.combining(character)]
    on_vowels = all(index > 0 and text[index - 1].lower() in "aeiouyăâêôơư" for index in marks)
    return bool(marks) and on_vowels and any(letter in text.lower() for letter in "đơưă")


def _text(text: str, encoding: str, problems: tuple[Reason, ...] = ()) -> Text:
    if (at := text.find("\0")) >= 0:
        raise ReadProblem(
            "binary", N_("The file holds a NUL character; it is not a text file."), line=text.count("\n", 0, at) + 1
        )
    return Text(tuple(_split(text)), encoding, problems)


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def _split(text: str) -> list[str]:
    """Only CR, LF and CRLF end a line: str.splitlines would also cut at form feeds and U+2028, shifting all numbers."""
    return _LINE.findall(text)
