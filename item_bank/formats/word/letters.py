"""Characters of a run: as they stand, or as fonts from before Unicode and fonts of signs draw them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from item_bank.formats.mathtype import symbols
from item_bank.formats.model import N_, Reason
from item_bank.formats.paper.lines import Look, Lost, Objects, Rich
from item_bank.formats.word import legacy_letters
from item_bank.formats.word.package import W
from item_bank.formats.word.styles import Styles

_PRIVATE = re.compile("[\uf020-\uf0ff]")


class Letters:
    def __init__(self, styles: Styles, objects: Objects) -> None:
        self.styles = styles
        self.objects = objects

    def of(self, name: str, node: etree._Element, look: Look, font: str) -> Iterator[Rich]:
        """What an element of a run (17.3.3) shows."""
        match name:
            case "t":
                yield from self._text(re.sub(r"[\r\n]", " ", node.text or ""), look, font)
            case "tab" | "ptab":
                yield Rich.of("\t", look)
            case "br" | "cr":
                yield Rich.of("\n" if node.get(f"{W}type") != "page" else "")
            case "noBreakHyphen":
                yield Rich.of("-", look)
            case "sym":
                code = str(node.get(f"{W}char", ""))
                place = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
                yield self._drawn(place, str(node.get(f"{W}font", "")), look)

    def _text(self, text: str, look: Look, font: str) -> Iterator[Rich]:
        if legacy_letters.is_legacy(font):
            yield Rich.of(legacy_letters.unicode_of(text, font), look)
        elif symbols.has_signs(font) or _PRIVATE.search(text):
            yield from (self._character(one, look, font) for one in text)
        else:
            yield Rich.of(text, look)

    def _character(self, one: str, look: Look, font: str) -> Rich:
        drawn = _PRIVATE.match(one) or (symbols.has_signs(font) and ord(one) < 0x100 and not one.isspace())
        return self._drawn(ord(one), font, look) if drawn else Rich.of(one, look)

    def _drawn(self, code: int, font: str, look: Look) -> Rich:
        """The sign at a place of a font."""
        found = symbols.sign(code, font)
        if not found and 0x20 <= code < 0xD800 and not symbols.has_signs(font):
            found = chr(code)
        if found:
            return Rich.of(found, look)
        message = N_("A sign of the font %(font)s can't be read.")
        return self.objects.add(Lost(Reason.of("sign_lost", message, font=font or "—")))
