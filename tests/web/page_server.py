"""Serves rendered templates and built files on a loopback port, under the service's content security policy."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

from exam_engine.kit import languages, pages
from tests.web.built import DIST, manifest

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
NAVIGATION = (("Item bank", "library"), ("Exams", "file-text"), ("Sittings", "calendar-clock"))


def rendered(name: str, locale: str, **context: Any) -> str:
    """A template with what every page gets from the service."""
    source = languages.messages(locale)
    common: dict[str, Any] = {
        "_": languages.translator(locale),
        "ngettext": lambda one, many, n: source.ngettext(one, many, n) % {"n": n},
        "locale": locale,
        "principal": SimpleNamespace(name="Nguyễn Thị Ánh", kind="staff"),
        "path": "/here",
        "csrf_token": "token",
        "secure_door": "",
        "request_id": "",
        "navigation": [{"label": label, "href": "/here", "icon": icon, "current": False} for label, icon in NAVIGATION],
    }
    return pages.environment().get_template(name).render({**common, **context})


@contextmanager
def page_server(pages_by_path: Mapping[str, Callable[[], str]]) -> Iterator[str]:
    manifest()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            file = DIST / path.removeprefix("/static/")
            if path in pages_by_path:
                body, kind = pages_by_path[path]().encode(), "text/html; charset=utf-8"
            elif path.startswith("/static/") and file.is_file():
                body, kind = file.read_bytes(), TYPES[file.suffix]
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-security-policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            """Tells which token came, as a part of a page; /refused answers with a form, /broken with a problem."""
            self.rfile.read(int(self.headers.get("content-length", 0)))
            status, kind, body = 200, "text/html", f"<b id='told'>{self.headers.get('x-csrftoken')}</b>"
            if self.path == "/refused":
                status, body = 422, "<b id='told'>Look again</b>"
            elif self.path == "/broken":
                status, kind, body = 409, "application/problem+json", '{"detail": "The roster is closed."}'
            self.send_response(status)
            self.send_header("content-type", f"{kind}; charset=utf-8")
            self.send_header("content-security-policy", POLICY)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
