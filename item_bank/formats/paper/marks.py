"""How teachers mark the parts of a test: question starts, headings, option labels, keys (DOMAIN of Vietnamese papers).

Every function looks at one line of text; what a line means in its place is decided in `blocks`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from item_bank.content.folding import fold

Kind = Literal["choice", "multiple", "cluster", "short", "essay"]

_QUESTION = re.compile(
    r"^\W{0,3}(?:câu\s*hỏi|câu\s*số|câu|bài\s*tập|bài\s*toán|bài|question|quest|q)\s*\.?\s*(?P<number>\d{1,3})(?![\d,]\d)"
    r"(?:\s*[.:)\]/–-])?\s*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*\(?(?P<number>\d{1,3})\s*(?:[.)/:]|\.\))(?!\d)\s*(?=\S)")
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("cluster", re.compile(r"dung\s*(?:,|/|-|hoac|hay)?\s*sai|true\s*(?:/|or|-|,)?\s*false")),
    (
        "short",
        re.compile(
            r"tra loi ngan|short.?answer|dien (?:dap (?:an|so)|ket qua|so|vao|tu|cho trong)\b|dien khuyet"
            r"|fill.in|gap.?fill"
        ),
    ),
    ("multiple", re.compile(r"nhieu (?:phuong an|dap an|lua chon) dung|multiple.?(?:answers|response)")),
    (
        "choice",
        re.compile(
            r"nhieu (?:phuong an|lua chon)|trac nghiem|multiple.?choice|chon mot phuong an|khoanh (?:tron )?vao"
        ),
    ),
    ("essay", re.compile(r"tu luan|\bessay|constructed.response|lam van|^(?:phan )?(?:[ivx]{1,4}\W+)?viet\b")),
)
_END = re.compile(r"^\W*(?:h\s?ế\s?t|the\s+end)\W*$", re.IGNORECASE)
_KEY_HEADING = re.compile(
    r"^\W*(?:(?:bảng\s+)?đáp\s+án(?:\s+(?:tham\s+khảo|đề\s+.{0,30}|mã\s+.{0,30}|phần\s+.{0,30}|và\s+.{0,60}|trắc\s+nghiệm|môn\s+.{0,30}))?"
    r"|hướng\s+dẫn\s+chấm.{0,60}|answers?\s+keys?|answers|keys?)\W*$",
    re.IGNORECASE,
)
_SOLUTION = re.compile(
    r"^\W{0,4}(?:lời\s+giải(?:\s+chi\s+tiết)?|bài\s+(?:giải|làm)|hướng\s+dẫn(?:\s+giải|\s+chi\s+tiết|\s+trả\s+lời)?(?:\s+chi\s+tiết)?|"
    r"giải\s+thích(?:\s+chi\s+tiết)?|giải\s+chi\s+tiết|HDG|HD|giải(?=\s*[:.]?\s*$|\s*:)|explanation|solution|rationale)"
    r"(?=\s*(?:[:.–-]|$))\s*[:.–-]?\s*",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^\W{0,4}(?:=>|⇒|→)?\s*(?:đáp\s*án(?:\s+(?:đúng|là|đúng\s+là))?|đáp\s*số|đ/a|đa|đs|kết\s*quả|kq|"
    r"trả\s*lời|(?:correct\s+)?answer|key|ans)(?:\s*[:.=–-]\s*|\s+(?=[A-H]\b\W*$))(?P<said>.*)$",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"(?:^|[\s.,;=>⇒→])(?:vậy\s+)?(?:chọn|đáp\s+án(?:\s+đúng)?(?:\s+là)?)\s*(?:đáp\s+án|phương\s+án|câu|ý)?\s*[:.]?\s*"
    r"(?P<letters>[A-H](?:\s*(?:,|và|&)\s*[A-H])*)(?![\w.]?[\w(])\W*$",
    re.IGNORECASE,
)
_CHOSEN_FIRST = re.compile(
    r"^\W{0,4}chọn\s*(?:đáp\s+án|phương\s+án|câu|ý)?\s*[:.]?\s*(?P<letters>[A-H](?:\s*(?:,|và|&)\s*[A-H])*)\s*[.,;:]\s",
    re.IGNORECASE,
)
_CONCLUDED = re.compile(r"^\W{0,6}(?:(?:vậy|nên|do đó|suy ra|ta)[\s,:]+){0,3}(?:chọn|đáp\s+án)\b", re.IGNORECASE)
_LONE = re.compile(r"[\s=>⇒→:.–-]*(?P<letter>[A-H])\s*[.;]?\s*")
_TAG = re.compile(r"[<\[]{1,2}\s*key\s*=\s*(?P<said>[^<>\[\]]{0,200})[>\]]{1,2}", re.IGNORECASE)
#: `[Đáp án: C]` at the end of a line.
_BRACKETED = re.compile(
    r"\s*[\[(]\s*(?:đáp\s*án|đáp\s*số|đ/?a|key|ans(?:wer)?)\s*[:=]\s*(?P<said>[^\[\]()]{1,60})[\])]\s*\.?\s*$",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"[(\[{]\s*(?P<level>NB|TH|VDC|VDT|VD|nhận\s+biết|thông\s+hiểu|vận\s+dụng(?:\s+cao|\s+thấp)?|biết|hiểu|"
    r"(?:mức|mđ|m)\s*\d)\s*[)\]}]\s*[.:]?\s*",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"[(\[]\s*(?P<points>\d{1,2}(?:[.,]\d{1,2})?)\s*(?:điểm|đ|points?|pts?|marks?)\s*[)\]]\s*[.:]?\s*", re.IGNORECASE
)
_CODE = re.compile(r"\[(?P<code>\d[A-Z]\d{1,2}-\d(?:\.\d{1,2})?(?:-\d)?)\]\s*")
_RANGE = re.compile(
    r"(?:câu(?:\s+hỏi)?|questions?|từ|from)\s*(?:số\s*)?(?P<first>\d{1,3})\s*"
    r"(?:[,;]\s*(?:câu\s*)?\d{1,3}\s*){0,9}(?:đến|tới|và|to|and|through|-|–|[,;])\s*(?:câu(?:\s+hỏi)?\s*)?(?P<last>\d{1,3})",
    re.IGNORECASE,
)
_SINGLE = re.compile(
    r"(?:trả\s+lời|cho|answer|for)\s+(?:câu(?:\s+hỏi)?|question)\s*(?:số\s*)?(?P<first>\d{1,3})(?!\d)", re.IGNORECASE
)
_SHARED = re.compile(
    r"^\W{0,4}(?:đọc|dựa\s+vào|dùng|sử\s+dụng|căn\s+cứ|cho|quan\s+sát|từ\s+(?:thông|dữ)|thông\s+tin|dữ\s+(?:kiện|liệu)|read|use|based|refer|the\s+following)\b",
    re.IGNORECASE,
)
_FOR_ALL = re.compile(
    r"(?:trả\s+lời|thực\s+hiện|làm)\s+(?:các\s+)?(?:câu\s+hỏi|yêu\s+cầu|câu|bài\s+tập)|answer\s+the\s+(?:following\s+)?questions?",
    re.IGNORECASE,
)
_DIRECTIVE = re.compile(
    r"^\W{0,4}(?:mark\s+the\s+letter|choose\s+the|circle\s+the|find\s+the|pick\s+out|exercise\s+\d|read\s+the\s+following)\b",
    re.IGNORECASE,
)
#: McMix: 0 nothing moves, 1 questions move, 2 options move, 3 both.
_GROUP = re.compile(r"^\s*[<\[]{1,2}\s*(?P<end>/?)\s*#?\s*g\s*(?P<kind>[0-3])\s*[>\]]{1,2}\s*", re.IGNORECASE)
_BLANK = re.compile(r"[.…_·\s]{3,}|[.…_]+")


@dataclass(frozen=True, slots=True)
class Start:
    """A question begins: its number, and where its text begins in the line. `named`: by a word, not a bare number."""

    number: int
    end: int
    named: bool


def question_start(text: str) -> Start | None:
    if found := _QUESTION.match(text):
        return Start(int(found["number"]), found.end(), named=True)
    if found := _NUMBERED.match(text):
        return Start(int(found["number"]), found.end(), named=False)
    return None


def kind_named(text: str) -> Kind | None:
    """The type of question that a heading or its explanation names."""
    folded = fold(text)
    return next((kind for kind, pattern in _KINDS if pattern.search(folded)), None)


@dataclass(frozen=True, slots=True)
class GroupMark:
    """`<g1>`: what of the questions that follow may be shuffled; empty at the group's end."""

    kind: str
    end: int


