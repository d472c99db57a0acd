"""Headings of parts and of passages, in words that the reader of papers knows."""

from __future__ import annotations

from collections.abc import Mapping

from item_bank.content.markup import plain_text
from item_bank.content.model import Language, Markup
from item_bank.formats.paper import headings, marks
from item_bank.formats.word.writing_questions import Kind

_PART = {"vi": "PHẦN", "en": "PART"}
_KINDS: Mapping[Language, Mapping[Kind, str]] = {
    "vi": {
        "choice": "Câu trắc nghiệm nhiều phương án lựa chọn",
        "multiple": "Câu trắc nghiệm nhiều phương án đúng",
        "cluster": "Câu trắc nghiệm đúng sai",
        "short": "Câu trắc nghiệm trả lời ngắn",
        "essay": "Tự luận",
    },
    "en": {
        "choice": "Multiple choice",
        "multiple": "Multiple answers",
        "cluster": "True or false",
        "short": "Short answer",
        "essay": "Essay",
    },
}
MOST_PARTS = len(headings.ROMANS)
_LONGEST = 200


def heading(number: int, title: str, kind: Kind, language: Language) -> str:
    """PHẦN II. with the section's own title, if that names the kind of question, or else both."""
    before = f"{_PART[language]} {headings.ROMANS[min(number, MOST_PARTS) - 1]}. "
    words = _KINDS[language][kind]
    own = " ".join(title.split())[:_LONGEST]
    if ordinal := headings.part_ordinal(own):
        own = own[ordinal.end :].strip(" .:–—-")
    for said in (own, f"{own} – {words}") if own else ():
        if marks.kind_named(before + said) == kind:
            return before + said
    return before + words


def shared_heading(first: int, last: int, language: Language) -> str:
    if language == "en":
        which = f"question {first}" if first == last else f"questions {first} to {last}"
        return f"Read the following passage and answer {which}:"
    which = f"câu hỏi {first}" if first == last else f"các câu hỏi từ {first} đến {last}"
    return f"Đọc đoạn văn sau và trả lời {which}:"


def harmless(instructions: Markup) -> bool:
    """Whether no line of it would be taken for a question, a passage or a part."""
    return stays_below(instructions) and not any(map(marks.question_start, plain_text(instructions).split("\n")))


def stays_below(text: Markup) -> bool:
    """Whether no line of it ends the question that it belongs to, and with `HẾT` the whole test."""
    return not any(
        marks.shared_start(line)
        or marks.directive(line)
        or marks.is_end(line)
        or marks.key_heading(line)
        or headings.part_heading(line)
        for line in plain_text(text).split("\n")
    )
