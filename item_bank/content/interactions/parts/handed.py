"""How an answer names a file that came beside it: "digest size name", the digest being SHA-256 of its bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from item_bank.content.interactions.base import InvalidResponse

#: Of one interaction.
MOST_FILES = 10
MOST_NAME = 100
#: What can be handed in. Browsers make a JPEG of every picture.
TAKEN = ("image/jpeg", "image/png", "image/webp", "application/pdf")

_NAMED = re.compile(rf"([0-9a-f]{{64}}) ([1-9][0-9]{{0,8}}) ([^\x00-\x1f\x7f/\\]{{1,{MOST_NAME}}})")


@dataclass(frozen=True, slots=True)
class HandedFile:
    digest: str
    size: int
    name: str


def handed(text: str) -> HandedFile | None:
    """None where the text names no file."""
    found = _NAMED.fullmatch(text)
    return HandedFile(found[1], int(found[2]), found[3]) if found else None


def handed_in(response: Any) -> list[HandedFile]:
    """Every file that a composite item's answer names, in order."""
    answers = response.values() if isinstance(response, dict) else ()
    texts = [text for answer in answers for text in (answer if isinstance(answer, list) else [answer])]
    return [found for text in texts if isinstance(text, str) and (found := handed(text))]


def parse_files(value: Any, most: int) -> list[str] | None:
    """The answer as it is kept. Raises InvalidResponse."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or len(given) > most:
        raise InvalidResponse("a list of files is expected")
    found = [handed(one) if isinstance(one, str) else None for one in given]
    if not all(found) or len({one.digest for one in found if one}) < len(found):
        raise InvalidResponse("a file is named by its digest, its size and its name, once")
    return list(given) or None


def takes(accepts: str) -> tuple[str, ...]:
    """The media types that can be handed in where the author asks for these; empty: none of what is asked for.

    Authors write media types, endings of names, or both, with commas or spaces between them."""
    asked = {one.lstrip(".") for one in re.split(r"[\s,;]+", accepts.lower()) if one}
    if not asked or asked & {"*", "*/*"}:
        return TAKEN
    wanted = {"image/" if one in _PICTURES else one for one in asked}
    return tuple(one for one in TAKEN if wanted & {one, one.partition("/")[0] + "/", one.partition("/")[2]})


_PICTURES = frozenset({"image/*", "image", "jpg", "jpeg", "png", "gif", "webp", "heic", "bmp", "image/jpeg"}) | {
    "image/jpg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "image/bmp",
}  # fmt: skip


def named(answers: Sequence[str]) -> str:
    """The files' names, for people."""
    return ", ".join(found.name if (found := handed(one)) else one for one in answers)
