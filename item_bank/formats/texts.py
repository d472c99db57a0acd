"""Source texts in their various notations → Markup, with their pictures."""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Callable
from typing import Literal

from markdown_it import MarkdownIt

from item_bank.content import markup
from item_bank.content.missing import MISSING
from item_bank.content.model import Asset, Markup
from item_bank.formats.active import active_in
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.pictures import picture_at
from item_bank.formats.players import players_in
from item_bank.formats.recordings import Recordings
from item_bank.formats.registry import FindPicture

Notation = Literal["moodle", "html", "markdown", "plain"]

MAX_CHARS = 100_000
#: Of all texts of one item, as they stand in the source: in the end it may have 512 KB.
MAX_ITEM_CHARS, MAX_ITEM_FORMULAS = 1_000_000, 5_000
#: Markdown is read in up to quadratic time.
MAX_MARKDOWN_CHARS = 20_000
_DATA_URI = re.compile(r"data:[^\s\"'<>]+")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")
_MATH = re.compile(r"\$\$.+?\$\$|\$(?=\S)[^$\n]*?\S\$|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^>]*>", re.IGNORECASE)
#: A text without one of these would ask for something that is not there.
_MEDIA = re.compile(r"<(object|audio|video|iframe|embed|applet|svg|canvas)\b", re.IGNORECASE)
_MEDIA_TAG = re.compile(_MEDIA.pattern.replace("<", "</?", 1) + "[^<>]*>", re.IGNORECASE)
_LINK = re.compile(r"<a\b[^<>]*\bhref\b", re.IGNORECASE)
_OWN = re.compile("data-asset", re.IGNORECASE)
_PLACE = re.compile("data-place", re.IGNORECASE)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


