"""Recordings that a file names. Nothing is ever fetched."""

from __future__ import annotations

import binascii
from urllib.parse import unquote

from item_bank.content.model import Asset
from item_bank.content.pictures import data_of_uri
from item_bank.content.recordings import MAX_BYTES, RecordingRefused, recording_of
from item_bank.content.sentence import why
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.registry import FindPicture

_MOST_SHOWN = 80


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
