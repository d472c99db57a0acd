"""The files of the browser build: sent as they were compressed when built, and kept by browsers for a year."""

from __future__ import annotations

from functools import cache
from typing import Any

from litestar import Request, Response, get

from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.identity import open_to_all
from exam_engine.kit.pages import manifest, package_path

TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
#: In the order of preference; browsers ask for br on https only.
PACKINGS = {"br": "br", "gzip": "gz"}


@get("/static/{name:str}", **open_to_all())
async def static_file(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    """A digest-named file: its name changes with its content, so it never needs to be asked for again."""
    if name not in built_files():
        raise _missing()
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    packing = next((packing for packing in PACKINGS if packing in accepted and content(name, packing)), "")
    found = content(name, packing)
    if not found:
        raise _missing()
    return Response(
        found,
        media_type=TYPES[name.rpartition(".")[2]],
        headers={
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
            **({"Content-Encoding": packing} if packing else {}),
        },
    )


@cache
def built_files() -> frozenset[str]:
    return frozenset(entry["file"] for name, entry in manifest().items() if name != "sw.js")


def content(name: str, packing: str = "") -> bytes | None:
    """None for what is not there, or still empty: under a running service a new build takes files away."""
    try:
        return _read(name, packing)
    except OSError:
        return None


@cache
def _read(name: str, packing: str) -> bytes:
    """Read once per process: all of them together are under a megabyte. What fails is tried again the next time."""
    found = package_path("web", "dist", f"{name}.{PACKINGS[packing]}" if packing else name).read_bytes()
    if not found:
        raise FileNotFoundError(name)
    return found


def _missing() -> Refused:
    """Never kept: the same name may be there again after the next build."""
    refused = not_found()
    refused.headers = {"Cache-Control": "no-store"}
    return refused
