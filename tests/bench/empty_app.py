"""The denominator: an empty Litestar POST handler without middleware, on the same server with the same settings."""

from __future__ import annotations

import sys

import uvloop
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar, post

from exam_engine.serving import BACKLOG


@post("/empty", status_code=200)
async def empty() -> dict[str, bool]:
    return {"ok": True}


async def main(port: int) -> None:
    server = Server(
        Litestar([empty], openapi_config=None),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.error,
    )
    await server.serve()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
