"""The HAProxy file that operators copy, in a real HAProxy: a node that is being stopped finishes what it has begun."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.live import free_port

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "haproxy-service.cfg"


@dataclass
class Node:
    """In a node's place: `stopping` is what /readyz says; a POST is carried out at once and answered when told."""

    port: int
    stopping: bool = False
    carried_out: int = 0
    answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
            except (EOFError, ConnectionError):
                break
            status = "503 Service Unavailable" if self.stopping and "/readyz" in head else "200 OK"
            if head.startswith("POST"):
                self.carried_out += 1
                await self.answer.wait()
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nok".encode())
            await writer.drain()
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def balanced(tmp_path: Path) -> AsyncIterator[tuple[Node, httpx.AsyncClient]]:
    program = shutil.which("haproxy") or shutil.which("haproxy", path="/usr/sbin:/sbin")
    if program is None:
        pytest.skip("no haproxy here")  # `make chaos` insists on it
    node, port = Node(free_port()), free_port()
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in {
        "0.0.0.0:8000": f"127.0.0.1:{port}",
        "10.0.0.31:8000": f"127.0.0.1:{node.port}",
        "10.0.0.32:8000": f"127.0.0.1:{free_port()}",
        "maxconn 50000": "maxconn 200",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    file = tmp_path / "haproxy.cfg"
    file.write_text(text, encoding="utf-8")
    server = await asyncio.start_server(node.serve, "127.0.0.1", node.port)
    haproxy = await asyncio.create_subprocess_exec(program, "-db", "-q", "-f", str(file))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as browser:
        await until(browser, 200)
        yield node, browser
    haproxy.terminate()
    await haproxy.wait()
    server.close()


async def until(browser: httpx.AsyncClient, status: int) -> None:
    """Until the balancer itself answers so: 503 when it knows of no node."""
    async with asyncio.timeout(20):
        while True:
            try:
                if (await browser.get("/")).status_code == status:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.02)


async def test_a_form_that_is_carried_out_is_answered(balanced: tuple[Node, httpx.AsyncClient]) -> None:
    node, browser = balanced
    form = asyncio.create_task(browser.post("/units", content=b""))
    async with asyncio.timeout(10):
        while not node.carried_out:
            await asyncio.sleep(0.01)
    node.stopping = True
    await until(browser, 503)
    assert not form.done(), "it was cut off when the node said that it stops"
    node.answer.set()
    assert (await form).status_code == 200
    assert node.carried_out == 1
