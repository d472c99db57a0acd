"""An officer reads before the day what devices will lack because of how the service is reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exam_engine.kit.settings import Settings
from exam_engine.sittings.reaching import warned
from tests.accounts.school import see
from tests.kit.test_certificates import made
from tests.sittings.world import World

NOW = datetime.now(UTC)
EXAM = {"kind": "exam", "closes_at": NOW + timedelta(days=40)}
LAN = "http://192.168.1.20:8000"


def settings(**given: object) -> Settings:
    return Settings.from_environment({}, **{"public_url": LAN, **given})


def title(found: Settings, sitting: dict[str, object] = EXAM) -> str:
    told = warned(found, sitting, NOW)
    return told.title if told else ""


def test_plain_http_is_told_with_what_follows() -> None:
    told = warned(settings(), EXAM, NOW)
    assert told
    assert told.tone == "warning"
    assert any("reloaded" in line for line in told.lines)


def test_an_authority_of_ones_own_is_a_note() -> None:
    told = warned(settings(tls=True), EXAM, NOW)
    assert told
    assert told.tone == "info"


def test_https_behind_a_proxy_is_no_news() -> None:
    assert not title(settings(public_url="https://thi.example.vn"))


@pytest.mark.parametrize(("days", "told"), [(30, True), (60, False)])
def test_a_certificate_must_outlast_the_sitting(tmp_path: Path, days: int, told: bool) -> None:
    certificate, key = made(tmp_path, "thi.example.vn", days=days)
    found = settings(public_url=None, tls_cert=certificate, tls_key=key)
    assert bool(title(found)) is told


def test_a_service_that_only_this_machine_opens() -> None:
    assert "reach" in title(settings(public_url="http://127.0.0.1:8000"))
    assert not title(settings(public_url="http://127.0.0.1:8000", demo=True))


@pytest.mark.parametrize("sitting", [EXAM | {"kind": "quiz"}, EXAM | {"closes_at": NOW}])
def test_quizzes_and_what_is_over_are_left_alone(sitting: dict[str, object]) -> None:
    assert not title(settings(), sitting)


async def test_the_officer_reads_it_on_the_page_of_a_formal_sitting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = await world.with_candidates(1)
    monkeypatch.setitem(world.app.state._state, "settings", replace(world.app.state.settings, public_url=LAN))
    shown = (await see(world.client, place)).text
    assert "Máy chủ đang dùng http thường" in shown
    assert "mọi thiết bị cùng tải đề trong phút đầu" in shown
    assert 'href="/check"' in shown
    proxied = replace(world.app.state.settings, public_url="https://thi.example.vn")
    monkeypatch.setitem(world.app.state._state, "settings", proxied)
    assert "http thường" not in (await see(world.client, place)).text
