"""/metrics for Prometheus, on this machine only, by the work process. A page of numbers needs no web framework."""

from __future__ import annotations

import asyncio
import logging
from asyncio import StreamReader, StreamWriter
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit import metrics
from exam_engine.kit.settings import Settings
from exam_engine.operating.facts import Facts

log = logging.getLogger("exam_engine.metrics")

HOST = "127.0.0.1"
PATIENCE_S = 5.0
AGAIN_S = 5.0


async def expose(settings: Settings, engine: AsyncEngine) -> None:
    """Until cancelled; a port that is taken is waited for, and never stops the work."""
    facts = Facts(settings, engine)

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, EOFError, TimeoutError, asyncio.LimitOverrunError):
            async with asyncio.timeout(PATIENCE_S):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(await _reply(head, facts))
                await writer.drain()
        writer.close()

    while True:
        try:
            server = await asyncio.start_server(answer, HOST, settings.metrics_port)
        except OSError as refused:
            log.error("no metrics on port %s: %s", settings.metrics_port, refused.strerror)  # noqa: TRY400 - one line
            await asyncio.sleep(AGAIN_S)
            continue
        async with server:
            await server.serve_forever()


async def _reply(head: bytes, facts: Facts) -> bytes:
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    if not head.startswith(b"GET /metrics"):
        return b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    await facts.refresh()
    registry = metrics.registry()
    registry.register(facts)
    body = generate_latest(registry)
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: {CONTENT_TYPE_LATEST}\r\nContent-Length: {len(body)}\r\n"
    return f"{lines}Connection: close\r\n\r\n".encode() + body