class Texts:
    """The texts of one item: their pictures go to its entry."""

    def __init__(
        self,
        entry: Entry,
        find_picture: FindPicture,
        line: int | None = None,
        *,
        recordings: Recordings | None = None,
        forgoes_media: bool = False,
    ) -> None:
        """`line`: where the text begins in the file, if the reader knows. `recordings`: takes what the text plays, and
        has its place; `forgoes_media`: the text is of use without it (feedback), which is told. Else it is refused."""
        self.entry = entry
        self.find_picture = find_picture
        self.line = line
        self.recordings = recordings
        self.forgoes_media = forgoes_media
        #: Addresses of pictures of this item, with what they are.
        self._known: dict[str, str] = {}
        self._length = self._formulas = 0

    def markup(self, text: str, notation: Notation) -> Markup:
        check_length(text, MAX_MARKDOWN_CHARS if notation == "markdown" else MAX_CHARS)
        self._count(text)
        match notation:
            case "html":
                return self.html(text)
            case "markdown":
                return self.html(_markdown(text))
            case "moodle" if _TAG.search(text):
                return self.html(text)
            case _:
                return self._noted(lambda problems: markup.from_text(text, problems))

    def html(self, source: str, *, tex: bool = True, places: bool = False) -> Markup:
        """`places`: the reader put `data-place` there itself (`model.Composite`)."""
        check_length(source)
        self._count(source)
        source = self._without_players(source)
        if found := _MEDIA.search(source):
            message = N_("The text holds a <%(element)s>, which is not supported.")
            line = self.line_at(source, found.start())
            raise ReadProblem("media_unsupported", message, line=line, element=found.group(1))
        if source.count("<math") != source.count("</math"):
            raise ReadProblem("mathml_unclosed", N_("A <math> element is not closed."))
        if found := _LINK.search(source):
            message = N_("The words of a link are kept, its address is not.")
            self.entry.note("link_dropped", message, line=self.line_at(source, found.start()))
        self._note_active(source)
        # a digest in a foreign file would show a picture that did not come with it
        source = _OWN.sub("data-none", source)
        if not places:
            source = _PLACE.sub("data-none", source)
        return self._noted(lambda problems: markup.from_html(source, self._picture, problems, tex=tex))

    def beside(self) -> Texts:
        """For the texts of choices that stand inside the question: they play nothing."""
        other = copy.copy(self)
        other.recordings = None
        return other

    def _without_players(self, source: str) -> str:
        if self.recordings is not None:
            return self.recordings.taken(source, self.find_picture, lambda at: self.line_at(source, at))
        if not self.forgoes_media or not _MEDIA.search(source):
            return source
        for player in reversed([one for one in players_in(source) if one.name != "a"]):
            self._note_media(player.name, self.line_at(source, player.start))
            source = source[: player.start] + html.escape(player.words, quote=False) + source[player.end :]
        for found in _MEDIA.finditer(source):
            self._note_media(found[1].lower(), self.line_at(source, found.start()))
        return _MEDIA_TAG.sub(" ", source)

    def _note_media(self, name: str, line: int | None) -> None:
        message = N_("<%(element)s> is not kept: only its description is.")
        self.entry.note("media_dropped", message, line=line, element=name)

    def line_at(self, source: str, at: int) -> int | None:
        return None if self.line is None else self.line + source.count("\n", 0, at)

    def _note_active(self, source: str) -> None:
        for at, name, runs in active_in(source):
            line = self.line_at(source, at)
            if runs:
                message = N_("A script (%(name)s) is not kept: nothing in an item runs by itself.")
                self.entry.note("script_dropped", message, line=line, name=name)
            else:
                self.entry.note("element_dropped", N_("<%(name)s> is not kept."), line=line, name=name)

    def _count(self, text: str) -> None:
        self._length += len(_DATA_URI.sub("", text))
        if self._length > MAX_ITEM_CHARS:
            message = N_("The texts of the item have more than %(limit)s characters.")
            raise ReadProblem("text_too_long", message, limit=MAX_ITEM_CHARS)

    def _noted(self, convert: Callable[[list[str]], Markup]) -> Markup:
        problems: list[str] = []
        result = convert(problems)
        self._formulas += len(result.math)
        if self._formulas > MAX_ITEM_FORMULAS:
            message = N_("The item has more than %(limit)s formulas.")
            raise ReadProblem("text_too_long", message, limit=MAX_ITEM_FORMULAS)
        for problem in problems:
            self.entry.note("text_changed", "%(problem)s", problem=problem)
        return result

    def plain(self, text: str, notation: Notation) -> str:
        """The bare words, for a text that is compared with what a candidate types."""
        if notation == "plain" or not _TAG.search(text):
            return " ".join(text.split())
        return " ".join(html.unescape(re.sub(r"<[^<>]*>", "", _BREAK.sub(" ", text))).split())

    def _picture(self, href: str) -> str:
        """One that is not there, or that no browser may be sent, leaves its place: it can be put in later."""
        if href not in self._known:
            try:
                self._known[href] = self.keep(picture_at(href, self.find_picture))
            except ReadProblem as problem:
                self.entry.remark(problem)
                self._known[href] = self.keep(MISSING)
        return self._known[href]

    def keep(self, asset: Asset) -> str:
        self.entry.assets[asset.digest] = asset
        return asset.digest


def check_length(text: str, limit: int = MAX_CHARS) -> None:
    """Before any work that takes more than linear time; pictures written into the text do not count."""
    if len(text) > limit and len(_DATA_URI.sub("", text)) > limit:
        raise ReadProblem("text_too_long", N_("A text is longer than %(limit)s characters."), limit=limit)


def _markdown(text: str) -> str:
    """Formulas are kept out of Markdown's sight: to it, `_` and `\\(` are its own."""
    formulas: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        formulas.append(found.group())
        return f"\ufdda{len(formulas) - 1}\ufddb"

    rendered = _MARKDOWN.render(_MATH.sub(put_aside, text.replace("\ufdda", "").replace("\ufddb", "")))
    return re.sub("\ufdda(\\d+)\ufddb", lambda found: html.escape(formulas[int(found.group(1))], quote=False), rendered)
