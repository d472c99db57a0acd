"""What the pages of a class's tests begin with, and what they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import member_queries, unit_queries
from exam_engine.authoring import definition as definitions
from exam_engine.authoring.banks import banks_to_choose
from exam_engine.authoring.showing import TYPE_LABELS, excerpt, excerpt_html
from exam_engine.classroom import picking_queries, preparing, quiz, quiz_queries, words
from exam_engine.kit import clock
from exam_engine.kit.errors import not_found
from exam_engine.kit.identity import Principal
from exam_engine.kit.languages import moment
from exam_engine.kit.pages import locale_of, page
from item_bank.content.marking import needs_a_person
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
PERMISSION = quiz.PERMISSION
PICKED_AT_ONCE = 40
#: What may come into a quick quiz: the teacher's own drafts too, but nothing that was sent back or given up.
STATUSES = ("draft", "in_review", "approved")


async def found_quiz(
    connection: AsyncConnection, principal: Principal, public: str, permission: str = PERMISSION
) -> RowMapping:
    found = await quiz_queries.quiz_in_scope(connection, public, principal.scopes(permission))
    if found is None:
        raise not_found()
    return found


async def found_class(connection: AsyncConnection, principal: Principal, public: str) -> Any:
    found = await unit_queries.unit_within(connection, public, principal.scopes(PERMISSION))
    if found is None or found.kind != "class":
        raise not_found()
    return found


def quiz_page(
    request: HttpRequest, name: str, found: RowMapping, *, status: int = 200, **context: Any
) -> Response[str]:
    said = {"messages": words.told(request), **context}
    return page(request, name, status=status, **about(request, found), **said)


def address_of(request: HttpRequest) -> str:
    return request.client.host if request.client else ""


def about(request: HttpRequest, found: RowMapping) -> dict[str, Any]:
    """What every part of a page about one test knows."""
    locale, zone = locale_of(request), found["zone"]
    return {
        "quiz": found,
        "here": f"/quiz/{found['public_id']}",
        "at": lambda value, form="short": moment(value, locale, zone, form),
        "kinds": quiz.KINDS,
    }


async def prepare_page(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    found: RowMapping,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, Any] | None = None,
    message: str = "",
) -> Response[str]:
    """The one page on which a test is put together. `typed`: what a refused form said."""
    now = await clock.read(connection)
    definition = definitions.decode(found["definition"])
    return quiz_page(
        request,
        "classroom/prepare.html",
        found,
        status=422 if errors or message else 200,
        values={**quiz.fields(found, definition, now), **(typed or {})},
        errors=errors or {},
        message=message,
        messages=(),  # a message at the bottom would lie on the start button
        done=words.told(request) or await written(request, connection, found),
        kind_hints=quiz.KIND_HINTS,
        classes=await member_queries.classes_within(connection, principal.scopes(PERMISSION)),
        **await chosen_part(connection, definition),
        **await picker(request, connection, principal, definition, found["unit_id"]),
        earlier=await quiz_queries.quizzes_in_scope(connection, principal.scopes(PERMISSION), limit=31),
    )


async def written(request: HttpRequest, connection: AsyncConnection, found: RowMapping) -> list[str]:
    """Back from the editor or an import with new items (`?added=…`): whether they came into the test."""
    names = [name for name in request.query_params.get("added", "").split(",") if name][: preparing.MOST_ITEMS]
    if not names:
        return []
    definition = definitions.decode(found["definition"])
    inside = await storage.versions_by_id(connection, preparing.chosen_versions(definition))
    there = {one.item_public_id for one in inside.values()}
    came = sum(name in there for name in names)
    return words.said(request, "added" if came == len(names) else "only_bank", came)


async def chosen_part(connection: AsyncConnection, definition: Any) -> dict[str, Any]:
    """The questions that the test has, in their order."""
    numbers = preparing.chosen_versions(definition)
    versions = await storage.versions_by_id(connection, numbers)
    return {
        "chosen": [versions[number] for number in numbers if number in versions],
        "excerpt": excerpt,
        "excerpt_html": excerpt_html,
        "type_labels": TYPE_LABELS,
        "by_hand": needs_a_person,
    }


async def picker(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, definition: Any, unit_id: int
) -> dict[str, Any]:
    """A bank's items, the newest first, as the address filters them."""
    query = request.query_params
    wanted = {name: query.get(name, "")[:200] for name in ("q", "type", "topic", "level")}
    banks = await _banks(connection, principal, unit_id, query.get("bank", ""))
    bank = _bank(banks, query.get("bank", ""))
    more = query.get("before", "")
    rows: list[storage.StoredVersion] = []
    labels: Mapping[str, list[str]] = {"topic": [], "level": []}
    if bank is not None:
        filters = storage.Filters(
            text=wanted["q"],
            types=(wanted["type"],) if wanted["type"] in TYPE_LABELS else (),
            statuses=STATUSES,
            topic=wanted["topic"],
            level=wanted["level"],
        )
        before = int(more) if more.isascii() and more.isdigit() and len(more) < 18 else None
        rows = await storage.newest_versions(connection, bank["id"], filters, before=before, limit=PICKED_AT_ONCE + 1)
        labels = await storage.labels_in_use(connection, bank["id"])
    rest = len(rows) > PICKED_AT_ONCE
    rows = rows[:PICKED_AT_ONCE]
    address = {**wanted, "bank": bank["public_id"] if bank else "", "before": str(rows[-1].item_id) if rest else ""}
    return {
        "banks": banks,
        "bank": bank,
        "rows": rows,
        "labels": labels,
        "wanted": wanted,
        "used": set(preparing.chosen_versions(definition)),
        "more_href": "?" + urlencode({name: value for name, value in address.items() if value}) if rest else "",
    }


async def _banks(connection: AsyncConnection, principal: Principal, unit_id: int, named: str) -> list[RowMapping]:
    """The class's own first, then those that the teacher used last, then the rest by name."""
    found = await banks_to_choose(connection, principal, named)
    used = {bank: place for place, bank in enumerate(await picking_queries.banks_used(connection, principal.id))}
    return sorted(found, key=lambda one: (one["unit_id"] != unit_id, used.get(one["id"], len(used))))


def _bank(banks: Sequence[RowMapping], wanted: str) -> RowMapping | None:
    """The bank asked for, else the first one that holds something."""
    named = next((one for one in banks if one["public_id"] == wanted), None)
    filled = next((one for one in banks if one["items"]), None)
    return named or filled or next(iter(banks), None)
