"""Sign-in and sign-out, language, the first page, the own account."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.accounts import account_queries, changing_account, grant_queries, session_queries
from exam_engine.accounts.authenticating import COOKIE, session_cookie
from exam_engine.accounts.home import panels, what_needs_me
from exam_engine.accounts.roles import STAFF_ROLES
from exam_engine.accounts.setup_routes import set_up
from exam_engine.accounts.signing_in import revoke, sign_in_staff
from exam_engine.accounts.words import browser_name
from exam_engine.kit import languages
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.forms import Form, Reading, local_path
from exam_engine.kit.identity import Principal, open_to_all, principal_of, requires
from exam_engine.kit.pages import page

HttpRequest = Request[Any, Any, Any]


@get("/sign-in", **open_to_all())
async def sign_in_page(request: HttpRequest, connection: AsyncConnection, state: State) -> Response[Any]:
    if not await set_up(connection, state):
        return Redirect("/setup", status_code=303)
    where, principal = request.query_params.get("next"), await principal_of(request)
    if principal is not None and principal.kind == "staff":
        return Redirect(local_path(where), status_code=303)
    return page(request, "accounts/sign_in.html", where=local_path(where), username="", refused=None)


@post("/sign-in", status_code=200, **open_to_all())
async def sign_in(request: HttpRequest, data: Form, state: State) -> Response[Any]:
    form = Reading(data)
    username, password, where = form.text("username"), form.secret("password"), local_path(data.get("next"))
    found = await sign_in_staff(
        state.engine,
        username,
        password,
        user_agent=request.headers.get("user-agent", ""),
        former_token=request.cookies.get(COOKIE, ""),
    )
    if isinstance(found, Refused):
        return page(
            request,
            "accounts/sign_in.html",
            status=found.status,
            headers=found.headers,
            where=where,
            username=username,
            refused=found,
        )
    reply = Redirect("/account" if found.must_change else where, status_code=303)
    reply.set_cookie(session_cookie(found.token, state.settings))
    reply.delete_cookie("csrf")  # the forms of whoever used this browser before are over
    return reply


@post("/sign-out", status_code=303, **open_to_all())
async def sign_out(request: HttpRequest, connection: AsyncConnection, principal: Principal | None) -> Response[Any]:
    await revoke(connection, request.cookies.get(COOKIE, ""))
    pupil = principal is not None and principal.pupil_id is not None
    reply = Redirect("/pupil" if pupil else "/sign-in", status_code=303)
    reply.delete_cookie(COOKIE)
    reply.delete_cookie("csrf")
    return reply


@post("/language", status_code=303, **open_to_all())
async def choose_language(
    data: Form, principal: Principal | None, connection: AsyncConnection, state: State
) -> Response[Any]:
    chosen = data.get("language")
    if chosen not in languages.LOCALES:
        raise not_found()
    if principal is not None and principal.kind == "staff":
        await account_queries.set_locale(connection, principal.id, chosen)
    reply = Redirect(local_path(data.get("back")), status_code=303)
    year, secure = 31_536_000, state.settings.secure_cookies
    reply.set_cookie(
        Cookie(key=languages.COOKIE, value=chosen, max_age=year, httponly=True, samesite="lax", secure=secure)
    )
    return reply


@get("/", **open_to_all())
async def home(
    request: HttpRequest, connection: AsyncConnection, principal: Principal | None, state: State
) -> Response[Any]:
    if principal is None:
        return Redirect("/welcome" if await set_up(connection, state) else "/setup", status_code=303)
    if principal.kind != "staff":
        return Redirect("/my" if principal.pupil_id is not None else "/play", status_code=303)
    needs = await what_needs_me(connection, principal, state.slots)
    return page(request, "accounts/home.html", needs=needs, panels=await panels(connection, principal, state.slots))


@get("/welcome", **open_to_all())
async def welcome(request: HttpRequest) -> Response[str]:
    """Whoever opens the bare address finds the own door here."""
    return page(request, "accounts/welcome.html")


@get("/account", **requires("account.own"))
async def account_page(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    return await _account(request, connection, principal, {})


@post("/account/password", status_code=200, **requires("account.own"))
async def change_password(request: HttpRequest, data: Form, state: State, principal: Principal) -> Response[Any]:
    if errors := await changing_account.change_own_password(state.engine, principal, data):
        async with transaction(state.engine) as connection:
            return await _account(request, connection, principal, errors)
    return Redirect("/account?done=password", status_code=303)


@post("/account/sessions/{session_id:int}/revoke", status_code=303, **requires("account.own"))
async def revoke_own_session(session_id: int, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    await changing_account.revoke_own_session(connection, principal, session_id)
    return Redirect("/account?done=session", status_code=303)


async def _account(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, errors: dict[str, str]
) -> Response[str]:
    return page(
        request,
        "accounts/account.html",
        status=422 if errors else 200,
        account=await account_queries.account_of_person(connection, principal.id),
        sessions=await session_queries.live_sessions_of(connection, principal.id),
        grants=await grant_queries.grants_of(connection, principal.id),
        role_labels={name: role.label for name, role in STAFF_ROLES.items()},
        browser_name=browser_name,
        errors=errors,
        done=request.query_params.get("done", ""),
    )


ROUTES = (
    sign_in_page,
    sign_in,
    sign_out,
    choose_language,
    home,
    welcome,
    account_page,
    change_password,
    revoke_own_session,
)
