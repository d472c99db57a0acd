"""Every SQL statement of accounts: sign-in, sessions, units, people, grants, classes, audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    cast,
    delete,
    exists,
    extract,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import (
    account,
    class_member,
    person,
    role_grant,
    session,
    sign_in_limit,
    unit,
    unit_alias,
)
from exam_engine.kit import clock
from exam_engine.kit.identity import public_id, within
from exam_engine.kit.tables import audit
from item_bank.storage.tables import bank

#: A row; its attributes are the columns that the statement names.
Found = Any

# --- signing in -----------------------------------------------------------------------------------------------------


def _today(zone: ColumnElement[str]) -> ColumnElement[date]:
    return cast(func.timezone(zone, clock.now()), Date)


def _in_force() -> ColumnElement[bool]:
    """Grants hold from the first to the last day named, in the unit's own zone."""
    today = _today(unit.c.zone)
    return and_(
        func.coalesce(role_grant.c.valid_from <= today, True), func.coalesce(role_grant.c.valid_to >= today, True)
    )


async def session_of_token(connection: AsyncConnection, hashed: bytes) -> Found | None:
    """The live session with all that a principal needs: `grants` is a list of [role, unit path, unit kind]."""
    grants = (
        select(func.json_agg(func.json_build_array(role_grant.c.role, unit.c.path, unit.c.kind)))
        .join(unit, unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.person_id == session.c.person_id, _in_force())
        .scalar_subquery()
    )
    statement = (
        select(
            session.c.id,
            session.c.person_id,
            session.c.candidate_id,
            session.c.pupil,
            person.c.full_name,
            func.coalesce(account.c.locale, unit.c.locale).label("locale"),
            func.coalesce(account.c.password_temporary, False).label("password_temporary"),
            func.coalesce(grants, func.json_build_array()).label("grants"),
        )
        .outerjoin(person, person.c.id == session.c.person_id)
        .outerjoin(account, account.c.person_id == session.c.person_id)
        .outerjoin(unit, unit.c.id == person.c.unit_id)
        .where(
            session.c.token_hash == hashed,
            session.c.revoked_at.is_(None),
            session.c.expires_at > clock.now(),
            or_(
                session.c.candidate_id.is_not(None), session.c.pupil, and_(account.c.person_id.is_not(None), _enabled())
            ),
        )
    )
    return (await connection.execute(statement)).one_or_none()


def _enabled() -> ColumnElement[bool]:
    return account.c.disabled_at.is_(None)


async def account_by_username(connection: AsyncConnection, username: str) -> Found | None:
    return (await connection.execute(select(account).where(account.c.username == username))).one_or_none()


async def account_of_person(connection: AsyncConnection, person_id: int) -> Found | None:
    return (await connection.execute(select(account).where(account.c.person_id == person_id))).one_or_none()


async def held_account(connection: AsyncConnection, person_id: int) -> Found | None:
    """Held against a new password and against closing until the transaction ends."""
    statement = select(account).where(account.c.person_id == person_id).with_for_update(key_share=True)
    return (await connection.execute(statement)).one_or_none()


async def school_locale(connection: AsyncConnection) -> str | None:
    """The language of all units at the top; None where they differ."""
    found = await connection.execute(select(unit.c.locale).where(unit.c.parent_id.is_(None)).distinct().limit(2))
    locales = list(found.scalars())
    return locales[0] if len(locales) == 1 else None


async def any_account(connection: AsyncConnection) -> bool:
    return bool((await connection.execute(select(exists().where(account.c.person_id.is_not(None))))).scalar_one())


