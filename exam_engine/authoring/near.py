"""Questions of the banks that somebody may read which are near the one being written."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.showing import excerpt_html
from exam_engine.authoring.written import Written, read
from exam_engine.kit.identity import Principal
from item_bank.content.nearness import NEAR, Gist, gist_of, likeness, signature
from item_bank.storage import near_queries
from item_bank.storage.near_queries import Candidate

#: So many are shown: somebody who writes wants to know whether, not how often.
SHOWN = 4


async def near(
    connection: AsyncConnection, principal: Principal, written: Written, *, without: str
) -> list[dict[str, Any]]:
    """The nearest first, as web/editor/near.js shows them. `without`: the public id of the item being written."""
    gist, bands = await asyncio.to_thread(_signed, written)
    owner = queries.banks_open_to(principal, "items.read")
    found = await near_queries.candidates(connection, bands, owner, without=without)
    return await asyncio.to_thread(_nearest, gist, found) if found else []


def _signed(written: Written) -> tuple[Gist, tuple[int, ...]]:
    gist = gist_of(read(written.item, written.kept).item)
    return gist, signature(gist)


def _nearest(own: Gist, found: Sequence[Candidate]) -> list[dict[str, Any]]:
    gists = [gist_of(one.content) for one in found]
    ranked = sorted(
        ((likeness(own, gist), gist.numbers == own.numbers, n) for n, gist in enumerate(gists)),
        key=lambda one: (-one[0], not one[1], one[2]),
    )
    return [
        {
            "item": found[n].public_id,
            "bank": found[n].bank,
            "html": str(excerpt_html(found[n].content)),
            "percent": int(100 * like),
            "numbers": not same_numbers,
            "answers": bool(own.answers and gists[n].answers and own.answers != gists[n].answers),
        }
        for like, same_numbers, n in ranked[:SHOWN]
        if like >= NEAR
    ]
