"""What the player's page carries in data blocks: its texts in the reader's language, and where things are."""

from __future__ import annotations

import json
from typing import Any

from litestar import Request
from markupsafe import Markup

from exam_engine.delivery.entries import PROTOCOLS
from exam_engine.kit.languages import texts_of
from exam_engine.kit.pages import csrf_token, locale_of

#: Catalogues whose texts browser modules of the player use.
_CATALOGUES = ("player", "proctoring")


def texts(request: Request[Any, Any, Any]) -> Markup:
    """JSON for `<script type="application/json" id="texts">`: English msgid → text in the reader's language."""
    found: dict[str, Any] = {}
    for catalogue in _CATALOGUES:
        found |= texts_of(locale_of(request), catalogue)
    return _embedded(found)


def settings(request: Request[Any, Any, Any]) -> Markup:
    """JSON for `<script type="application/json" id="settings">`."""
    found = {
        "locale": locale_of(request),
        "protocol": max(PROTOCOLS),
        "csrf": csrf_token(request),
        "zone": request.app.state.settings.default_zone,
    }
    return _embedded(found)


def _embedded(value: Any) -> Markup:
    """Harmless inside HTML, whatever a text holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - escaped
