"""Pictures that a file holds (data URIs) or names. Nothing is ever fetched."""

from __future__ import annotations

import re
from urllib.parse import unquote

from item_bank.content.model import Asset
from item_bank.content.pictures import PictureRefused, asset_of, from_data_uri
from item_bank.content.sentence import why
from item_bank.formats.model import N_, ReadProblem
from item_bank.formats.registry import FindPicture

_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def picture_of(data: bytes, name: str) -> Asset:
    """Raises ReadProblem for what a browser may not be sent."""
    try:
        return asset_of(data)
    except PictureRefused as error:
        raise _refused(name, error) from error


def picture_at(href: str, find: FindPicture) -> Asset:
    """The picture of a `src`: a data URI is decoded, a remote address refused, any other name asked for."""
    if href[:5].lower() == "data:":
        try:
            return from_data_uri(href)
        except PictureRefused as error:
            raise _refused("data:", error) from error
    if _REMOTE.match(href):
        raise ReadProblem(
            "picture_remote",
            N_("The picture %(name)s lies on another server; put it into the file."),
            name=_short(href),
        )
    data = find(unquote(href))
    if data is None:
        raise ReadProblem("picture_missing", N_("The picture %(name)s did not come with the file."), name=_short(href))
    return picture_of(data, href)


def _refused(name: str, error: PictureRefused) -> ReadProblem:
    return ReadProblem("picture_refused", N_("Picture %(name)s: %(problem)s"), name=_short(name), problem=why(error))


def _short(name: str) -> str:
    return name if len(name) <= 80 else name[:77] + "…"
