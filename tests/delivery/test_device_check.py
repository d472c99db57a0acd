"""The device check's page, and the code that a pupil reads to the teacher."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from exam_engine.delivery.device_check import LACKS, MOST, read
from exam_engine.kit.pages import package_path
from tests.asking import Client


@pytest.mark.parametrize(
    ("code", "words"),
    [("000", []), ("004", ["https"]), (" 12 ", ["https", "kept"]), ("257", ["browser", "Cookies"])],
)
def test_a_code_says_what_a_device_lacks(code: str, words: list[str]) -> None:
    told = read(code)
    assert told is not None
    assert len(told) == len(words)
    assert all(word in text for word, text in zip(words, told, strict=True))


@pytest.mark.parametrize("code", ["", "x", "-1", "1.5", "512", "0004", "٤", "4;"])
def test_what_is_no_code_is_told(code: str) -> None:
    assert read(code) is None


def test_page_and_browser_mean_the_same_by_each_number() -> None:
    module = Path(package_path("web", "check", "findings.js")).read_text(encoding="utf-8")
    assert {int(bit) for bit in re.findall(r"bit: (\d+)", module)} == {bit for bit, _words in LACKS}
    assert MOST == 511


async def test_the_page_is_open_and_says_something_without_any_script(app_client: Client) -> None:
    page = await app_client.get("/check", headers={"accept-language": "vi"})
    assert page.status_code == 200
    assert 'id="too-old"' in page.text
    assert "<noscript>" in page.text
    assert "Nếu sau mười giây" in page.text


async def test_on_the_server_itself_the_way_for_other_devices_is_shown(app_client: Client) -> None:
    for host, shown in (("localhost:8000", True), ("127.0.0.1", True), ("10.0.0.5:8000", False)):
        page = await app_client.get("/check", headers={"host": host})
        assert ('href="/trust"' in page.text) == shown, host


async def test_the_page_reads_codes(app_client: Client) -> None:
    headers = {"accept-language": "en"}
    assert "No https" in (await app_client.get("/check?code=004", headers=headers)).text
    assert "That device has everything" in (await app_client.get("/check?code=000", headers=headers)).text
    assert "This is no code" in (await app_client.get("/check?code=%3Cb%3E", headers=headers)).text


async def test_the_servers_time_is_the_databases(app_client: Client) -> None:
    told = (await app_client.get("/check/now")).json()["now"]
    assert abs(told / 1000 - time.time()) < 60
