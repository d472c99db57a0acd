"""Questions that an import brings twice, or that the bank has already: told before anything is added.

The same content is the same item and is added once. The same words with another key, other points or labels are two
items, and a person is told of the pair.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.content.checking import markups, search_text
from item_bank.content.model import Item, digest
from item_bank.formats.model import N_, Imported, Reason
from item_bank.storage import queries as storage


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
    return _with(imported, reasons)


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
