"""Every SQL statement of reports, named by the question it answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import person, unit
from exam_engine.delivery.tables import attempt, intervention, journal, ruling
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.kit.tables import job
from exam_engine.reports.tables import item_analysis, item_figure
from exam_engine.scoring.queries import CLOSED, UNMARKED
from exam_engine.scoring.tables import hand_mark, item_ruling, result, script
from exam_engine.sittings.tables import candidate, form, room, sitting, variant
from item_bank.content.folding import fold
from item_bank.storage.tables import item, item_version

PAGE_SIZE = 100
OPEN = ("running", "paused")
#: Practice gives no marks: none of these pages, files and figures knows of it.
COUNTS = sitting.c.kind != "practice"


async def sitting_in_scope(
    connection: AsyncConnection, public: str, scopes: Iterable[str], *, practice: bool = False
) -> RowMapping | None:
    row = await connection.execute(
        select(sitting, unit.c.path, unit.c.name.label("unit_name"), unit.c.zone)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(sitting.c.public_id == public, or_(COUNTS, literal(practice)), within(unit.c.path, scopes))
    )
    return row.mappings().one_or_none()


async def counts(connection: AsyncConnection, sitting_id: int) -> bool:
    return bool((await connection.execute(select(exists().where(sitting.c.id == sitting_id, COUNTS)))).scalar_one())


async def sittings_with_results(
    connection: AsyncConnection, scopes: Iterable[str], before: datetime | None, limit: int
) -> Sequence[RowMapping]:
    """Sittings that are built, newest first, with what has happened in them; `before` is the keyset cursor.

    Guests are counted apart: a state is about everybody, a number about candidates."""
    own = not_(candidate.c.guest)
    attempts = (
        select(
            func.count().filter(own).label("candidates"),
            func.count().filter(candidate.c.guest).label("guest_count"),
            func.count().filter(own, attempt.c.state.in_(CLOSED)).label("closed"),
            func.count().filter(attempt.c.state.in_(OPEN)).label("open"),
            func.count(result.c.id).label("taken"),
            func.count(result.c.id).filter(own, result.c.pending == 0).label("marked"),
            func.count(result.c.id).filter(result.c.pending > 0).label("pending"),
        )
        .select_from(attempt)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .outerjoin(result, and_(result.c.attempt_id == attempt.c.id, result.c.current))
        .where(attempt.c.sitting_id == sitting.c.id)
    )
    counted = attempts.lateral()
    now = clock.now()
    is_open = and_(sitting.c.state == "confirmed", sitting.c.starts_at <= now, now < sitting.c.closes_at)
    statement = (
        select(
            sitting,
            unit.c.name.label("unit_name"),
            is_open.label("is_open"),
            *counted.c,
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .join(counted, literal(True))
        .where(within(unit.c.path, scopes), COUNTS, sitting.c.state.in_(("confirmed", "closed")))
        .order_by(sitting.c.starts_at.desc(), sitting.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(sitting.c.starts_at < before)
    return (await connection.execute(statement)).mappings().all()


async def frequencies(connection: AsyncConnection, sitting_id: int) -> dict[Decimal, int]:
    """Rounded score → how many candidates; guests do not count. At most as many rows as there are scores on the
    scale."""
    rows = await connection.execute(
        select(result.c.rounded, func.count().label("persons"))
        .join(attempt, attempt.c.id == result.c.attempt_id)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .where(result.c.sitting_id == sitting_id, result.c.current, not_(candidate.c.guest))
        .group_by(result.c.rounded)
    )
    return {row.rounded: row.persons for row in rows}


async def states(connection: AsyncConnection, sitting_id: int) -> RowMapping:
    """How many candidates there are, guests, closed, open, absent; how many have a result, how many ended without one,
    and how many results still wait for a marker."""
    marked = select(func.count()).where(result.c.sitting_id == sitting_id, result.c.current).scalar_subquery()
    waiting = (
        select(func.count())
        .where(result.c.sitting_id == sitting_id, result.c.current, result.c.pending > 0)
        .scalar_subquery()
    )
    row = await connection.execute(
        select(
            func.count().label("candidates"),
            func.count().filter(attempt.c.state.in_(CLOSED)).label("closed"),
            func.count().filter(attempt.c.state.in_(OPEN)).label("open"),
            func.count().filter(attempt.c.state.in_(("ready", "absent"))).label("absent"),
            func.count().filter(candidate.c.guest).label("guests"),
            func.count().filter(UNMARKED).label("unmarked"),
            marked.label("marked"),
            waiting.label("pending"),
        )
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .where(attempt.c.sitting_id == sitting_id)
    )
    return row.mappings().one()


async def has_guests(connection: AsyncConnection, sitting_id: int) -> bool:
    """Whether guests have results, which item analysis counts and the mean of the marks does not."""
    guests = (
        exists()
        .where(result.c.sitting_id == sitting_id, result.c.current, attempt.c.id == result.c.attempt_id)
        .where(candidate.c.id == attempt.c.candidate_id, candidate.c.guest)
    )
    return bool((await connection.execute(select(guests))).scalar_one())


# --- the table of candidates --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of the table, in which order, after which row (its sort value and id)."""

    sort: str = "number"
    down: bool = False
    text: str = ""
    state: str = ""
    class_name: str = ""
    after: tuple[str, int] | None = None
    names: bool = True


