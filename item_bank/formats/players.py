"""What plays sound or film inside a stranger's HTML: players of HTML, objects, and links to a recording.

Found by their tags, each text in one pass: a text of many openings without an end must not take long.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

_OPENS = re.compile(r"<(audio|video|object|embed|a)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?<![\w-])([\w-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=`]++))")
_INNER = re.compile(r"<(source|param|embed|track)\b([^<>]*)>", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
#: Endings of what a link can lead to that is played (Moodle and Canvas show such links as players).
_PLAYED = re.compile(r"\.(?:mp3|m4a|m4b|aac|oga|ogg|opus|wav|mp4|m4v|ogv|webm)(?:[?#][^\n]*)?\Z", re.IGNORECASE)
#: What is shown where a browser is too old says nothing of the recording.
_TOO_OLD = re.compile(r"\bbrowser\b|trình duyệt", re.IGNORECASE)
_FLAGS = {"autostart": "autoplay", "loop": "loop"}


@dataclass(frozen=True, slots=True)
class Player:
    """`addresses`: in the order in which a browser would try them. `words`: for who cannot hear or see it."""

    name: str
    start: int
    end: int
    addresses: tuple[str, ...]
    words: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    captions: bool = False


def attributes_of(tag: str) -> dict[str, str]:
    """Names in small letters; the first of a name counts, as in a browser."""
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(tag):
        found.setdefault(one[1].lower(), html.unescape(one[2] or one[3] or one[4] or ""))
    return found


def players_in(source: str) -> Iterator[Player]:
    """In their order, none inside another; links only where they lead to something that is played."""
    unended: set[str] = set()
    at = 0
    while found := _OPENS.search(source, at):
        at = found.end()
        name, attributes = found[1].lower(), attributes_of(found[2])
        if name == "a" and not _PLAYED.search(attributes.get("href", "")):
            continue
        start, end = found.end(), found.end()
        if name != "embed" and not found[2].endswith("/") and name not in unended:
            close = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(source, start)
            start, end = (start, start) if close is None else close.span()
            unended |= {name} if close is None else set()
        yield _player(name, found, attributes, source[found.end() : start], end)
        at = end


def _player(name: str, found: re.Match[str], attributes: dict[str, str], inner: str, end: int) -> Player:
    within = [(one[1].lower(), attributes_of(one[2])) for one in _INNER.finditer(inner)]
    addresses = [attributes.get(one, "") for one in ("src", "data", "href")]
    addresses += [told.get("src", "") for kind, told in within if kind in ("source", "embed")]
    addresses += [told.get("value", "") for kind, told in within if told.get("name", "").lower() in ("src", "filename")]
    kept = tuple(dict.fromkeys(one.strip() for one in addresses if one.strip()))
    said = " ".join(html.unescape(_TAGS.sub(" ", inner)).split())
    told = (_own_words(one, kept) for one in (said, attributes.get("aria-label", ""), attributes.get("title", "")))
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", found[2]).lower()
    settings = tuple((key, "true") for key, flag in _FLAGS.items() if re.search(rf"\b{flag}\b", bare))
    captions = any(kind == "track" for kind, _told in within)
    return Player(name, found.start(), end, kept, next(filter(None, told), ""), settings, captions)


def _own_words(words: str, addresses: tuple[str, ...]) -> str:
    """Without an address, a file's name, or a word on old browsers."""
    names = {unquote(name) for one in addresses for name in (one, one.rpartition("/")[2])} | set(addresses)
    return "" if words in names or _TOO_OLD.search(words) else words
