"""A Word paper as a test of its own: its parts are sections, with the points and minutes that the paper says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from item_bank.content.folding import fold
from item_bank.content.markup import from_text
from item_bank.content.rational import rational_text
from item_bank.formats.model import N_, Reason
from item_bank.formats.paper.blocks import Block, Cut
from item_bank.formats.paper.headings import ROMANS
from item_bank.formats.paper.lines import OBJECT, Document, Line
from item_bank.formats.qti.test_model import ItemRef, Rubric, Section, Test, TestPart, TimeLimits

_TITLE = re.compile(
    r"\b(?:de|bai)\s+(?:thi|kiem tra|khao sat|minh hoa|on tap)|kiem tra|\bk[iy] thi|khao sat|\btest\b|\bexam"
)
_SUBJECT = re.compile(
    r"^\W*(?:bài\s+thi\s+)?môn(?:\s+thi)?\s*:?\s*(?P<name>[^:;()\n]{2,60}?)\s*(?:[-–;(]|$)", re.IGNORECASE
)
_MINUTES = re.compile(
    r"(?:thời\s+gian|time)[^\d\n]{0,40}(?P<minutes>\d{2,3})\s*(?:phút|minutes|mins?)\b", re.IGNORECASE
)
_EACH = re.compile(r"mỗi\s+câu[^.;\d]{0,50}(?P<points>\d(?:[.,]\d{1,2})?)\s*(?:điểm|đ)\b", re.IGNORECASE)
_TOGETHER = re.compile(r"(?P<points>\d{1,2}(?:[.,]\d{1,2})?)\s*(?:điểm|đ|points)\b", re.IGNORECASE)
#: Where what tells the candidate how to answer begins, behind the part's name.
_INSTRUCTION = re.compile(
    r"(?<=[.:)])\s+(?=(?:Thí\s+sinh|Học\s+sinh|Trong\s+mỗi|Mỗi\s+câu|Trả\s+lời|Các\s+em|Em\s+hãy)\b)"
)
_LONGEST_TITLE = 150
#: Questions in the parts of the graduation exam from 2025 → points of each (QĐ 764/QĐ-BGDĐT).
_GRADUATION: dict[tuple[int, ...], tuple[str, ...]] = {
    (12, 4, 6): ("1/4", "1", "1/2"),
    (18, 4, 6): ("1/4", "1", "1/4"),
    (24, 4): ("1/4", "1"),
    (40,): ("1/4",),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A question of the paper that became an item or waits for a decision."""

    block: Block
    identifier: str
    essay: bool
    weighed: bool


def test_of(document: Document, cut: Cut, placed: Sequence[Placed], file_name: str) -> Test | None:
    """None for a handful of questions without a part's heading: no test, but questions in a document."""
    parts = sorted({one.block.part for one in placed})
    if not placed or (not cut.headings and len(placed) < 10):
        return None
    header = list(_header(document, cut.blocks[0].lines[0].number))
    points, notes = _points(cut, placed, parts)
    sections = tuple(
        _section(cut, [one for one in placed if one.block.part == part], part, points.get(part, "")) for part in parts
    )
    minutes = next((int(found["minutes"]) for text in header if (found := _MINUTES.search(text))), 0)
    return Test(
        "paper",
        _title(header) or file_name.rpartition(".")[0] or file_name,
        (TestPart(identifier="1", navigation="nonlinear", sections=sections),),
        TimeLimits(most=str(60 * minutes)) if minutes else None,
        notes=notes,
    )


def _section(cut: Cut, placed: Sequence[Placed], part: int, points: str) -> Section:
    """Questions are shuffled, but for essays and where a mark of their group keeps them."""
    name, told = _named(cut, part)
    kept = any(one.essay or one.block.group in ("0", "2") for one in placed)
    return Section(
        identifier=f"part{part + 1}",
        title=name,
        shuffle=not kept,
        points=points,
        rubrics=(Rubric(from_text(told)),) if told else (),
        inner=tuple(ItemRef(identifier=one.identifier) for one in placed),
    )


def _named(cut: Cut, part: int) -> tuple[str, str]:
    heading = cut.headings.get(part)
    if heading is None:
        return (ROMANS[part], "") if cut.headings and part < len(ROMANS) else ("", "")
    text = OBJECT.sub("", heading.text).strip()
    name, *rest = _INSTRUCTION.split(text, maxsplit=1)
    return name[:_LONGEST_TITLE], rest[0] if rest else ""


# --- points -----------------------------------------------------------------


def _points(cut: Cut, placed: Sequence[Placed], parts: Sequence[int]) -> tuple[dict[int, str], tuple[Reason, ...]]:
    """What each question of a part is worth; nothing where the questions say it themselves."""
    if any(one.weighed for one in placed):
        return {}, ()
    counts = {part: sum(one.block.part == part for one in placed) for part in parts}
    said = {part: points for part in parts if (points := _said(cut, part, counts[part]))}
    if said:
        return said, ()
    usual = _GRADUATION.get(tuple(counts[part] for part in parts))
    if usual is None:
        return {}, ()
    message = N_("The parts have as many questions as those of the graduation exam; their points were set as there.")
    return dict(zip(parts, usual, strict=True)), (Reason.of("test_points_usual", message),)


def _said(cut: Cut, part: int, count: int) -> str:
    """By `mỗi câu 0,25 điểm`, or by the part's sum in its heading."""
    heading = cut.headings.get(part)
    if heading is None:
        return ""
    first = next(block.lines[0].number for block in cut.blocks if block.part == part)
    told = [heading.text, *(line.text for line in cut.skipped if heading.number < line.number < first)]
    if found := next((match for text in told if (match := _EACH.search(text))), None):
        return rational_text(_number(found["points"]))
    total = _TOGETHER.search(heading.text)
    return rational_text(_number(total["points"]) / count) if total and _number(total["points"]) else ""


def _number(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


# --- what stands over the questions ---------------------------------------------


def _header(document: Document, first: int) -> Iterator[str]:
    for line in document.lines:
        if line.number >= first:
            return
        yield from _texts(line)


def _texts(line: Line) -> Iterator[str]:
    rows = line.table.rows if line.table else ()
    found = [line.text] if line.table is None else [one.text for row in rows for cell in row for one in cell]
    return (" ".join(text.split()) for text in found if text.strip())


def _title(header: Sequence[str]) -> str:
    """`ĐỀ KIỂM TRA GIỮA KÌ I`, with the subject where another line says it."""
    title = next((text for text in header if len(text) <= _LONGEST_TITLE and _TITLE.search(fold(text))), "")
    title = OBJECT.sub("", re.split(r"\s+[-–]?\s*Mã đề", title)[0]).strip(" -–_.:")
    subject = next((found["name"] for text in header if (found := _SUBJECT.match(text))), "").strip()
    if not subject or fold(subject) in fold(title):
        return title
    return f"{title} – {subject}" if title else subject
