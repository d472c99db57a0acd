"""Recordings that a file names, and the parts of an item that play them. Nothing is ever fetched."""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Callable, Sequence
from urllib.parse import unquote

import msgspec

from item_bank.content.model import Asset, Composite, Essay, Feedback, Item, Markup, Part
from item_bank.content.pictures import data_of_uri
from item_bank.content.processing.declared import Declaration
from item_bank.content.recordings import MAX_BYTES, RecordingRefused, recording_of
from item_bank.content.ruled import composite_of
from item_bank.content.sentence import why
from item_bank.formats.collecting import Entry
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.players import Player, players_in
from item_bank.formats.registry import FindPicture

_MOST_SHOWN = 80
MAX_RECORDINGS = 50
# Stand for a recording in a text that is no item's yet, or no longer; nothing that comes in may have them.
OPEN, CLOSE = "\ufde0", "\ufde1"
TOKEN = re.compile(f"{OPEN}([0-9]+){CLOSE}")
_STRAY = re.compile(f"[{OPEN}{CLOSE}]")
_NUMBER = re.compile(r'data-place="part:([0-9]+)"')
_BREAKS = re.compile(r"^(?:\s*<br/>)+|(?:<br/>\s*)+$")
_UNCLOSED = re.compile(r"<(?!br\b|hr\b|img\b|wbr\b|/)\w")


def recording_at(href: str, find: FindPicture) -> Asset:
    """The sound or film of a `src`, from the files that came with the item."""
    name = href if len(href) <= _MOST_SHOWN else f"{href[: _MOST_SHOWN - 1]}…"
    data = _inside(href) if href[:5].lower() == "data:" else None
    if href and ":" not in href and not href.startswith("//"):
        data = find(unquote(href))
    if data is None:
        raise ReadProblem("recording_missing", N_("The recording %(name)s did not come with the file."), name=name)
    try:
        return recording_of(data)
    except RecordingRefused as error:
        raise ReadProblem(
            "recording_refused", N_("Recording %(name)s: %(problem)s"), name=name, problem=why(error)
        ) from error


def _inside(uri: str) -> bytes | None:
    """What a `data:` address holds; None where it is damaged, or far too long to be looked at."""
    try:
        return data_of_uri(uri) if len(uri) <= 2 * MAX_BYTES else None
    except binascii.Error:
        return None


