"""One `<question>` of Moodle XML: its texts with their files, its settings, and the item that they make."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import unquote

from lxml import etree

from item_bank.content.model import Asset, Interaction, Item, Markup
from item_bank.content.rational import rational_or_none, rational_text
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.pictures import picture_of
from item_bank.formats.qti.names import Element
from item_bank.formats.recordings import Recordings
from item_bank.formats.registry import FindPicture, Reading
from item_bank.formats.texts import Notation, Texts
from item_bank.formats.typed_answers import exact_share

MAX_ANSWERS = 100
_NOTATIONS: dict[str, Notation] = {"html": "html", "plain_text": "plain", "markdown": "markdown"}
_TRUE = {"1", "true", "yes"}
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:[.,][0-9]{0,20})?")
#: Kept beside the item, though an exam has no use for them.
_KEPT = ("penalty", "hidden", "answernumbering")


def written(parent: Element | None) -> str:
    """What stands in `<text>`; markup that is not escaped, as some programs write it, counts as markup."""
    holder = None if parent is None else parent.find("text")
    if holder is None:
        return ""
    inner = "".join(etree.tostring(one, encoding="unicode") for one in holder)
    return (holder.text or "") + inner


def plain_of(element: Element | None, *, own: bool = False) -> str:
    """As one line of words; `own`: of the element, without a `<text>` in it."""
    told = (element.text or "" if element is not None else "") if own else written(element)
    return " ".join(told.split())


def line_of(element: Element) -> int | None:
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def _first_line(holder: Element | None) -> int | None:
    """Where the words of a text begin."""
    told = None if holder is None else holder.find("text")
    line = None if told is None else line_of(told)
    words = "" if told is None else told.text or ""
    return None if line is None else line + words[: len(words) - len(words.lstrip())].count("\n")


@dataclass
class Question:
    """What every kind of question has; a kind fills `interaction` and may change `points` and `stem`.

    `fill`: how texts beside the stem are read where numbers are drawn for them.
    """

    element: Element
    reading: Reading
    entry: Entry
    stem: Markup | None = None
    points: Fraction = Fraction(1)
    extra: dict[str, str] = field(default_factory=dict)
    fill: Callable[[Element | None, str], Markup] | None = None
    rationale: Markup | None = None

    def __post_init__(self) -> None:
        self.recordings = Recordings(self.entry)
        found = self.number("defaultgrade", Fraction(1))
        if found <= 0 and self.element.get("type") != "description":
            message = N_("The question earns nothing in Moodle; here it is worth 1 point.")
            self.entry.note("points_missing", message, line=line_of(self.element))
            found = Fraction(1)
        self.points = found

    # --- settings

    def setting(self, name: str, default: str = "") -> str:
        found = self.element.find(name)
        return default if found is None else plain_of(found) or plain_of(found, own=True) or default

    def flag(self, name: str, default: bool = False) -> bool:
        said = self.setting(name)
        return default if not said else said.lower() in _TRUE

    def number(self, name: str, default: Fraction) -> Fraction:
        said = self.setting(name)
        if _NUMBER.fullmatch(said):
            return Fraction(said.replace(",", ".").rstrip("."))
        if said:
            message = N_("<%(name)s> is “%(text)s”, which is no number: %(default)s stands instead.")
            found = self.element.find(name)
            line = None if found is None else line_of(found)
            told = rational_text(default)
            self.entry.note("setting_unreadable", message, line=line, name=name, text=said[:60], default=told)
        return default

    def answers(self, name: str = "answer") -> list[Element]:
        found = self.element.findall(name)
        if len(found) > MAX_ANSWERS:
            message = N_("The question has more than %(limit)s answers.")
            line = line_of(found[MAX_ANSWERS])
            raise ReadProblem("too_many_answers", message, line=line, limit=MAX_ANSWERS)
        return found

    def share(self, answer: Element) -> Fraction:
        said = (answer.get("fraction") or "0").strip()
        if not _NUMBER.fullmatch(said):
            message = N_("%(text)s is not a number.")
            raise ReadProblem("number_unreadable", message, line=line_of(answer), text=said[:60] or "—")
        return exact_share(said.replace(",", ".").rstrip("."))

    # --- texts

    def texts(self, holder: Element | None) -> Texts:
        """With the files that stand beside a text, and those of the whole question."""
        files = {**dict(_files(self.element)), **(dict(_files(holder)) if holder is not None else {})}
        name = "" if holder is None else str(holder.tag)
        return Texts(
            self.entry,
            _finder(files, self.reading.find_picture),
            _first_line(holder),
            recordings=self.recordings if name == "questiontext" else None,
            forgoes_media="feedback" in name or name == "graderinfo",
        )

    def notation(self, holder: Element | None) -> Notation:
        own = None if holder is None else holder.get("format")
        if own is None:
            main = self.element.find("questiontext")
            own = None if main is None else main.get("format")
        return _NOTATIONS.get(own or "", "moodle")

    def markup(self, holder: Element | None) -> Markup:
        if self.fill is not None:
            return self.fill(holder, written(holder))
        return self.texts(holder).markup(written(holder).strip(), self.notation(holder))

    def general(self) -> Markup | None:
        """What is said of every answer."""
        found = self.element.find("generalfeedback")
        return self.markup(found) if written(found).strip() else None

    def plain(self, holder: Element) -> str:
        return html.unescape(self.texts(holder).plain(written(holder), "plain"))

    def feedback(self, holder: Element) -> Markup | None:
        found = holder.find("feedback")
        return self.markup(found) if found is not None and written(found).strip() else None

    def remarks(self) -> dict[str, Markup]:
        """What is said of right, partly right and wrong answers."""
        names = {"correct": "correct", "partial": "partiallycorrect", "incorrect": "incorrect"}
        found = {key: self.element.find(f"{name}feedback") for key, name in names.items()}
        return {key: self.markup(one) for key, one in found.items() if written(one).strip()}

    def main_text(self) -> str:
        """The question's text, with the picture that Moodle 1.9 kept beside it."""
        text = written(self.element.find("questiontext"))
        name = plain_of(self.element.find("image"), own=True)
        return f'{text}<p><img src="{html.escape(name)}" alt=""/></p>' if name else text

    def main_markup(self) -> Markup:
        holder = self.element.find("questiontext")
        return self.texts(holder).markup(self.main_text().strip(), self.notation(holder))

    def image(self, element: Element, name: str = "") -> Asset | None:
        """The picture in a `<file>`."""
        for found, data in _files(element):
            if not name or found == name:
                return picture_of(data, found)
        return None

    # --- the item

    def made(self, interaction: Interaction, topic: str) -> Item:
        self._note()
        tags = self.element.findall("tags/tag")
        item = Item(
            stem=self.stem or self.main_markup(),
            interaction=interaction,
            title=self.entry.title,
            language=self.reading.language,
            rationale=self.rationale or self.general(),
            points=rational_text(self.points),
            subject=self.reading.subject,
            grade=self.reading.grade,
            topic=topic or self.reading.topic,
            tags=tuple(name for tag in tags if (name := plain_of(tag))),
            extra=self._kept() | self.extra,
        )
        return self.recordings.placed(item)

    def _kept(self) -> dict[str, str]:
        return {f"moodle.{name}": said for name in _KEPT if (said := self.setting(name)) and said not in ("0", "abc")}

    def _note(self) -> None:
        if self.element.find("hint") is not None:
            message = N_("Hints for further tries are not kept: a question is answered once.")
            self.entry.note("hints_dropped", message, line=line_of(self.element))
        if self.flag("hidden"):
            self.entry.note("question_hidden", N_("The question was hidden in Moodle."), line=line_of(self.element))


def _files(holder: Element) -> Iterator[tuple[str, bytes]]:
    for file in holder.iterchildren("file"):
        name = (file.get("path") or "/").strip("/")
        yield f"{name}/{file.get('name', '')}".lstrip("/"), _decoded(file.text or "", file)
    old = holder.find("image_base64")
    if old is not None and (old.text or "").strip():
        yield plain_of(holder.find("image"), own=True), _decoded(old.text or "", old)


def _decoded(text: str, element: Element) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        message = N_("The data of the file %(name)s is damaged.")
        raise ReadProblem("file_damaged", message, line=line_of(element), name=element.get("name", "—")[:80]) from None


def _finder(files: Mapping[str, bytes], otherwise: FindPicture) -> FindPicture:
    def find(name: str) -> bytes | None:
        own = unquote(name).removeprefix("@@PLUGINFILE@@").lstrip("/").partition("?")[0]
        return files[own] if own in files else otherwise(name)

    return find


def rational_or_zero(text: str) -> Fraction:
    return rational_or_none(text.strip()) or Fraction(0)
