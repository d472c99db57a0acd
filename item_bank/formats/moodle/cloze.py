"""Embedded answers (cloze) as plain text: the whole file is one question, as Moodle imports it.

Source: Moodle documentation, "Embedded answers (Cloze) format", https://docs.moodle.org/en/Embedded_answers_(Cloze)_format.
"""

from __future__ import annotations

from functools import partial

from item_bank.content.model import Item
from item_bank.content.rational import rational_text
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.encodings import decode
from item_bank.formats.model import Imported, ReadProblem
from item_bank.formats.moodle.cloze_items import read_cloze
from item_bank.formats.moodle.cloze_syntax import has_gaps
from item_bank.formats.registry import Format, Reading
from item_bank.formats.texts import Texts

_LOOKED_AT = 200_000


def detect(name: str, data: bytes) -> float:
    lowered = name.lower()
    if looks_like_zip(data) or not lowered.endswith((".txt", ".cloze")):
        return 0.0
    try:
        found = has_gaps("".join(decode(data[:_LOOKED_AT]).lines))
    except ReadProblem:
        return 0.0
    return 0.95 if found else 0.9 if lowered.endswith(".cloze") else 0.0


def read(data: bytes, reading: Reading) -> Imported:
    text = decode(data)
    collector = Collector("cloze", reading, text.encoding)
    collector.problems += text.problems
    written = "".join(text.lines)
    collector.add(Entry(line=1), data, partial(_item, written.replace("\r\n", "\n"), reading))
    return collector.finish()


def _item(text: str, reading: Reading, entry: Entry) -> Item:
    stem, interaction, points = read_cloze(text, "moodle", Texts(entry, reading.find_picture))
    return Item(
        stem=stem,
        interaction=interaction,
        language=reading.language,
        points=rational_text(points),
        subject=reading.subject,
        grade=reading.grade,
    )


FORMAT = Format("cloze", "Embedded answers (cloze)", (".txt",), detect, read)
