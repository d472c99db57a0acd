"""A row of the template → an item of the bank, or the reason why not."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from fractions import Fraction

from item_bank.content.folding import fold
from item_bank.content.markup import plain_text
from item_bank.content.model import (
    GRADUATION_TABLE,
    AcceptedText,
    Essay,
    Interaction,
    Item,
    Language,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    Passage,
    RubricPoint,
    ShortText,
    SingleChoice,
    Statement,
    TrueFalseCluster,
    digest,
)
from item_bank.content.pinning import pinned
from item_bank.content.rational import rational_or_none, rational_text
from item_bank.content.spread import FURTHER
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem, Reason
from item_bank.formats.numbers import as_decimal, room, room_for_words
from item_bank.formats.registry import Reading
from item_bank.formats.texts import Texts
from item_bank.formats.xlsx.cells import Value
from item_bank.formats.xlsx.columns import level_named, truths, type_named
from item_bank.formats.xlsx.rows import Row

_LETTERS = "ABCDEFGH"
_RUBRIC = re.compile(r"\s*[-•*]?\s*(\d+(?:[.,]\d+)?)\s*(?:điểm|đ|points?|pts?)?\s*[:–-]\s*(.+)", re.IGNORECASE)
_YES = {"x", "có", "co", "yes", "true", "1", "đúng"}


class RowReader:
    """Builds one row's item. Every message names the cell."""

    def __init__(self, row: Row, reading: Reading, passages: Mapping[str, Passage | ReadProblem], entry: Entry) -> None:
        self.row = row
        self.reading = reading
        self.passages = passages
        self.entry = entry
        self.pictures = {f"embedded/{n}": one.data for n, (_, one) in enumerate(row.pictures) if one.data is not None}
        self.texts = Texts(entry, self._find)

    def item(self) -> Item:
        self._check_cells()
        row = self.row
        language = self._language()
        return Item(
            stem=self._required_text("stem"),
            interaction=self._interaction(),
            title=row["id"].text,
            language=language,
            passage=self._passage(),
            rationale=self.markup("rationale") if self._has("rationale") else None,
            points=self._points(),
            subject=row["subject"].text or self.reading.subject,
            grade=row["grade"].text or self.reading.grade,
            topic=row["topic"].text,
            level=level_named(row["level"].text),
            tags=tuple(tag.strip() for tag in re.split("[,;]", row["tags"].text) if tag.strip()),
            author=row["author"].text,
            licence=row["licence"].text,
            extra={name: row[name].text for name in FURTHER if row[name].text},
        )

    def markup(self, column: str) -> Markup:
        """The cell's text with the pictures that stand on it (those on no text column belong to the stem)."""
        value = self.row[column]
        shown = [f'<p><img src="{name}" alt="{alt}"/></p>' for name, alt in self._pictures_of(column)]
        if not shown and not value.rich:
            return self.texts.markup(value.text, "plain")
        text = value.rich or html.escape(value.text, quote=False).replace("\n", "<br/>")
        return self.texts.html((f"<p>{text}</p>" if shown and text else text) + "".join(shown))

    def _pictures_of(self, column: str) -> list[tuple[str, str]]:
        here = []
        for number, (anchor, picture) in enumerate(self.row.pictures):
            owner = anchor if anchor in {*_LETTERS, "rationale", "text"} else "stem"
            if owner == column:
                here.append((f"embedded/{number}", html.escape(picture.alt)))
        if column in {"stem", "text"}:
            files = re.split(r"[;\n]", self.row["picture"].text)
            here += [(html.escape(name.strip()), "") for name in files if name.strip()]
        return here

    def _find(self, name: str) -> bytes | None:
        return self.pictures[name] if name in self.pictures else self.reading.find_picture(name)

    def _has(self, column: str) -> bool:
        return bool(self.row[column].text or self._pictures_of(column))

    def _check_cells(self) -> None:
        self.entry.notes += self.row.remarks
        for value in self.row.values.values():
            if value.problem is not None:
                raise _Problem(value.problem)
            self.entry.notes += value.remarks

    def _required_text(self, column: str) -> Markup:
        if not self._has(column):
            raise _at(self.row[column], "stem_missing", N_("%(place)s: the stem is empty."))
        return self.markup(column)

    def _language(self) -> Language:
        said = fold(self.row["language"].text)
        if said in {"en", "english", "tieng anh"}:
            return "en"
        return "vi" if said in {"vi", "vietnamese", "tieng viet"} else self.reading.language

    def _points(self) -> str:
        value = self.row["points"]
        points = rational_or_none(value.text) if value.text else Fraction(1)
        if points is None or points <= 0 or value.is_date:
            raise _at(value, "points_unreadable", N_("%(place)s: %(text)s is no number of points."))
        return rational_text(points)

    def _passage(self) -> str | None:
        value = self.row["passage"]
        if not value.text:
            return None
        passage = self.passages.get(value.text.casefold())
        if passage is None:
            raise _at(value, "passage_unknown", N_("%(place)s: the sheet of passages has no %(text)s."))
        if isinstance(passage, ReadProblem):
            raise passage
        self.entry.passages.append(passage)
        return digest(passage)

    def _interaction(self) -> Interaction:
        named = self.row["type"]
        if not named.text:
            raise _at(named, "type_missing", N_("%(place)s: the type of the item is missing."))
        match type_named(named.text):
            case "single_choice":
                return self._single()
            case "multiple_choice":
                return self._multiple()
            case "true_false_cluster":
                return self._cluster()
            case "numeric":
                return self._numeric()
            case "short_text":
                return self._short_text()
            case "essay":
                return self._essay()
            case _:
                raise _at(named, "type_unknown", N_("%(place)s: %(text)s is no known type of item."))

    def _options(self, keys: set[str]) -> tuple[Option, ...]:
        used = [letter for letter in _LETTERS if self._has(letter)]
        if missing := keys - set(used):
            message = N_("%(place)s: the key names option %(letter)s, which is empty.")
            raise _at(self.row["key"], "key_without_option", message, letter=min(missing))
        markups = [self.markup(letter) for letter in used]
        stay = pinned([plain_text(markup) for markup in markups])
        return tuple(
            Option(letter, markup, pinned=stays, weight="1" if letter in keys else "0")
            for letter, markup, stays in zip(used, markups, stay, strict=True)
        )

    def _letters(self) -> list[str]:
        text = self.row["key"].text.upper()
        letters = [letter for letter in re.split(r"[\s,;./)&+]+|VÀ", text) if letter]
        if len(letters) == 1 and len(letters[0]) <= len(_LETTERS):
            letters = list(letters[0])
        if not letters or any(letter not in _LETTERS or len(letter) > 1 for letter in letters):
            raise _at(
                self.row["key"], "key_unreadable", N_("%(place)s: the key %(text)s is not made of the letters A to H.")
            )
        return letters

    def _single(self) -> SingleChoice:
        letters = self._letters()
        if len(set(letters)) != 1:
            message = N_("%(place)s: this type has one key, but %(text)s names several.")
            raise _at(self.row["key"], "several_keys", message)
        return SingleChoice(self._options(set(letters)), shuffle=self._shuffles())

    def _multiple(self) -> MultipleChoice:
        return MultipleChoice(self._options(set(self._letters())), shuffle=self._shuffles())

    def _shuffles(self) -> bool:
        return self.row["fixed"].text.lower() not in _YES

    def _cluster(self) -> TrueFalseCluster:
        used = [letter for letter in _LETTERS if self._has(letter)]
        key = self.row["key"]
        truth = None if key.is_date else truths(key.text)
        if truth is None or len(truth) != len(used):
            message = N_("%(place)s: the key needs Đ or S for each of the %(count)s statements, but is %(text)s.")
            raise _at(key, "key_unreadable", message, count=len(used))
        levels = self._statement_levels(len(used))
        statements = tuple(
            Statement(letter.lower(), self.markup(letter), correct, level)
            for letter, correct, level in zip(used, truth, levels, strict=True)
        )
        return TrueFalseCluster(statements, table_for(len(statements)))

    def _statement_levels(self, count: int) -> list[str]:
        value = self.row["levels"]
        levels = [level_named(level) for level in re.split(r"[;,/|\n]", value.text) if level.strip()]
        if not levels:
            return [level_named(self.row["level"].text)] * count
        if len(levels) != count:
            message = N_("%(place)s: %(count)s levels are needed, one for each statement.")
            raise _at(value, "levels_unreadable", message, count=count)
        return levels

    def _numeric(self) -> Numeric:
        key, tolerance = self.row["key"], self.row["tolerance"]
        if key.is_date:
            raise _at(
                key, "key_date", N_("%(place)s: Excel has turned the key into a date. Format the column as text.")
            )
        accepted = tuple(self._number(key, part) for part in re.split(r"[;|\n]", key.text) if part.strip())
        if not accepted:
            raise _at(key, "key_missing", N_("%(place)s: the key is empty."))
        within = self._number(tolerance, tolerance.text) if tolerance.text else "0"
        return Numeric(accepted, within, max_chars=room(accepted))

    def _number(self, value: Value, text: str) -> str:
        try:
            return as_decimal(text)
        except ValueError as error:
            raise _at(value, "number_unreadable", N_("%(place)s: %(text)s is no decimal number.")) from error

    def _short_text(self) -> ShortText:
        accepted = [" ".join(part.split()) for part in re.split(r"[|\n]", self.row["key"].text) if part.strip()]
        if not accepted:
            raise _at(self.row["key"], "key_missing", N_("%(place)s: the key is empty."))
        return ShortText(tuple(AcceptedText(text) for text in accepted), max_chars=room_for_words(accepted))

    def _essay(self) -> Essay:
        rubric: list[RubricPoint] = []
        for line in self.row["key"].text.splitlines():
            found = _RUBRIC.fullmatch(line)
            if line.strip() and not found:
                message = N_("%(place)s: a line of the rubric is written \u201c0,5: what earns it\u201d, not %(line)s.")
                raise _at(self.row["key"], "rubric_unreadable", message, line=line.strip()[:60])
            if found:
                rubric.append(RubricPoint(str(len(rubric) + 1), found[2].strip(), found[1].replace(",", ".")))
        return Essay(tuple(rubric))


def table_for(count: int) -> tuple[str, ...]:
    """Four statements: the graduation exam's table; any other number: equal shares."""
    if count == len(GRADUATION_TABLE) - 1:
        return GRADUATION_TABLE
    return tuple(rational_text(Fraction(right, max(count, 1))) for right in range(count + 1))


class _Problem(ReadProblem):
    def __init__(self, reason: Reason) -> None:
        Exception.__init__(self, reason.text)
        self.reason = reason


def _at(value: Value, code: str, message: str, **params: object) -> ReadProblem:
    named = {"place": value.place, "text": value.text[:60] or "—"} | {name: str(one) for name, one in params.items()}
    return _Problem(Reason(code, message, named, None, value.place))
