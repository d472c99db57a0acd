"""The parameters of one H5P question: texts, pictures and settings, and the item that is made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import unquote

from item_bank.content.model import Interaction, Item, Markup
from item_bank.content.pictures import description
from item_bank.content.processing.values import parsed_number
from item_bank.content.rational import rational_text
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.pictures import picture_at
from item_bank.formats.players import Player
from item_bank.formats.recordings import Recordings
from item_bank.formats.registry import FindPicture, Reading
from item_bank.formats.texts import Texts

Json = Any
MAX_PARTS = 100


def texts_of(entry: Entry, find: FindPicture) -> Texts:
    return Texts(entry, lambda name: find(unquote(name)))


@dataclass
class Content:
    """`stem` and `points` are filled by the reader of the library."""

    params: Json
    texts: Texts
    entry: Entry
    reading: Reading
    stem: Markup | None = None
    points: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        self.recordings = Recordings(self.entry)

    def html(self, value: Json) -> Markup:
        return self.texts.html(str(value or "").strip())

    def text(self, name: str) -> str:
        return str(self.params.get(name) or "")

    def many(self, name: str) -> list[Json]:
        found = self.params.get(name) or []
        if not isinstance(found, list):
            raise TypeError(name)
        if len(found) > MAX_PARTS:
            message = N_("The item has more than %(limit)s interactions.")
            raise ReadProblem("too_many_interactions", message, limit=MAX_PARTS)
        return found

    def behaviour(self, name: str, default: Json = None) -> Json:
        return (self.params.get("behaviour") or {}).get(name, default)

    def question(self, text: Json, places: str = "") -> Markup:
        """The stem: the medium of the question, its text, and the places of its parts."""
        medium = (self.params.get("media") or {}).get("type") or {}
        shown = self.medium(str(medium.get("library", "")), medium.get("params") or {})
        told = self.html(text)
        return Markup(shown + told.html + places, told.math)

    def medium(self, library: str, params: Json) -> str:
        """A picture, or the place of a sound or film; what else goes with a question is not kept, and that is said."""
        name, file = library.split(" ", maxsplit=1)[0], params.get("file")
        if name == "H5P.Image" and isinstance(file, dict):
            return f"<p>{self.image(file, str(params.get('alt') or ''))}</p>"
        if name in ("H5P.Audio", "H5P.Video"):
            return self.recordings.token(_player(name, params), self.texts.find_picture) or ""
        if name:
            message = N_("What stands above the question (%(type)s) is not kept.")
            self.entry.note("h5p_media", message, type=name[:60])
        return ""

    def image(self, file: Json, alt: str) -> str:
        digest = self.texts.keep(picture_at(str(file.get("path", "")), self.texts.find_picture))
        safe = re.sub(r'[<>"&]', " ", description(alt))[:500]
        return f'<img data-asset="{digest}" alt="{safe}"/>'

    def note(self, code: str, message: str) -> None:
        self.entry.note(code, message)

    def number(self, value: Json) -> Fraction:
        """Bounded, for a stranger's 1e999999999 would fill the memory. Raises ValueError."""
        return parsed_number(str(value))

    def note_losses(self) -> None:
        ranges = self.params.get("overallFeedback") or []
        if any(isinstance(one, dict) and str(one.get("feedback") or "").strip() for one in ranges):
            self.note("feedback_dropped", N_("What is said of a whole result is not kept."))

    def item(self, interaction: Interaction) -> Item:
        self.note_losses()
        item = Item(
            stem=self.stem or Markup(""),
            interaction=interaction,
            title=self.entry.title,
            language=self.reading.language,
            points=rational_text(self.points),
            subject=self.reading.subject,
            grade=self.reading.grade,
            topic=self.reading.topic,
        )
        return self.recordings.placed(item)


def _player(library: str, params: Json) -> Player:
    """Sounds have `files`, films `sources`: the same recording in several formats, or an address on the net."""
    sound = library == "H5P.Audio"
    files = params.get("files" if sound else "sources") or []
    addresses = tuple(str(one.get("path", "")) for one in files if isinstance(one, dict))
    playback = params if sound else params.get("playback") or {}
    settings = {"autostart": playback.get("autoplay"), "loop": playback.get("loop")}
    return Player(
        "audio" if sound else "video",
        0,
        0,
        addresses,
        settings=tuple((name, "true") for name, on in settings.items() if on),
        captions=_has_captions(params),
    )


def _has_captions(params: Json) -> bool:
    tracks = params.get("textTracks")
    listed = tracks.get("videoTrack") if isinstance(tracks, dict) else params.get("a11y")
    return isinstance(listed, list) and any(isinstance(one, dict) and one.get("track") for one in listed)
