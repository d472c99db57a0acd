"""Recordings of a composite → players in the text, as Moodle's editor writes them; the rest stays to be written.

Moodle shows a player for `<audio>` and `<video>` whose source is a file of the question. It counts no plays.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import msgspec

from item_bank.content.interactions.parts.media import plays_of
from item_bank.content.model import Composite, Item, Markup, Part
from item_bank.formats.model import N_
from item_bank.formats.recordings import CLOSE, OPEN, TOKEN
from item_bank.formats.written import Notes

_FLAGS = {"autostart": "autoplay", "loop": "loop"}
_PLACE = re.compile(r'<(div|span) data-place="part:([0-9]+)"></\1>')


def without_recordings(item: Item, stem: Markup, notes: Notes) -> tuple[Item, Markup, list[Part]]:
    """The item and its text without parts that play something, for which tokens stand; and those parts."""
    composite = item.interaction
    if not isinstance(composite, Composite) or not any(part.type == "media" for part in composite.parts):
        return item, stem, []
    media = [part for part in composite.parts if part.type == "media"]
    others = [part for part in composite.parts if part.type != "media"]
    if any(plays_of(part) for part in media):
        notes.tell("plays_not_held", N_("Moodle counts no plays: a recording may be heard or seen without a limit."))

    def put(found: re.Match[str]) -> str:
        number = int(found[2])
        if number >= len(composite.parts):
            return ""
        part = composite.parts[number]
        if part.type == "media":
            return f"<p>{OPEN}{media.index(part)}{CLOSE}</p>"
        return found[0].replace(f"part:{number}", f"part:{others.index(part)}")

    names = {part.id for part in media}
    left = msgspec.structs.replace(
        composite,
        parts=tuple(others),
        declarations=tuple(one for one in composite.declarations if one.identifier not in names),
    )
    text = msgspec.structs.replace(stem, html=_PLACE.sub(put, stem.html))
    return msgspec.structs.replace(item, interaction=left, stem=text), text, media


def with_players(text: str, media: list[Part], named: Callable[[str], str]) -> str:
    """`named`: digest of an asset → its address in the text."""
    return TOKEN.sub(lambda found: _player(media[int(found[1])], named), text)


def _player(part: Part, named: Callable[[str], str]) -> str:
    told = part.settings
    name = "video" if told.get("kind", told.get("type", "")).startswith("video/") else "audio"
    title = f' title="{html.escape(told["description"])}"' if told.get("description") else ""
    flags = "".join(f' {flag}="true"' for key, flag in _FLAGS.items() if told.get(key) == "true")
    source = f'<source src="{named(told["asset"])}"/>' if told.get("asset") else ""
    return f'<{name} controls="true"{flags}{title}>{source}</{name}>'
