"""What the player's page carries in data blocks: its texts in the reader's language, and where things are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from markupsafe import Markup

from exam_engine.delivery.entries import PROTOCOLS
from exam_engine.kit.errors import _ as N_
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
    found: dict[str, Any] = {}
    for catalogue in catalogues or _CATALOGUES:
        found |= texts_of(locale_of(request), catalogue)
    return _embedded(found)


def parts(request: Request[Any, Any, Any], policy: SittingPolicy) -> list[PlayerPart]:
    translate = translator(locale_of(request))
    fills: Mapping[str, Part] = request.app.state.slots
    return [fill(policy, translate) for name, fill in sorted(fills.items()) if name.startswith("player.")]


def heading(request: Request[Any, Any, Any], kind: str, title: str, *, formal: bool) -> str:
    """The name of the tab: pupils have several open."""
    words = _EXAM if formal else _OWN_KINDS.get(kind, _TEST)
    return translator(locale_of(request))(words, title=title)


def settings(request: Request[Any, Any, Any], added: Sequence[PlayerPart] = ()) -> Markup:
    """JSON for `<script type="application/json" id="settings">`."""
    found: dict[str, Any] = {
        "locale": locale_of(request),
        "protocol": max(PROTOCOLS),
        "csrf": csrf_token(request),
        "zone": request.app.state.settings.default_zone,
    }
    principal = request.scope["state"].get("principal")
    if principal is not None and principal.pupil_id is not None:
        found["home"] = "/my"
    for part in added:
        found |= part.settings
    return _embedded(found)


def _embedded(value: Any) -> Markup:
    """Harmless inside HTML, whatever a text holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - escaped
