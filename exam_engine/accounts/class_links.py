"""Pages of features above that belong to a class (its results over time): each fills a slot `class.NAME`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exam_engine.kit.identity import Principal


@dataclass(frozen=True, slots=True)
class ClassLink:
    """`label` is an msgid; `href` has a place `{unit}` for the public id of the class. `begins`: no page but an act,
    which takes the class as the form's `unit` and leads on."""

    label: str
    href: str
    icon: str
    permission: str
    begins: bool = False


def links_for(slots: Mapping[str, Any], principal: Principal, public_id: str, path: str) -> list[dict[str, Any]]:
    fills = (fill for name, fill in sorted(slots.items()) if name.startswith("class."))
    return [
        {"label": fill.label, "href": fill.href.format(unit=public_id), "icon": fill.icon, "begins": fill.begins}
        for fill in fills
        if principal.reaches(fill.permission, path)
    ]