def group_mark(text: str) -> GroupMark | None:
    found = _GROUP.match(text)
    return GroupMark("" if found["end"] else found["kind"], found.end()) if found else None


def is_end(text: str) -> bool:
    return _END.match(text) is not None


def key_heading(text: str) -> bool:
    return _KEY_HEADING.match(text) is not None


def solution_start(text: str) -> int | None:
    """Where the solution's own text begins in a line that opens one."""
    found = _SOLUTION.match(text)
    return found.end() if found else None


@dataclass(frozen=True, slots=True)
class Said:
    """An answer stated in words; `start` is where it stands in the line."""

    text: str
    start: int


def answer_said(text: str) -> Said | None:
    """`Đáp án: B`, `ĐS: 2,5`; the rest may be empty or dots to write on."""
    found = _ANSWER.match(text)
    if found is None:
        return None
    said = found["said"]
    return Said("" if _BLANK.fullmatch(said) else said.strip(), found.start("said"))


def chosen(text: str) -> str:
    """The letters of `Chọn B`, `Vậy chọn đáp án C.` at the end of a line, or of `Chọn B. Vì …` at its beginning."""
    found = _CHOSEN.search(text) or _CHOSEN_FIRST.match(text)
    return "".join(re.findall(r"[A-H]", found["letters"].upper())) if found else ""