async def lock_first_run(connection: AsyncConnection) -> None:
    """Held to the end of the transaction: whoever waits here sees what the first one made."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("exam.first.run"))))


async def bank_of_unit(connection: AsyncConnection, unit_id: int) -> int | None:
    """The first by name."""
    found = select(bank.c.id).where(bank.c.unit_id == unit_id).order_by(bank.c.name, bank.c.id).limit(1)
    return (await connection.execute(found)).scalar_one_or_none()


async def add_account(
    connection: AsyncConnection, person_id: int, username: str, password_hash: str, *, temporary: bool
) -> bool:
    """False when the person has one, or somebody else was quicker to take the name."""
    values = {"username": username, "password_hash": password_hash, "password_temporary": temporary}
    statement = upsert(account).values(person_id=person_id, **values).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount > 0


async def set_password(connection: AsyncConnection, person_id: int, password_hash: str, *, temporary: bool) -> None:
    await connection.execute(
        update(account)
        .where(account.c.person_id == person_id)
        .values(password_hash=password_hash, password_temporary=temporary)
    )


async def replace_password(connection: AsyncConnection, person_id: int, old_hash: str, new_hash: str) -> bool:
    """False when the old password has been replaced meanwhile, by an administrator perhaps, or the account closed."""
    statement = update(account).where(account.c.person_id == person_id, account.c.password_hash == old_hash, _enabled())
    changed = await connection.execute(statement.values(password_hash=new_hash, password_temporary=False))
    return changed.rowcount > 0


async def set_locale(connection: AsyncConnection, person_id: int, locale: str) -> None:
    await connection.execute(update(account).where(account.c.person_id == person_id).values(locale=locale))


async def set_disabled(connection: AsyncConnection, person_id: int, *, disabled: bool) -> None:
    at = clock.now() if disabled else None
    await connection.execute(update(account).where(account.c.person_id == person_id).values(disabled_at=at))


async def add_session(
    connection: AsyncConnection,
    *,
    token_hash: bytes,
    person_id: int | None,
    candidate_id: int | None,
    pupil: bool,
    device: str,
    user_agent: str,
    lifetime: timedelta,
) -> None:
    await connection.execute(
        insert(session).values(
            token_hash=token_hash,
            person_id=person_id,
            candidate_id=candidate_id,
            pupil=pupil,
            device=device,
            user_agent=user_agent,
            expires_at=clock.now() + lifetime,
        )
    )


async def revoke_token(connection: AsyncConnection, hashed: bytes) -> None:
    await connection.execute(
        update(session)
        .where(session.c.token_hash == hashed, session.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


async def revoke_session(connection: AsyncConnection, session_id: int, person_id: int) -> bool:
    """Only a session of that person."""
    changed = await connection.execute(
        update(session)
        .where(session.c.id == session_id, session.c.person_id == person_id, session.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return changed.rowcount > 0


async def revoke_sessions_of(connection: AsyncConnection, person_id: int, *, but: int | None = None) -> None:
    statement = update(session).where(session.c.person_id == person_id, session.c.revoked_at.is_(None))
    if but is not None:
        statement = statement.where(session.c.id != but)
    await connection.execute(statement.values(revoked_at=clock.now()))


async def live_sessions_of(connection: AsyncConnection, person_id: int) -> Sequence[Found]:
    statement = (
        select(session.c.id, session.c.device, session.c.user_agent, session.c.created_at, session.c.expires_at)
        .where(session.c.person_id == person_id, session.c.revoked_at.is_(None), session.c.expires_at > clock.now())
        .order_by(session.c.created_at.desc(), session.c.id.desc())
        .limit(100)
    )
    return (await connection.execute(statement)).all()


async def count_attempt(connection: AsyncConnection, key: str, window: timedelta) -> tuple[int, int]:
    """Attempts in the window with this one, and the seconds until it ends; a window that is over begins anew."""
    new = upsert(sign_in_limit).values(key=key, failures=1, window_ends=clock.now() + window)
    over = sign_in_limit.c.window_ends <= clock.now()
    statement = new.on_conflict_do_update(
        index_elements=[sign_in_limit.c.key],
        set_={
            "failures": case((over, 1), else_=sign_in_limit.c.failures + 1),
            "window_ends": case((over, clock.now() + window), else_=sign_in_limit.c.window_ends),
        },
    ).returning(sign_in_limit.c.failures, _seconds_left())
    row = (await connection.execute(statement)).one()
    return int(row[0]), int(row[1])


def _seconds_left() -> ColumnElement[Any]:
    return func.ceil(extract("epoch", sign_in_limit.c.window_ends - clock.now()))


async def give_back_attempt(connection: AsyncConnection, key: str) -> None:
    less = func.greatest(sign_in_limit.c.failures - 1, 0)
    await connection.execute(update(sign_in_limit).where(sign_in_limit.c.key == key).values(failures=less))


async def forget_attempts(connection: AsyncConnection, key: str) -> None:
    await connection.execute(delete(sign_in_limit).where(sign_in_limit.c.key == key))


async def forget_old_attempts(connection: AsyncConnection) -> int:
    """Windows that are over count nothing any more."""
    return (await connection.execute(delete(sign_in_limit).where(sign_in_limit.c.window_ends < clock.now()))).rowcount


# --- units ----------------------------------------------------------------------------------------------------------


def _open() -> ColumnElement[bool]:
    return func.coalesce(unit.c.valid_to >= _today(unit.c.zone), True)


async def today_in(connection: AsyncConnection, unit_id: int) -> date:
    found: date = (await connection.execute(select(_today(unit.c.zone)).where(unit.c.id == unit_id))).scalar_one()
    return found


async def top_units(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[Found]:
    """The units that the scopes themselves name."""
    return (await connection.execute(select(unit).where(unit.c.path.in_(tuple(scopes))).order_by(unit.c.path))).all()


async def units_above(connection: AsyncConnection, path: str, scopes: Iterable[str]) -> Sequence[Found]:
    """From the top down to the unit itself, as far as the scopes reach."""
    statement = select(unit).where(literal(path).startswith(unit.c.path), within(unit.c.path, scopes))
    return (await connection.execute(statement.order_by(func.length(unit.c.path)))).all()


async def units_within(
    connection: AsyncConnection, scopes: Iterable[str], kinds: Iterable[str] = ()
) -> Sequence[Found]:
    """Those open today, in the order of a tree: a unit's path stands before those of its children."""
    statement = select(unit).where(within(unit.c.path, scopes), _open()).order_by(unit.c.path)
    if kinds := tuple(kinds):
        statement = statement.where(unit.c.kind.in_(kinds))
    return (await connection.execute(statement)).all()


