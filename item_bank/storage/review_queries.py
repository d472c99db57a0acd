"""Every SQL statement of reviews. `owner` is the caller's condition on `bank`, as in `item_bank.storage.queries`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, delete, exists, func, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.review.verdicts import Rules
from item_bank.storage.filtering import is_newest
from item_bank.storage.tables import approved_version, bank, bank_reviewer, item, item_version, review


async def set_rules(connection: AsyncConnection, bank_id: int, rules: Rules, *, released_by_two: bool) -> None:
    values = {"reviews_needed": rules.reviews, "checklist": list(rules.checklist), "released_by_two": released_by_two}
    await connection.execute(update(bank).where(bank.c.id == bank_id).values(values))


def rules_of(row: Mapping[Any, Any]) -> Rules:
    return Rules(row["reviews_needed"], tuple(row["checklist"]))


async def set_team(connection: AsyncConnection, bank_id: int, people: Collection[int]) -> None:
    await connection.execute(delete(bank_reviewer).where(bank_reviewer.c.bank_id == bank_id))
    if people:
        rows = [{"bank_id": bank_id, "person_id": one} for one in sorted(people)]
        await connection.execute(insert(bank_reviewer).values(rows))


async def team_of(connection: AsyncConnection, bank_id: int) -> set[int]:
    found = select(bank_reviewer.c.person_id).where(bank_reviewer.c.bank_id == bank_id)
    return set((await connection.execute(found)).scalars())


def in_team(person: int) -> ColumnElement[bool]:
    """The condition on `bank` that the person is of its team, or that it names none."""
    named = exists().where(bank_reviewer.c.bank_id == bank.c.id).correlate(bank)
    own = exists().where(bank_reviewer.c.bank_id == bank.c.id, bank_reviewer.c.person_id == person).correlate(bank)
    return or_(own, ~named)


async def held_item(connection: AsyncConnection, public_id: str, owner: ColumnElement[bool]) -> RowMapping | None:
    """The item with its bank's rules, held against verdicts and new versions until the transaction ends; its newest
    version is read afterwards, when nobody can add one."""
    statement = (
        select(item, bank.c.reviews_needed, bank.c.checklist, bank.c.public_id.label("bank"), bank.c.unit_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item.c.public_id == public_id, owner)
        .with_for_update(of=item)
    )
    return (await connection.execute(statement)).mappings().one_or_none()


async def writers_since_approval(connection: AsyncConnection, item_id: int) -> frozenset[int]:
    """Its author, and who wrote a version since the last approved one; of a copy also who wrote what it was made of,
    and so on back to the first."""
    own = item_version.c.item_id == item_id
    written = select(item_version.c.created_by).where(own, _since_approval(item_version))
    author = select(item.c.created_by).where(item.c.id == item_id)
    source = select(item.c.copied_from.label("version_id")).where(item.c.id == item_id).cte("source", recursive=True)
    copied, before = item_version.alias("copied"), item.alias("before")
    source = source.union(
        select(before.c.copied_from)
        .join(copied, copied.c.item_id == before.c.id)
        .join(source, source.c.version_id == copied.c.id)
    )
    earlier = item_version.alias("earlier")
    first = (
        select(earlier.c.created_by)
        .join(copied, and_(copied.c.item_id == earlier.c.item_id, copied.c.number >= earlier.c.number))
        .join(source, source.c.version_id == copied.c.id)
    )
    people = (await connection.execute(written.union(author, first))).scalars()
    return frozenset(one for one in people if one is not None)


def _since_approval(written: FromClause) -> ColumnElement[bool]:
    """The condition on a version that none of its item was approved since."""
    later = item_version.alias("vouched_for")
    approved = exists().where(
        approved_version.c.version_id == later.c.id,
        later.c.item_id == written.c.item_id,
        later.c.number >= written.c.number,
    )
    return ~approved.correlate(written)


def _wrote(person: int) -> ColumnElement[bool]:
    """The condition on `item` that the person is one of its `writers_since_approval`."""
    written = item_version.alias("written")
    version = exists().where(written.c.item_id == item.c.id, written.c.created_by == person, _since_approval(written))
    return or_(func.coalesce(item.c.created_by == person, False), version.correlate(item))


async def approvers(connection: AsyncConnection, version_id: int, review_round: int) -> frozenset[int]:
    found = select(review.c.reviewer_id).where(
        review.c.version_id == version_id, review.c.round == review_round, review.c.verdict == "approve"
    )
    return frozenset((await connection.execute(found)).scalars())


async def add_review(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    await connection.execute(insert(review).values(dict(values)))


async def approve_version(connection: AsyncConnection, version_id: int) -> None:
    await connection.execute(insert(approved_version).values(version_id=version_id).on_conflict_do_nothing())


async def set_state(connection: AsyncConnection, item_id: int, status: str) -> None:
    """Of a held item, as its verdict says."""
    await connection.execute(update(item).where(item.c.id == item_id).values(status=status))


async def anything_waits(connection: AsyncConnection, bank_id: int) -> bool:
    waits = exists().where(item.c.bank_id == bank_id, item.c.status == "in_review")
    return bool((await connection.execute(select(waits))).scalar_one())


async def reviews_of(connection: AsyncConnection, item_id: int) -> Sequence[RowMapping]:
    """Verdicts on all versions of an item, the newest first."""
    statement = (
        select(review, item_version.c.number, item_version.c.item_id)
        .join(item_version, item_version.c.id == review.c.version_id)
        .where(item_version.c.item_id == item_id)
        .order_by(review.c.id.desc())
    )
    return (await connection.execute(statement)).mappings().all()


def _waiting(reviewer: int, owner: ColumnElement[bool]) -> Select[Any]:
    """The items in review that this person may still judge, with what a list shows of their newest versions."""
    judged = exists().where(
        review.c.version_id == item_version.c.id,
        review.c.reviewer_id == reviewer,
        review.c.round == item.c.review_round,
        review.c.verdict == "approve",
    )
    return (
        select(
            item.c.id,
            item.c.public_id,
            item.c.sent_at,
            item_version.c.id.label("version_id"),
            item_version.c.created_by,
            item_version.c.subject,
            item_version.c.topic,
            item_version.c.level,
            item_version.c.content,
            bank.c.name.label("bank_name"),
            bank.c.public_id.label("bank"),
        )
        .select_from(item)
        .join(item_version, and_(item_version.c.item_id == item.c.id, is_newest()))
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item.c.status == "in_review", owner, in_team(reviewer), ~_wrote(reviewer), ~judged)
    )


async def waiting_for(
    connection: AsyncConnection,
    reviewer: int,
    owner: ColumnElement[bool],
    *,
    bank_id: str = "",
    subject: str = "",
    without: str = "",
    limit: int = 100,
) -> Sequence[RowMapping]:
    """The queue of a reviewer, what was sent first on top. `bank_id` is a public id."""
    statement = _waiting(reviewer, owner)
    if bank_id:
        statement = statement.where(bank.c.public_id == bank_id)
    if subject:
        statement = statement.where(item_version.c.subject == subject)
    if without:
        statement = statement.where(item.c.public_id != without)
    ordered = statement.order_by(item.c.sent_at, item.c.id).limit(limit)
    found: Sequence[RowMapping] = (await connection.execute(ordered)).mappings().all()
    return found


async def counts_for(connection: AsyncConnection, reviewer: int, owner: ColumnElement[bool]) -> Sequence[RowMapping]:
    """How much waits for a reviewer, by bank and subject."""
    found = _waiting(reviewer, owner).subquery()
    columns = (found.c.bank, found.c.bank_name, found.c.subject)
    statement = select(*columns, func.count().label("n")).group_by(*columns)
    rows = await connection.execute(statement.order_by(found.c.bank_name, found.c.bank, found.c.subject))
    return rows.mappings().all()


async def count_returned_to(connection: AsyncConnection, author: int, owner: ColumnElement[bool]) -> int:
    statement = select(func.count()).select_from(item).join(bank, bank.c.id == item.c.bank_id)
    statement = statement.where(item.c.status == "returned", owner, _wrote(author))
    return int((await connection.execute(statement)).scalar_one())


async def returned_to(
    connection: AsyncConnection, author: int, owner: ColumnElement[bool], *, limit: int = 100
) -> Sequence[RowMapping]:
    """The items that were returned to one of their writers, with the reasons of the last return, the newest first."""
    last = (
        select(review.c.reasons, review.c.reviewer_id, review.c.created_at)
        .where(review.c.version_id == item_version.c.id, review.c.verdict == "return")
        .order_by(review.c.id.desc())
        .limit(1)
        .lateral("last")
    )
    statement = (
        select(item.c.public_id, item_version.c.content, bank.c.name.label("bank_name"), last)
        .select_from(item)
        .join(item_version, and_(item_version.c.item_id == item.c.id, is_newest()))
        .join(bank, bank.c.id == item.c.bank_id)
        .join(last, true(), isouter=True)
        .where(item.c.status == "returned", owner, _wrote(author))
        .order_by(item.c.id.desc())
        .limit(limit)
    )
    rows = await connection.execute(statement)
    return rows.mappings().all()


async def not_vouched_for(connection: AsyncConnection, versions: Collection[int]) -> Sequence[RowMapping]:
    """Of these versions those that a formal exam may not have: their bank asks for reviews, and the version is not
    approved or its item was retired."""
    approved = exists().where(approved_version.c.version_id == item_version.c.id)
    statement = (
        select(item_version.c.id, item_version.c.number, item.c.public_id, item.c.status, item_version.c.content)
        .join(item, item.c.id == item_version.c.item_id)
        .join(bank, bank.c.id == item.c.bank_id)
        .where(item_version.c.id.in_(versions), bank.c.reviews_needed > 0, or_(~approved, item.c.status == "retired"))
        .order_by(item_version.c.id)
    )
    rows = (await connection.execute(statement)).mappings() if versions else None
    return rows.all() if rows else ()


async def released_by_two(connection: AsyncConnection, versions: Collection[int]) -> bool:
    """Whether one of the versions belongs to a bank whose formal papers two persons release."""
    asks = exists().where(
        item_version.c.id.in_(versions),
        item.c.id == item_version.c.item_id,
        bank.c.id == item.c.bank_id,
        bank.c.released_by_two,
    )
    return bool(versions) and bool((await connection.execute(select(asks))).scalar_one())
