"""The nginx file that operators copy, in a real nginx: TLS, connections kept, streams that flow, nothing sent twice."""

from __future__ import annotations

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.kit.test_certificates import made
from tests.live import free_port

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "nginx.conf"


@dataclass
class Behind:
    """In the service's place: notes what arrives, streams on /stream, hangs up without a word on POST /cut."""

    port: int
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    connections: int = 0
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            except (EOFError, ConnectionError):
                break
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
            await reader.readexactly(int(headers.get("content-length", "0")))
            self.requests.append((head[0], headers))
            if "/cut" in head[0]:
                break
            if "/stream" in head[0]:
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                writer.write(b"5\r\nfirst\r\n")
                await self.go_on.wait()
                writer.write(b"4\r\nlast\r\n0\r\n\r\n")
            else:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()


def configured(tmp_path: Path, port: int, behind: int) -> Path:
    """The example with this machine's ports and paths in the places of an operator's."""
    certificate, key = made(tmp_path, "127.0.0.1")
    text = EXAMPLE.read_text(encoding="utf-8")
    for old, new in {
        "/etc/letsencrypt/live/thi.example.vn/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/thi.example.vn/privkey.pem": str(key),
        "listen 443 ssl backlog=4096": f"listen 127.0.0.1:{port} ssl backlog=4096",
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "server 127.0.0.1:8000": f"server 127.0.0.1:{behind}",
        "thi.example.vn": "127.0.0.1",
        "worker_processes auto": "worker_processes 1",
        "worker_rlimit_nofile 65536;": "",
        "worker_connections 32768": "worker_connections 512",
        "access_log off;": "access_log off;\n"
        + "".join(
            f"    {name}_temp_path {tmp_path}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        ),
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    file = tmp_path / "nginx.conf"
    file.write_text(text, encoding="utf-8")
    return file


@pytest_asyncio.fixture(loop_scope="session")
async def behind(tmp_path: Path) -> AsyncIterator[tuple[Behind, httpx.AsyncClient]]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if program is None:
        pytest.skip("no nginx here")
    stub, port = Behind(free_port()), free_port()
    server = await asyncio.start_server(stub.serve, "127.0.0.1", stub.port)
    nginx = await asyncio.create_subprocess_exec(
        program, "-p", str(tmp_path), "-e", str(tmp_path / "errors"), "-c", str(configured(tmp_path, port, stub.port)),
        "-g", f"daemon off; pid {tmp_path / 'pid'};",
    )  # fmt: skip
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with httpx.AsyncClient(base_url=f"https://127.0.0.1:{port}", verify=trusting) as browser:
        await _until_it_answers(browser)
        stub.requests.clear()
        yield stub, browser
    nginx.terminate()
    await nginx.wait()
    server.close()


async def _until_it_answers(browser: httpx.AsyncClient) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                await browser.get("/healthz")
            except httpx.TransportError:
                await asyncio.sleep(0.02)
            else:
                return


async def test_the_example_does_what_it_says(behind: tuple[Behind, httpx.AsyncClient]) -> None:
    stub, browser = behind
    for _request in range(3):
        assert (await browser.get("/play", headers={"x-request-id": "forged-by-a-browser"})).text == "ok"
    assert stub.connections == 1, "connections to the service are kept"
    line, headers = stub.requests[-1]
    assert line == "GET /play HTTP/1.1"
    assert headers["host"] == "127.0.0.1"
    assert len(headers["x-request-id"]) == 32, "its own id, not the browser's"

    async with browser.stream("GET", "/stream") as stream:
        parts = stream.aiter_text()
        assert await anext(parts) == "first", "a live page's event arrives before the stream ends"
        stub.go_on.set()
        assert await anext(parts) == "last"

    reply = await browser.post("/cut", content=b"a form")
    assert reply.status_code == 502
    assert [line for line, _headers in stub.requests if "/cut" in line] == ["POST /cut HTTP/1.1"], "never sent twice"
