"""A test's lines → items with a report: cut, repaired as a person decided, matched with the answers after its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from item_bank.content.markup import is_blank
from item_bank.content.model import Markup, Passage, digest
from item_bank.formats.collecting import Collector, Entry
from item_bank.formats.model import N_, Imported, ReadProblem, Reason
from item_bank.formats.paper import blocks as exam_blocks
from item_bank.formats.paper import keys as exam_keys
from item_bank.formats.paper import marks as exam_marks
from item_bank.formats.paper import notation as exam_notation
from item_bank.formats.paper import tables as exam_tables
from item_bank.formats.paper.as_test import Placed, test_of
from item_bank.formats.paper.blocks import Block, Cut, SharedText
from item_bank.formats.paper.decisions import NOTHING, Decision, decisions
from item_bank.formats.paper.draft import Draft, draft_of
from item_bank.formats.paper.items import ItemOfExam
from item_bank.formats.paper.keys import Keys
from item_bank.formats.paper.lines import EMPTY, Document, Line, Rich, joined
from item_bank.formats.registry import Reading

_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
_SHOWN_LINES = 400
#: More is no test that somebody looks through on a page.
MAX_QUESTIONS = 1_000


@dataclass(slots=True)
class _Exam:
    document: Document
    cut: Cut
    keys: Keys
    decided: dict[str, Decision]
    #: Whether each number occurs once in the whole test, so that a number alone names a question.
    unique: bool


def read_document(document: Document, format_name: str, reading: Reading, encoding: str = "") -> Imported:
    """Raises ReadProblem when the text holds no question at all."""
    collector = Collector(format_name, reading, encoding)
    cut = exam_blocks.cut(exam_tables.flattened(document))
    if not cut.blocks:
        raise ReadProblem(
            "no_questions", N_("No question was found. Questions begin with Câu 1, Bài 1, Question 1 or 1.")
        )
    if len(cut.blocks) > MAX_QUESTIONS:
        raise ReadProblem("too_many_items", N_("The file has more than %(limit)s items."), limit=MAX_QUESTIONS)
    numbers = [block.number for block in cut.blocks]
    unique = len(set(numbers)) == len(numbers)
    keys = exam_keys.read_keys(cut.tail, cut.ordinals)
    if not unique:
        _numbered_through(keys, cut.blocks)
    exam = _Exam(document, cut, keys, decisions(reading.repairs), unique)
    drafted = [(block, to, draft_of(block, document.objects)) for block, to in _arranged(exam)]
    weighed = _all_weighed(exam, [(block, draft) for block, to, draft in drafted if not to])
    placed: list[Placed] = []
    for block, joined_keys, draft in drafted:
        _read_block(exam, block, joined_keys, draft, weighed, collector, reading)
        entry = collector.entries[-1]
        if entry.outcome != "dropped":
            placed.append(Placed(block, entry.identifier, entry.type == "essay", bool(draft.points)))
    if format_name == "docx" and (test := test_of(document, cut, placed, reading.file_name)):
        collector.tests.append(test)
    named = {line.number for line in cut.headings.values()} if collector.tests else set()
    collector.problems += [*document.problems, *_problems(exam, named)]
    return collector.finish()


def _numbered_through(keys: Keys, blocks: Sequence[Block]) -> None:
    """Answers 1 to 22 of a test whose parts each begin at 1: the places of the questions in the test."""
    if sorted({one.number for one in keys.found}) == list(range(1, len(blocks) + 1)) and keys.of_one_part:
        keys.found = [
            replace(one, part=blocks[one.number - 1].part, number=blocks[one.number - 1].number) for one in keys.found
        ]


def _arranged(exam: _Exam) -> list[tuple[Block, str]]:
    """The blocks as a person joined and rewrote them; with the key of the block that one was joined to, or none."""
    arranged: list[tuple[Block, str]] = []
    owner: Block | None = None
    for block in exam.cut.blocks:
        decision = exam.decided.get(block.key, NOTHING)
        if decision.join and owner is not None:
            owner.lines = _joined_lines(owner, block)
            arranged.append((block, owner.key))
            continue
        owner = replace(block, lines=list(block.lines))
        arranged.append((owner, ""))
    return [pair for block, to in arranged for pair in ([(block, to)] if to else _rewritten(exam, block, 0))]


def _joined_lines(owner: Block, block: Block) -> list[Line]:
    """The number of the second is part of the text, unless the first is nothing but its own number."""
    if any(line.content[owner.label if at == 0 else 0 :].text.strip() for at, line in enumerate(owner.lines)):
        return [*owner.lines, *block.lines]
    first, *rest = block.lines
    return [Line(owner.lines[0].content[: owner.label] + first.content[block.label :], owner.lines[0].number), *rest]


def _rewritten(exam: _Exam, block: Block, depth: int) -> list[tuple[Block, str]]:
    decision = exam.decided.get(block.key, NOTHING)
    if decision.text is not None:
        lines = exam_notation.read(decision.text, exam.document.objects, block.lines[0].number)
    elif decision.split:
        lines = exam_blocks.parted(block)
    else:
        return [(block, "")]
    found = exam_blocks.cut(lines).blocks
    if not found:
        whole = [line for line in lines if line.content] or [Line(EMPTY, block.lines[0].number)]
        return [(replace(block, lines=whole, label=0), "")]
    first, *others = found
    kept = replace(
        block, lines=first.lines, label=first.label, number=first.number, expected=None,
    )  # fmt: skip
    rest: list[tuple[Block, str]] = []
    for at, other in enumerate(others):
        added = replace(other, key=f"{block.key}.{at + 1}", part=block.part, kind=other.kind or block.kind,
                        shared=block.shared, directive=block.directive, expected=None)  # fmt: skip
        rest += _rewritten(exam, added, depth + 1) if depth < 3 else [(added, "")]
    return [(kept, ""), *rest]


def _all_weighed(exam: _Exam, drafted: Sequence[tuple[Block, Draft]]) -> bool:
    """Whether all questions say their points: where some do not, those of the others would weigh by another measure."""
    return all(draft.points for block, draft in drafted if not exam.decided.get(block.key, NOTHING).leave)


def _read_block(
    exam: _Exam, block: Block, joined_to: str, draft: Draft, weighed: bool, collector: Collector, reading: Reading
) -> None:
    decision = exam.decided.get(block.key, NOTHING)
    entry = Entry(identifier=_named(block, exam.cut), line=block.lines[0].number, key=block.key)
    source = exam_notation.written(block.lines).encode()
    if joined_to:
        entry.offers = ("join",)
        entry.note("joined", N_("It was joined with the question before."))
        collector.drop(entry)
        return
    if collector.left_out(entry):
        return
    given = exam.keys.of(block.number, block.part, unique=exam.unique)
    solution = joined(one.solution for one in given if one.solution)
    if draft.points and not weighed:
        message = N_("Its points (%(points)s) were left out: not every question says how many it gives.")
        said = draft.points.replace(".", ",") if reading.language == "vi" else draft.points
        entry.note("points_left_out", message, points=said)
        draft.points = ""
    builder = ItemOfExam(block, draft, exam.document.objects, reading, entry, decision)
    passage = _passage(block.shared, builder) if block.shared else None
    if block.expected is not None and not decision.text:
        message = N_("The number %(number)s stands where %(expected)s was expected.")
        entry.note("number_gap", message, number=block.number, expected=block.expected)
    understood = builder.build(given, solution or None, passage)
    entry.offers, entry.suggestion = tuple(understood.offers), understood.suggestion
    if understood.doubtful:
        collector.doubt(entry, source, understood.item)
    else:
        collector.add(entry, source, lambda _entry: understood.item)


def _passage(shared: SharedText, builder: ItemOfExam) -> str | None:
    contents = [line.content for line in shared.lines] or [shared.heading.content]
    made: Markup = builder.markup(joined(contents))
    if is_blank(made):
        return None
    passage = Passage(made)
    builder.entry.passages.append(passage)
    return digest(passage)


def _named(block: Block, cut: Cut) -> str:
    number = block.key.partition(".")[2]
    name = f"{block.number}{'+' + number if number else ''}"
    part = next((said for said, place in cut.ordinals.items() if place == block.part), block.part)
    return f"{_ROMANS[min(part, len(_ROMANS) - 1)]}.{name}" if cut.parts > 1 else name


def _problems(exam: _Exam, named: set[int]) -> list[Reason]:
    """What of the text is in no item: told line by line, so that nothing is lost unseen. `named`: lines that name the
    sections of a test."""
    found = [
        Reason.of("line_skipped", N_("Not part of a question: %(text)s"), line=line.number, text=_short(line))
        for line in [*exam.cut.skipped, *exam.keys.skipped][:_SHOWN_LINES]
        if not _is_furniture(line) and line.number not in named
    ]
    if exam.keys.questions is not None:
        message = N_("Further questions stand after the end of the test; they were not read.")
        found.insert(0, Reason.of("questions_after_end", message, line=exam.keys.questions))
    known = {(block.number if exam.unique else (block.part, block.number)) for block in exam.cut.blocks}
    strays = [one for one in exam.keys.found if (one.number if exam.unique else (one.part, one.number)) not in known]
    if strays:
        names = ", ".join(str(one.number) for one in strays[:20])
        message = N_("The table of answers names questions that the test does not have: %(numbers)s.")
        found.insert(0, Reason.of("key_stray", message, line=strays[0].line, numbers=names))
    return found


def _is_furniture(line: Line) -> bool:
    return exam_marks.only_dots(line.text) or re.fullmatch(r"\W*", line.text) is not None


def _short(line: Line) -> str:
    text = " ".join(exam_notation.written([Line(Rich.of(line.text), line.number)]).split())
    return text if len(text) <= 100 else text[:99] + "…"
