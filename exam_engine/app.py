"""The roof: puts the features together. Nothing else knows everyone."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import asyncpg
import sqlalchemy.exc
from jinja2 import TemplateNotFound
from litestar import Litestar, Request, Response, get
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.types import Message, Scope
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine import migrations
from exam_engine.features import FEATURES, Feature
from exam_engine.kit import asking, job_routes, style_routes, trust_routes
from exam_engine.kit.asking import Asking
from exam_engine.kit.database import busy, gone, make_engine, provide_connection, transaction
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.events import Events
from exam_engine.kit.identity import Principal, known_before_reading, open_to_all, principal_of
from exam_engine.kit.keys import Keys
from exam_engine.kit.once_more import lost_to_another, once_more
from exam_engine.kit.pages import NavigationEntry, package_path, refusal
from exam_engine.kit.settings import Settings
from exam_engine.kit.static_files import static_file
from exam_engine.readiness import Readiness
from exam_engine.shortcut import shorten

log = logging.getLogger("exam_engine")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
#: The player alone plays recordings, which it has fetched itself.
MEDIA_POLICY = "; media-src blob:"
PLAYS_MEDIA = "/play"
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), display-capture=()"),
    (b"x-frame-options", b"DENY"),
)
#: Of a request: a database that hangs must not hold every connection of a worker for ever.
LONGEST_STATEMENT_S = 30.0
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=31536000")


def security_headers(settings: Settings) -> tuple[tuple[bytes, bytes], ...]:
    """Told to stay with https, a device could not come back over http when a certificate of our own is gone: only a
    service behind a proxy says so."""
    strict = (STRICT_TRANSPORT,) if settings.behind_proxy else ()
    if not settings.secure_door:
        return SECURITY_HEADERS + strict
    # Pages of the plain side try whether this device trusts the certificate.
    own, there = b"connect-src 'self'", f"connect-src 'self' {settings.secure_door}".encode()
    return tuple((name, value.replace(own, there)) for name, value in SECURITY_HEADERS)


def create_app(settings: Settings | None = None, features: tuple[Feature, ...] = FEATURES) -> Litestar:
    """The ASGI application. `features` lets a test leave one out (delivery must run without proctoring)."""
    settings = settings or Settings.from_environment()
    state = make_state(settings, features, patience_s=LONGEST_STATEMENT_S)
    headers = state.security_headers

    policy = b"content-security-policy"
    of_player = tuple((name, value + MEDIA_POLICY.encode() if name == policy else value) for name, value in headers)

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start":
            more = of_player if scope["path"] == PLAYS_MEDIA else headers
            message["headers"] = [*message.get("headers", ()), *more]

    app = Litestar(
        route_handlers=[
            healthz,
            readyz,
            static_file,
            service_worker,
            *job_routes.ROUTES,
            *style_routes.ROUTES,
            *trust_routes.ROUTES,
            *(handler for feature in features for handler in feature.routes),
        ],
        state=state,
        dependencies={
            "connection": Provide(provide_connection),
            "principal": Provide(_principal),
        },
        exception_handlers={
            Refused: _refused,
            ValidationException: _invalid,
            HTTPException: _http_error,
            sqlalchemy.exc.TimeoutError: _busy,
            sqlalchemy.exc.OperationalError: _busy,
            sqlalchemy.exc.DBAPIError: _not_storable,
            asyncpg.PostgresError: _not_storable,  # of a statement on the raw driver, within a request's transaction
            asyncpg.InterfaceError: _not_storable,
            asyncpg.InternalClientError: _not_storable,
            ConnectionError: _busy,
            OSError: _busy,
            TemplateNotFound: unexpected,  # an OSError, yet no outage
            Exception: unexpected,
        },
        csrf_config=CSRFConfig(
            secret=state.keyring.purpose("csrf").hex(),
            cookie_name="csrf",
            cookie_secure=settings.secure_cookies,
            cookie_httponly=True,
            cookie_samesite="lax",
            exclude_from_csrf_key="exclude_from_csrf",
        ),
        middleware=[known_before_reading, once_more],
        before_send=[add_headers],
        lifespan=[_lifespan],
        openapi_config=None,
        logging_config=None,  # kit.logs does that, for every part of the service
        request_max_body_size=settings.body_limit,
        debug=False,
    )
    shorten(app)
    return app


def make_state(
    settings: Settings, features: tuple[Feature, ...] = FEATURES, *, patience_s: float | None = None
) -> State:
    """What requests and jobs share: settings, keys, events, the engine, and what features fill in."""
    if settings.database_url is None:
        raise RuntimeError("the service is started with a database: exam-engine serve, or EXAM_ENGINE_DATABASE_URL")
    engine = make_engine(settings.database_url, pool_size=settings.pool_size, patience_s=patience_s)
    state = State(
        {
            "settings": settings,
            "keyring": Keys.from_file(settings.master_key_file),
            "events": Events(),
            "engine": engine,
            "asking": Asking(settings.database_url),
            "readiness": Readiness(engine),
            "authenticate": next((feature.authenticate for feature in features if feature.authenticate), _nobody),
            "navigation": _in_order(entry for feature in features for entry in feature.navigation),
            "slots": {name: fill for feature in features for name, fill in feature.slots.items()},
            "frames": {},
            "features": features,
            "security_headers": security_headers(settings),
        }
    )
    for feature in features:
        for event, handler in feature.subscriptions(state):
            state.events.subscribe(event, handler)
    return state


def connections_of(settings: Settings) -> int:
    """To the database, at most, of one application in a web worker; docs/province.md repeats it."""
    return settings.pool_size + asking.CONNECTIONS + sum(feature.connections for feature in FEATURES)


async def _nobody(_connection: object) -> None:
    return None


# Work comes first, administration last; a place that is not named here stands between the two.
_FIRST = ("/", "/classes", "/quiz", "/bank", "/exams", "/sittings", "/rooms", "/marking", "/results")
_LAST = ("/units", "/people", "/audit")


def _in_order(entries: Iterable[NavigationEntry]) -> list[NavigationEntry]:
    order = {href: rank for rank, href in enumerate((*_FIRST, "", *_LAST))}
    return sorted(entries, key=lambda entry: order.get(entry[1], order[""]))


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    async with transaction(app.state.engine) as connection:
        await _refuse_other_schema(connection)
    for feature in app.state.features:
        await feature.start(app)
    try:
        yield
    finally:
        for feature in reversed(app.state.features):
            await feature.stop(app)
        await app.state.asking.close()
        await app.state.engine.dispose()


async def _refuse_other_schema(connection: AsyncConnection) -> None:
    schema = await migrations.schema(connection)
    if not schema.serves:
        raise migrations.OtherSchema(schema.refusal)


async def _principal(request: Request[Any, Any, Any]) -> Principal | None:
    return await principal_of(request)


@get("/healthz", media_type="text/plain", **open_to_all())
async def healthz() -> str:
    """The process lives."""
    return "ok\n"


@get("/readyz", media_type="text/plain", **open_to_all())
async def readyz(state: State) -> Response[str]:
    """The process can serve: the database answers, soon, takes writes and has a schema that this program serves, and
    nobody has asked it to stop."""
    obstacle = await state.readiness.obstacle()
    return Response(f"{obstacle or 'ready'}\n", status_code=503 if obstacle else 200, media_type="text/plain")


@get("/sw.js", media_type="text/javascript", sync_to_thread=False, **open_to_all())
def service_worker() -> Response[bytes]:
    """At the root, so that it may serve every page of the player."""
    return Response(
        package_path("web", "dist", "sw.js").read_bytes(),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


#: Where somebody who is not signed in is sent, by the page that was wanted; staff otherwise.
_DOORS = (("/play", "/candidate"), ("/my", "/pupil"))


def _refused(request: Request[Any, Any, Any], error: Refused) -> Response[Any]:
    if error.status == 401 and "text/html" in request.headers.get("accept", "") and request.method == "GET":
        where = next((door for path, door in _DOORS if request.url.path.startswith(path)), "/sign-in")
        wanted = quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
        return Response(None, status_code=303, headers={"Location": f"{where}?next={quote(wanted)}"})
    return refusal(request, error)


def _invalid(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    names = [str(item.get("key", "")) for item in error.extra or () if isinstance(item, dict)]
    found = Refused("invalid", 422, _("Some of the values sent do not fit: %(names)s."), names=", ".join(names))
    return refusal(request, found)


def _http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    if isinstance(error, InternalServerException):
        return unexpected(request, error)
    code, message = _HTTP_ERRORS.get(error.status_code, ("refused", _("The request could not be understood.")))
    if error.status_code == 403 and "CSRF" in str(error.detail):
        code, message = "form_expired", _("This form is no longer valid. Reload the page and send it again.")
    return refusal(request, Refused(code, error.status_code, message))


_HTTP_ERRORS = {
    400: ("malformed", _("The request could not be understood.")),
    404: ("not_found", _("This page does not exist, or it is not yours to open.")),
    405: ("method_not_allowed", _("This address does not take such a request.")),
    413: ("too_large", _("What was sent is too large.")),
    415: ("wrong_type", _("This kind of content is not accepted here.")),
}


def _not_storable(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What no text or number of the database can be (NUL in an address, an id of 40 digits) names nothing we have.
    A pooled connection whose server went away says so in several classes of error; all of them mean: try again."""
    invalidated = isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated
    if invalidated or gone(error) or isinstance(error, sqlalchemy.exc.InterfaceError):
        return _busy(request, error)
    state = str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")
    if lost_to_another(request, state):
        return _busy(request, error)
    if state.startswith("22") and state != "22012":
        return refusal(request, Refused("malformed", 400, _("The request could not be understood.")))
    return unexpected(request, error)


def _busy(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.warning("the database does not answer: %s", type(error).__name__)
    return refusal(request, busy())


def unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    log.error("unexpected error at %s", request.scope.get("path_template", ""), exc_info=error)
    return refusal(request, Refused("internal", 500, _("Something went wrong on our side. It has been recorded.")))
