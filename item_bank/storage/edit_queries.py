"""Changes of many items at once: proposed with the items as they were, applied some at a time, undone the same way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, delete, false, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.storage.filtering import is_newest
from item_bank.storage.tables import approved_version, bulk_edit, bulk_edit_item, item, item_version

#: What became of an item. `touched`: somebody changed it since the proposal. `kept`: since the change, so that undoing
#: left it alone. `unready`: no reviewer could approve it. `tags`: it would have too many.
OUTCOMES = ("changed", "same", "touched", "unready", "tags", "undone", "kept")
#: What has no outcome yet.
WAITING = "waiting"
#: Values that a preview names one by one.
_NAMED = 12


async def propose(
    connection: AsyncConnection,
    bank_id: int,
    person: int,
    *,
    public_id: str,
    change: Mapping[str, Any],
    chosen: Select[tuple[int]] | Collection[str],
) -> int:
    """How many items it is about: those that are chosen now, as they are now. The person's last proposal that was not
    applied goes."""
    old = bulk_edit.c.bank_id == bank_id, bulk_edit.c.person_id == person, bulk_edit.c.state == "proposed"
    await connection.execute(delete(bulk_edit).where(*old))
    values = insert(bulk_edit).values(public_id=public_id, bank_id=bank_id, person_id=person, change=dict(change))
    edit_id = (await connection.execute(values.returning(bulk_edit.c.id))).scalar_one()
    which = item.c.id.in_(chosen) if isinstance(chosen, Select) else item.c.public_id.in_(chosen)
    rows = select(literal(edit_id), item.c.id, item.c.version_id, item.c.status).where(item.c.bank_id == bank_id, which)
    columns = ["edit_id", "item_id", "before_id", "before_status"]
    return (await connection.execute(insert(bulk_edit_item).from_select(columns, rows))).rowcount


async def edit_of(
    connection: AsyncConnection, public_id: str, bank_id: int, person: int, *, held: bool = False
) -> RowMapping | None:
    """A person's own. `held`: nobody else applies or undoes any of it until the transaction ends."""
    mine = bulk_edit.c.public_id == public_id, bulk_edit.c.bank_id == bank_id, bulk_edit.c.person_id == person
    statement = select(bulk_edit).where(*mine)
    if held:
        statement = statement.with_for_update()
    return (await connection.execute(statement)).mappings().one_or_none()


async def last_of(connection: AsyncConnection, bank_id: int, person: int) -> RowMapping | None:
    """The person's last change of items of the bank that can still be undone, with how many it changed."""
    mine = bulk_edit.c.bank_id == bank_id, bulk_edit.c.person_id == person, bulk_edit.c.state == "applied"
    changed = select(func.count()).where(bulk_edit_item.c.edit_id == bulk_edit.c.id, _did("changed"))
    statement = select(bulk_edit, changed.scalar_subquery().label("changed")).where(*mine)
    return (await connection.execute(statement.order_by(bulk_edit.c.id.desc()).limit(1))).mappings().one_or_none()


def _did(*outcomes: str) -> ColumnElement[bool]:
    return bulk_edit_item.c.outcome.in_(outcomes)


async def set_state(connection: AsyncConnection, edit_id: int, state: str) -> None:
    await connection.execute(update(bulk_edit).where(bulk_edit.c.id == edit_id).values(state=state))


async def some_left(
    connection: AsyncConnection, edit_id: int, *, undoing: bool, limit: int
) -> Sequence[Mapping[str, Any]]:
    """Items with which nothing has been done yet, or of which the change is not taken back yet, as the proposal or the
    change left them, beside what they are now. Their rows are locked in the order of ids, as everywhere."""
    left = _did("changed") if undoing else bulk_edit_item.c.outcome.is_(None)
    few = (
        select(bulk_edit_item.c.item_id)
        .where(bulk_edit_item.c.edit_id == edit_id, left)
        .order_by(bulk_edit_item.c.item_id)
        .limit(limit)
    )
    ids = list((await connection.execute(few)).scalars())
    if not ids:
        return ()
    locked = select(item.c.id, item.c.version_id, item.c.status).where(item.c.id.in_(ids)).order_by(item.c.id)
    now = {row.id: row for row in await connection.execute(locked.with_for_update())}
    statement = select(bulk_edit_item).where(bulk_edit_item.c.edit_id == edit_id, bulk_edit_item.c.item_id.in_(ids))
    rows = (await connection.execute(statement.order_by(bulk_edit_item.c.item_id))).mappings()
    return [{**row, "version_id": now[row["item_id"]].version_id, "status": now[row["item_id"]].status} for row in rows]


