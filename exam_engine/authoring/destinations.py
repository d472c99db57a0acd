"""Where new items go besides their bank: the test from whose page the editor was opened, named by the way back.
Features above, which know what lies there, fill slots `items.NAME`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit.identity import Principal


@dataclass(frozen=True, slots=True)
class Destination:
    """`title`: what lies at a way back, empty where that is nothing of this feature's. `take`: puts the items, named by
    their public ids, into it; passes over what it can't hold any more, as the items are in the bank in any
    case. `count`: of the questions it holds."""

    title: Callable[[AsyncConnection, Principal, str], Awaitable[str]]
    take: Callable[[AsyncConnection, Principal, str, Sequence[str]], Awaitable[None]]
    count: Callable[[AsyncConnection, Principal, str], Awaitable[int]]


async def title_at(slots: Mapping[str, Any], connection: AsyncConnection, principal: Principal, then: str) -> str:
    for fill in _fills(slots) if then else ():
        if title := await fill.title(connection, principal, then):
            return title
    return ""


async def count_at(slots: Mapping[str, Any], connection: AsyncConnection, principal: Principal, then: str) -> int:
    return sum([await fill.count(connection, principal, then) for fill in _fills(slots)]) if then else 0


async def bring(
    slots: Mapping[str, Any], connection: AsyncConnection, principal: Principal, then: str, items: Sequence[str]
) -> None:
    for fill in _fills(slots) if then and items else ():
        await fill.take(connection, principal, then, items)


def _fills(slots: Mapping[str, Any]) -> list[Destination]:
    return [fill for name, fill in sorted(slots.items()) if name.startswith("items.")]