class Recordings:
    """The recordings in the question of one item. Each leaves a token in the text, for the place of its part: which
    number that part has is known when the item is made."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.found: list[dict[str, str]] = []

    def taken(self, source: str, find: FindPicture, line_at: Callable[[int], int | None]) -> str:
        """The HTML with tokens instead of its players."""
        source = _STRAY.sub("", source)
        pieces, at = [], 0
        for player in players_in(source):
            token = self.token(player, find, line_at(player.start))
            if token is not None:
                shown = player.words if player.name == "a" else ""
                pieces += [source[at : player.start], html.escape(shown, quote=False), token]
                at = player.end
        return "".join([*pieces, source[at:]])

    def token(self, player: Player, find: FindPicture, line: int | None = None) -> str | None:
        """Of the first address that leads to a recording. None where it may be something else: an object, a link."""
        problems: list[ReadProblem] = []
        for address in player.addresses or ("",):
            try:
                asset = recording_at(address, find)
            except ReadProblem as problem:
                problems.append(problem)
                continue
            return self._add(asset, player, line)
        if player.name not in ("audio", "video"):
            return None
        self.entry.remark(problems[0], line=line)
        return self._add(None, player, line)

    def _add(self, asset: Asset | None, player: Player, line: int | None) -> str:
        """One that did not come leaves its place, too: it can be put in later."""
        if len(self.found) >= MAX_RECORDINGS:
            message = N_("The item has more than %(limit)s interactions.")
            raise ReadProblem("too_many_interactions", message, line=line, limit=MAX_RECORDINGS)
        told = dict(player.settings)
        if player.words and player.name != "a":
            told["description"] = player.words
        if player.captions:
            self.entry.note("captions_dropped", N_("The captions of a film are not kept."), line=line)
        if asset is not None:
            self.entry.assets[asset.digest] = asset
            told |= {"asset": asset.digest, "kind": asset.media_type}
        elif player.addresses:
            told["source"] = player.addresses[0][:_MOST_SHOWN]
        self.found.append(told)
        return f"{OPEN}{len(self.found) - 1}{CLOSE}"

    def placed(self, item: Item) -> Item:
        """The item with a part for each recording in its place: a composite, whatever it was."""
        if not self.found:
            return item
        if isinstance(item.interaction, Essay):
            self._note_essay(item.interaction)
        whole = composite_of(item)
        assert isinstance(whole.interaction, Composite)
        composite = whole.interaction
        parts = [_without_tokens(part) for part in composite.parts]
        names = _names(len(self.found), {one.identifier for one in composite.declarations})
        first = len(parts)
        parts += [Part(name, "media", settings=told) for name, told in zip(names, self.found, strict=True)]
        declared = [Declaration(name, "response", "single", "integer") for name in names]
        stem = _with_places(whole.stem.html, first, len(self.found))
        order = _order(stem, len(parts))
        changed = msgspec.structs.replace(
            composite,
            parts=tuple(parts[old] for old in order),
            declarations=(*declared, *composite.declarations),
            feedback=tuple(_renumbered_feedback(one, order) for one in composite.feedback),
        )
        made: Item = msgspec.structs.replace(
            whole, stem=_renumbered(msgspec.structs.replace(whole.stem, html=stem), order), interaction=changed
        )
        return made

    def _note_essay(self, essay: Essay) -> None:
        if essay.rubric:
            message = N_("A note to markers or tutors is not kept, or only as plain text.")
            self.entry.note("rubric_dropped", message)
        if essay.max_words:
            self.entry.note("limit_dropped", N_("The limit of words is not kept."))


def _names(count: int, known: set[str]) -> list[str]:
    """Identifiers for the responses, which tell how often each was played."""
    base = "RECORDING"
    while any(name.startswith(base) for name in known):
        base += "_X"
    return [base if count == 1 else f"{base}_{number}" for number in range(1, count + 1)]


def _with_places(stem: str, first: int, count: int) -> str:
    """Places instead of tokens; a recording whose token stood in no text of the question comes before it."""
    kept = {int(number) for number in TOKEN.findall(stem)}
    for token in list(TOKEN.finditer(stem))[::-1]:
        stem = _put(stem, token, f'<div data-place="part:{first + int(token[1])}"></div>')
    lost = (f'<div data-place="part:{first + number}"></div>' for number in range(count) if number not in kept)
    return "".join(lost) + stem


def _put(stem: str, token: re.Match[str], place: str) -> str:
    """A block stands in no paragraph: one around it is parted, where nothing but words is in it."""
    before, after = stem[: token.start()], stem[token.end() :]
    opened, closed = before.rfind("<p>"), after.find("</p>")
    head, tail = before[opened + 3 :], after[: max(closed, 0)]
    if opened < 0 or closed < 0 or "</p>" in head or not (_is_balanced(head) and _is_balanced(tail)):
        return before + place + after
    pieces = [f"<p>{one}</p>" if (one := _BREAKS.sub("", said).strip()) else "" for said in (head, tail)]
    return f"{before[:opened]}{pieces[0]}{place}{pieces[1]}{after[closed + 4 :]}"


def _is_balanced(text: str) -> bool:
    return len(_UNCLOSED.findall(text)) == text.count("</")


def _order(stem: str, count: int) -> list[int]:
    """The old numbers of the parts, in the order in which they stand in the text."""
    shown = [number for number in dict.fromkeys(map(int, _NUMBER.findall(stem))) if number < count]
    return shown + [number for number in range(count) if number not in shown]


def _renumbered(markup: Markup, order: Sequence[int]) -> Markup:
    new = {old: number for number, old in enumerate(order)}
    text = _NUMBER.sub(lambda found: f'data-place="part:{new.get(int(found[1]), int(found[1]))}"', markup.html)
    changed: Markup = msgspec.structs.replace(markup, html=text)
    return changed


def _renumbered_feedback(one: Feedback, order: Sequence[int]) -> Feedback:
    changed: Feedback = msgspec.structs.replace(one, markup=_renumbered(one.markup, order))
    return changed


def _without_tokens(part: Part) -> Part:
    """A text to fill in has places of its own: a recording in it stands before the question."""
    if part.text is None or not TOKEN.search(part.text.html):
        return part
    text = msgspec.structs.replace(part.text, html=TOKEN.sub("", part.text.html))
    changed: Part = msgspec.structs.replace(part, text=text)
    return changed
