"""Headings of the parts of a test: PHẦN II …, III. TRẢ LỜI NGẮN, B. Tự luận, CÂU HỎI ĐÚNG SAI (4 điểm).

A line is taken for one by its number (Phần, Part), or because it holds nothing but names of types of questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from item_bank.content.folding import fold

_ROMAN = r"(?:X?(?:IX|IV|V?I{1,3}|V)|X)"
_PART = re.compile(rf"^\W{{0,3}}(?:phần|part|section|nhóm)\s*(?:{_ROMAN}|\d|[A-D]|một|hai|ba|bốn)\b", re.IGNORECASE)
_LETTERED = re.compile(rf"^\W{{0,3}}(?:{_ROMAN}|[A-D])\s*[.)\-–/:]\s*(?P<title>.+)$")
_TITLE = re.compile(r"^\W*(?:phan\s+)?(?:(?:cau hoi\s+)?trac nghiem|tu luan|doc hieu|lam van|viet)\b(?P<rest>.*)$")
_PREFIX = re.compile(
    rf"^\W{{0,3}}(?:{_ROMAN}(?:(?P<roman>\s*[.)\-–—/:]\s*)|(?P<bare>\s+))|(?P<letter>[A-D])\s*[.)\-–—/:]\s*"
    r"|(?P<number>\d)\s*[.)\-–—/:]\s*|(?P<form>(?i:dạng(?:\s+thức)?|loại))\s*\d\s*[.)\-–—/:]?\s*)?(?P<title>\S.*)$"
)
#: What tells the candidate how to answer, behind the name of the type.
_INSTRUCTION = re.compile(
    r"\s*[.:;,(\[–—-]\s*(?:thí\s+sinh|học\s+sinh|các\s+em|em|mỗi\s+(?:câu|ý)|trong\s+mỗi|hãy|khoanh|chọn|gồm|từ\s+câu"
    r"|trả\s+lời\s+(?:từ|các)|ghi|điền\s+(?:từ|vào|đáp|kết)|answer|choose|circle|in\s+each|each|write|mark|students|candidates"
    r"|decide|complete)\b.*$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?:\btu )?\b(?:cau|questions?)\s*\d{1,3}\s*(?:den|toi|to|-)\s*(?:(?:cau|question)\s*)?\d{1,3}\b"
    r"|\b\d{1,3}(?:[.,]\d{1,2})?\s*(?:diem|d|points?|pts?|marks?|cau(?: hoi)?|y|phut|questions?|items?|%)(?!\w)"
)
_IN_BRACKETS = re.compile(
    r"[(\[]\s*\d{1,3}(?:[.,]\d{1,2})?\s*(?:điểm|đ|points?|pts?|marks?|câu|questions?)\b[^()\[\]]*[)\]]", re.IGNORECASE
)
_TYPE = re.compile(
    r"trac nghiem|nhieu (?:phuong an|lua chon|dap an)|tra loi ngan|tu luan|dien khuyet"
    r"|dien (?:vao )?(?:cho trong|o trong|tu|cum tu|dap an|dap so|so|ket qua)|ghep (?:noi|doi|cap|cot)|noi (?:cot|cap)"
    r"|multiple\W{0,2}choice|short\W{0,2}answer|essay|fill\W?in|gap\W?fill|constructed\W?response|matching"
)
_TRUTH = re.compile(r"\bdung\W{0,4}(?:(?:hay|hoac|va)\s)?\W{0,3}sai\b|\btrue\W{0,4}(?:(?:or|and)\s)?\W{0,3}false\b")
_VOCABULARY = """
phan cau hoi cac dang thuc loai bai tap thi de kiem tra thu nhat hai ba bon trac nghiem khach quan nhieu mot lua chon
phuong an dap dung sai duy tra loi ngan gon tu luan dien khuyet vao cho trong o cum so ket qua ghep noi cot doi cap
va hoac hay moi tong diem
part section question questions item items multiple choice choices true false short answer answers essay essays fill
in the blank blanks gap gaps filling matching written constructed response responses one single best type of and or each
"""
_WORDS = frozenset(_VOCABULARY.split())
_TRUTH_ALONE = frozenset({"dung", "sai", "true", "false", "hay", "hoac", "va", "or", "and"})
_ALLOWED = re.compile(r"[\w\s.,:;()\[\]/&%+*–—-]*")
_LEADS = re.compile(r"^\W*(?:(?:các\s+)?câu\s+(?:hỏi|trắc)|phần|dạng|bài\s+tập)\s", re.IGNORECASE)


def part_heading(text: str, *, bold: bool = False, next_option: str = "") -> bool:
    """Whether a line opens a part. `next_option` is the letter that the open question's next option would have.

    Roman numbers alone also count statements, letters options, and few words may be the end of a statement: there only
    names of types count, in capitals, in bold, or with their points where a number does not tell.
    """
    if len(text) > 300:
        return False
    if _PART.match(text):
        return True
    return _titled(text, next_option) or _of_types(text, bold=bold, next_option=next_option)


def _titled(text: str, next_option: str) -> bool:
    lettered = _LETTERED.match(text)
    title = _TITLE.match(fold(lettered["title"] if lettered else text))
    if title is None or (lettered and _is_option(text, next_option)):
        return False
    return bool(lettered) or (
        len(title["rest"].split()) <= 6 and not title["rest"].strip().endswith("?") and text.strip()[:1].isupper()
    )


def _of_types(text: str, *, bold: bool, next_option: str) -> bool:
    found = _PREFIX.match(text)
    if found is None or not _ALLOWED.fullmatch(text) or "..." in text or "__" in text:
        return False
    head = _INSTRUCTION.sub("", found["title"])
    folded = _AMOUNT.sub(" ", fold(head))
    words = re.findall(r"\w+", folded)
    typed = _TYPE.search(folded)
    if not (typed or _TRUTH.search(folded)) or not _WORDS.issuperset(words):
        return False
    weighed = _IN_BRACKETS.search(text) is not None
    plain = bold or weighed or _capital(head)
    if found["roman"] or found["form"]:
        return True
    if found["letter"]:
        return not _is_option(text, next_option)
    if found["bare"] or found["number"]:
        return plain
    # Đúng – Sai alone heads the columns of a table.
    named = weighed or not _TRUTH_ALONE.issuperset(words)
    return named and text.strip(" \t*-–—•")[:1].isupper() and (plain or _LEADS.match(text) is not None)


def _capital(head: str) -> bool:
    bare = re.sub(r"[(\[][^()\[\]]*[)\]]", "", head)
    return bare.upper() == bare


def _is_option(text: str, next_option: str) -> bool:
    """`B. Viết thư` below option A; in capitals it is a heading all the same."""
    found = _PREFIX.match(text)
    return found is not None and bool(next_option) and found["letter"] == next_option and not _capital(found["title"])


_ORDINAL = re.compile(rf"^\W*(?:phần|part|section)\s*(?P<which>{_ROMAN}|\d)\b", re.IGNORECASE)
ROMANS = tuple(
    tens + ones for tens in ("", "X") for ones in ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
)[1:]


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Which part a heading names, from 0; `end`: where its words begin."""

    which: int
    end: int


def part_ordinal(text: str) -> Ordinal | None:
    found = _ORDINAL.match(text)
    if found is None:
        return None
    which = found["which"].upper()
    return Ordinal(ROMANS.index(which) if which in ROMANS else int(which) - 1, found.end())
