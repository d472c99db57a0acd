"""Pages that thousands open in one minute and that differ in a few words: the template runs once per kind of page, and
each person's words are put between its pieces.

A frame depends on nothing but its key, which the caller makes of everything that the template asks about; what belongs
to one person comes in as `personal` and is never part of a frame that is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from litestar import MediaType, Request, Response
from markupsafe import escape

from exam_engine.kit.pages import csrf_token, locale_of, render

_KEPT = 200
# Halves of characters: no text that was ever bytes has them, whoever wrote it, and escaping leaves them alone.
_OPEN, _CLOSE = "\ud8f0", "\ud8f1"
_MARKS = re.compile(f"{_OPEN}([a-z_]+){_CLOSE}")

Frame = list[str]  # text, name, text, name, … text


def mark(name: str) -> str:
    """Stands in the template's context where the person's own word will stand."""
    return f"{_OPEN}{name}{_CLOSE}"


def framed(
    request: Request[Any, Any, Any],
    template: str,
    key: Hashable,
    context: Callable[[], Mapping[str, Any]],
    **personal: str,
) -> Response[bytes]:
    """The page. `context` is asked only for a frame that is not kept yet, and holds `mark(name)` for each word of
    `personal`; the form's token is always such a word."""
    frames: dict[Hashable, Frame] = request.app.state.frames
    whole = (template, locale_of(request), key)
    frame = frames.get(whole)
    if frame is None:
        text = render(request, template, csrf_token=mark("csrf_token"), **context())
        frame = _MARKS.split(text)
        if len(frames) >= _KEPT:
            frames.clear()
        frames[whole] = frame
    words = {"csrf_token": csrf_token(request)} | personal
    made = frame.copy()
    made[1::2] = [escape(words[name]) for name in frame[1::2]]
    return Response("".join(made).encode(), media_type=MediaType.HTML, headers={"Cache-Control": "private, no-store"})
