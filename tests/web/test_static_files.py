"""How built files travel: compressed when the browser can, cached for ever, nothing else of the disk in reach."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Response
from litestar.testing import TestClient

from exam_engine.kit import static_files
from exam_engine.kit.errors import Refused
from exam_engine.kit.static_files import static_file
from tests.web.built import DIST, manifest


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Any]]:
    manifest()
    refuse: dict[int | type[Exception], Any] = {
        Refused: lambda _request, refused: Response(None, status_code=refused.status, headers=refused.headers)
    }
    with TestClient(Litestar([static_file], openapi_config=None, exception_handlers=refuse)) as client:
        yield client


def test_compressed_and_kept(client: TestClient[Any]) -> None:
    name = manifest()["staff.css"]["file"]
    reply = client.get(f"/static/{name}", headers={"accept-encoding": "gzip, deflate"})
    assert reply.headers["content-encoding"] == "gzip"
    assert int(reply.headers["content-length"]) == manifest()["staff.css"]["transfer"]
    assert reply.content == (DIST / name).read_bytes() == gzip.decompress((DIST / f"{name}.gz").read_bytes())
    assert reply.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in reply.headers["cache-control"]
    assert reply.headers["vary"] == "Accept-Encoding"


def test_as_it_is_for_those_who_ask_for_nothing(client: TestClient[Any]) -> None:
    name = manifest()["mathematics.woff2"]["file"]
    reply = client.get(f"/static/{name}", headers={"accept-encoding": "br, gzip"})
    assert "content-encoding" not in reply.headers
    assert reply.content == (DIST / name).read_bytes()
    plain = client.get(f"/static/{manifest()['staff.js']['file']}", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("name", ["manifest.json", "sources.json", "sw.js", "..%2Fpackage.json", "nothing.js", "%00"])
def test_nothing_else_is_in_reach(client: TestClient[Any], name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_what_a_new_build_took_away_is_missed_at_once_and_never_kept(
    client: TestClient[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A service that still knows the old names answered with nothing, to be kept for a year."""
    known = frozenset({"editor-gone.js", "editor-half.js"})
    monkeypatch.setattr(static_files, "built_files", lambda: known)
    monkeypatch.setattr(static_files, "package_path", lambda *parts: tmp_path / parts[-1])
    (tmp_path / "editor-half.js").touch()
    for name in known:
        reply = client.get(f"/static/{name}")
        assert (reply.status_code, reply.headers["cache-control"]) == (404, "no-store")
        (tmp_path / name).write_text("there again")
        again = client.get(f"/static/{name}", headers={"accept-encoding": "identity"})
        assert again.text == "there again"
