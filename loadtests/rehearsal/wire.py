"""HTTP of one player inside Locust. Only for a process of its own: gevent changes any process it is loaded into."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import gevent
import gevent.ssl
from geventhttpclient import HTTPClient

from loadtests.candidate import Reply, Request

PATIENCE_S = 20.0
NO_REPLY = (OSError, ssl.SSLError, gevent.Timeout, ValueError)


@lru_cache
def trusting(cafile: str | None, *, insecure: bool) -> Any:
    """One for all: each would read the known authorities anew. The client's own `insecure` still checks the chain."""
    context = gevent.ssl.create_default_context(cafile=cafile)
    if insecure:
        context.check_hostname = False
        context.verify_mode = gevent.ssl.CERT_NONE
    return context


class Wire:
    """One person's browser: one connection, kept. `told(name, seconds, status, size)` for each request; status 0: no
    reply came."""

    def __init__(self, url: str, told: Callable[[Request, float, int, int], None], *, insecure: bool = False) -> None:
        self._url, self._told, self._insecure = url, told, insecure
        self._client = self._new()

    def _new(self) -> Any:
        where = urlsplit(self._url)
        secure = where.scheme == "https"
        return HTTPClient(
            where.hostname or "127.0.0.1",
            where.port or (443 if secure else 80),
            ssl=secure,
            ssl_context_factory=lambda cafile=None: trusting(cafile, insecure=self._insecure),
            insecure=self._insecure,
            connection_timeout=PATIENCE_S,
            network_timeout=PATIENCE_S,
        )

    def send(self, request: Request) -> Reply | None:
        """None: no whole reply."""
        begun = time.monotonic()
        try:
            response = self._client.request(request.method, request.path, request.body, dict(request.headers))
            body = bytes(response.read())
            headers = [(str(name), str(value)) for name, value in response.headers]
            status = int(response.status_code)
            response.release()
        except NO_REPLY:
            self.drop()
            self._told(request, time.monotonic() - begun, 0, 0)
            return None
        self._told(request, time.monotonic() - begun, status, len(body))
        return Reply(status, headers, body)

    def stream(self, request: Request) -> Iterator[bytes]:
        """The lines of a page that never ends, until it does."""
        with suppress(*NO_REPLY):
            response = self._client.request(request.method, request.path, b"", dict(request.headers))
            while chunk := response.read(4096):
                yield bytes(chunk)

    def drop(self) -> None:
        """The connection breaks; the next request opens another."""
        with suppress(*NO_REPLY):
            self._client.close()
        self._client = self._new()
