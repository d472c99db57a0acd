"""The numbers that Word writes before paragraphs of lists (17.9): `Câu 1.`, `A.`, `a)`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from item_bank.formats.word.package import W
from item_bank.formats.word.styles import Styles, value

_LEVELS = 9
#: Characters of a label; Word writes a few.
_LONGEST, _MOST_LETTERS = 100, 30
_PLACE = re.compile(r"%([1-9])")
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    #: The style whose paragraphs stand on this level without saying so.
    style: str = ""
    #: Whether it counts on when a higher level goes on (17.9.10, value 0).
    goes_on: bool = False


@dataclass(slots=True)
class _List:
    """The levels of a `w:num`; those that share an abstract list count together."""

    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """`label` has to be asked for each paragraph in the document's order: it counts."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def label(self, properties: etree._Element | None) -> str:
        """`Câu 3.`; empty for a paragraph that is in no list, a bullet for one without numbers."""
        place = self._place(properties)
        if place is None or place[0] not in self._lists:
            return ""
        number, at = place
        used = self._lists[number]
        level = used.levels.get(at, _Level())
        counts = self._counts.setdefault(used.abstract, {})
        if at in used.restarts and (number, at) not in self._begun:
            counts[at] = used.restarts[at] - 1
            self._begun.add((number, at))
        counts[at] = counts.get(at, level.start - 1) + 1
        for deeper in [one for one in counts if one > at and not used.levels.get(one, _Level()).goes_on]:
            del counts[deeper]
        if level.format == "bullet":
            return "•"
        return _PLACE.sub(lambda found: self._shown(used, counts, int(found[1]) - 1), level.text)

    def _shown(self, used: _List, counts: dict[int, int], at: int) -> str:
        level = used.levels.get(at, _Level())
        return formatted(counts.get(at, level.start), level.format)

    def _place(self, properties: etree._Element | None) -> tuple[str, int] | None:
        if properties is None:
            return None
        chain = self._styles.chain(value(properties.find(f"{W}pStyle")))
        places = [(properties.find(f"{W}numPr"), "")]
        places += [(style.find(f"{W}pPr/{W}numPr"), str(style.get(f"{W}styleId", ""))) for style in chain]
        for found, named in places:
            if found is not None and (number := value(found.find(f"{W}numId"))):
                at = _whole(value(found.find(f"{W}ilvl")))
                return number, self._level_of(number, named) if at is None else min(at, _LEVELS - 1)
        return None

    def _level_of(self, number: str, style: str) -> int:
        levels = self._lists[number].levels if number in self._lists else {}
        return next((at for at, level in levels.items() if style and level.style == style), 0)

    def _read(self, root: etree._Element) -> None:
        nodes = list(root.iterchildren(f"{W}abstractNum"))
        abstracts = {str(one.get(f"{W}abstractNumId")): _levels(one) for one in nodes}
        styled = {value(one.find(f"{W}styleLink")): _levels(one) for one in nodes}
        for one in nodes:  # a list that only names the style which has its levels (17.9.21)
            if name := value(one.find(f"{W}numStyleLink")):
                abstracts[str(one.get(f"{W}abstractNumId"))] = styled.get(name, {})
        for number in root.iterchildren(f"{W}num"):
            abstract = value(number.find(f"{W}abstractNumId"))
            made = _List(abstract, dict(abstracts.get(abstract, {})))
            for override in number.iterchildren(f"{W}lvlOverride"):
                at = _number(override)
                made.levels |= _levels(override)
                if (start := _whole(value(override.find(f"{W}startOverride")))) is not None:
                    made.restarts[at] = start
            self._lists[str(number.get(f"{W}numId"))] = made


def _number(level: etree._Element) -> int:
    return _whole(str(level.get(f"{W}ilvl", ""))) or 0


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _levels(node: etree._Element) -> dict[int, _Level]:
    found = {}
    for level in node.iterchildren(f"{W}lvl"):
        start = _whole(value(level.find(f"{W}start")))
        found[_number(level)] = _Level(
            1 if start is None else start,
            value(level.find(f"{W}numFmt")) or "decimal",
            value(level.find(f"{W}lvlText"))[:_LONGEST],
            value(level.find(f"{W}pStyle")),
            value(level.find(f"{W}lvlRestart")) == "0",
        )
    return found


def formatted(number: int, form: str) -> str:
    """A number as a list shows it (17.18.59); forms of other scripts are shown as digits."""
    match form:
        case "upperLetter" | "lowerLetter":
            letter = (
                chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, _MOST_LETTERS) if number > 0 else ""
            )
            return letter if form == "upperLetter" else letter.lower()
        case "upperRoman" | "lowerRoman":
            roman = _roman(number)
            return roman.upper() if form == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02d}"
        case "none":
            return ""
        case _:
            return str(number)


def _roman(number: int) -> str:
    written = ""
    for value_, letters in _ROMAN:
        while number >= value_ and len(written) < _MOST_LETTERS:
            written += letters
            number -= value_
    return written
