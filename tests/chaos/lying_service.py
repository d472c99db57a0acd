"""A way to the service that lies: some saves are acknowledged and go nowhere."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

EVERY = 10
NOT_PASSED_ON = {"connection", "transfer-encoding", "content-length", "server", "date"}


class LyingService:
    """In front of the service on `port`; every tenth save that carries answers is said to be saved, and dropped."""

    def __init__(self, port: int) -> None:
        saves = itertools.count(1)
        self.lies = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._pass_on(b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                entries = json.loads(body)["e"] if self.path == "/play/save" else []
                if entries and next(saves) % EVERY == 0:
                    outer.lies += len(entries)
                    self._answer(200, [], lie(entries))
                else:
                    self._pass_on(body)

            def _pass_on(self, body: bytes) -> None:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.request(self.command, self.path, body, dict(self.headers.items()))
                reply = connection.getresponse()
                self._answer(reply.status, reply.getheaders(), reply.read())
                connection.close()

            def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in NOT_PASSED_ON:
                        self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Whoever plays breaks connections on purpose."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()


def lie(entries: list[Any]) -> bytes:
    told = {"now": int(1000 * time.time()), "deadline": None, "state": "running", "notices": 0}
    return json.dumps({**told, "a": [[entry[0], 0] for entry in entries]}).encode()
