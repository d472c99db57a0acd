"""What every interaction with typed text asks of it before it is stored."""

from __future__ import annotations

from typing import Any

from item_bank.content.composing import composed
from item_bank.content.interactions.base import InvalidResponse, KeyMap, Response, WithoutOptions


def typed_text(value: Any, limit: int) -> str | None:
    """NFC text of at most `limit` code points; blank text is an answer taken back. PostgreSQL can store the result."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidResponse("a text is expected")
    if len(value) > 4 * limit + 16:  # before any work on it; NFC never shortens a text more than that
        raise InvalidResponse(f"longer than {limit} characters")
    if "\x00" in value:
        raise InvalidResponse("the text holds a NUL character")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidResponse("the text holds a lone surrogate")
    text = composed(value)
    if len(text) > limit:
        raise InvalidResponse(f"longer than {limit} characters")
    return text if text.strip() else None


def text_of(response: Response) -> str:
    if response is None:
        return ""
    if not isinstance(response, str):
        raise InvalidResponse("a text is expected")
    return response


class TypedText(WithoutOptions):
    """For interactions whose response is a text."""

    def canonical(self, response: Response, keys: KeyMap) -> Response:
        return None if response is None else text_of(response)
