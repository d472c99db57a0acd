"""Items → the rows of the XLSX template, for what its columns can say (docs/authoring/xlsx.md)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from item_bank.content.headers import SLOT
from item_bank.content.markup import from_text, plain_text
from item_bank.content.model import (
    Composite,
    Essay,
    Language,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Passage,
    ShortText,
    SingleChoice,
    TrueFalseCluster,
    digest,
)
from item_bank.content.pinning import pinned
from item_bank.content.rational import rational, rational_text
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.written import Notes, NotHeldError, Written, clean, shows_pictures
from item_bank.formats.xlsx.items import table_for
from item_bank.formats.xlsx.writing import write_workbook

_LETTERS = "ABCDEFGH"
#: What a cell of Excel holds (ECMA-376, maximum of a cell's text).
_MAX_CHARS = 32_767


def write_items(items: Iterable[Exported], language: Language = "vi") -> Written:
    """A workbook in the template's columns; its cells are texts, whatever they begin with."""
    notes = Notes()
    passages: dict[str, dict[str, str]] = {}
    rows = notes.each(items, lambda one: _Row(one, notes, passages).cells())
    data = write_workbook(rows, list(passages.values()), language)
    return Written(data, len(rows), tuple(notes.found))


class _Row:
    def __init__(self, one: Exported, notes: Notes, passages: dict[str, dict[str, str]]) -> None:
        self.one, self.item, self.notes, self.passages = one, one.item, notes, passages
        if shows_pictures(one.item):
            raise NotHeldError("picture_not_held", "pictures are not written into workbooks")

    def cells(self) -> Mapping[str, str]:
        """Raises NotHeldError."""
        item = self.item
        cells = {
            "id": item.title or self.one.identifier,
            "type": item.type,
            "stem": self.text(item.stem),
            **self._interaction(),
            "points": item.points,
            "level": item.level,
            "topic": item.topic,
            "grade": item.grade,
            "subject": item.subject,
            "rationale": self.text(item.rationale) if item.rationale else "",
            "passage": self._passage(self.one.passage) if self.one.passage else "",
            "language": item.language,
            "tags": "; ".join(re.sub("[,;]", " ", tag) for tag in item.tags),
            "author": item.author,
            "licence": item.licence,
        }
        return _checked({column: clean(text) for column, text in cells.items()})

    def text(self, markup: Markup) -> str:
        """The words, formulas as TeX between `\\(` and `\\)`. What the words cannot keep is noted."""
        if any(formula.notation != "tex" for formula in markup.math):
            raise NotHeldError("formula_not_held", "a formula has no TeX, which is how a cell writes formulas")

        def formula(found: re.Match[str]) -> str:
            one = markup.math[int(found[1])]
            return html.escape(f"\\[{one.source}\\]" if one.display else f"\\({one.source}\\)")

        text = plain_text(Markup(SLOT.sub(formula, markup.html)))
        back = from_text(text)
        if back.math != markup.math:
            raise NotHeldError("formula_not_held", "signs of its text would become a formula, or a formula text")
        if _bare(back) != _bare(markup):
            self.notes.add(
                "layout_not_held", "a cell holds words and lines: tables, lists and kinds of letters are lost"
            )
        return text

    def _passage(self, passage: Passage) -> str:
        name = f"P-{digest(passage)[:8]}"
        if name not in self.passages:
            if "data-asset" in passage.markup.html:
                raise NotHeldError("picture_not_held", "pictures are not written into workbooks")
            row = {"id": name, "title": clean(passage.title), "text": clean(self.text(passage.markup))}
            self.passages[name] = dict(_checked(row))
        return name

    def _interaction(self) -> dict[str, str]:
        match self.item.interaction:
            case SingleChoice() as single:
                return self._options(single.options, single.shuffle)
            case MultipleChoice() as several:
                return self._several(several)
            case TrueFalseCluster() as cluster:
                return self._cluster(cluster)
            case Numeric() as number:
                if number.literal:
                    self.notes.add("literal_not_held", "the number counts there, not its characters")
                tolerance = number.tolerance if rational(number.tolerance) else ""
                return {"key": "; ".join(number.accepted), "tolerance": tolerance}
            case ShortText() as short:
                return _typed(short)
            case Essay() as essay:
                return self._essay(essay)
            case Composite():
                raise NotHeldError("interaction_not_held", "the template has no column for this kind of interaction")

    def _options(self, options: Sequence[Option], shuffle: bool) -> dict[str, str]:
        if len(options) > len(_LETTERS):
            raise NotHeldError("too_many_options", f"the template has columns for {len(_LETTERS)} options")
        if any(rational(one.weight) not in (0, 1) for one in options):
            raise NotHeldError("marking_not_held", "an option earns a part of the points, and the key names letters")
        if any(one.feedback for one in options):
            self.notes.add("feedback_not_held", "the template has no column for feedback of options")
        if [one.pinned for one in options] != pinned([plain_text(one.markup) for one in options]):
            self.notes.add("order_not_held", "which single options stay in their places is not held")
        cells = {letter: self.text(one.markup) for letter, one in zip(_LETTERS, options, strict=False)}
        key = "".join(letter for letter, one in zip(_LETTERS, options, strict=False) if rational(one.weight) == 1)
        return {**cells, "key": ", ".join(key), "fixed": "" if shuffle else "x"}

    def _several(self, choice: MultipleChoice) -> dict[str, str]:
        if choice.partial or choice.also:
            raise NotHeldError("marking_not_held", "several options earn all or nothing in the template")
        if choice.max_choices or choice.min_choices:
            self.notes.add("limit_not_held", "how many options may be chosen is not held")
        return self._options(choice.options, choice.shuffle)

    def _cluster(self, cluster: TrueFalseCluster) -> dict[str, str]:
        count = len(cluster.statements)
        if any(one.either for one in cluster.statements) or count > len(_LETTERS):
            raise NotHeldError(
                "marking_not_held", "a statement takes both true and false, or there are more than eight"
            )
        if list(map(rational, cluster.table)) != list(map(rational, table_for(count))):
            self.notes.add("table_not_held", "the usual table of shares by number of right statements takes its place")
        cells = {letter: self.text(one.markup) for letter, one in zip(_LETTERS, cluster.statements, strict=False)}
        levels = [one.level for one in cluster.statements]
        told = "; ".join(levels) if all(levels) else ""
        return {**cells, "key": "".join("ĐS"[not one.correct] for one in cluster.statements), "levels": told}

    def _essay(self, essay: Essay) -> dict[str, str]:
        if essay.max_words:
            self.notes.add("limit_not_held", "the limit of words is not held")
        points = [rational_text(rational(one.points)) for one in essay.rubric]
        if any("/" in one for one in points):
            raise NotHeldError("marking_not_held", "points of the rubric are no decimals")
        lines = zip(points, essay.rubric, strict=True)
        return {"key": "\n".join(f"{worth}: {' '.join(one.text.split())}" for worth, one in lines)}


def _typed(short: ShortText) -> dict[str, str]:
    if short.case_sensitive or any(rational(one.weight) != 1 for one in short.accepted):
        raise NotHeldError("marking_not_held", "every accepted text earns everything there, and capitals do not count")
    if any("|" in one.text for one in short.accepted):
        raise NotHeldError("not_readable", "an accepted text holds |, which parts the accepted texts")
    return {"key": " | ".join(one.text for one in short.accepted)}


def _checked(cells: Mapping[str, str]) -> Mapping[str, str]:
    for text in cells.values():
        if len(text) > _MAX_CHARS:
            raise NotHeldError("text_too_long", f"a text is longer than the {_MAX_CHARS} characters of a cell")
        if text.startswith("#") and text.endswith(("!", "?", "/A")):
            raise NotHeldError("not_readable", "a text is taken for an error of Excel")
    return cells


def _bare(markup: Markup) -> str:
    """The same for texts of paragraphs and lines, however they are parted."""
    return re.sub(r"(?:\s|<br/>|</?p>)+", " ", markup.html).strip()
