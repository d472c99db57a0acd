"""What the player's page carries in data blocks: its texts in the reader's language, and where things are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from litestar import Request, Response
from markupsafe import Markup

from exam_engine.delivery.entries import PROTOCOLS
from exam_engine.kit.errors import _ as N_
from exam_engine.kit.frames import framed, mark
from exam_engine.kit.languages import texts_of, translator
from exam_engine.kit.pages import csrf_token, locale_of
from exam_engine.sittings.policy import SittingPolicy


@dataclass(frozen=True, slots=True)
class PlayerPart:
    """What a feature above adds to the page: built modules to load, and entries of the settings block."""

    modules: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


#: Fills a slot named "player.…": (the sitting's policy, the reader's language) → what is added for this sitting.
Part = Callable[[SittingPolicy, Callable[..., str]], PlayerPart]

_EXAM, _TEST = N_("Exam – %(title)s"), N_("Test – %(title)s")
_OWN_KINDS: Mapping[str, str] = {"homework": N_("Homework – %(title)s"), "practice": N_("Practice – %(title)s")}

#: Catalogues whose texts browser modules of the player use.
_CATALOGUES = ("player",)


def texts(request: Request[Any, Any, Any], *catalogues: str) -> Markup:
    """JSON for `<script type="application/json" id="texts">`: English msgid → text in the reader's language."""
    return _texts(locale_of(request), catalogues or _CATALOGUES)


@cache
def _texts(locale: str, catalogues: tuple[str, ...]) -> Markup:
    found: dict[str, Any] = {}
    for catalogue in catalogues:
        found |= texts_of(locale, catalogue)
    return _embedded(found)


def page(request: Request[Any, Any, Any], policy: SittingPolicy, kind: str, title: str) -> Response[bytes]:
    """The page of one sitting's policy: the same for all its candidates but for the title and the form's token."""
    translate = translator(locale_of(request))
    words = _EXAM if policy.formal else _OWN_KINDS.get(kind, _TEST)

    def context() -> dict[str, Any]:
        added = _parts(request, policy)
        return {
            "heading": mark("heading"),
            "texts": texts(request),
            "settings": settings(request, mark("csrf_token"), added),
            "page_scripts": [module for part in added for module in part.modules],
        }

    key = (policy, _home(request))
    return framed(request, "delivery/play.html", key, context, heading=translate(words, title=title))


def _parts(request: Request[Any, Any, Any], policy: SittingPolicy) -> list[PlayerPart]:
    translate = translator(locale_of(request))
    fills: Mapping[str, Part] = request.app.state.slots
    return [fill(policy, translate) for name, fill in sorted(fills.items()) if name.startswith("player.")]


def _home(request: Request[Any, Any, Any]) -> bool:
    principal = request.scope["state"].get("principal")
    return principal is not None and principal.pupil_id is not None


def settings(request: Request[Any, Any, Any], csrf: str = "", added: Sequence[PlayerPart] = ()) -> Markup:
    """JSON for `<script type="application/json" id="settings">`."""
    found: dict[str, Any] = {
        "locale": locale_of(request),
        "protocol": max(PROTOCOLS),
        "csrf": csrf or csrf_token(request),
        "zone": request.app.state.settings.default_zone,
    }
    if _home(request):
        found["home"] = "/my"
    for part in added:
        found |= part.settings
    return _embedded(found)


def _embedded(value: Any) -> Markup:
    """Harmless inside HTML, whatever a text holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - escaped