async def note(connection: AsyncConnection, edit_id: int, outcomes: Sequence[Mapping[str, Any]]) -> None:
    """item_id, outcome and approvals of each; and what the item is now."""
    statement = (
        update(bulk_edit_item)
        .where(
            bulk_edit_item.c.edit_id == edit_id,
            bulk_edit_item.c.item_id == bindparam("of"),
            item.c.id == bulk_edit_item.c.item_id,
        )
        .values(
            outcome=bindparam("became"),
            approvals=bindparam("held"),
            after_id=item.c.version_id,
            after_status=item.c.status,
        )
    )
    await connection.execute(statement, list(outcomes))


async def approvals_of(connection: AsyncConnection, items: Collection[int]) -> dict[int, list[int]]:
    """Item id → its approved versions."""
    statement = (
        select(item_version.c.item_id, func.array_agg(approved_version.c.version_id).label("versions"))
        .join(approved_version, approved_version.c.version_id == item_version.c.id)
        .where(item_version.c.item_id.in_(items))
        .group_by(item_version.c.item_id)
    )
    return {row.item_id: row.versions for row in await connection.execute(statement)} if items else {}


async def give_back(connection: AsyncConnection, item_id: int, status: str, approvals: Collection[int]) -> None:
    """The state and the approvals that an item had before a change that is undone."""
    await connection.execute(update(item).where(item.c.id == item_id).values(status=status))
    if approvals:
        rows = [{"version_id": one} for one in sorted(approvals)]
        await connection.execute(insert(approved_version).values(rows).on_conflict_do_nothing())


async def counts(connection: AsyncConnection, edit_id: int) -> dict[str, int]:
    """Outcome → items, those of `WAITING` among them."""
    outcome = func.coalesce(bulk_edit_item.c.outcome, WAITING).label("outcome")
    statement = select(outcome, func.count().label("n")).where(bulk_edit_item.c.edit_id == edit_id).group_by(outcome)
    return {row.outcome: row.n for row in await connection.execute(statement)}


async def left_alone(connection: AsyncConnection, edit_id: int, limit: int = 50) -> Sequence[RowMapping]:
    """The items that were not changed, or not changed back, with the reasons."""
    statement = (
        select(item.c.public_id, item_version.c.content, bulk_edit_item.c.outcome)
        .join(item, item.c.id == bulk_edit_item.c.item_id)
        .join(item_version, is_newest())
        .where(bulk_edit_item.c.edit_id == edit_id, _did("touched", "unready", "tags", "kept"))
        .order_by(bulk_edit_item.c.item_id)
        .limit(limit)
    )
    return (await connection.execute(statement)).mappings().all()


def _of(edit_id: int, *columns: ColumnElement[Any]) -> Select[Any]:
    of = bulk_edit_item.join(item, item.c.id == bulk_edit_item.c.item_id)
    return select(*columns).select_from(of).where(bulk_edit_item.c.edit_id == edit_id)


async def values_now(connection: AsyncConnection, edit_id: int, name: str) -> list[tuple[str | None, int]]:
    """The values of a label, or the states, among the items of a proposal, the most frequent first; what is beyond the
    first dozen is added up under None."""
    column = item.c[name]
    statement = _of(edit_id, column.label("value"), func.count().label("n")).group_by(column)
    rows = (await connection.execute(statement.order_by(func.count().desc(), column))).all()
    rest = sum(row.n for row in rows[_NAMED:])
    return [*((row.value, row.n) for row in rows[:_NAMED]), *([(None, rest)] if rest else ())]


async def would_change(
    connection: AsyncConnection,
    edit_id: int,
    labels: Mapping[str, str],
    add_tag: str,
    drop_tag: str,
    vouched: Collection[str],
) -> Mapping[str, int]:
    """Of a proposal: `items`; `content`: of which a new version would come; `again`, `withdrawn`: approved ones and
    ones in review that would differ in one of the labels `vouched`; `kept`: approved ones that would not;
    `with_tag`: that have the tag which goes; `without_tag`: that lack the one which comes."""
    differs = {name: item.c[name] != value for name, value in labels.items()}
    dropped = item.c.tags.contains([drop_tag]) if drop_tag else false()
    added = ~item.c.tags.contains([add_tag]) if add_tag else false()
    new, again = or_(dropped, added, *differs.values()), or_(false(), *(differs[name] for name in vouched))
    counted = {
        "items": true(),
        "content": new,
        "again": and_(again, item.c.status == "approved"),
        "withdrawn": and_(again, item.c.status == "in_review"),
        "kept": and_(new, ~again, item.c.status == "approved"),
        "with_tag": dropped,
        "without_tag": added,
    }
    statement = _of(edit_id, *(func.count().filter(which).label(name) for name, which in counted.items()))
    return dict((await connection.execute(statement)).mappings().one())
