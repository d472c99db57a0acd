"""Statements of the full analysis of a sitting: who belongs to which group, what was made, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import RowMapping, case, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts.tables import person, session, unit
from exam_engine.delivery.tables import attempt
from exam_engine.kit import clock
from exam_engine.kit.identity import within
from exam_engine.reports.tables import analysis, analysis_page, item_figure
from exam_engine.sittings.tables import candidate, sitting
from item_bank.storage.tables import item_version

if TYPE_CHECKING:
    from exam_engine.reports.study.making import Made


async def groups(connection: AsyncConnection, attempt_ids: Sequence[int]) -> dict[str, dict[int, str]]:
    """Grouping → attempt → group, for those who belong to one. Device: of the last sign-in; browsers of phones and
    tablets say “Mobi” or “Android”."""
    agent = (
        select(session.c.user_agent)
        .where(session.c.candidate_id == candidate.c.id, session.c.user_agent != "")
        .order_by(session.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    handheld = agent.op("~")("Mobi|Android|iPad")
    statement = (
        select(
            attempt.c.id,
            person.c.gender,
            case((agent.is_(None), None), (handheld, "handheld"), else_="computer").label("device"),
        )
        .join(candidate, candidate.c.id == attempt.c.candidate_id)
        .outerjoin(person, person.c.id == candidate.c.person_id)
        .where(attempt.c.id.in_(attempt_ids))
    )
    found: dict[str, dict[int, str]] = {"gender": {}, "device": {}}
    for row in (await connection.execute(statement)).mappings():
        for name, of in found.items():
            if row[name]:
                of[row["id"]] = row[name]
    return found


async def title(connection: AsyncConnection, sitting_id: int) -> str:
    return str((await connection.execute(select(sitting.c.title).where(sitting.c.id == sitting_id))).scalar_one())


async def store(connection: AsyncConnection, sitting_id: int, made_of: str, made: Made, algorithm: str) -> None:
    """After `store_analysis`, which holds the sitting's row. Pages of the former one go, its figures stay."""
    number = select(func.coalesce(func.max(analysis.c.number), 0) + 1).where(analysis.c.sitting_id == sitting_id)
    values = {"sitting_id": sitting_id, "made_at": clock.now(), "basis": made_of, "algorithm": algorithm}
    await connection.execute(insert(analysis).values(number=number.scalar_subquery(), told=made.told, **values))
    await connection.execute(delete(analysis_page).where(analysis_page.c.sitting_id == sitting_id))
    rows = [
        {"sitting_id": sitting_id, "locale": locale, "name": name, "body": body}
        for (locale, name), body in made.pages.items()
    ]
    await connection.execute(insert(analysis_page), rows)


async def page_of(connection: AsyncConnection, sitting_id: int, locale: str, name: str) -> Mapping[str, Any] | None:
    wanted = (analysis_page.c.sitting_id == sitting_id, analysis_page.c.locale == locale, analysis_page.c.name == name)
    found: Mapping[str, Any] | None = (await connection.execute(select(analysis_page.c.body).where(*wanted))).scalar()
    return found


async def history_of_item(connection: AsyncConnection, version_id: int, scopes: Iterable[str]) -> Sequence[RowMapping]:
    """What sittings in scope found of the item, whichever of its versions they had; the newest first."""
    other, mine = item_version.alias("other"), item_version.alias("mine")
    rows = await connection.execute(
        select(
            sitting.c.public_id,
            sitting.c.title,
            sitting.c.starts_at,
            unit.c.name.label("unit_name"),
            unit.c.zone,
            other.c.number.label("version"),
            item_figure.c.n,
            item_figure.c.facility,
            item_figure.c.flagged,
        )
        .join(other, other.c.id == item_figure.c.version_id)
        .join(mine, mine.c.item_id == other.c.item_id)
        .join(sitting, sitting.c.id == item_figure.c.sitting_id)
        .join(unit, unit.c.id == sitting.c.unit_id)
        .where(mine.c.id == version_id, within(unit.c.path, scopes))
        .order_by(sitting.c.starts_at.desc(), sitting.c.id.desc())
        .limit(50)
    )
    return rows.mappings().all()


async def versions(connection: AsyncConnection, sitting_id: int) -> Sequence[RowMapping]:
    """Of every analysis, the newest first: its figures in short."""
    test = analysis.c.told["classical"]
    rows = await connection.execute(
        select(
            analysis.c.number,
            analysis.c.made_at,
            analysis.c.algorithm,
            analysis.c.basis,
            analysis.c.told["n_persons"].as_integer().label("n"),
            analysis.c.told["model"].as_string().label("model"),
            test["alpha"].as_float().label("alpha"),
            test["scores"]["mean"].as_float().label("mean"),
        )
        .where(analysis.c.sitting_id == sitting_id)
        .order_by(analysis.c.number.desc())
    )
    return rows.mappings().all()


async def figures_of_items(
    connection: AsyncConnection, sitting_id: int, numbers: Sequence[int]
) -> dict[int, list[Mapping[str, Any]]]:
    """Number of an analysis → rows of its items."""
    items = analysis.c.told["classical"]["items"]
    rows = await connection.execute(
        select(analysis.c.number, items.label("found")).where(
            analysis.c.sitting_id == sitting_id, analysis.c.number.in_(numbers)
        )
    )
    return {row.number: row.found for row in rows}
