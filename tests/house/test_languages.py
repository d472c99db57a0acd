"""Every text that people read stands in both languages, with the same places to fill in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from exam_engine.kit import languages
from item_bank.formats.model import ImportReport
from item_bank.formats.reading import read_file

ROOT = Path(__file__).parents[2]
CATALOGUES = ROOT / "exam_engine" / "locale" / "vi"
PLACE = re.compile(r"%\((\w+)\)s")
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
#: The player fills these itself, by the kind of event (web/player/text.js), also where only Vietnamese needs them.
OWN_WORDS = {"player": {"you", "You", "invigilator", "exam", "Exam"}}
#: Not part of what people are shown: logs, commands, and tools of developers.
SILENT = ("exam_engine/cli.py", "exam_engine/migrations", "exam_engine/web/tools", "exam_engine/web/build.mjs")
#: Words that are the same in every language.
SAME = {"Exam Engine", "PIN", "Tiếng Việt", "English"}


def _sources() -> Iterator[tuple[Path, str]]:
    for package in ("exam_engine", "item_bank", "proctoring"):
        for path in sorted((ROOT / package).rglob("*")):
            inside = path.relative_to(ROOT).as_posix()
            skipped = {"node_modules", "dist", "__pycache__"} & set(path.parts)
            if skipped or inside.startswith(SILENT) or path.name.endswith(".test.js"):
                continue
            if method := {".py": "python", ".html": "jinja2", ".js": "javascript"}.get(path.suffix):
                yield path, method


@cache
def used() -> dict[str, str]:
    """msgid → the first file that uses it. Of a plural the singular is the key."""
    found: dict[str, str] = {}
    for path, method in _sources():
        with io.BytesIO(path.read_bytes()) as file:
            for _line, message, _comments, _context in extract(method, file, KEYWORDS):
                msgid = message if isinstance(message, str) else message[0]
                if msgid and msgid.strip():
                    found.setdefault(msgid, path.relative_to(ROOT).as_posix())
    return found


@cache
def vietnamese() -> dict[str, str | tuple[str, ...]]:
    texts: dict[str, str | tuple[str, ...]] = {}
    for feature in languages.features("vi"):
        texts |= languages.texts_of("vi", feature)
    return texts


def test_the_extraction_finds_texts_of_every_kind() -> None:
    kinds = {Path(path).suffix for path in used().values()}
    assert kinds == {".py", ".html", ".js"}
    assert len(used()) > 300


def test_every_text_has_a_vietnamese_one() -> None:
    missing = {msgid: place for msgid, place in used().items() if msgid not in vietnamese() and msgid not in SAME}
    told = "\n".join(f"{place}: {msgid}" for msgid, place in sorted(missing.items(), key=lambda pair: pair[::-1]))
    assert not missing, f"{len(missing)} texts without Vietnamese:\n{told}"


@pytest.mark.parametrize("path", sorted(CATALOGUES.glob("*.po")), ids=lambda path: path.stem)
def test_translations_fill_the_same_places(path: Path) -> None:
    with path.open("rb") as file:
        for message in read_po(file, locale="vi"):
            if not message.id:
                continue
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            own = OWN_WORDS.get(path.stem, set())
            places = set().union(*(PLACE.findall(one) for one in ids)) - own
            for text in texts:
                assert text, f"{path.name}: {ids[0]!r} has no text"
                assert set(PLACE.findall(text)) - own <= places, f"{path.name}: {ids[0]!r} names another place"
                if not isinstance(message.id, tuple):
                    assert set(PLACE.findall(text)) - own == places, f"{path.name}: {ids[0]!r} leaves a place out"


def test_one_msgid_has_one_translation() -> None:
    """The catalogues become one: a word translated twice would read as the last file says. The player has its own."""
    seen: dict[str, tuple[str, object]] = {}
    for feature in set(languages.features("vi")) - {"player", "parts"}:
        for msgid, text in languages.texts_of("vi", feature).items():
            other = seen.setdefault(msgid, (feature, text))
            assert other[1] == text, f"{msgid!r}: {other[0]}.po says {other[1]!r}, {feature}.po {text!r}"


def test_nobody_is_addressed_as_ban() -> None:
    for msgid, text in vietnamese().items():
        for one in (text,) if isinstance(text, str) else text:
            assert not re.search(r"\b[Bb]ạn\b(?! (?:bè|cùng))", one), f"{msgid!r}: {one}"


def test_a_sentence_inside_a_reason_is_translated_too() -> None:
    """Through the stored report, as the page of an import shows it."""
    stored = msgspec.to_builtins(read_file("one.gift", b"{=1 ~}\n\n::x::Hai $\\\\frac\\{1$ ?{=1 ~2}").report)
    first, second = msgspec.convert(stored, ImportReport).items
    vi, en = languages.translator("vi"), languages.translator("en")
    assert first.reasons[0].told(vi) == "Câu hỏi chưa dùng được: Chưa có nội dung câu hỏi. Phương án B để trống."
    assert first.reasons[0].told(en) == first.reasons[0].text
    assert second.reasons[0].told(vi).startswith("Không đọc được công thức \\frac{1: ")
