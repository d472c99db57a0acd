"""One application for many tests: its table of routes takes a quarter of a second to make, its state nothing."""

from __future__ import annotations

from typing import Any

from litestar import Litestar

from exam_engine.app import LONGEST_STATEMENT_S, create_app, make_state
from exam_engine.features import FEATURES, Feature
from exam_engine.kit.keys import Keys
from exam_engine.kit.settings import Settings

_made: dict[Any, Litestar] = {}


def application(settings: Settings, features: tuple[Feature, ...] = FEATURES) -> Litestar:
    """With a state of its own, and the routes of an earlier one that was made of the same settings where they matter.
    Two that live at the same time want `create_app`."""
    secret = Keys.from_file(settings.master_key_file).purpose("csrf")
    doors = (settings.secure_cookies, settings.secure_door, settings.behind_proxy, settings.body_limit)
    alike = (tuple(feature.name for feature in features), secret, doors)
    found = _made.get(alike)
    if found is None:
        found = _made[alike] = create_app(settings, features)
    else:
        found.state = make_state(settings, features, patience_s=LONGEST_STATEMENT_S)
    return found
