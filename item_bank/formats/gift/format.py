r"""GIFT, Moodle's plain text format.

Source: Moodle documentation, "GIFT format", https://docs.moodle.org/en/GIFT_format (question types, weights, feedback,
text formats, escapes `\~ \= \# \{ \} \: \\ \n`, `$CATEGORY:`), and for what it leaves open the behaviour of Moodle's
own samples. Differences: a blank line inside the braces is tolerated (reported); `\neq` and its like inside `$…$`
stay TeX.

A description becomes an item with nothing to answer.
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

_ANSWERS = re.compile(rb"\{[^{}]*\}", re.DOTALL)


def detect(name: str, data: bytes) -> float:
    lowered = name.lower()
    if looks_like_zip(data) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%PDF")):
        return 0.0
    if lowered.endswith((".gift", ".gift.txt")):
        return 1.0
    sample = data[:100_000].replace(b"\0", b"")
    return 0.5 if lowered.endswith(".txt") and (_ANSWERS.search(sample) or b"$CATEGORY:" in sample) else 0.0


def read(data: bytes, reading: Reading) -> Imported:
    text = decode(data)
    collector = Collector("gift", reading, text.encoding)
    collector.problems += text.problems
    for block in blocks(text):
        entry = Entry(identifier=block.identifier, line=block.line)
        collector.add(entry, text.source(block.start, block.end), partial(_item, block, reading))
    if not collector.entries:
        collector.problems.append(Reason.of("no_items", N_("The file holds no question.")))
    return collector.finish()


def _item(block: Block, reading: Reading, entry: Entry) -> Item:
    try:
        question = parse(block.text)
        entry.title = question.title
        if block.bridged:
            entry.note("blank_line", N_("A blank line inside the answers was skipped."))
        return ItemOfGift(question, reading, entry).build(block.topic, block.tags)
    except SyntaxProblem as problem:
        located = ReadProblem("", "")
        located.reason = msgspec.structs.replace(problem.reason, line=block.line_at(problem.offset))
        raise located from problem


FORMAT = Format("gift", "GIFT", (".gift", ".txt"), detect, read)