#: Sort name → expression that is never null. Numbers are padded, so that 9 stands before 10.
SORTS: Mapping[str, ColumnElement[Any]] = {
    "number": func.lpad(candidate.c.number, 20, " "),
    "name": candidate.c.sort_key,
    "class": candidate.c.class_name,
    "room": func.coalesce(room.c.name, ""),
    "state": func.coalesce(attempt.c.state, ""),
    "score": func.coalesce(result.c.rounded, -1),
    "form": func.coalesce(form.c.number, ""),
}


def _candidates(sitting_id: int) -> Select[Any]:
    return (
        select(
            candidate.c.id,
            candidate.c.public_id,
            candidate.c.number,
            candidate.c.code,
            candidate.c.full_name,
            candidate.c.birth_date,
            candidate.c.class_name,
            room.c.name.label("room_name"),
            attempt.c.id.label("attempt_id"),
            attempt.c.state,
            attempt.c.started_at,
            attempt.c.ended_at,
            form.c.number.label("form_number"),
            result.c.exact,
            result.c.rounded,
            result.c.pending,
            result.c.version,
        )
        .outerjoin(room, room.c.id == candidate.c.room_id)
        .outerjoin(attempt, attempt.c.candidate_id == candidate.c.id)
        .outerjoin(form, form.c.id == attempt.c.form_id)
        .outerjoin(result, and_(result.c.attempt_id == attempt.c.id, result.c.current))
        .where(candidate.c.sitting_id == sitting_id)
    )


async def candidates(connection: AsyncConnection, sitting_id: int, wanted: Wanted) -> Sequence[RowMapping]:
    """One page and one row more, each with its sort value as `sort_value`."""
    key = SORTS[wanted.sort]
    statement = _candidates(sitting_id).add_columns(key.label("sort_value")).limit(PAGE_SIZE + 1)
    order = (key.desc(), candidate.c.id.desc()) if wanted.down else (key, candidate.c.id)
    for condition in _filters(wanted):
        statement = statement.where(condition)
    if wanted.after is not None:
        value, last = wanted.after
        here = tuple_(key, candidate.c.id)
        there = tuple_(literal(Decimal(value) if wanted.sort == "score" else value, key.type), literal(last))
        statement = statement.where(here < there if wanted.down else here > there)
    rows: Sequence[RowMapping] = (await connection.execute(statement.order_by(*order))).mappings().all()
    return rows