async def unit_within(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> Found | None:
    statement = select(unit).where(unit.c.public_id == public, within(unit.c.path, scopes))
    return (await connection.execute(statement)).one_or_none()


async def school_of(connection: AsyncConnection, path: str) -> Found | None:
    """The unit itself or the nearest unit above that is no class."""
    statement = (
        select(unit)
        .where(literal(path).startswith(unit.c.path), unit.c.kind != "class")
        .order_by(func.length(unit.c.path).desc())
        .limit(1)
    )
    return (await connection.execute(statement)).one_or_none()


async def add_unit(connection: AsyncConnection, parent: Found | None, **values: Any) -> Found:
    """The path needs the id, so it follows in a second statement of the same transaction."""
    made = public_id()
    statement = insert(unit).values(
        public_id=made, path=f"new.{made}", parent_id=parent.id if parent else None, **values
    )
    new = (await connection.execute(statement.returning(unit.c.id))).scalar_one()
    path = f"{parent.path if parent else ''}{new}."
    return (await connection.execute(update(unit).where(unit.c.id == new).values(path=path).returning(*unit.c))).one()


async def change_unit(connection: AsyncConnection, unit_id: int, **values: Any) -> None:
    await connection.execute(update(unit).where(unit.c.id == unit_id).values(**values))


async def rehang_unit(connection: AsyncConnection, moved: Found, parent: Found) -> None:
    """The unit and everything below it get the new parent's path in front."""
    new_path = f"{parent.path}{moved.id}."
    await connection.execute(update(unit).where(unit.c.id == moved.id).values(parent_id=parent.id))
    await connection.execute(
        update(unit)
        .where(unit.c.path.startswith(moved.path, autoescape=True))
        .values(path=literal(new_path) + func.substr(unit.c.path, len(moved.path) + 1))
    )


async def children_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    return (await connection.execute(select(unit).where(unit.c.parent_id == unit_id).order_by(unit.c.id))).all()


async def lock_tree(connection: AsyncConnection) -> None:
    """Moving two units into each other at once would tear the tree off its root."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("exam.unit.tree"))))


async def aliases_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    statement = select(unit_alias).where(unit_alias.c.unit_id == unit_id).order_by(unit_alias.c.code)
    return (await connection.execute(statement)).all()


async def keep_alias(connection: AsyncConnection, unit_id: int, code: str, name: str, valid_to: date | None) -> None:
    statement = upsert(unit_alias).values(unit_id=unit_id, code=code, name=name, valid_to=valid_to)
    await connection.execute(statement.on_conflict_do_nothing())


async def hand_over_unit(connection: AsyncConnection, old: int, new: int) -> None:
    """People, class members, grants and aliases of a merged unit; what stands twice stays once."""
    await connection.execute(update(person).where(person.c.unit_id == old).values(unit_id=new))
    members = select(literal(new), class_member.c.person_id).where(class_member.c.unit_id == old)
    await connection.execute(
        upsert(class_member).from_select(["unit_id", "person_id"], members).on_conflict_do_nothing()
    )
    await connection.execute(delete(class_member).where(class_member.c.unit_id == old))
    columns = ["person_id", "role", "valid_from", "valid_to", "granted_by"]
    grants = select(*(role_grant.c[name] for name in columns), literal(new)).where(role_grant.c.unit_id == old)
    await connection.execute(upsert(role_grant).from_select([*columns, "unit_id"], grants).on_conflict_do_nothing())
    await connection.execute(delete(role_grant).where(role_grant.c.unit_id == old))
    aliases = select(literal(new), unit_alias.c.code, unit_alias.c.name, unit_alias.c.valid_to).where(
        unit_alias.c.unit_id == old
    )
    await connection.execute(
        upsert(unit_alias).from_select(["unit_id", "code", "name", "valid_to"], aliases).on_conflict_do_nothing()
    )


async def codes_twice(connection: AsyncConnection, one: int, other: int) -> Sequence[str]:
    """Codes of people that both units use, which a merger would make ambiguous."""
    mine, theirs = person.alias(), person.alias()
    statement = (
        select(mine.c.code)
        .join(theirs, theirs.c.code == mine.c.code)
        .where(mine.c.unit_id == one, theirs.c.unit_id == other, mine.c.code != "")
        .order_by(mine.c.code)
        .limit(5)
    )
    return (await connection.execute(statement)).scalars().all()


# --- people ---------------------------------------------------------------------------------------------------------


def person_is_within(scopes: Iterable[str]) -> ColumnElement[bool]:
    """Somebody of a unit in scope, or a member of a class in scope."""
    scopes = tuple(scopes)
    classes = unit.alias()
    member = (
        select(class_member.c.person_id)
        .join(classes, classes.c.id == class_member.c.unit_id)
        .where(class_member.c.person_id == person.c.id, within(classes.c.path, scopes))
        .exists()
    )
    return or_(within(unit.c.path, scopes), member)


def _people(scopes: Iterable[str]) -> Select[Any]:
    return (
        select(
            *person.c,
            unit.c.name.label("unit_name"),
            unit.c.public_id.label("unit_public_id"),
            unit.c.path.label("unit_path"),
            account.c.username,
            account.c.disabled_at,
            account.c.password_temporary,
        )
        .join(unit, unit.c.id == person.c.unit_id)
        .outerjoin(account, account.c.person_id == person.c.id)
        .where(person_is_within(scopes))
    )


async def people_found(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    wanted: str = "",
    staff_only: bool = False,
    below: str = "",
    after: tuple[str, int] | None = None,
    limit: int = 50,
) -> Sequence[Found]:
    """`wanted` is folded text, each word of which must occur; `after` is the (sort_key, id) of the last one seen."""
    statement = _people(scopes)
    for word in wanted.split():
        statement = statement.where(person.c.search.contains(word, autoescape=True))
    if staff_only:
        statement = statement.where(account.c.person_id.is_not(None))
    if below:
        statement = statement.where(unit.c.path.startswith(below, autoescape=True))
    if after:
        statement = statement.where(
            tuple_(person.c.sort_key, person.c.id) > tuple_(literal(after[0]), literal(after[1]))
        )
    found: Sequence[Found] = (
        await connection.execute(statement.order_by(person.c.sort_key, person.c.id).limit(limit))
    ).all()
    return found


async def person_within(connection: AsyncConnection, public: str, scopes: Iterable[str]) -> Found | None:
    return (await connection.execute(_people(scopes).where(person.c.public_id == public))).one_or_none()


async def person_by_code(connection: AsyncConnection, unit_id: int, code: str) -> Found | None:
    statement = select(person).where(person.c.unit_id == unit_id, person.c.code == code)
    return (await connection.execute(statement)).one_or_none()


async def people_by_codes(
    connection: AsyncConnection, unit_id: int, codes: Iterable[str], *, hold: bool = False
) -> dict[str, Found]:
    """`hold` waits for mergers and holds off the next ones until the transaction ends."""
    statement = select(person).where(person.c.unit_id == unit_id, person.c.code.in_(tuple(codes)))
    if hold:
        statement = statement.order_by(person.c.id).with_for_update(read=True, key_share=True)
    return {row.code: row for row in await connection.execute(statement)}


async def add_person(connection: AsyncConnection, **values: Any) -> Found | None:
    """None when somebody of the unit has the code already."""
    statement = upsert(person).values(public_id=public_id(), **values).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(*person.c))).one_or_none()


async def add_people(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> list[int]:
    """The ids, in no order. Fewer than rows when a code was given to somebody else meanwhile."""
    new = [{"public_id": public_id(), **row} for row in rows]
    statement = upsert(person).on_conflict_do_nothing().returning(person.c.id)
    return list((await connection.execute(statement, new)).scalars()) if new else []


async def change_person(connection: AsyncConnection, person_id: int, **values: Any) -> None:
    await connection.execute(update(person).where(person.c.id == person_id).values(**values))


async def remove_person(connection: AsyncConnection, person_id: int) -> None:
    await connection.execute(delete(person).where(person.c.id == person_id))


async def staff_of(connection: AsyncConnection, school_path: str, scopes: Iterable[str]) -> Sequence[Found]:
    """People of the school who can sign in."""
    statement = _people(scopes).where(
        account.c.person_id.is_not(None), _enabled(), unit.c.path.startswith(school_path, autoescape=True)
    )
    found: Sequence[Found] = (
        await connection.execute(statement.order_by(person.c.sort_key, person.c.id).limit(500))
    ).all()
    return found


async def teachers_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    statement = (
        select(person.c.public_id, person.c.full_name, account.c.username)
        .join(role_grant, role_grant.c.person_id == person.c.id)
        .join(unit, unit.c.id == role_grant.c.unit_id)
        .outerjoin(account, account.c.person_id == person.c.id)
        .where(role_grant.c.unit_id == unit_id, role_grant.c.role == "teacher", _in_force())
        .order_by(person.c.sort_key, person.c.id)
    )
    return (await connection.execute(statement)).all()


async def classes_of_person(connection: AsyncConnection, person_id: int, scopes: Iterable[str]) -> Sequence[Found]:
    """Those within reach."""
    statement = (
        select(unit.c.public_id, unit.c.name)
        .join(class_member, class_member.c.unit_id == unit.c.id)
        .where(class_member.c.person_id == person_id, within(unit.c.path, scopes))
    )
    return (await connection.execute(statement.order_by(unit.c.name, unit.c.id))).all()


async def classes_of_people(connection: AsyncConnection, person_ids: Iterable[int]) -> Sequence[Found]:
    """`person_id`, `name` and `path` of each class, of those that are open today."""
    statement = (
        select(class_member.c.person_id, unit.c.name, unit.c.path)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(class_member.c.person_id.in_(tuple(person_ids)), _open())
    )
    return (await connection.execute(statement.order_by(unit.c.name, unit.c.id))).all()


async def staff_among(connection: AsyncConnection, person_ids: Iterable[int]) -> set[int]:
    """Those with an account or a role."""
    ids = tuple(person_ids)
    accounts = select(account.c.person_id).where(account.c.person_id.in_(ids))
    grants = select(role_grant.c.person_id).where(role_grant.c.person_id.in_(ids))
    return set((await connection.execute(accounts.union(grants))).scalars())


# --- grants ---------------------------------------------------------------------------------------------------------


async def grants_of(connection: AsyncConnection, person_id: int) -> Sequence[Found]:
    """Past and future ones too; `in_force` says which hold today."""
    statement = (
        select(
            role_grant,
            unit.c.name.label("unit_name"),
            unit.c.path.label("unit_path"),
            _in_force().label("in_force"),
        )
        .join(unit, unit.c.id == role_grant.c.unit_id)
        .where(role_grant.c.person_id == person_id)
        .order_by(unit.c.path, role_grant.c.role)
    )
    return (await connection.execute(statement)).all()


async def add_grant(
    connection: AsyncConnection,
    person_id: int,
    unit_id: int,
    role: str,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    granted_by: int | None = None,
) -> None:
    """Granting again replaces the dates."""
    dates = {"valid_from": valid_from, "valid_to": valid_to, "granted_by": granted_by}
    statement = upsert(role_grant).values(person_id=person_id, unit_id=unit_id, role=role, **dates)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "unit_id", "role"], set_=dates)
    )


async def take_grant(connection: AsyncConnection, grant_id: int, person_id: int, scopes: Iterable[str]) -> Found | None:
    """Only a grant of that person, on a unit in scope."""
    inside = select(unit.c.id).where(within(unit.c.path, scopes))
    statement = (
        delete(role_grant)
        .where(role_grant.c.id == grant_id, role_grant.c.person_id == person_id, role_grant.c.unit_id.in_(inside))
        .returning(role_grant.c.role, role_grant.c.unit_id)
    )
    return (await connection.execute(statement)).one_or_none()


# --- classes --------------------------------------------------------------------------------------------------------


async def classes_within(connection: AsyncConnection, scopes: Iterable[str]) -> Sequence[Found]:
    above = unit.alias()
    members = select(func.count()).where(class_member.c.unit_id == unit.c.id).scalar_subquery()
    statement = (
        select(unit, above.c.name.label("school_name"), members.label("members"))
        .outerjoin(above, above.c.id == unit.c.parent_id)
        .where(unit.c.kind == "class", within(unit.c.path, scopes), _open())
        .order_by(above.c.path, unit.c.name)
    )
    return (await connection.execute(statement)).all()


async def any_pupil(connection: AsyncConnection, scopes: Iterable[str]) -> bool:
    """Whether any class within reach has a pupil."""
    member = (
        select(class_member.c.unit_id)
        .join(unit, unit.c.id == class_member.c.unit_id)
        .where(within(unit.c.path, scopes))
    )
    return bool((await connection.execute(select(member.exists()))).scalar_one())


async def classes_of_school(connection: AsyncConnection, school_id: int) -> Sequence[Found]:
    statement = select(unit).where(unit.c.kind == "class", unit.c.parent_id == school_id, _open())
    return (await connection.execute(statement.order_by(unit.c.name, unit.c.id))).all()


async def lock_class(connection: AsyncConnection, unit_id: int) -> None:
    """Two who enter the same list at once wait for each other, and the second finds the pupils of the first."""
    await connection.execute(select(unit.c.id).where(unit.c.id == unit_id).with_for_update(key_share=True))


async def members_of(connection: AsyncConnection, unit_id: int) -> Sequence[Found]:
    statement = (
        select(person)
        .join(class_member, class_member.c.person_id == person.c.id)
        .where(class_member.c.unit_id == unit_id)
        .order_by(person.c.sort_key, person.c.id)
    )
    return (await connection.execute(statement)).all()


async def add_member(connection: AsyncConnection, unit_id: int, person_id: int) -> bool:
    statement = upsert(class_member).values(unit_id=unit_id, person_id=person_id).on_conflict_do_nothing()
    return (await connection.execute(statement)).rowcount > 0


async def add_members(connection: AsyncConnection, unit_id: int, person_ids: Iterable[int]) -> None:
    rows = [{"unit_id": unit_id, "person_id": person_id} for person_id in person_ids]
    if rows:
        await connection.execute(upsert(class_member).on_conflict_do_nothing(), rows)


async def remove_member(connection: AsyncConnection, unit_id: int, public: str) -> int | None:
    whose = select(person.c.id).where(person.c.public_id == public).scalar_subquery()
    statement = delete(class_member).where(class_member.c.unit_id == unit_id, class_member.c.person_id == whose)
    return (await connection.execute(statement.returning(class_member.c.person_id))).scalar_one_or_none()


# --- audit ----------------------------------------------------------------------------------------------------------


async def audit_entries(
    connection: AsyncConnection,
    scopes: Iterable[str],
    *,
    action: str = "",
    actor: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[Found]:
    """Newest first. In scope is what happened in a unit of mine, or what somebody of a unit of mine did."""
    home, place = unit.alias(), unit.alias()
    statement = (
        select(
            audit,
            person.c.full_name.label("actor_name"),
            person.c.public_id.label("actor_public_id"),
            place.c.name.label("unit_name"),
        )
        .outerjoin(person, and_(audit.c.actor_kind == "staff", person.c.id == audit.c.actor_id))
        .outerjoin(home, home.c.id == person.c.unit_id)
        .outerjoin(place, place.c.id == audit.c.unit_id)
        .where(or_(within(place.c.path, scopes), and_(audit.c.unit_id.is_(None), within(home.c.path, scopes))))
    )
    if action:
        statement = statement.where(audit.c.action == action)
    for word in actor.split():
        statement = statement.where(person.c.search.contains(word, autoescape=True))
    if since:
        statement = statement.where(audit.c.at >= since)
    if until:
        statement = statement.where(audit.c.at < until)
    if before is not None:
        statement = statement.where(audit.c.id < before)
    return (await connection.execute(statement.order_by(audit.c.id.desc()).limit(limit))).all()


async def audit_actions(connection: AsyncConnection) -> Sequence[str]:
    """The kinds of acts, for the filter: names of the program, nobody's data."""
    return (
        (await connection.execute(select(audit.c.action).distinct().order_by(audit.c.action).limit(200)))
        .scalars()
        .all()
    )
