"""MTEF, the binary form of formulas in MathType (versions 4 and 5) and Equation Editor 3 (version 3), as a tree.

Written from the descriptions "MathType MTEF v.5" and "v.4" of docs.wiris.com (MathType SDK). What only concerns looks
(sizes, colours, fonts, rulers, nudges) is passed over.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from item_bank.formats.mathtype.errors import MtefError
from item_bank.formats.mathtype.older import renumbered

_DEEPEST = 60
_MOST_RECORDS = 4_000
_LONGEST_NAME = 200
# Options of records; version 3 has them in the upper half of the record's first byte.
_NUDGE = 0x08
_NULL, _RULER, _SPACED = 0x01, 0x02, 0x04
_EMBELLISHED, _NO_CODE, _BYTE_PLACE, _WORD_PLACE = 0x01, 0x20, 0x04, 0x10
_EMBELLISHED_3 = 0x02


@dataclass(slots=True)
class Char:
    """`code` is Unicode, or the place in a font of symbols where the version knows no other."""

    code: int
    typeface: int
    embellishments: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """A line or slot; `null`: a slot that is not shown."""

    items: list[Node]
    null: bool = False


@dataclass(slots=True)
class Template:
    """A fraction, root, fence …: `selector` and `variation` as version 5 numbers them."""

    selector: int
    variation: int
    items: list[Node]

    @property
    def slots(self) -> list[Row]:
        return [one if isinstance(one, Row) else Row([one]) for one in self.items if not isinstance(one, Char)]

    @property
    def signs(self) -> list[Char]:
        return [one for one in self.items if isinstance(one, Char)]


@dataclass(slots=True)
class Pile:
    """Lines below each other; `align`: 1 left, 2 centre, 3 right, 4 at relations, 5 at decimals."""

    align: int
    rows: list[Row]


@dataclass(slots=True)
class Matrix:
    columns: int
    cells: list[Row]


Node = Char | Row | Template | Pile | Matrix


def formula(data: bytes) -> list[Node]:
    """The objects of a formula. Raises MtefError."""
    if not data:
        raise MtefError
    try:
        return _Reader(data).formula()
    except (IndexError, struct.error) as error:
        raise MtefError from error


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0
        self.depth = 0
        self.records = 0
        self.version = 0

    def formula(self) -> list[Node]:
        self.version = self._byte()
        if self.version not in (3, 4, 5):
            raise MtefError
        self.place = 5
        if self.version == 5:
            self._text()  # the application's key
            self.place += 1
        return self._objects(top=True)

    # --- bytes --------------------------------------------------------------

    def _byte(self) -> int:
        found = self.data[self.place]
        self.place += 1
        return found

    def _word(self) -> int:
        (found,) = struct.unpack_from("<H", self.data, self.place)
        self.place += 2
        return int(found)

    def _count(self) -> int:
        found = self._byte()
        return self._word() if found == 0xFF else found

    def _text(self) -> str:
        end = self.data.find(b"\0", self.place, self.place + _LONGEST_NAME)
        if end < 0:
            raise MtefError
        found = self.data[self.place : end].decode("latin-1")
        self.place = end + 1
        return found

    # --- records ------------------------------------------------------------

    def _objects(self, *, top: bool = False) -> list[Node]:
        """Up to the END of the list; a formula may end with its data."""
        self.depth += 1
        if self.depth > _DEEPEST:
            raise MtefError
        found: list[Node] = []
        while not (top and self.place >= len(self.data)):
            kind, options = self._head()
            if kind == 0:
                break
            made = self._record(kind, options)
            if made is not None:
                found.append(made)
        self.depth -= 1
        return found

    def _head(self) -> tuple[int, int]:
        self.records += 1
        if self.records > _MOST_RECORDS:
            raise MtefError
        first = self._byte()
        if self.version < 5:
            return first & 0x0F, first >> 4
        return first, self._byte() if 1 <= first <= 6 else 0

    def _record(self, kind: int, options: int) -> Node | None:
        if options & _NUDGE and 1 <= kind <= 6:
            self._nudge()
        match kind:
            case 1:
                return self._row(options)
            case 2:
                return self._char(options)
            case 3:
                return self._template()
            case 4:
                return self._pile(options)
            case 5:
                return self._matrix()
        self._look(kind)
        return None

    def _nudge(self) -> None:
        """Two small numbers, or 128 twice and then two large ones."""
        if (self._byte(), self._byte()) == (128, 128):
            self.place += 4

    def _row(self, options: int) -> Row:
        if options & _SPACED:
            self._word()
        if options & _RULER:
            self._ruler_record()
        return Row([], null=True) if options & _NULL else Row(self._objects())

    def _char(self, options: int) -> Char:
        typeface = self._byte()
        if self.version < 5:
            made = Char(self._word(), typeface - 128)
            embellished = options & _EMBELLISHED_3
        else:
            code = 0 if options & _NO_CODE else self._word()
            place = self._byte() if options & _BYTE_PLACE else self._word() if options & _WORD_PLACE else 0
            made = Char(code or place, typeface - 128)
            embellished = options & _EMBELLISHED
        if embellished:
            made.embellishments = self._embellishments()
        return made

    def _embellishments(self) -> list[int]:
        found: list[int] = []
        while True:
            kind, options = self._head()
            if kind == 0:
                return found
            if kind != 6:
                raise MtefError
            if options & _NUDGE:
                self._nudge()
            found.append(self._byte())

    def _template(self) -> Template:
        selector, variation = self._byte(), self._byte()
        if self.version == 5 and variation & 0x80:
            variation = (variation & 0x7F) | (self._byte() << 8)
        self._byte()  # how fences and integrals stretch
        items = self._objects()
        if self.version < 5:
            selector, variation = renumbered(selector, variation)
        return Template(selector, variation, items)

    def _pile(self, options: int) -> Pile:
        align, _vertical = self._byte(), self._byte()
        if options & _RULER:
            self._ruler_record()
        return Pile(align, [one if isinstance(one, Row) else Row([one]) for one in self._objects()])

    def _matrix(self) -> Matrix:
        self.place += 3  # how the whole, its columns and its rows are aligned
        rows, columns = self._byte(), self._byte()
        self.place += (rows + 4) // 4 + (columns + 4) // 4  # lines between them, two bits each
        cells = [one if isinstance(one, Row) else Row([one]) for one in self._objects()]
        if not columns or len(cells) > rows * columns:
            raise MtefError
        return Matrix(columns, cells)

    # --- what only concerns looks -------------------------------------------------

    def _look(self, kind: int) -> None:
        match kind:
            case 7:
                self._ruler()
            case 8 | 17:
                self._font(kind)
            case 9:
                first = self._byte()
                self.place += {101: 2, 100: 3}.get(first, 1)
            case 10 | 11 | 12 | 13 | 14:
                pass
            case 15:
                self._count()
            case 16:
                self._colour()
            case 18:
                self._preferences()
            case 19:
                self._text()
            case _ if kind >= 100 and self.version == 5:
                length = self._count()
                self.place += length
            case _:
                raise MtefError

    def _font(self, kind: int) -> None:
        """A font's name, or in version 5 a style of characters that uses one."""
        if self.version < 5:
            self.place += 2
            self._text()
        elif kind == 8:
            self._count()
            self._byte()
        else:
            self._count()
            self._text()

    def _colour(self) -> None:
        options = self._byte()
        self.place += 8 if options & 1 else 6
        if options & 4:
            self._text()

    def _ruler_record(self) -> None:
        """In version 5 it stands without its kind, 7; others were seen with it."""
        if self.data[self.place] == 7:
            self.place += 1
        self._ruler()

    def _ruler(self) -> None:
        stops = self._byte()
        self.place += 3 * stops

    def _preferences(self) -> None:
        self._byte()
        for _ in range(2):  # sizes and distances: half-bytes, each number ended by 15
            left = self._byte()
            half = 2 * self.place
            while left:
                byte = self.data[half // 2]
                left -= (byte >> 4 if half % 2 == 0 else byte & 0x0F) == 0x0F
                half += 1
            self.place = (half + 1) // 2
        for _ in range(self._byte()):
            if self._byte():
                self._byte()
