"""Where candidates come in."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State
from litestar.enums import RequestEncodingType
from litestar.params import Body

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.kit.errors import Refused
from exam_engine.kit.frames import framed, mark
from exam_engine.kit.identity import open_to_all
from exam_engine.kit.pages import page, text_of
from exam_engine.sittings import identifying

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/t/{ticket:str}", **open_to_all(at_once=True))
async def show_ticket(request: Request[Any, Any, State]) -> Response[bytes]:
    state = request.app.state
    found = await identifying.whose_ticket(state.asking, state.keyring, request.path_params["ticket"])
    # What the page says of the sitting, and which of the person's words there are; the words themselves stay outside.
    shared = {name: found[name] for name in ("title", "starts_at")}
    words = {name: found[name] for name in ("full_name", "number", "class_name", "room_name") if found[name]}
    context = {"class_name": "", "room_name": ""} | shared | {name: mark(name) for name in words}
    key = (found["sitting_id"], *shared.values(), *words)
    return framed(
        request, "sittings/ticket.html", key, lambda: {"found": context, "path": mark("path")},
        path=request.url.path, **words,
    )  # fmt: skip


@post("/t/{ticket:str}", **open_to_all(at_once=True))
async def bind_ticket(request: Request[Any, Any, State]) -> Response[None]:
    state, agent = request.app.state, request.headers.get("user-agent", "")
    token = await identifying.bind_ticket(state.asking, state.keyring, request.path_params["ticket"], agent)
    return _to_the_player(state, token)


@get("/candidate", **open_to_all())
async def show_sign_in(request: Request[Any, Any, State]) -> Response[str]:
    return page(request, "sittings/candidate.html", number="", error="")


@post("/candidate", **open_to_all())
async def sign_in(request: Request[Any, Any, State], state: State, data: Form) -> Response[Any]:
    number, pin = data.get("number", ""), data.get("pin", "").strip()
    agent = request.headers.get("user-agent", "")
    outcome = await identifying.sign_in_with_pin(state.engine, state.keyring, number, pin, agent)
    if isinstance(outcome, Refused):
        return page(
            request,
            "sittings/candidate.html",
            status=outcome.status,
            headers=outcome.headers,
            number=number,
            error=text_of(request, outcome),
        )
    return _to_the_player(state, outcome)


def _to_the_player(state: State, token: str) -> Response[None]:
    cookie = Cookie(
        key=COOKIE, value=token, path="/", httponly=True, secure=state.settings.secure_cookies, samesite="lax"
    )
    return Response(None, status_code=303, headers={"Location": "/play"}, cookies=[cookie])


ROUTES = (show_ticket, bind_ticket, show_sign_in, sign_in)
