"""Material of QTI 1.2 → HTML: text in several notations, pictures, breaks (ASI XML Binding 1.2, section on material).

Flows are blocks; the material inside them runs on, for gaps stand between pieces of it.
"""

from __future__ import annotations

import html
import re

from lxml import etree

from item_bank.content.model import Markup
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.players import Player, attributes_of
from item_bank.formats.qti.names import Element, attribute, children, line_of, local, whole
from item_bank.formats.recordings import Recordings
from item_bank.formats.registry import FindPicture
from item_bank.formats.texts import Texts

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|&(?:#\d+|#x[0-9A-Fa-f]+|[A-Za-z]+);")
_PLACE = re.compile("data-place", re.IGNORECASE)
_PLAYED = re.compile(r"</?(object|audio|video|iframe|embed|applet|svg|canvas)\b[^<>]*>", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
#: How Canvas, Common Cartridge and others write "the folder of this package".
_BASE = re.compile(r"^(?:\$|%24)IMS[-_]CC[-_]FILE_?BASE(?:\$|%24)/*", re.IGNORECASE)
#: Where the files that a text names may lie, seen from the file of the items.
_FOLDERS = ("", "web_resources/", "../web_resources/", "../")
_MOST_LEVELS = 20
_EMPTY = re.compile(r"<div>\s*</div>")
_AROUND = re.compile(r"<div>\s*<div>((?:(?!</?div\b).)*)</div>\s*</div>", re.DOTALL)
_ALONE = re.compile(r"<div>((?:(?!</?div\b).)*)</div>", re.DOTALL)
_BLOCKS = {"flow", "flow_mat"}
_PASSED = {"material", "mat_extension", "presentation_material", "flow_label", "solution", "solutionmaterial"}
_PASSED |= {"hint", "hintmaterial"}
_PLAYABLE = {"mataudio": "audio", "matvideo": "video"}
_LOST = {*_PLAYABLE, "matapplet", "matapplication", "matref", "matextra"}


class MaterialTexts:
    """Reads the material of one item; its pictures go to the entry."""

    def __init__(self, entry: Entry, find_picture: FindPicture) -> None:
        self.entry = entry
        self.find = _in_package(find_picture)
        self._texts = Texts(entry, self.find)
        #: How often something that is shown or played was left out.
        self.lost = 0

    def markup(self, source: str, *, places: bool = False) -> Markup:
        """`places`: `data-place` in it is the reader's own."""
        return self._texts.html(source, places=places)

    def keep_picture(self, address: str) -> str:
        """The digest of a picture; "" with a note where it is not there."""
        return self._texts._picture(address) if address else ""  # noqa: SLF001 - one reader in two files

    def html(self, element: Element) -> str:
        """Everything said inside the element, in its order."""
        return "".join(self.piece(one) for one in children(element))

    def piece(self, element: Element) -> str:
        name = local(element)
        if name in _BLOCKS:
            inner = self.html(element)
            return f"<div>{inner}</div>" if inner.strip() else ""
        if name in _PASSED:
            return self.html(element)
        match name:
            case "mattext" | "mat_formattedtext":
                return self._text(element)
            case "matemtext":
                return f"<em>{html.escape(_words(element), quote=False)}</em>"
            case "matbreak":
                return "<br/>"
            case "matimage":
                return self._image(element)
        return self._lost(element, name) if name in _LOST else ""

    def _lost(self, element: Element, name: str) -> str:
        self._note_lost(name, line_of(element))
        return ""

    def _text(self, element: Element) -> str:
        kind = (attribute(element, "texttype") or attribute(element, "type")).lower()
        said = _words(element)
        tagged = "html" in kind or (kind not in {"text/plain", "plain_text"} and _TAG.search(said) is not None)
        return self._own(said, line_of(element)) if tagged else html.escape(said, quote=False)

    def _own(self, said: str, line: int | None) -> str:
        """A stranger's HTML: no places of ours in it, formulas of Canvas as TeX, nothing that plays."""
        said = _IMAGE.sub(_formula_or_image, _PLACE.sub("data-none", said))
        if found := _PLAYED.search(said):
            self._note_lost(found.group(1).lower(), line)
            said = _PLAYED.sub(" ", said)
        return said

    def _image(self, element: Element) -> str:
        address = address_of(element)
        if not address:
            return ""
        alt = attribute(element, "label")
        sides = "".join(f' {s}="{t}"' for s in ("width", "height") if whole(t := attribute(element, s)))
        return f'<img src="{html.escape(address)}" alt="{html.escape(alt)}"{sides}/>'

    def _note_lost(self, name: str, line: int | None) -> None:
        self.lost += 1
        message = N_("<%(element)s> is not kept: only its description is.")
        self.entry.note("media_dropped", message, line=line, element=name)


class StemTexts(MaterialTexts):
    """The texts of the question itself: what they play becomes parts of the item."""

    def __init__(self, entry: Entry, find_picture: FindPicture) -> None:
        super().__init__(entry, find_picture)
        self.recordings = Recordings(entry)

    def _own(self, said: str, line: int | None) -> str:
        return super()._own(self.recordings.taken(said, self.find, lambda _at: line), line)

    def _lost(self, element: Element, name: str) -> str:
        if name not in _PLAYABLE:
            return super()._lost(element, name)
        words = attribute(element, "label")
        player = Player(_PLAYABLE[name], 0, 0, (address_of(element),), words)
        return self.recordings.token(player, self.find, line_of(element)) or ""


def _words(element: Element) -> str:
    """The text; elements written into it without escaping stay as they are."""
    if len(element) == 0:
        return element.text or ""
    inner = "".join(_serialised(one) for one in children(element))
    return html.escape(element.text or "", quote=False) + inner


def _serialised(element: Element) -> str:
    return re.sub(r"\sxmlns(?::\w+)?=\"[^\"]*\"", "", etree.tostring(element, encoding="unicode"))


def _formula_or_image(found: re.Match[str]) -> str:
    """Canvas shows a formula as a picture of its server and keeps the TeX beside it."""
    said = attributes_of(found[0])
    tex = said.get("data-equation-content", "")
    if not tex and "equation_image" in said.get("class", ""):
        tex = said.get("title", "") or said.get("alt", "").removeprefix("LaTeX:")
    return html.escape(f"\\({tex.strip()}\\)", quote=False) if tex.strip() else found[0]


def _in_package(find: FindPicture) -> FindPicture:
    def found(name: str) -> bytes | None:
        path = _BASE.sub("", name).partition("?")[0]
        for folder in _FOLDERS:
            if (data := find(folder + path)) is not None:
                return data
        return None

    return found


def plain_blocks(source: str) -> str:
    """Without blocks around a block, and without empty ones: Blackboard's flows are five deep."""
    for _level in range(_MOST_LEVELS):
        shorter = _AROUND.sub(r"<div>\1</div>", _EMPTY.sub("", source))
        if shorter == source:
            break
        source = shorter
    return source


def unwrapped(source: str) -> str:
    """What stands in a single block, without it: for options and words in a line."""
    source = plain_blocks(source)
    found = _ALONE.fullmatch(source.strip())
    return found[1] if found else source


def address_of(image: Element) -> str:
    """Where a matimage, mataudio or matvideo lies; one that is written into the file as a data URI."""
    if attribute(image, "embedded").lower() == "base64" and (image.text or "").strip():
        kinds = (attribute(image, name) for name in ("imagtype", "audiotype", "videotype"))
        kind = next(filter(None, kinds), "image/png")
        return f"data:{kind};base64,{''.join((image.text or '').split())}"
    return attribute(image, "uri")


def said_outside_answers(presentation: Element) -> str:
    """All words of the stem, to look for the names of gaps in."""
    found: list[str] = []
    _collect(presentation, found)
    return "\n".join(found)


def _collect(element: Element, found: list[str]) -> None:
    for one in children(element):
        name = local(one)
        if name in {"mattext", "mat_formattedtext"}:
            found.append(_words(one))
        elif not name.startswith("response_"):
            _collect(one, found)


def refused_number(text: str, line: int | None) -> ReadProblem:
    return ReadProblem("number_unreadable", N_("%(text)s is not a number."), line=line, text=text[:60])
