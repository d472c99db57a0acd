"""WebP pictures as PNG, for the programs of an office: Word and Excel of most schools show none."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from item_bank.content.markup import assets_in
from item_bank.content.model import Asset, Item, Passage, digest
from item_bank.content.pictures import MAX_BYTES, PictureRefused, inspect
from item_bank.formats.model import N_
from item_bank.formats.qti.writing_package import Exported
from item_bank.formats.written import Notes

_T = TypeVar("_T", Item, Passage)
_WEBP = "image/webp"
_PAGE = """#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)
#image("picture.webp", width: {width}pt, height: {height}pt)
"""


class OfficePictures:
    """Called with a digest it gives the picture, as `asset` does: one that was made here, or one of the bank's."""

    def __init__(self, asset: Callable[[str], Asset]) -> None:
        self._asset = asset
        #: Digest of a WebP → its PNG; None where it cannot be made.
        self._made: dict[str, Asset | None] = {}
        self._known: dict[str, Asset] = {}

    def __call__(self, name: str) -> Asset:
        return self._known.get(name) or self._asset(name)

    def shown(self, one: Exported, notes: Notes) -> Exported:
        """The item with pictures that are shown everywhere; what was changed is told."""
        item, passage = one.item, one.passage
        names = {name: made.digest for name in _named(item, passage) if (made := self._png(name)) is not None}
        if not names:
            return one
        notes.tell("picture_changed", N_("A picture that these programs don't show (WebP) is written as PNG."))
        item = _renamed(item, names, Item)
        if passage is not None:
            passage = _renamed(passage, names, Passage)
            item = msgspec.structs.replace(item, passage=digest(passage))
        return Exported(one.identifier, item, passage)

    def _png(self, name: str) -> Asset | None:
        if name not in self._made:
            found = self(name)
            made = png_of_webp(found.data) if found.media_type == _WEBP else None
            self._made[name] = Asset.of("image/png", made) if made else None
            self._known |= {one.digest: one for one in (self._made[name],) if one}
        return self._made[name]


def png_of_webp(data: bytes) -> bytes | None:
    """Pixel for pixel; of a film the first picture. None for what is damaged, and where the PNG is too large:
    photos are."""
    import typst  # 60 MB that most workers never need

    try:
        size = inspect(data)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "picture.webp").write_bytes(data)
            page = Path(folder, "page.typ")
            page.write_text(_PAGE.format(width=size.width, height=size.height), encoding="utf-8")
            made = typst.Compiler(str(page), root=folder, ignore_system_fonts=True).compile(format="png", ppi=72)
    except (PictureRefused, RuntimeError):
        return None
    return made if isinstance(made, bytes) and len(made) <= MAX_BYTES else None


def _named(item: Item, passage: Passage | None) -> list[str]:
    """Digests of all pictures, wherever they stand."""
    texts = [item.stem, item.rationale, passage.markup if passage else None]
    inside = getattr(item.interaction, "options", ()) or getattr(item.interaction, "statements", ())
    texts += [one.markup for one in inside]
    return [name for text in texts if text is not None for name in assets_in(text)]


def _renamed(thing: _T, names: dict[str, str], kind: type[_T]) -> _T:
    """Digests are found by nothing else than themselves."""
    told = msgspec.json.encode(thing)
    for name, other in names.items():
        told = told.replace(name.encode(), other.encode())
    return msgspec.json.decode(told, type=kind)
