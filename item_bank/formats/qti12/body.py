"""The presentation of an item of QTI 1.2 → a text with places, and the interactions that stand at them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from item_bank.content.model import Markup, Part
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.qti.body import MAX_PARTS
from item_bank.formats.qti.names import Element, attribute, children, descendants, line_of, local
from item_bank.formats.qti12.conditions import Given
from item_bank.formats.qti12.parts import Made, Room, part_of
from item_bank.formats.qti12.texts import MaterialTexts, StemTexts, plain_blocks, said_outside_answers
from item_bank.formats.registry import FindPicture

_RESPONSES = {"response_lid", "response_str", "response_num", "response_grp", "response_xy"}
#: The element's words may hold the key (Canvas puts the first accepted answer there).
_GAP_TYPES = {"fill_in_multiple_blanks_question", "multiple_dropdowns_question"}
_TAGS = re.compile(r"(<[^<>]*>)")


@dataclass(slots=True)
class Body:
    html: str = ""
    parts: list[Part] = field(default_factory=list)
    given: dict[str, Given] = field(default_factory=dict)
    #: Name of a gap in the text → the number of its part.
    named: dict[str, int] = field(default_factory=dict)
    #: The only label of a typed field → its response: D2L's conditions name the label.
    fields: dict[str, str] = field(default_factory=dict)


class Presentation:
    """Reads one presentation. `texts`: for its choices. `kind`: the maker's name of the kind of item."""

    def __init__(
        self, element: Element, texts: MaterialTexts, kind: str, find: FindPicture, *, labels_scored: bool
    ) -> None:
        self.element = element
        self.texts = StemTexts(texts.entry, find)
        self.kind = kind
        self.body = Body()
        self.said = said_outside_answers(element)
        self.room = Room(texts, kind, labels_scored=labels_scored, alike=_alike(element))
        self.room.rights = _right_blocks(element, texts)
        #: Kinds of file; "*": any; empty: the item asks for none.
        self.asks_for_a_file = ""

    def read(self) -> Body:
        self.body.html = plain_blocks(self._inner(self.element))
        for name, number in self.body.named.items():
            self.body.html = _put(self.body.html, name, number)
        if self.asks_for_a_file:
            self._upload("" if self.asks_for_a_file == "*" else self.asks_for_a_file)
        return self.body

    def stem(self) -> Markup:
        return self.texts.markup(self.body.html, places=True)

    def _inner(self, element: Element) -> str:
        return "".join(map(self._piece, children(element)))

    def _piece(self, element: Element) -> str:
        name = local(element)
        if name in _RESPONSES:
            return self._response(element)
        if name == "flow":
            if _is_right(element):
                return ""
            inner = self._inner(element)
            return f"<div>{inner}</div>" if inner.strip() else ""
        if name == "response_extension" and _is_setting(element):
            return ""
        if name in {"response_na", "response_extension"}:
            message = N_("Items of the type %(type)s are not supported.")
            raise ReadProblem("unsupported_interaction", message, line=line_of(element), type=name)
        return self.texts.piece(element)

    def _response(self, element: Element) -> str:
        number = len(self.body.parts)
        if number >= MAX_PARTS:
            message = N_("The item has more than %(limit)s interactions.")
            raise ReadProblem("too_many_interactions", message, line=line_of(element), limit=MAX_PARTS)
        ident = attribute(element, "ident", "response")
        gap = next((name for name in (ident.removeprefix("response_"), ident) if f"[{name}]" in self.said), "")
        made = part_of(element, ident, self.room, gap=bool(gap) or self.kind in _GAP_TYPES)
        known = self.body.given.setdefault(ident, made.given)
        if known != made.given:
            message = N_("%(name)s is declared twice.")
            raise ReadProblem("declared_twice", message, line=line_of(element), name=ident[:60])
        labels = [attribute(one, "ident") for one in descendants(element, "response_label")]
        if local(element) in {"response_str", "response_num"} and len(labels) == 1:
            self.body.fields.setdefault(labels[0], ident)
        self.body.parts.append(made.part)
        place = f'<{made.tag} data-place="part:{number}"></{made.tag}>'
        if gap:
            self.body.named.setdefault(gap, number)
            return "" if self.body.named[gap] == number else place
        return _beside(element, made, self.texts, place, quiet=self.kind in _GAP_TYPES)

    def _upload(self, accepts: str) -> None:
        """An item that asks for a file has no element for it."""
        number = len(self.body.parts)
        self.body.parts.append(Part("RESPONSE", "upload", settings={"accepts": accepts} if accepts else {}))
        self.body.given["RESPONSE"] = Given("RESPONSE", "file")
        self.body.html += f'<div data-place="part:{number}"></div>'


def _beside(element: Element, made: Made, texts: MaterialTexts, place: str, *, quiet: bool) -> str:
    """The element's own words around its place: before the first answer and after it. Of several gaps in one response
    the words stand before, with a numbered blank for each gap."""
    pieces = [] if quiet else list(_pieces(element, texts))
    answers = [n for n, piece in enumerate(pieces) if piece is None]
    if made.part.type == "extended_text" and len(answers) > 1:
        numbers = iter(range(1, len(answers) + 1))
        said = "".join(f" ({next(numbers)}) _____ " if piece is None else piece for piece in pieces)
        return f"<div>{said}</div>{place}"
    first = answers[0] if answers else len(pieces)
    before, after = ("".join(filter(None, some)) for some in (pieces[:first], pieces[first:]))
    if made.tag == "span" and (before or after):
        return f"<div>{before} {place} {after}</div>"
    return "".join(f"<div>{said}</div>" if said and said != place else said for said in (before, place, after))


def _pieces(element: Element, texts: MaterialTexts) -> Iterator[str | None]:
    """Words of the response and of what renders it; None for each answer."""
    for one in children(element):
        name = local(one)
        if name == "response_label":
            yield None
        elif name == "render_hotspot":
            yield None  # its material is the picture
        elif name.startswith("render_") or name in {"ims_render_object", "flow_label"}:
            yield from _pieces(one, texts)
        else:
            yield texts.piece(one)


def _put(text: str, name: str, number: int) -> str:
    """The place instead of the first `[name]` of the text, not of a tag."""
    pieces = _TAGS.split(text)
    token = f"[{html.escape(name, quote=False)}]"
    place = f'<span data-place="part:{number}"></span>'
    for n, piece in enumerate(pieces):
        if not piece.startswith("<") and token in piece:
            pieces[n] = piece.replace(token, place, 1)
            return "".join(pieces)
    return text + f"<div>{place}</div>"


def _is_setting(extension: Element) -> bool:
    """How D2L shows and grades the response that follows, not a response of its own."""
    inner = list(children(extension))
    return bool(inner) and all("desire2learn" in str(one.tag) and len(one) == 0 for one in inner)


def _is_right(flow: Element) -> bool:
    return attribute(flow, "class") == "RIGHT_MATCH_BLOCK"


def _right_blocks(presentation: Element, texts: MaterialTexts) -> list[str]:
    """Blackboard writes what is matched once, in a block beside the responses."""
    blocks = [one for one in presentation.iterdescendants() if local(one) == "flow" and _is_right(one)]
    return [texts.html(flow) for block in blocks for flow in children(block, "flow")]


def _alike(presentation: Element) -> bool:
    """Whether several responses choose from the same labels: a match, written as one response for each row."""
    found = []
    for response in presentation.iterdescendants():
        if local(response) == "response_lid":
            labels = [attribute(one, "ident") for one in response.iterdescendants() if local(one) == "response_label"]
            found.append(tuple(labels))
    return len(found) > 1 and len(set(found)) == 1
