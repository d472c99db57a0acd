"""Serves the player's page, its files and an `Exam` on a loopback port, with switches for what goes wrong."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from exam_engine.kit import languages
from tests.browser.player.mock_exam import Attempt, Exam, Reply
from tests.web.built import DIST, manifest
from tests.web.page_server import rendered

#: As the service sends it (test_pairs.py compares); the player can be tried while the service does not start.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
MEDIA_POLICY = "; media-src blob:"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


class MockServer(ThreadingHTTPServer):
    """`fault`: "" works · "503" is busy · "away" hangs up · "drop_ack" journals, then hangs up · "slow" takes 2 s."""

    daemon_threads = True

    def __init__(self, exam: Exam) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.exam = exam
        # Kept in memory: somebody may build anew while a test runs.
        self.files = {path.name: path.read_bytes() for path in DIST.iterdir() if path.is_file()}
        self.fault = ""
        #: Digest → the bytes of a file that have come, piece by piece; after so many pieces the line is cut.
        self.handed: dict[str, bytes] = {}
        self.pieces_left = -1
        self.recordings: dict[str, bytes] = {}
        self.locale = "vi"
        self.lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Handler(BaseHTTPRequestHandler):
    server: MockServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _sep, query = self.path.partition("?")
        exam = self.server.exam
        if path.startswith("/static/") or path == "/sw.js":
            return self._file(path)
        if path.startswith("/t/"):
            return self._send(
                200, b"<!doctype html><title>ok</title>", "text/html", {"set-cookie": f"who={path[3:]}; Path=/"}
            )
        if self._fails():
            return None
        attempt = self._attempt()
        if attempt is None:
            return self._json(401, {"code": "sign_in_needed", "detail": "Please sign in first."})
        if path == "/play":
            return self._send(200, self._page().encode(), "text/html; charset=utf-8")
        if path == "/play/sealed":
            return self._send(200, exam.sealed(attempt), "application/octet-stream")
        if path.startswith("/play/media/"):
            found = self.server.recordings.get(path.rpartition("/")[2])
            return self._send(200, found, "audio/wav") if found else self._json(404, {"code": "not_found"})
        device = query.partition("device=")[2]
        calls: dict[str, Callable[[], Reply]] = {
            "/play/state": lambda: exam.state(attempt, device),
            "/play/paper": lambda: (200, exam.paper),
            "/play/variant": lambda: (200, exam.variant),
            "/play/receipt": lambda: exam.receipt(attempt),
        }
        if path not in calls:
            return self._json(404, {"code": "not_found"})
        with self.server.lock:
            exam.requests.append(path)
            return self._json(*calls[path]())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers["content-length"]))
        if self.path.startswith("/play/files/"):
            return None if self._fails() else self._piece(sent)
        body = json.loads(sent)
        exam, fault = self.server.exam, self.server.fault
        if self._fails():
            return None
        with self.server.lock:
            exam.requests.append(self.path)
            status, reply = self._post(exam, body)
        if fault == "drop_ack":
            return self._hang_up()
        return self._json(status, reply)

    def _post(self, exam: Exam, body: dict[str, Any]) -> tuple[int, Any]:
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        if self.path == "/play/save":
            return exam.save(token, body)
        if self.path == "/play/submit":
            return exam.submit(token, body)
        attempt = self._attempt()
        if self.path != "/play/start" or attempt is None:
            return 404, {"code": "not_found"}
        return exam.start(attempt, body["device"])

    def _piece(self, data: bytes) -> None:
        """As `exam_engine.delivery.answer_files.take`."""
        path, _sep, query = self.path.partition("?")
        values = {name: int(value) for name, value in (pair.split("=") for pair in query.split("&"))}
        digest, server = path.rpartition("/")[2], self.server
        with server.lock:
            if server.pieces_left == 0:
                server.pieces_left, server.fault = -1, "away"
                return self._hang_up()
            server.pieces_left -= server.pieces_left > 0
            held = server.handed.get(digest, b"")
            held = server.handed[digest] = held + data if values["at"] == len(held) else held
            server.exam.requests.append(path)
        return self._json(200, {"held": len(held), "done": len(held) == values["size"]})

    def _attempt(self) -> Attempt | None:
        cookie = SimpleCookie(self.headers.get("cookie", "")).get("who")
        return self.server.exam.attempts.get(cookie.value) if cookie else None

    def _fails(self) -> bool:
        if self.server.fault == "away":
            self._hang_up()
            return True
        if self.server.fault == "503":
            self._json(503, {"code": "busy", "detail": "Busy."}, {"retry-after": "1"})
            return True
        if self.server.fault == "slow":
            time.sleep(2)
        return False

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _page(self) -> str:
        locale = self.server.locale
        settings = json.dumps({"locale": locale, "zone": "Asia/Ho_Chi_Minh"})
        return rendered(
            "delivery/play.html", locale, settings=settings, texts=json.dumps(languages.texts_of(locale, "player"))
        )

    def _file(self, path: str) -> None:
        name = path.removeprefix("/static/").removeprefix("/")
        files = self.server.files
        if name not in files:
            return self._json(404, {"code": "not_found"})
        kind = TYPES[Path(name).suffix]
        if f"{name}.br" in files and "br" in self.headers.get("accept-encoding", ""):
            return self._send(200, files[f"{name}.br"], kind, {"content-encoding": "br"})
        return self._send(200, files[name], kind)

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body).encode(), "application/json", headers)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "content-type": kind,
            "content-length": str(len(body)),
            "content-security-policy": POLICY + (MEDIA_POLICY if self.path == "/play" else ""),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def serving(exam: Exam) -> Iterator[MockServer]:
    manifest()
    server = MockServer(exam)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
