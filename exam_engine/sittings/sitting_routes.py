"""The list of sittings, and one sitting: what to do next, its facts, its confirmation and its end."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import queries as authoring
from exam_engine.kit import clock, cursors
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import moment
from exam_engine.kit.pages import locale_of, page
from exam_engine.sittings import changing, confirming, plan, reaching, sitting_queries, words
from exam_engine.sittings import policy as policies
from exam_engine.sittings.links import links_for
from exam_engine.sittings.scope import HttpRequest, found_sitting, sitting_page
from exam_engine.sittings.stage import STEPS, stage

PAGE_SIZE = 50


@get("/sittings", **requires("sittings.read"))
async def sittings(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, when: str = "", before: str = ""
) -> Response[str]:
    scopes = principal.scopes("sittings.read")
    rows = await sitting_queries.sittings_in_scope(
        connection, scopes, when=when, before=cursors.read(before), limit=PAGE_SIZE + 1
    )
    locale = locale_of(request)
    return page(
        request,
        "sittings/sittings.html",
        rows=rows[:PAGE_SIZE],
        more_href=_more(rows[PAGE_SIZE - 1], when) if len(rows) > PAGE_SIZE else "",
        when=when,
        now=await clock.read(connection),
        at=lambda row, name, form="short": moment(row[name], locale, row["zone"], form),
        when_labels=words.WHEN_LABELS,
        state_labels=words.STATE_LABELS,
        state_tones=words.STATE_TONES,
        messages=words.told(request),
    )


@get("/sittings/{sitting:str}", **requires("sittings.read"))
async def overview(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, state: State, sitting: str
) -> Response[str]:
    found = await found_sitting(connection, principal, sitting)
    facts = await sitting_queries.facts(connection, found["id"])
    draft = found["state"] == "draft"
    problems = await confirming.problems(connection, found["definition"]) if draft else []
    problems += await confirming.unvouched(connection, found) if draft else []
    exam = await authoring.exam_by_id(connection, found["exam_id"])
    now = await clock.read(connection)
    return sitting_page(
        request,
        "sittings/sitting.html",
        found,
        facts=facts,
        problems=problems,
        exam=exam,
        definition=definitions.decode(found["definition"]),
        exam_changed=draft and definitions.decode(exam["definition"]) != definitions.decode(found["definition"]),
        policy=policies.decode(found["policy"]),
        over=now >= found["closes_at"],
        stage=stage(found, facts, now, problems=bool(problems)),
        steps=STEPS,
        mark=plan.mark_of(found),
        links=links_for(state, principal, found),
        reaching=reaching.warned(state.settings, found, now),
        words=words,
    )


@post("/sittings/{sitting:str}/confirm", status_code=303, **requires("sittings.manage"))
async def confirm(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, sitting: str, data: Form
) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "sittings.manage")
    mark = str(data.get("mark", ""))
    job = await changing.ask_confirmation(connection, principal, found["id"], mark, locale_of(request))
    return Redirect(f"/jobs/{job}", status_code=303)


@post("/sittings/{sitting:str}/refresh", status_code=303, **requires("sittings.manage"))
async def take_exam_again(connection: AsyncConnection, principal: Principal, sitting: str) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "sittings.manage")
    await changing.take_exam_again(connection, principal, found["id"])
    return Redirect(f"/sittings/{sitting}?done=refreshed", status_code=303)


@post("/sittings/{sitting:str}/close", status_code=303, **requires("sittings.manage"))
async def close(connection: AsyncConnection, principal: Principal, sitting: str) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "sittings.manage")
    await changing.close(connection, principal, found["id"])
    return Redirect(f"/sittings/{sitting}?done=closed", status_code=303)


@post("/sittings/{sitting:str}/delete", status_code=303, **requires("sittings.manage"))
async def delete_draft(connection: AsyncConnection, principal: Principal, sitting: str) -> Response[Any]:
    found = await found_sitting(connection, principal, sitting, "sittings.manage")
    await changing.remove(connection, principal, found["id"])
    return Redirect("/sittings?done=deleted", status_code=303)


def _more(row: Any, when: str) -> str:
    return "?" + urlencode({"when": when, "before": cursors.written(row["starts_at"], row["id"])})


ROUTES = (sittings, overview, confirm, take_exam_again, close, delete_draft)
