"""What a feature tells the first page: something waits for this person (slots named `home.FEATURE`), or a part of the
page of its own that comes first (slots named `week.FEATURE`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.identity import Principal


@dataclass(frozen=True, slots=True)
class Need:
    """`text` is an msgid, `params` fill its places; the most urgent tones stand first."""

    text: str
    href: str
    params: Mapping[str, object] = field(default_factory=dict)
    tone: Literal["danger", "warning", "info", "success", ""] = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A template that the first page includes, and what it reads as `panel.values`; `later`: another one, which stands
    after what needs the person now."""

    template: str
    values: Mapping[str, Any]
    later: str


Fill = Callable[[AsyncConnection, Principal], Awaitable[Sequence[Need]]]

PanelFill = Callable[[AsyncConnection, Principal], Awaitable[Panel | None]]

URGENCY = ("danger", "warning", "info", "success", "")
