"""The first run: language, school, first administrator; then the next three steps."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries, member_queries, setting_up
from exam_engine.accounts.authenticating import session_cookie
from exam_engine.kit import languages
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, open_to_all, requires
from exam_engine.kit.pages import locale_of, page

HttpRequest = Request[Any, Any, State]


async def set_up(connection: AsyncConnection, state: State) -> bool:
    """Once there is an account there always is one: after the first yes no worker asks again."""
    if not state.get("set_up"):
        state["set_up"] = await account_queries.any_account(connection)
    return bool(state["set_up"])


@get("/setup", **open_to_all())
async def setup_page(request: HttpRequest, connection: AsyncConnection, state: State) -> Response[Any]:
    if await set_up(connection, state):
        return Redirect("/sign-in", status_code=303)
    if request.cookies.get(languages.COOKIE) not in languages.LOCALES:
        return page(request, "accounts/setup_language.html")
    return _form(request, state, None)


@post("/setup", status_code=200, request_max_body_size=64 * 1024, **open_to_all())
async def send_setup(request: HttpRequest, data: Form, connection: AsyncConnection, state: State) -> Response[Any]:
    if await set_up(connection, state):
        raise not_found()
    wanted, read = setting_up.read_form(data, state.keyring, code_is_needed=_code_needed(request, state))
    if read.errors:
        return _form(request, state, read)
    locale = locale_of(request)
    agent = request.headers.get("user-agent", "")
    token = await setting_up.found_school(connection, wanted, locale, agent)
    reply = Redirect("/setup/next", status_code=303)
    reply.set_cookie(session_cookie(token, state.settings))
    return reply


@get("/setup/next", **requires("home.see"))
async def next_steps(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    classes = await member_queries.classes_within(connection, principal.scopes("people.read"))
    return page(request, "accounts/setup_next.html", classes=classes, filled=[one for one in classes if one.members])


def _code_needed(request: HttpRequest, state: State) -> bool:
    return setting_up.code_needed(state.settings, request.url.hostname or "")


def _form(request: HttpRequest, state: State, read: Reading | None) -> Response[str]:
    return page(
        request,
        "accounts/setup.html",
        status=422 if read else 200,
        code_needed=_code_needed(request, state),
        sent=read.form if read else {},
        errors=read.errors if read else {},
    )


ROUTES = (setup_page, send_setup, next_steps)
