"""Tables of a test: options in cells, statements with columns Đ and S, tables of answers become lines; data stays."""

from __future__ import annotations

import re
from collections.abc import Iterator

from item_bank.content.folding import fold
from item_bank.formats.paper import forms as exam_forms
from item_bank.formats.paper import grids as exam_grids
from item_bank.formats.paper import group_markup as exam_group_markup
from item_bank.formats.paper import labels as exam_labels
from item_bank.formats.paper import marks as exam_marks
from item_bank.formats.paper import question_tables as exam_question_tables
from item_bank.formats.paper import truth_tables as exam_truth_tables
from item_bank.formats.paper.lines import EMPTY, OBJECT, Document, Line, Objects, Rich, Row, Rows, Table, joined

_TICK = re.compile(r"[x✓✔√☑*]", re.IGNORECASE)
_WORDS = {"true": {"dung", "d", "true", "t"}, "false": {"sai", "s", "false", "f"}}
_LETTERS = "abcdefgh"
_MOST_ROWS, _MOST_COLUMNS = 200, 40
_LABEL = re.compile(r"[*#]{0,2}\(?[A-H]\s*[.):]?\*?")
_CELLS = re.compile(r"\t")


def flattened(document: Document) -> list[Line]:
    """The document's lines, tables resolved. After the end of the questions every table is one of answers."""
    found: list[Line] = []
    ended = False
    form = exam_forms.form_of(document.lines, document.margins)
    for line in exam_group_markup.usual(document):
        ended = ended or exam_marks.is_end(line.text) or (bool(found) and exam_marks.key_heading(line.text))
        if line.table is None:
            found.append(line)
        else:
            table = exam_forms.of_one_form(line.table, form, document.problems, line.number)
            found.extend(_resolved(line, table, document.objects, answers=ended))
    end = exam_grids.begins_at(found)
    tail = exam_forms.lines_of_one_form(found[end:], form, document.problems)
    return [*_tabbed(found[:end], document.objects), *tail]


def _resolved(line: Line, table: Table, objects: Objects, *, answers: bool) -> Iterator[Line]:
    if (truth := _truth_columns(table)) is not None:
        yield from (Line(row, line.number) for row in _truth_rows(table, *truth))
    elif _is_room(table):
        return
    elif not answers and (asked := exam_question_tables.lines_of(table)) is not None:
        yield from (Line(one, line.number) for one in asked)
    elif answers and (signs := exam_truth_tables.rows_of(table)) is not None:
        yield from (Line(Rich.of(one), line.number) for one in signs)
    elif answers or _holds_answers(table):
        yield from (Line(one, line.number) for row in table.rows for one in _row_lines(row))
    elif _is_layout(table):
        for row in _labels_joined(table.rows):
            yield from (Line(one, line.number) for one in _row_lines(_pictures_afloat(row, objects)))
    else:
        yield Line(objects.add(table), line.number)


def _row_lines(row: Row) -> list[Rich]:
    """Cells of one paragraph each stand side by side; longer ones below each other."""
    cells = [cell for cell in row if any(cell)]
    if all(sum(map(bool, cell)) == 1 for cell in cells):
        return [joined((next(one for one in cell if one).stripped() for cell in cells), "\t")]
    return [one for cell in cells for one in cell if one]


def _labels_joined(rows: Rows) -> Rows:
    """Letters in a row of their own, under the pictures or over the texts that they name, go to their cells."""
    made = list(rows)
    for at, row in enumerate(rows):
        if not _only_labels(row):
            continue
        for other in (at - 1, at + 1):
            if 0 <= other < len(made) and _named_by(made[other], row):
                pairs = zip(row, made[other], strict=True)
                made[other] = tuple(
                    (joined((*map(_dotted, label), *cell), " "),) if any(cell) else cell for label, cell in pairs
                )
                made[at] = ()
                break
    return tuple(made)


def _only_labels(row: Row) -> bool:
    found = [joined(cell, " ").text.strip() for cell in row if any(cell)]
    return len(found) >= 2 and all(_LABEL.fullmatch(one) for one in found)


def _dotted(label: Rich) -> Rich:
    """A letter alone, as it stands under a picture, is a label where a mark follows."""
    return label.stripped() + Rich.of(".") if label.text.strip()[-1:].isalpha() else label


def _named_by(row: Row, labels: Row) -> bool:
    """Whether each letter has a cell of its own, and none of them has one already."""
    if len(row) != len(labels) or [any(cell) for cell in row] != [any(cell) for cell in labels]:
        return False
    return not any(exam_labels.at_start(one.text, lower=False) for cell in row for one in cell)


def _pictures_afloat(row: Row, objects: Objects) -> Row:
    """A picture in the cell beside a question stands beside it, and not behind its last option."""
    if len(row) == 2 and any(exam_marks.question_start(one.text) for cell in row for one in cell):
        for cell in row:
            if all(OBJECT.fullmatch(one.text.strip()) for one in cell if one):
                for one in cell:
                    objects.floated(one.stripped())
    return row