def concludes(text: str) -> bool:
    """`=> Chọn D`, `Vậy chọn đáp án D`, `Chọn B. Vì …`: the key, though no solution was announced."""
    return _CONCLUDED.match(text) is not None and bool(chosen(text))


def lone_letter(text: str) -> str:
    """`D.`, `⇒ D`: all of a solution."""
    found = _LONE.fullmatch(text)
    return found["letter"] if found else ""


def key_tag(text: str) -> re.Match[str] | None:
    """`<Key=2,5>`, or `[Đáp án: C]` at the end, with the group `said`."""
    return _TAG.search(text) or _BRACKETED.search(text)


def level_mark(text: str) -> re.Match[str] | None:
    return _LEVEL.search(text)


def points_mark(text: str) -> re.Match[str] | None:
    return _POINTS.search(text)


def code_mark(text: str) -> re.Match[str] | None:
    return _CODE.search(text)


@dataclass(frozen=True, slots=True)
class Shared:
    """A text for several questions follows: for those of a range, or for all until the next one."""

    first: int | None
    last: int | None
    #: Where the shared text begins in the same line, when it does.
    start: int


def shared_start(text: str) -> Shared | None:
    if not _SHARED.match(text):
        return None
    colon = text.find(":")
    start = colon + 1 if 0 <= colon < len(text.rstrip()) - 1 else len(text)
    found = _RANGE.search(text)
    if found and int(found["first"]) < int(found["last"]) <= int(found["first"]) + 60:
        return Shared(int(found["first"]), int(found["last"]), max(start, found.end()) if start < len(text) else start)
    if single := _SINGLE.search(text):
        number = int(single["first"])
        return Shared(number, number, max(start, single.end()) if start < len(text) else start)
    if _FOR_ALL.search(text) and len(text) <= 250:
        return Shared(None, None, start)
    return None


def directive(text: str) -> bool:
    """An English instruction for the questions that follow."""
    return _DIRECTIVE.match(text) is not None and len(text) <= 300


def only_dots(text: str) -> bool:
    """A line to write on."""
    return _BLANK.fullmatch(text.strip()) is not None
