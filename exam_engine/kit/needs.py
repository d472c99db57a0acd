"""What a feature tells the first page: something waits for this person. Filled through slots named `home.FEATURE`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.identity import Principal


@dataclass(frozen=True, slots=True)
class Need:
    """`text` is an msgid, `params` fill its places; the most urgent tones stand first."""

    text: str
    href: str
    params: Mapping[str, object] = field(default_factory=dict)
    tone: Literal["danger", "warning", "info", "success", ""] = ""


Fill = Callable[[AsyncConnection, Principal], Awaitable[Sequence[Need]]]

URGENCY = ("danger", "warning", "info", "success", "")
