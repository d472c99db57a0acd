"""Questions that an import brings twice, or that the bank has already: told before anything is added.

The same content is the same item and is added once. The same words with another key, other points or labels are two
items, and a person is told of the pair; and of one in the bank that reads nearly the same.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.showing import excerpt
from item_bank.content.checking import markups, search_text
from item_bank.content.model import Item, digest
from item_bank.content.nearness import Gist, gist_of, likeness, signature
from item_bank.formats.model import N_, Imported, Reason
from item_bank.storage import near_queries
from item_bank.storage import queries as storage

#: From this likeness on a report names the other question: whoever brings hundreds reads of few.
_CLOSE = 0.8


def told_in_file(imported: Imported) -> Imported:
    """With a reason at each item that stands in the file before."""
    numbers = {one.index: number for number, one in enumerate(imported.report.items, start=1) if one.index is not None}
    same: dict[str, int] = {}
    alike: dict[bytes, int] = {}
    reasons: dict[int, Reason] = {}
    for index, one in enumerate(imported.items):
        first, like = same.setdefault(digest(one.item), index), alike.setdefault(_words(one.item), index)
        if first != index:
            message = N_("The same question stands in the file before, as number %(n)s; it is added once.")
            reasons[index] = Reason.of("same_in_file", message, n=numbers[first])
        elif like != index:
            message = N_("Number %(n)s of the file has the same words, with another key, points or labels.")
            reasons[index] = Reason.of("alike_in_file", message, n=numbers[like])
    return _with(imported, reasons)


async def told_in_bank(connection: AsyncConnection, bank_id: int, imported: Imported) -> Imported:
    """With a reason at each item that the bank has already."""
    digests = [digest(one.item) for one in imported.items]
    texts = [storage.text_digest(search_text(one.item)) for one in imported.items]
    known = await storage.items_with_content(connection, bank_id, digests)
    worded = await storage.texts_in_bank(connection, bank_id, texts)
    reasons: dict[int, Reason] = {}
    for index, (name, text) in enumerate(zip(digests, texts, strict=True)):
        if name in known:
            message = N_("The bank has this question already; it is not added again.")
            reasons[index] = Reason.of("same_in_bank", message)
        elif text in worded:
            message = N_("The bank has a question of the same words, with another key, points or labels.")
            reasons[index] = Reason.of("alike_in_bank", message)
    return _with(imported, {**await _near_in_bank(connection, bank_id, imported, reasons.keys()), **reasons})


async def _near_in_bank(
    connection: AsyncConnection, bank_id: int, imported: Imported, told: Collection[int]
) -> dict[int, Reason]:
    """Of those that nothing is told of yet: the question that is most like it, where one is."""
    places = [index for index in range(len(imported.items)) if index not in told]
    gists, bands = await asyncio.to_thread(_signed, [imported.items[index].item for index in places])
    found = await near_queries.candidates_of_many(connection, bank_id, bands)
    nearest = await asyncio.to_thread(lambda: [_nearest(*pair) for pair in zip(gists, found, strict=True)])
    return {index: reason for index, reason in zip(places, nearest, strict=True) if reason}


def _signed(items: Sequence[Item]) -> tuple[list[Gist], list[tuple[int, ...]]]:
    gists = [gist_of(one) for one in items]
    return gists, [signature(one) for one in gists]


def _nearest(own: Gist, found: Sequence[Item]) -> Reason | None:
    like, item = max(((likeness(own, gist_of(one)), one) for one in found), key=lambda pair: pair[0], default=(0, None))
    if item is None or like < _CLOSE:
        return None
    message = N_("The bank has a question that is %(percent)s %% like it: “%(text)s”")
    return Reason.of("near_in_bank", message, percent=int(100 * like), text=excerpt(item, 80))


def _words(item: Item) -> bytes:
    """Of everything that is read in the item."""
    made = hashlib.sha256()
    for one in markups(item):
        made.update(msgspec.json.encode(one))
    return made.digest()


def _with(imported: Imported, reasons: Mapping[int, Reason]) -> Imported:
    """An item that was kept stays kept: nothing of it is lost."""
    if not reasons:
        return imported
    entries = tuple(
        one
        if one.index is None or one.index not in reasons
        else msgspec.structs.replace(one, reasons=(*one.reasons, reasons[one.index]))
        for one in imported.report.items
    )
    return msgspec.structs.replace(imported, report=msgspec.structs.replace(imported.report, items=entries))
