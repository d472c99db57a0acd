"""What of a stranger's HTML runs, or asks by itself: none of it gets into an item, and each is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MAY_ACT = re.compile(
    r"<(?:script|noscript|template|style|form|input|textarea|select|button)\b|\bon[a-z]{3,20}\s*=", re.IGNORECASE
)
_ELEMENT = re.compile(
    r"<(?:(?P<script>script)|(?P<other>noscript|template|style|form|input|textarea|select|button))\b", re.IGNORECASE
)
_TAG = re.compile(r"<[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*+>")
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")
_HANDLER = re.compile(r"[\s/\"'](on[a-z]{3,20})\s*=", re.IGNORECASE)


def active_in(source: str) -> Iterator[tuple[int, str, bool]]:
    """Where it stands, its name, and whether it is a script or handler (else: a field or style that is not kept)."""
    if not _MAY_ACT.search(source):
        return
    for found in _ELEMENT.finditer(source):
        yield found.start(), (found["script"] or found["other"]).lower(), found["script"] is not None
    for tag in _TAG.finditer(source):
        handler = _HANDLER.search(_VALUE.sub('""', tag[0]))
        if handler:
            yield tag.start(), handler[1].lower(), True