def _filters(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.text:
        number = candidate.c.number.startswith(wanted.text, autoescape=True)
        named = candidate.c.search.contains(fold(wanted.text), autoescape=True)
        yield or_(number, named) if wanted.names else number
    if wanted.state == "pending":
        yield result.c.pending > 0
    elif wanted.state:
        yield attempt.c.state == wanted.state
    if wanted.class_name:
        yield candidate.c.class_name == wanted.class_name


async def all_candidates(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """For an export: in the order of candidate numbers."""
    rows = await connection.execute(_candidates(sitting_id).order_by(SORTS["number"], candidate.c.id))
    found: Sequence[RowMapping] = rows.mappings().all()
    return found


async def class_names(connection: AsyncConnection, sitting_id: int) -> Sequence[str]:
    rows = await connection.execute(
        select(candidate.c.class_name)
        .where(candidate.c.sitting_id == sitting_id, candidate.c.class_name != "")
        .distinct()
        .order_by(candidate.c.class_name)
    )
    return rows.scalars().all()


async def candidates_of_attempts(connection: AsyncConnection, attempt_ids: Sequence[int]) -> dict[int, RowMapping]:
    rows = await connection.execute(
        select(attempt.c.id, candidate.c.public_id, candidate.c.number, candidate.c.full_name, candidate.c.class_name)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .where(attempt.c.id.in_(attempt_ids))
    )
    return {row["id"]: row for row in rows.mappings()}


# --- one attempt --------------------------------------------------------------------------------


async def candidate_of_sitting(connection: AsyncConnection, sitting_id: int, public: str) -> RowMapping | None:
    rows = await connection.execute(_candidates(sitting_id).where(candidate.c.public_id == public))
    found: RowMapping | None = rows.mappings().one_or_none()
    return found


async def attempt_by_id(connection: AsyncConnection, attempt_id: int) -> RowMapping:
    row = await connection.execute(
        select(attempt, variant.c.body.label("variant"), form.c.public_id.label("form"))
        .join(variant, variant.c.attempt_id == attempt.c.id)
        .join(form, form.c.id == attempt.c.form_id)
        .where(attempt.c.id == attempt_id)
    )
    return row.mappings().one()


async def current_result(connection: AsyncConnection, attempt_id: int) -> RowMapping | None:
    row = await connection.execute(select(result).where(result.c.attempt_id == attempt_id, result.c.current))
    return row.mappings().one_or_none()


async def versions_of_result(connection: AsyncConnection, attempt_id: int) -> Sequence[RowMapping]:
    """All results of an attempt without their marks, newest first, with who caused them and, where it was a decision
    about an item, which."""
    rows = await connection.execute(
        select(result.c.version, result.c.exact, result.c.rounded, result.c.pending, result.c.cause,
               result.c.created_at, person.c.full_name.label("by_name"), item_ruling.c.kind.label("decision"),
               item_ruling.c.version_id.label("decided_version"), item_ruling.c.reason)
        .outerjoin(person, person.c.id == result.c.by)
        .outerjoin(item_ruling, item_ruling.c.id == result.c.ruling_id)
        .where(result.c.attempt_id == attempt_id)
        .order_by(result.c.version.desc())
    )  # fmt: skip
    return rows.mappings().all()


async def entries_of_attempt(
    connection: AsyncConnection, attempt_id: int, kinds: Sequence[int]
) -> Sequence[RowMapping]:
    """The journal in the order of arrival, with rulings."""
    rows = await connection.execute(
        select(
            journal,
            ruling.c.counts.label("ruled"),
            ruling.c.reason.label("ruling_reason"),
            ruling.c.created_at.label("ruled_at"),
        )
        .outerjoin(ruling, and_(*(ruling.c[name] == journal.c[name] for name in ("attempt_id", "entry"))))
        .where(journal.c.attempt_id == attempt_id, journal.c.kind.in_(kinds))
        .order_by(journal.c.arrived_at, journal.c.entry)
    )
    return rows.mappings().all()


async def interventions(connection: AsyncConnection, attempt_id: int) -> Sequence[RowMapping]:
    rows = await connection.execute(
        select(intervention).where(intervention.c.attempt_id == attempt_id).order_by(intervention.c.id)
    )
    return rows.mappings().all()


async def comments(connection: AsyncConnection, attempt_id: int) -> dict[int, str]:
    """Slot → what the marker wrote."""
    rows = await connection.execute(
        select(hand_mark.c.slot, hand_mark.c.comment).where(
            hand_mark.c.attempt_id == attempt_id, hand_mark.c.current, hand_mark.c.comment != ""
        )
    )
    return {row.slot: row.comment for row in rows}


async def own_attempt(connection: AsyncConnection, candidate_id: int) -> RowMapping | None:
    row = await connection.execute(
        select(
            attempt.c.id,
            attempt.c.state,
            attempt.c.ended_at,
            attempt.c.form_id,
            form.c.public_id.label("form"),
            form.c.number.label("form_number"),
            variant.c.body.label("variant"),
            candidate.c.full_name,
            candidate.c.number,
            candidate.c.class_name,
            sitting.c.id.label("sitting_id"),
            sitting.c.kind,
            sitting.c.title,
            sitting.c.definition,
            sitting.c.policy,
            sitting.c.released_at,
            unit.c.name.label("unit_name"),
        )
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(sitting, sitting.c.id == attempt.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .join(form, form.c.id == attempt.c.form_id)
        .join(variant, variant.c.attempt_id == attempt.c.id)
        .where(attempt.c.candidate_id == candidate_id)
    )
    return row.mappings().one_or_none()


async def paper_of_form(connection: AsyncConnection, form_id: int) -> bytes:
    return bytes((await connection.execute(select(form.c.paper).where(form.c.id == form_id))).scalar_one())


async def over_and_unreleased(connection: AsyncConnection, scopes: Iterable[str], most: int = 5) -> Sequence[Any]:
    """Exams in which nobody may work any more and whose results are not released; the newest first. The marks of a
    class's own tests are confirmed by its teacher."""
    open_still = exists().where(
        attempt.c.sitting_id == sitting.c.id,
        attempt.c.state.in_(("running", "paused")),
    )
    rows = await connection.execute(
        select(
            sitting.c.public_id,
            sitting.c.title,
            func.count(result.c.id).label("results"),
            func.count().filter(result.c.pending > 0).label("pending"),
        )
        .join(unit, unit.c.id == sitting.c.unit_id)
        .join(result, and_(result.c.sitting_id == sitting.c.id, result.c.current))
        .where(within(unit.c.path, scopes), sitting.c.released_at.is_(None), sitting.c.closes_at < clock.now())
        .where(sitting.c.kind == "exam", ~open_still)
        .group_by(sitting.c.id)
        .order_by(sitting.c.id.desc())
        .limit(most)
    )
    return rows.all()


# --- item analysis ------------------------------------------------------------------------------


async def closed_with_results(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """Every closed attempt with its current marks and the candidate's own order, in the order of attempt ids."""
    rows = await connection.execute(
        select(
            attempt.c.id,
            attempt.c.form_id,
            form.c.public_id.label("form"),
            form.c.number.label("form_number"),
            candidate.c.number,
            result.c.marks,
            variant.c.body.label("variant"),
        )
        .join(result, and_(result.c.attempt_id == attempt.c.id, result.c.current))
        .join(form, form.c.id == attempt.c.form_id)
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .join(variant, variant.c.attempt_id == attempt.c.id)
        .where(attempt.c.sitting_id == sitting_id, attempt.c.state.in_(CLOSED))
        .order_by(attempt.c.id)
    )
    return rows.mappings().all()


async def values_of_kind(
    connection: AsyncConnection, attempt_ids: Sequence[int], kind: int
) -> Sequence[tuple[int, str]]:
    """(attempt, value) of every entry of that kind, superseded devices' too: what was seen was seen."""
    rows = await connection.execute(
        select(journal.c.attempt_id, journal.c.value).where(
            journal.c.attempt_id.in_(attempt_ids), journal.c.kind == kind
        )
    )
    return [(row.attempt_id, row.value) for row in rows]


async def analysis_of(connection: AsyncConnection, sitting_id: int) -> RowMapping | None:
    """The last analysis with the state of the job that makes the next one."""
    row = await connection.execute(
        select(item_analysis, job.c.state.label("job_state"), job.c.done, job.c.total, job.c.message)
        .outerjoin(job, job.c.public_id == item_analysis.c.job_public_id)
        .where(item_analysis.c.sitting_id == sitting_id)
    )
    return row.mappings().one_or_none()


async def basis(connection: AsyncConnection, sitting_id: int) -> str:
    """Changes whenever a result of the sitting or a decision about its items does."""
    decided = select(func.max(item_ruling.c.id)).where(item_ruling.c.sitting_id == sitting_id).scalar_subquery()
    row = await connection.execute(
        select(func.count(), func.coalesce(func.max(result.c.id), 0), func.coalesce(decided, 0)).where(
            result.c.sitting_id == sitting_id, result.c.current
        )
    )
    count, newest, ruling_id = row.one()
    return f"{count}/{newest}/{ruling_id}"


async def note_job(connection: AsyncConnection, sitting_id: int, public: str) -> None:
    statement = upsert(item_analysis).values(sitting_id=sitting_id, job_public_id=public)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["sitting_id"], set_={"job_public_id": public})
    )


async def store_analysis(connection: AsyncConnection, sitting_id: int, found: dict[str, Any], made_of: str) -> None:
    values = {"found": found, "basis": made_of, "made_at": clock.now()}
    statement = upsert(item_analysis).values(sitting_id=sitting_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["sitting_id"], set_=values))


async def versions_with_figures(connection: AsyncConnection, sitting_id: int) -> Sequence[int]:
    found = select(item_figure.c.version_id).where(item_figure.c.sitting_id == sitting_id)
    return (await connection.execute(found)).scalars().all()


async def store_figures(connection: AsyncConnection, sitting_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """In place of those that the sitting's last analysis gave; each with its version, n, facility and flagged."""
    await connection.execute(delete(item_figure).where(item_figure.c.sitting_id == sitting_id))
    if rows:
        await connection.execute(insert(item_figure), [{"sitting_id": sitting_id, **row} for row in rows])


async def pool_figures(connection: AsyncConnection, versions: Collection[int]) -> None:
    """Tells the items of these versions what candidates made of them in every sitting that gives marks. Earlier
    versions count where they ask and mark the same as the newest: only labels differ."""
    now, then = item_version.alias("now"), item_version.alias("then")
    items = select(item_version.c.item_id).where(item_version.c.id.in_(versions))
    met = (
        select(
            then.c.item_id,
            func.sum(item_figure.c.n).label("n"),
            (func.sum(item_figure.c.n * item_figure.c.facility) / func.sum(item_figure.c.n)).label("facility"),
            # Of the last sitting.
            func.array_agg(aggregate_order_by(item_figure.c.flagged, item_figure.c.sitting_id.desc()))[1].label("hint"),
        )
        .join(then, then.c.id == item_figure.c.version_id)
        .join(item, item.c.id == then.c.item_id)
        .join(now, now.c.id == item.c.version_id)
        .join(sitting, sitting.c.id == item_figure.c.sitting_id)
        .where(
            COUNTS,
            then.c.item_id.in_(items),
            func.item_bank.asked(then.c.content) == func.item_bank.asked(now.c.content),
        )
        .group_by(then.c.item_id)
    ).subquery()
    known = (
        select(
            item.c.id,
            func.coalesce(met.c.n, 0).label("n"),
            met.c.facility,
            func.coalesce(met.c.hint, False).label("hint"),
        )
        .outerjoin(met, met.c.item_id == item.c.id)
        .where(item.c.id.in_(items))
        .subquery()
    )
    await connection.execute(
        update(item)
        .where(item.c.id == known.c.id)
        .values(answered=known.c.n, facility=known.c.facility, flagged=known.c.hint)
    )


async def figures_of_bank(connection: AsyncConnection, bank_id: int) -> Sequence[RowMapping]:
    """Id, answered and facility of the items whose newest version, or one that asks the same, somebody has met."""
    statement = select(item.c.id, item.c.answered, item.c.facility)
    rows = await connection.execute(statement.where(item.c.bank_id == bank_id, item.c.answered > 0))
    return rows.mappings().all()


async def scripts_waiting(connection: AsyncConnection, sitting_id: int) -> dict[int, int]:
    """Item version → scripts without a mark."""
    marked = and_(
        hand_mark.c.attempt_id == script.c.attempt_id,
        hand_mark.c.slot == script.c.slot,
        hand_mark.c.current,
        hand_mark.c.response_digest == script.c.response_digest,
    )
    rows = await connection.execute(
        select(script.c.version_id, func.count().label("waiting"))
        .outerjoin(hand_mark, marked)
        .where(script.c.sitting_id == sitting_id, hand_mark.c.id.is_(None))
        .group_by(script.c.version_id)
    )
    return {row.version_id: row.waiting for row in rows}
