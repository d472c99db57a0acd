"""Plain http beside https: who is sent on, whose cookies are whose, and what the console says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar, Request, get
from litestar import Response as Reply
from litestar.datastructures import State

from exam_engine import announcing, doors
from exam_engine.app import security_headers
from exam_engine.kit import lan, printing, trust_routes
from exam_engine.kit.settings import PlainSide, Settings
from tests.kit.test_certificates import made

ELSEWHERE, HERE, HERE_TOO = ("192.168.1.55", 5000), ("127.0.0.1", 5000), ("192.168.1.20", 5000)


@get("/sign-in")
async def door(request: Request) -> Reply[str]:  # type: ignore[type-arg]
    reply = Reply(request.cookies.get("session", "none"))
    reply.set_cookie("session", "mine", secure=True)
    reply.delete_cookie("old")
    return reply


async def ask(app: object, path: str, client: tuple[str, int] = ELSEWHERE, **headers: str) -> Response:
    async with AsyncClient(transport=ASGITransport(app, client=client), base_url="http://x") as asking:  # type: ignore[arg-type]
        return await asking.get(path, headers=headers)


@pytest.mark.parametrize(("client", "status"), [(ELSEWHERE, 303), (HERE, 200), (HERE_TOO, 200)])
async def test_staff_are_sent_on_unless_they_sit_at_the_machine_itself(
    client: tuple[str, int], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lan, "addresses", lambda: ["192.168.1.20"])
    app = doors.with_staff_sent_on(Litestar([door], openapi_config=None))
    assert (await ask(app, "/sign-in", client)).status_code == status
    assert (await ask(app, "/elsewhere", client)).status_code == 404


async def test_cookies_of_https_have_names_of_their_own() -> None:
    app = doors.with_own_cookies(Litestar([door], openapi_config=None))
    planted = await ask(app, "/sign-in", cookie="session=planted; __Host-session=mine")
    assert planted.text == "mine"
    assert (await ask(app, "/sign-in", cookie="session=planted")).text == "none"
    set_, taken_back = planted.headers.get_list("set-cookie")
    assert set_.startswith("__Host-session=mine")
    assert set_.lower().count("secure") == 1
    assert taken_back.startswith("__Host-old=")
    assert "Secure" in taken_back, "browsers ignore it otherwise"


async def test_the_sheet_that_anybody_may_ask_for_is_typeset_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made_for: list[str] = []

    async def typeset(_template: str, data: Callable[[], str]) -> bytes:
        made_for.append(data())
        return b"%PDF"

    monkeypatch.setattr(trust_routes, "known", lambda _settings: {"sha256": "AB", "secure_url": "https://x"})
    monkeypatch.setattr(trust_routes, "printed", lambda _found, locale, _settings: locale)
    monkeypatch.setattr(printing, "typeset", typeset)
    app = Litestar([trust_routes.sheet], state=State({"settings": None}), openapi_config=None)
    for language in ("vi", "en", "vi", "en"):
        assert (await ask(app, "/trust.pdf", cookie=f"lang={language}")).content == b"%PDF"
    assert sorted(made_for) == ["en", "vi"]


async def test_with_a_bought_certificate_everything_goes_over_to_https() -> None:
    app = doors.onward("https://thi.example.vn")
    sent_on = await ask(app, "/t/abc?x=1&y=%C4%91")
    assert sent_on.status_code == 307
    assert sent_on.headers["location"] == "https://thi.example.vn/t/abc?x=1&y=%C4%91"


def read(tmp_path: Path, **given: object) -> Settings:
    return Settings.from_environment({}, data_dir=tmp_path, **given)


def names_of(settings: Settings) -> dict[bytes, bytes]:
    return dict(security_headers(settings))


def test_only_behind_a_proxy_browsers_are_told_to_stay_with_https(tmp_path: Path) -> None:
    certificate, key = made(tmp_path, "thi.example.vn")
    strict = b"strict-transport-security"
    assert strict in names_of(read(tmp_path, public_url="https://thi.example.vn"))
    assert strict not in names_of(read(tmp_path, tls=True))
    assert strict not in names_of(read(tmp_path, tls_cert=certificate, tls_key=key))


def test_only_the_plain_side_may_ask_the_secure_one(tmp_path: Path) -> None:
    settings = read(tmp_path, tls=True)
    plain = PlainSide(**{name: getattr(settings, name) for name in settings.__slots__})
    policy = b"content-security-policy"
    assert b"connect-src 'self' https://127.0.0.1:8443;" in names_of(plain)[policy]
    assert b"connect-src 'self';" in names_of(settings)[policy]


def test_a_changed_address_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan, "addresses", lambda: ["192.168.1.20", "10.0.0.2"])
    told = announcing.told(read(tmp_path, lan=True, tls=False))
    assert "http://192.168.1.20:8000" in told
    assert "10.0.0.2" in told
    assert "CHANGED" not in told
    monkeypatch.setattr(lan, "addresses", lambda: ["192.168.1.33"])
    told = announcing.told(read(tmp_path, lan=True, tls=False))
    assert "CHANGED" in told
    assert "http://192.168.1.20:8000" in told
    monkeypatch.setattr(lan, "addresses", list)
    assert "No network" in announcing.told(read(tmp_path, lan=True, tls=False))


def test_a_certificate_for_another_name_or_near_its_end_is_told(tmp_path: Path) -> None:
    certificate, key = made(tmp_path, "thi.example.vn", days=10)
    told = announcing.told(read(tmp_path, public_url="https://other.example.vn", tls_cert=certificate, tls_key=key))
    assert "made for thi.example.vn, not for other.example.vn" in told
    assert "expires on" in told


def test_a_service_for_this_machine_alone_says_nothing_more(tmp_path: Path) -> None:
    assert announcing.told(read(tmp_path)) == ""
