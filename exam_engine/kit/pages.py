"""Pages: Jinja with the request's language, identity and navigation; digest-named files of the browser build."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from zlib import crc32

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket
from litestar import MediaType, Request, Response

from exam_engine.kit import languages
from exam_engine.kit.errors import Refused
from exam_engine.kit.logs import REQUEST

#: Each feature adds its entries through `app.py`: label msgid, href, icon, the permission that shows it.
NavigationEntry = tuple[str, str, str, str]


def package_path(*parts: str) -> Path:
    """A file of the installed package (the wheel is never zipped: `pip` unpacks it)."""
    with as_file(files("exam_engine").joinpath(*parts)) as path:
        return path


@cache
def manifest() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(package_path("web", "dist", "manifest.json").read_text())
    return found


def asset(name: str) -> str:
    """The URL of a built file: `asset("staff.js")` → `/static/staff-8F3A….js`."""
    entry = manifest()[name]
    return f"/static/{entry['file'] if isinstance(entry, dict) else entry}"


@cache
def shared_files(program: str) -> list[str]:
    """URLs of what a page program imports at once, to be asked for together with it."""
    return [asset(name) for name in manifest() if name.startswith(f"{program}-chunk-")]


class _Compiled(FileSystemBytecodeCache):
    """Compiled templates lie beside the templates, as Python's own do beside its modules, wherever that may be written:
    reading one takes a tenth of compiling it. Jinja compares the text that it was made of."""

    def __init__(self, templates: Path) -> None:
        # Also of what decides how a text is read: this module.
        made_by = crc32(Path(__file__).read_bytes())
        super().__init__(str(templates / "__pycache__"), f"%s-{made_by:08x}.jinja")

    def dump_bytecode(self, bucket: Bucket) -> None:
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)


@cache
def environment() -> Environment:
    templates = package_path("templates")
    made = Environment(
        loader=FileSystemLoader(templates),
        bytecode_cache=_Compiled(templates),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    made.globals["shared_files"] = shared_files
    return made


#: Each names another template by a literal, in double quotes.
_REFERENCE = re.compile(r'{%-?\s*(?:extends|from|import|include)\s+"([^"]+)"')


def compile_pages(names: Iterable[str]) -> None:
    """With all that they extend and import. Jinja would do it in each process when somebody first sees such a page, and
    whoever saves an answer there would wait for it."""
    made, done, left = environment(), set[str](), list(names)
    while left:
        name = left.pop()
        if name in done:
            continue
        done.add(name)
        made.get_template(name)
        assert made.loader is not None
        source = made.loader.get_source(made, name)[0]
        left += _REFERENCE.findall(source)


#: In the request's state: the language of the school at whose door somebody stands.
_SCHOOL_LOCALE = "school_locale"


def speak_as_the_school(request: Request[Any, Any, Any], locale: str | None) -> None:
    """Pages in front of the sign-in speak as those behind it will, unless the person has chosen a language: school
    computers have English browsers."""
    request.scope["state"][_SCHOOL_LOCALE] = locale


def locale_of(request: Request[Any, Any, Any]) -> str:
    """User's choice > signed-in principal's language > that of the school whose door it is > the browser's > the
    service's."""
    chosen = request.cookies.get(languages.COOKIE, "")
    if chosen in languages.LOCALES:
        return chosen
    principal = request.scope["state"].get("principal")
    if principal is not None and principal.locale in languages.LOCALES:
        return str(principal.locale)
    school = request.scope["state"].get(_SCHOOL_LOCALE)
    if school in languages.LOCALES:
        return str(school)
    return languages.negotiate(request.headers.get("accept-language", "")) or request.app.state.settings.default_locale


def render(request: Request[Any, Any, Any], name: str, **context: Any) -> str:
    """A template with what every page needs: `_`, `ngettext`, `locale`, `moment`, `number`, `principal` and more."""
    locale = locale_of(request)
    source = languages.messages(locale)
    principal = request.scope["state"].get("principal")
    zone = request.app.state.settings.default_zone
    common: dict[str, Any] = {
        "_": languages.translator(locale),
        "ngettext": lambda one, many, n: source.ngettext(one, many, n) % {"n": n},
        "locale": locale,
        "locales": languages.LOCALES,
        "moment": lambda value, form="short": languages.moment(value, locale, zone, form) if value else "–",
        "number": lambda value, decimals=None: languages.number(value, locale, decimals),
        "principal": principal,
        "navigation": navigation(request, principal),
        "path": request.url.path,
        "csrf_token": csrf_token(request),
        "may": principal.may if principal else (lambda _permission: False),
        "demo": request.app.state.settings.demo,
        "secure_door": secure_door(request, principal),
    }
    return environment().get_template(name).render({**common, **context})


def secure_door(request: Request[Any, Any, Any], principal: Any) -> str:
    """Where a page over plain http may go over to before anybody has signed in or filled anything in."""
    here: str = request.app.state.settings.secure_door
    return here if request.method == "GET" and principal is None else ""


def page(
    request: Request[Any, Any, Any],
    name: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """An HTML response; never stored by caches, as every page shows somebody's data."""
    return Response(
        render(request, name, **context),
        media_type=MediaType.HTML,
        status_code=status,
        headers={"Cache-Control": "private, no-store", **(headers or {})},
    )


def navigation(request: Request[Any, Any, Any], principal: Any) -> list[dict[str, Any]]:
    if principal is None or principal.kind != "staff":
        return []
    here = request.url.path
    translate = languages.translator(locale_of(request))
    return [
        {"label": translate(label), "href": href, "icon": icon, "current": here == href or here.startswith(href + "/")}
        for label, href, icon, permission in request.app.state.navigation
        if principal.may(permission)
    ]


#: As the framework makes them. Its cookie can be planted by another host of the same domain, and stands in pages.
_CSRF_TOKEN = re.compile(r"[0-9a-f]{128}")


def csrf_token(request: Request[Any, Any, Any]) -> str:
    """Empty where the browser sent something else: that page is shown, and what it sends is refused."""
    from litestar.utils.scope.state import ScopeState

    found = ScopeState.from_scope(request.scope).csrf_token
    return found if isinstance(found, str) and _CSRF_TOKEN.fullmatch(found) else ""


def wants_json(request: Request[Any, Any, Any]) -> bool:
    accept = request.headers.get("accept", "")
    return "text/html" not in accept or "application/json" in accept.split("text/html")[0]


def text_of(request: Request[Any, Any, Any], refused: Refused) -> str:
    return languages.translator(locale_of(request))(refused.message, **refused.params)


def refusal(request: Request[Any, Any, Any], refused: Refused) -> Response[Any]:
    """The same refusal for a program (problem+json, RFC 9457) and for a person (a page)."""
    text = text_of(request, refused)
    if wants_json(request):
        body = {"type": "about:blank", "status": refused.status, "code": refused.code, "detail": text, **refused.extra}
        if request_id := REQUEST.get():
            body["request"] = request_id
        return Response(
            body, media_type="application/problem+json", status_code=refused.status, headers=dict(refused.headers)
        )
    return page(
        request,
        "kit/error.html",
        status=refused.status,
        headers=dict(refused.headers),
        code=refused.code,
        message=text,
        status_code=refused.status,
        request_id=REQUEST.get(),
    )


Translator = Callable[..., str]
