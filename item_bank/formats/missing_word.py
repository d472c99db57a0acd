"""Missing word: Moodle's older plain text format, of which GIFT is the child.

Source: Moodle documentation, "Missing word format", https://docs.moodle.org/en/Missing_word_format: one question to a
paragraph, its answers in braces where the word is missing; `=` right, `~` wrong, `~75%text` earns a part of the points,
`#` feedback. What GIFT adds (names, categories, kinds by their first letter) is not in it.
"""

from __future__ import annotations

import re
from functools import partial

import msgspec

from item_bank.content.model import Item
from item_bank.formats.archives import looks_like_zip
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.encodings import decode
from item_bank.formats.gift.blocks import Block, blocks
from item_bank.formats.gift.items import ItemOfGift
from item_bank.formats.gift.syntax import SyntaxProblem, parse
from item_bank.formats.model import N_, Imported, ReadProblem, Reason
from item_bank.formats.registry import Format, Reading

#: The share that GIFT writes `%75%`.
_SHARE = re.compile(r"([~=]\s*)(-?\d{1,3}(?:\.\d{1,9})?)%(?!\s*[~=#}])")
_ONLY_HERE = re.compile(rb"\{[^{}%]*[~=]\s*-?\d{1,3}(?:\.\d{1,9})?%[^{}%]*\}", re.DOTALL)


def detect(name: str, data: bytes) -> float:
    lowered = name.lower()
    if looks_like_zip(data) or not lowered.endswith((".txt", ".missingword")):
        return 0.0
    if re.search(r"missing[ _-]?word", lowered):
        return 0.97
    sample = data[:100_000].replace(b"\0", b"")
    of_gift = b"::" in sample or b"$CATEGORY" in sample or b"->" in sample or b"{#" in sample
    return 0.9 if _ONLY_HERE.search(sample) and not of_gift else 0.0


def read(data: bytes, reading: Reading) -> Imported:
    text = decode(data)
    collector = Collector("missing_word", reading, text.encoding)
    collector.problems += text.problems
    for block in blocks(text):
        entry = Entry(line=block.line)
        collector.add(entry, text.source(block.start, block.end), partial(_item, block, reading))
    if not collector.entries:
        collector.problems.append(Reason.of("no_items", N_("The file holds no question.")))
    return collector.finish()


def _item(block: Block, reading: Reading, entry: Entry) -> Item:
    if "{" not in block.text:
        message = N_("The question has no answers: they stand in braces, {=right ~wrong}.")
        raise ReadProblem("missing_word_answers", message, line=block.line)
    try:
        question = parse(_SHARE.sub(r"\1%\2%", block.text))
        return ItemOfGift(question, reading, entry).build("", ())
    except SyntaxProblem as problem:
        located = ReadProblem("", "")
        located.reason = msgspec.structs.replace(problem.reason, line=block.line_at(problem.offset))
        raise located from problem


FORMAT = Format("missing_word", "Missing word", (".txt",), detect, read)
