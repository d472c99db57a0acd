"""Options that speak of other options ("Cả A, B, C đều đúng", "all of the above"): they must stay at their place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from item_bank.content.folding import fold

# All patterns meet folded text: lower case, no accents, single spaces, no mark at the end.
_AND = r"\s*(?:,\s*(?:va|and|or|hoac)|,|;|&|\bva\b|\bhoac\b|\band\b|\bor\b|\bnor\b)\s*"
_ONE_OR_MORE = rf"[a-h](?:{_AND}[a-h])*"
_TWO_OR_MORE = rf"[a-h](?:{_AND}[a-h])+"
_MANY = r"(?:hai|ba|bon|nam|[2-8]|cac)"
_OPTION = (
    r"(?:phuong an|dap an|lua chon|cau tra loi|cau|y kien|y|dieu|truong hop|khang dinh|phat bieu|menh de|loai|yeu to)"
)
_VERDICT = r"(?:\s+(?:deu|cung|la|dung|sai|khong)\b.*)?"
_IS = r"(?:\s+(?:is|are)\s+\w+)?"

_VIETNAMESE = (
    # Cả A, B, C (đều đúng) · Cả hai đáp án A và B · Chỉ A và C
    rf"(?:ca|chi|chi co|gom|khong phai)\s+(?:{_MANY}\s+)?(?:{_OPTION}\s+)?{_ONE_OR_MORE}{_VERDICT}",
    # A và B đều đúng · A, C
    rf"(?:{_OPTION}\s+)?{_TWO_OR_MORE}{_VERDICT}",
    # Tất cả các phương án trên · Cả ba ý trên đều đúng · Các câu trên đều sai
    rf"(?:(?:tat ca|ca|toan bo|moi)\s+)?(?:{_MANY}\s+)?{_OPTION}\s+(?:(?:neu|o|da neu)\s+)?(?:tren|con lai){_VERDICT}",
    rf"(?:tat ca|ca {_MANY})(?:\s+{_OPTION})?\s+(?:deu\s+(?:dung|sai|khong).*|tren)",
    # Không có phương án nào đúng · Đáp án khác
    rf"khong(?:\s+co)?\s+{_OPTION}\s+nao(?:\s+.*)?",
    r"(?:mot\s+)?(?:phuong an|dap an|cau tra loi|ket qua|y kien)\s+khac",
)
_ENGLISH = (
    rf"(?:all|none|both|neither|any)\s+(?:of\s+)?(?:the\s+)?(?:(?:answers|options|choices)\s+)?(?:above|these){_IS}",
    rf"(?:all|none|any|both|neither|either|only)\s+(?:of\s+)?(?:(?:answers?|options?)\s+)?{_ONE_OR_MORE}{_IS}",
    rf"{_ONE_OR_MORE}\s+(?:only|above|(?:are|is)\s+(?:correct|right|true|wrong|false))",
    rf"{_TWO_OR_MORE}",
)
_REFERRING = [re.compile(pattern) for pattern in _VIETNAMESE + _ENGLISH]
_LETTER = re.compile(r"\b[a-h]\b")


def refers_to_others(text: str) -> bool:
    """Whether the plain text of an option makes sense only beside the other options, at its own place."""
    return any(pattern.fullmatch(_folded(text)) for pattern in _REFERRING)


def pinned(texts: Sequence[str]) -> list[bool]:
    """Beside the options' texts: which stay. One that names letters pins them all, for letters are places."""
    own = [refers_to_others(text) for text in texts]
    if any(found and _LETTER.search(_folded(text)) for found, text in zip(own, texts, strict=True)):
        return [True] * len(texts)
    return own


def _folded(text: str) -> str:
    return fold(text[:200]).strip(" .;,!")
