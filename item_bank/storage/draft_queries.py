"""Every SQL statement about drafts: what somebody is writing. Theirs alone; `owner` narrows to their banks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.tables import asset, bank, item, item_draft

#: How long a discarded draft can be taken back, and how long it is offered on the page of its bank.
KEPT_DAYS, OFFERED_MINUTES = 7, 30


async def add_draft(
    connection: AsyncConnection,
    *,
    public_id: str,
    bank_id: int,
    item_id: int | None,
    person_id: int,
    body: Mapping[str, Any],
) -> RowMapping:
    values = {"public_id": public_id, "bank_id": bank_id, "item_id": item_id, "person_id": person_id}
    statement = insert(item_draft).values(**values, body=dict(body)).returning(*item_draft.c)
    return (await connection.execute(statement)).mappings().one()


async def draft_by_public_id(
    connection: AsyncConnection, public_id: str, person_id: int, owner: ColumnElement[bool]
) -> RowMapping | None:
    statement = _drafts(person_id, owner).where(item_draft.c.public_id == public_id)
    found: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return found


async def draft_by_number(connection: AsyncConnection, draft_id: int) -> RowMapping | None:
    return (await connection.execute(select(item_draft).where(item_draft.c.id == draft_id))).mappings().one_or_none()


async def draft_of_item(
    connection: AsyncConnection, item_id: int, person_id: int, owner: ColumnElement[bool]
) -> RowMapping | None:
    """The person's newest draft of the item. The item's row is locked, so that two tabs make one draft."""
    await connection.execute(select(item.c.id).where(item.c.id == item_id).with_for_update())
    statement = _drafts(person_id, owner).where(item_draft.c.item_id == item_id, ~_discarded())
    statement = statement.order_by(item_draft.c.id.desc()).limit(1)
    found: RowMapping | None = (await connection.execute(statement)).mappings().one_or_none()
    return found


async def drafts_of_bank(
    connection: AsyncConnection, bank_id: int, person_id: int, owner: ColumnElement[bool], limit: int = 50
) -> Sequence[RowMapping]:
    """The newest first; one that was just discarded is among them, to be taken back."""
    offered = item_draft.c.updated_at > func.now() - func.make_interval(0, 0, 0, 0, 0, OFFERED_MINUTES)
    statement = _drafts(person_id, owner).where(item_draft.c.bank_id == bank_id, ~_discarded() | offered)
    statement = statement.order_by(item_draft.c.updated_at.desc()).limit(limit)
    found: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
    return found


async def hold_items(connection: AsyncConnection, ids: Iterable[int]) -> None:
    """Until the transaction ends, in the order of their ids: the version that is read afterwards stays the newest."""
    statement = select(item.c.id).where(item.c.id.in_(tuple(ids))).order_by(item.c.id)
    await connection.execute(statement.with_for_update())


async def count_drafts(connection: AsyncConnection, person_id: int) -> int:
    statement = select(func.count()).select_from(item_draft).where(item_draft.c.person_id == person_id)
    return int((await connection.execute(statement)).scalar_one())


async def save_draft(
    connection: AsyncConnection, draft_id: int, revision: int, body: Mapping[str, Any]
) -> RowMapping | None:
    """The draft as saved, or None when it had been changed since `revision`."""
    statement = (
        update(item_draft)
        .where(item_draft.c.id == draft_id, item_draft.c.revision == revision)
        .values(body=_with_pictures(dict(body)), revision=revision + 1, updated_at=func.now())
        .returning(*item_draft.c)
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def pictures_of_drafts(connection: AsyncConnection, person_id: int, draft_id: int) -> dict[int, dict[str, int]]:
    """Draft → digest → bytes of the pictures that a person brought to unfinished questions. The one draft is locked, so
    that what is counted here still holds when a picture is noted."""
    await connection.execute(select(item_draft.c.id).where(item_draft.c.id == draft_id).with_for_update())
    pictures = item_draft.c.body["pictures"]
    statement = select(item_draft.c.id, pictures).where(item_draft.c.person_id == person_id, pictures.is_not(None))
    return {row.id: dict(row[1]) for row in await connection.execute(statement)}


async def note_picture(connection: AsyncConnection, draft_id: int, digest: str, size: int) -> None:
    noted = func.jsonb_build_object(cast(digest, Text), cast(size, Integer))
    body = item_draft.c.body.op("||")(func.jsonb_build_object("pictures", _PICTURES.op("||")(noted)))
    await connection.execute(update(item_draft).where(item_draft.c.id == draft_id).values(body=body))


#: A draft from before pictures were counted has none.
_PICTURES = func.coalesce(item_draft.c.body["pictures"], cast({}, JSONB))


def _with_pictures(body: dict[str, Any]) -> ColumnElement[Any]:
    """The count stays as the row has it: a picture may have come since the body was read."""
    return cast(body, JSONB).op("||")(func.jsonb_build_object("pictures", _PICTURES))


async def remove_draft(connection: AsyncConnection, draft_id: int) -> None:
    await connection.execute(delete(item_draft).where(item_draft.c.id == draft_id))


async def forget_discarded(connection: AsyncConnection, person_id: int) -> None:
    old = item_draft.c.updated_at < func.now() - func.make_interval(0, 0, 0, KEPT_DAYS)
    await connection.execute(delete(item_draft).where(item_draft.c.person_id == person_id, _discarded(), old))


async def missing_assets(connection: AsyncConnection, digests: Sequence[str]) -> list[str]:
    found = await connection.execute(select(asset.c.digest).where(asset.c.digest.in_(digests)))
    return sorted(set(digests) - set(found.scalars()))


def _drafts(person_id: int, owner: ColumnElement[bool]) -> Select[tuple[Any, ...]]:
    return (
        select(item_draft, bank.c.public_id.label("bank_public_id"), item.c.public_id.label("item_public_id"))
        .join(bank, bank.c.id == item_draft.c.bank_id)
        .outerjoin(item, item.c.id == item_draft.c.item_id)
        .where(item_draft.c.person_id == person_id, owner)
    )


def _discarded() -> ColumnElement[bool]:
    discarded: ColumnElement[bool] = item_draft.c.body["discarded"].as_boolean()
    return discarded
