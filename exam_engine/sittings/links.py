"""Pages of features above that belong to a sitting (its rooms live, its results): each fills a slot `sitting.NAME`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar.datastructures import State

from exam_engine.kit.identity import Principal


@dataclass(frozen=True, slots=True)
class SittingLink:
    """`label` is an msgid; `href` has a place `{sitting}` for the public id; shown in the states named."""

    label: str
    href: str
    icon: str
    permission: str
    states: tuple[str, ...] = ("confirmed", "closed")


def links_for(state: State, principal: Principal, sitting: Mapping[Any, Any]) -> list[dict[str, str]]:
    fills = (fill for name, fill in sorted(state.slots.items()) if name.startswith("sitting."))
    return [
        {"label": fill.label, "href": fill.href.format(sitting=sitting["public_id"]), "icon": fill.icon}
        for fill in fills
        if principal.may(fill.permission) and sitting["state"] in fill.states
    ]
