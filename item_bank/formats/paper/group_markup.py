"""Tests with the marks of university programs, as usual lines: `[<sg>]` text `[<egc>]` `(<1>)` … `[<br>]` … `[</sg>]`.

`{<1>}` is a gap of the text, `<audio>file</audio>` a sound beside the document. Numbers begin anew in each group; here
they go on, so that a number tells the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from item_bank.formats.model import N_, Reason
from item_bank.formats.paper.lines import Document, Line, Lost, Objects, Rich

_MARKED = re.compile(r"\[<\s*(?:sg|br)\s*>\]", re.IGNORECASE)
_TAG = re.compile(r"\[<\s*(?P<name>/?\s*(?:sg|egc|br))\s*>\]", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*\(<\s*(?P<number>\d{1,3})\s*>\)\s*")
_GAP = re.compile(r"\{<\s*(?P<number>\d{1,3})\s*>\}")
_AUDIO = re.compile(r"<audio>(?P<name>[^<>]{0,200})</audio>", re.IGNORECASE)


def usual(document: Document) -> list[Line]:
    """The document's lines; changed only where it has such marks."""
    if not any(_MARKED.search(line.text) for line in document.lines):
        return document.lines
    return _Rewriting(document.objects).run(document.lines)


class _Rewriting:
    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.made: list[Line] = []
        #: The number of the last question, and how many there were before the group.
        self.last = self.before = 0
        #: Whether the next line begins a question though it has no number.
        self.fresh = True
        self.open: int | None = None

    def run(self, lines: Sequence[Line]) -> list[Line]:
        for line in lines:
            if line.table is not None:
                self.made.append(line)
                continue
            start = 0
            for tag in _TAG.finditer(line.text):
                self._text(line.content[start : tag.start()], line.number)
                self._tag(re.sub(r"\s", "", tag["name"].lower()), line.number)
                start = tag.end()
            self._text(line.content[start:], line.number)
        return self.made

    def _tag(self, name: str, number: int) -> None:
        if name == "sg":
            self.open, self.before, self.fresh = len(self.made), self.last, False
            self.made.append(Line(Rich(), number))
        elif name == "/sg" and self.open is not None:
            heading = f"Đọc đoạn sau và trả lời các câu hỏi từ {self.before + 1} đến {self.last}:"
            if self.last > self.before + 1:
                self.made[self.open] = Line(Rich.of(heading), self.made[self.open].number)
            self.open, self.fresh = None, True
        elif name == "egc":
            self.fresh = True
        else:
            self.fresh = True

    def _text(self, content: Rich, number: int) -> None:
        content = self._sounds(self._gaps(content))
        if not content:
            return
        if (found := _NUMBER.match(content.text)) or self.fresh:
            self.last += 1
            content = Rich.of(f"Câu {self.last}. ") + content[found.end() if found else 0 :]
            self.fresh = False
        self.made.append(Line(content, number))

    def _gaps(self, content: Rich) -> Rich:
        while found := _GAP.search(content.text):
            gap = Rich.of(f"({self.before + int(found['number'])}) ____")
            content = content[: found.start()] + gap + content[found.end() :]
        return content

    def _sounds(self, content: Rich) -> Rich:
        while found := _AUDIO.search(content.text):
            message = N_("The sound %(name)s is not in the document; add it to the question.")
            lost = self.objects.add(
                Lost(Reason.of("sound_missing", message, name=found["name"].strip() or "—"), shown="")
            )
            content = content[: found.start()] + lost + content[found.end() :]
        return content