def _holds_answers(table: Table) -> bool:
    lines = [Line(one, 0) for row in table.rows for one in _row_lines(row)]
    return exam_grids.alone(lines)


def _is_layout(table: Table) -> bool:
    """One cell is a frame around text; cells that begin with labels or questions only arrange them."""
    cells = [one for row in table.rows for cell in row for one in cell if one]
    if len(table.rows) == 1 and table.width <= 1:
        return True
    labelled = [one for one in cells if exam_labels.at_start(one.text, lower=False)]
    numbered = [one for one in cells if (start := exam_marks.question_start(one.text)) and start.named]
    return len(labelled) >= 2 or bool(numbered) or _letters_of_pictures(table)


def _letters_of_pictures(table: Table) -> bool:
    """Rows of pictures, each with the letters of options below or over it, and nothing else."""
    rows = [row for row in table.rows if any(map(any, row))]
    named = "".join(joined(cell, "").text for row in rows if _only_labels(row) for cell in row)
    shown = [one for row in rows if not _only_labels(row) for cell in row for one in cell if one]
    pictures = bool(shown) and all(OBJECT.fullmatch(one.text.strip()) for one in shown)
    return pictures and re.sub(r"[^A-H]", "", named) == "ABCDEFGH"[: len(shown)]


def _is_room(table: Table) -> bool:
    """Empty boxes to write a short answer into, behind `Đáp án:`."""
    texts = [text for row in table.rows for cell in row if (text := joined(cell, " ").text.strip())]
    cells = sum(len(row) for row in table.rows)
    said = exam_marks.answer_said(texts[0]) if len(texts) == 1 else None
    return said is not None and not said.text and cells > len(texts)


def _truth_columns(table: Table) -> tuple[int, int] | None:
    """The places of the columns Đúng and Sai, when the first row names them."""
    if len(table.rows) < 2:
        return None
    heads = [fold(" ".join(one.text for one in cell)).strip(" .:()") for cell in table.rows[0]]
    places = [next((at for at, head in enumerate(heads) if head in _WORDS[name]), -1) for name in ("true", "false")]
    if min(places) < 0:
        return None
    labelled = sum(map(_lettered, table.rows[1:]))
    ticked = all(_ticked(row, *places) in ([True, False], [False, True]) for row in table.rows[1:])
    whole = labelled >= len(table.rows) - 1 or (not labelled and ticked and len(table.rows) <= len(_LETTERS) + 1)
    return (places[0], places[1]) if whole else None


def _first(row: Row) -> Rich:
    return joined((one for cell in row[:2] for one in cell), " ")


def _truth_rows(table: Table, true: int, false: int) -> Iterator[Rich]:
    """`a) …⇥(Đ)`; statements none of which has a letter get them."""
    lettered = any(map(_lettered, table.rows[1:]))
    for at, row in enumerate(table.rows[1:], 1):
        texts = [joined(cell, " ") for place, cell in enumerate(row) if place not in (true, false)]
        letter = _LETTERS[at - 1 : at]
        if not lettered and len(texts) > 1 and texts[0].text.strip().lower() in (letter, str(at)):
            texts = texts[1:]
        ticked = _ticked(row, true, false)
        sign = "\t(Đ)" if ticked == [True, False] else "\t(S)" if ticked == [False, True] else ""
        statement = joined((one for one in texts if one), " ")
        yield Rich.of("" if lettered else f"{letter}) ") + statement + Rich.of(sign)


def _lettered(row: Row) -> bool:
    return exam_labels.at_start(_first(row).text, lower=True) is not None


def _ticked(row: Row, *places: int) -> list[bool]:
    return [bool(at < len(row) and _TICK.search(" ".join(one.text for one in row[at]))) for at in places]


def _tabbed(lines: list[Line], objects: Objects) -> list[Line]:
    """Two and more lines with as many tabs each, as cells are pasted, are a table; lines of options are not."""
    found: list[Line] = []
    run: list[Line] = []
    for line in [*lines, Line(EMPTY, 0)]:
        if run and _columns(line) != _columns(run[0]):
            found.extend(_as_table(run, objects))
            run = []
        if line.number and _columns(line):
            run.append(line)
        elif line.number:
            found.append(line)
    return found


def _columns(line: Line) -> int:
    text = line.text.strip()
    if "\t" not in text or exam_labels.at_start(text, lower=False) or exam_labels.at_start(text, lower=True):
        return 0
    if exam_marks.question_start(text) or exam_marks.answer_said(text):
        return 0
    return text.count("\t")


def _as_table(run: list[Line], objects: Objects) -> list[Line]:
    if not 2 <= len(run) <= _MOST_ROWS or _columns(run[0]) > _MOST_COLUMNS:
        return run
    rows = tuple(tuple((cell,) for cell in _cells(line.content)) for line in run)
    return [Line(objects.add(Table(rows)), run[0].number)]


def _cells(content: Rich) -> list[Rich]:
    content = content.stripped(" \n")
    ends = [found.start() for found in _CELLS.finditer(content.text)] + [len(content.text)]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return [content[a:b].stripped() for a, b in zip(starts, ends, strict=True)]
