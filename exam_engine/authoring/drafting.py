"""Drafts of items: begun, saved as they are typed, put away, taken back, copied, and published as a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries
from exam_engine.authoring.passages import written_with_passage
from exam_engine.authoring.written import Json, Written, check_shape
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import Principal, public_id
from item_bank.content.markup import plain_text
from item_bank.content.model import Asset, Formula, Markup, as_json
from item_bank.storage import draft_queries
from item_bank.storage import queries as storage

WRITE = "items.write"
#: Of one person, discarded ones of the last days included.
MOST_DRAFTS = 500


#: A question shows a handful; more is a folder of photos in the wrong place.
MOST_PICTURES = 40
#: Bytes in one draft, and in all unfinished ones of a person: many times what the tests of a class need.
LARGEST_DRAFT, LARGEST_PERSON = 30 * 2**20, 300 * 2**20


async def own_draft(connection: AsyncConnection, principal: Principal, draft: str) -> RowMapping:
    """Only the writer's, and only while the writer may write in that bank."""
    owner = queries.banks_open_to(principal, WRITE)
    found = await draft_queries.draft_by_public_id(connection, draft, principal.id, owner)
    if found is None:
        raise not_found()
    return found


async def writable_bank(connection: AsyncConnection, principal: Principal, bank: str) -> RowMapping:
    found = await storage.bank_by_public_id(connection, bank, queries.banks_open_to(principal, WRITE))
    if found is None:
        raise not_found()
    return found


async def writable_item(
    connection: AsyncConnection, principal: Principal, item: str, version: int | None = None
) -> storage.StoredVersion:
    """The newest version, or the one asked for."""
    history = await storage.history(connection, item, queries.banks_open_to(principal, WRITE))
    found = next((one for one in history if version in (None, one.number)), None)
    if found is None:
        raise not_found()
    return found


async def start(
    connection: AsyncConnection,
    principal: Principal,
    *,
    bank: str,
    item: str,
    version: int | None,
    copy: bool,
    of: Json,
) -> RowMapping:
    """A draft of a new item, of a copy of `item`, or of `item` itself; in that case the one there is goes on."""
    check_shape(of)
    place = await writable_bank(connection, principal, bank)
    await draft_queries.forget_discarded(connection, principal.id)
    await _check_room(connection, principal)
    kept: list[Formula] = []
    item_id = base = None
    if item:
        stored = await writable_item(connection, principal, item, version)
        kept = (await written_with_passage(connection, stored.content)).kept
        if not copy:
            if stored.bank_id != place["id"]:
                raise not_found()
            item_id, base = stored.item_id, stored.number
            owner = queries.banks_open_to(principal, WRITE)
            other = await draft_queries.draft_of_item(connection, item_id, principal.id, owner)
            if other is not None:
                raise changed_elsewhere(other)
    return await draft_queries.add_draft(
        connection,
        public_id=public_id(),
        bank_id=place["id"],
        item_id=item_id,
        person_id=principal.id,
        body={"item": of, "kept": as_json(kept), "base": base, "discarded": False},
    )


async def save(connection: AsyncConnection, row: RowMapping, revision: int, item: Json) -> RowMapping:
    """Refused (409) with what the other tab or device saved, when that was later than `revision`."""
    check_shape(item)
    saved = await draft_queries.save_draft(
        connection, row["id"], revision, {**row["body"], "item": item, "discarded": False}
    )
    if saved is None:
        raise changed_elsewhere(await _again(connection, row))
    return saved


async def copy(connection: AsyncConnection, principal: Principal, row: RowMapping, item: Json) -> RowMapping:
    """A draft of a new item that begins as this one stands."""
    check_shape(item)
    await _check_room(connection, principal)
    return await draft_queries.add_draft(
        connection,
        public_id=public_id(),
        bank_id=row["bank_id"],
        item_id=None,
        person_id=principal.id,
        body={"item": item, "kept": row["body"]["kept"], "base": None, "discarded": False},
    )


async def add_picture(connection: AsyncConnection, principal: Principal, row: RowMapping, picture: Asset) -> None:
    """Refused (409) beyond the limits. A picture that is there already counts once."""
    known = await draft_queries.pictures_of_drafts(connection, principal.id, row["id"])
    here, size = known.get(row["id"], {}), len(picture.data)
    if picture.digest not in here:
        if len(here) >= MOST_PICTURES or sum(here.values()) + size > LARGEST_DRAFT:
            message = _(
                "A question takes at most %(n)s pictures and %(size)s MB of them. Take one out or make it smaller."
            )
            raise Refused("too_many_pictures", 409, message, n=MOST_PICTURES, size=LARGEST_DRAFT // 2**20)
        if sum(sum(one.values()) for one in known.values()) + size > LARGEST_PERSON:
            message = _(
                "Your unfinished questions hold %(size)s MB of pictures. Publish or discard some of them first."
            )
            raise Refused("too_many_pictures", 409, message, size=LARGEST_PERSON // 2**20)
        await draft_queries.note_picture(connection, row["id"], picture.digest, size)
    await storage.store_assets(connection, [picture])


async def _check_room(connection: AsyncConnection, principal: Principal) -> None:
    if await draft_queries.count_drafts(connection, principal.id) >= MOST_DRAFTS:
        message = _("You have %(n)s unfinished questions. Publish or discard some of them first.")
        raise Refused("too_many_drafts", 409, message, n=MOST_DRAFTS)


async def put_away(connection: AsyncConnection, row: RowMapping, *, discarded: bool) -> None:
    body = {**row["body"], "discarded": discarded}
    if await draft_queries.save_draft(connection, row["id"], row["revision"], body) is None:
        raise changed_elsewhere(await _again(connection, row))


def written_of(row: RowMapping) -> Written:
    return Written(row["body"]["item"], msgspec.convert(row["body"]["kept"], list[Formula]))


def changed_elsewhere(row: RowMapping) -> Refused:
    """The other state goes along: whoever is told can look at both."""
    other = {"draft": row["public_id"], "revision": row["revision"], "item": row["body"]["item"]}
    message = _("This question was changed in another tab or on another device.")
    return Refused("conflict", 409, message, extra={"other": other})


async def _again(connection: AsyncConnection, row: RowMapping) -> RowMapping:
    found = await draft_queries.draft_by_number(connection, row["id"])
    if found is None:
        raise not_found()
    return found


@dataclass(frozen=True, slots=True)
class Unfinished:
    public_id: str
    text: str
    saved: datetime
    discarded: bool


async def unfinished(connection: AsyncConnection, principal: Principal, bank_id: int) -> list[Unfinished]:
    """What the person is still writing in a bank, for templates/authoring/drafts_part.html."""
    owner = queries.banks_open_to(principal, WRITE)
    rows = await draft_queries.drafts_of_bank(connection, bank_id, principal.id, owner)
    return [
        Unfinished(row["public_id"], _opening(row), row["updated_at"], bool(row["body"]["discarded"])) for row in rows
    ]


def _opening(row: RowMapping) -> str:
    """The first words, for a list; formulas are left out of it."""
    words = plain_text(Markup(str(row["body"]["item"]["stem"])))
    return words if len(words) <= 90 else f"{words[:89].rstrip()}…"
