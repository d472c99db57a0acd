"""Cuts a GIFT file into questions: blank lines, comments, `[id:…]`, `[tag:…]`, `$CATEGORY:` (source: see gift.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from item_bank.formats.encodings import Text

_ID = re.compile(r"\[id:([^\]\[\n]{0,200})\]")
_TAG = re.compile(r"\[tag:([^\]\[\n]{0,200})\]")
_CATEGORY = re.compile(r"^\s*\$CATEGORY:\s*(.*?)\s*$")
_UNESCAPED_OPEN = re.compile(r"(?<!\\)(?:\\\\)*\{")
_UNESCAPED_CLOSE = re.compile(r"(?<!\\)(?:\\\\)*\}")
_ANSWER_START = re.compile(r"\s*[~=#}]")


@dataclass(slots=True)
class Block:
    """One question. `rows` are (line number from 1, text without its end); `start`/`end` index the file's lines."""

    start: int
    end: int
    rows: list[tuple[int, str]]
    topic: str = ""
    identifier: str = ""
    tags: tuple[str, ...] = ()
    bridged: bool = False
    #: opening braces less closing ones
    depth: int = 0

    @property
    def line(self) -> int:
        return self.rows[0][0]

    @property
    def text(self) -> str:
        return "\n".join(row for _, row in self.rows)

    def line_at(self, offset: int) -> int:
        """The file's line for an offset into `text`."""
        return self.rows[min(self.text.count("\n", 0, offset), len(self.rows) - 1)][0]


def blocks(text: Text) -> Iterator[Block]:
    """Yields the questions with their category; comments belong to the question that follows them."""
    topic = ""
    pending: list[Block] = []
    for piece in _pieces(text):
        if isinstance(piece, str):
            topic = piece
            continue
        piece.topic = topic
        if pending and _continues(pending[-1], piece):
            last = pending[-1]
            last.rows += piece.rows
            last.end, last.depth, last.bridged = piece.end, last.depth + piece.depth, True
            continue
        yield from pending
        pending = [piece]
    yield from pending


def _continues(open_block: Block, piece: Block) -> bool:
    """A blank line inside the braces: the answers go on (tolerated, Sakai #9192)."""
    return (
        open_block.depth > 0 and open_block.topic == piece.topic and _ANSWER_START.match(piece.rows[0][1]) is not None
    )


def _pieces(text: Text) -> Iterator[Block | str]:
    start: int | None = None
    rows: list[tuple[int, str]] = []
    comments: list[str] = []
    for index, raw in enumerate([*text.lines, "\n"]):
        line = raw.rstrip("\r\n")
        category = _CATEGORY.match(line)
        if not line.strip() or category:
            if rows and start is not None:
                yield _block(start, index, rows, comments)
                comments = []
                start = None
            rows = []
            if category:
                yield topic_of(category.group(1))
                start, comments = None, []
        elif line.lstrip().startswith("//"):
            comments.append(line)
            start = index if start is None else start
        else:
            rows.append((index + 1, line))
            start = index if start is None else start


def _block(start: int, end: int, rows: list[tuple[int, str]], comments: list[str]) -> Block:
    remarks = "\n".join(comments)
    found = _ID.search(remarks)
    tags = tuple(tag.strip() for tag in _TAG.findall(remarks))
    text = "\n".join(row for _, row in rows)
    depth = len(_UNESCAPED_OPEN.findall(text)) - len(_UNESCAPED_CLOSE.findall(text))
    return Block(start, end, rows, identifier=found.group(1).strip() if found else "", tags=tags, depth=depth)


def topic_of(path: str) -> str:
    """`$course$/top/Hình học//Đại số` → `Hình học/Đại số`: a doubled slash is a slash within a name."""
    names = [name.replace("\ufdd0", "/").strip() for name in path.replace("//", "\ufdd0").split("/")]
    if names and re.fullmatch(r"\$[a-z0-9]+\$", names[0]):
        names = names[1:]
    if names and names[0] == "top":
        names = names[1:]
    return " / ".join(name for name in names if name)
