"""`serve --lan` as a school meets it: devices that trust the service work over https, all others over http."""

from __future__ import annotations

import base64
import hashlib
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Page, async_playwright

from exam_engine.kit import lan
from exam_engine.kit.authority import Authority
from exam_engine.kit.certificates import fingerprint, read_certificate, spoken
from exam_engine.kit.settings import Settings
from tests.browser.pages.test_every_page import AXE, RULES, RUN
from tests.browser.service.conftest import ON_SERVER, WATCH_POLICY, choose, line_says
from tests.hall import Hall, Seat, found
from tests.live import LiveServer, free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
#: A machine without a network (a container) serves the same two ways on its loopback address.
NO_NETWORK = not lan.addresses()


@pytest.fixture(scope="module")
def service(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    settings = Settings.from_environment(
        {}, database_url=database_url, data_dir=tmp_path_factory.mktemp("network"), lan=True, port=free_port(),
        tls_port=free_port(), workers=1, pool_size=4, drain_seconds=2, log_level="warning",
    )  # fmt: skip
    with LiveServer(settings) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hall(service: LiveServer, database_url: str) -> AsyncIterator[Hall]:
    hall = await found(service.settings, database_url)
    yield hall
    await hall.close()


@pytest.fixture
def authority(service: LiveServer) -> Authority:
    return Authority.of(service.settings)


@pytest.fixture
def device(authority: Authority) -> Iterator[httpx.Client]:
    """One that trusts the authority and nobody else; one jar of cookies for both ways in, as browsers have."""
    trusting = ssl.create_default_context(cafile=authority.certificate_file)
    with httpx.Client(verify=trusting, timeout=20) as client:
        yield client


def test_https_is_for_those_who_trust_the_root(service: LiveServer, device: httpx.Client) -> None:
    secure = service.settings.secure_url
    assert device.get(f"{secure}/readyz").text == "ready\n"
    assert device.get(f"{service.url}/readyz").text == "ready\n"
    with httpx.Client() as stranger, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        stranger.get(f"{secure}/readyz")


def test_forms_and_cookies_work_both_ways_on_one_device(service: LiveServer, device: httpx.Client) -> None:
    """A Secure cookie of https must not keep http from working: browsers don't tell ports apart."""
    for base in (service.settings.secure_url, service.url, service.settings.secure_url):
        page = device.get(f"{base}/candidate")
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
        assert token
        sent = {"_csrf_token": token[1], "number": "0", "pin": "000000"}
        answer = device.post(f"{base}/candidate", data=sent, headers={"accept": "text/html"})
        assert answer.status_code in {401, 403, 422}
        assert "form_expired" not in answer.text
    kept = {cookie.name: cookie.secure for cookie in device.cookies.jar}
    assert kept["__Host-csrf"]
    assert not kept["csrf"]


def test_no_device_is_told_to_stay_with_https(service: LiveServer, device: httpx.Client) -> None:
    for base in (service.settings.secure_url, service.url):
        assert "strict-transport-security" not in device.get(f"{base}/candidate").headers


def test_the_page_of_trust_leads_staff_on_and_nobody_elsewhere(service: LiveServer, device: httpx.Client) -> None:
    assert f'href="{service.settings.secure_url}/sign-in"' in device.get(f"{service.url}/trust?to=/sign-in").text
    assert "//evil" not in device.get(f"{service.url}/trust?to=//evil.example").text


def test_the_page_of_trust_shows_what_the_console_says(
    service: LiveServer, device: httpx.Client, authority: Authority
) -> None:
    page = device.get(f"{service.url}/trust", headers={"accept-language": "en"}).text
    told = service.told()
    for text in (spoken(authority.certificate), fingerprint(authority.certificate)):
        assert text in page
        assert text in told
    given = device.get(f"{service.url}/trust/authority.crt")
    assert given.headers["content-type"] == "application/x-x509-ca-cert"
    assert given.content == authority.certificate.public_bytes(Encoding.DER)
    assert device.get(f"{service.url}/trust.pdf").content.startswith(b"%PDF")


def test_the_console_shows_the_address_as_text_and_as_a_code(service: LiveServer) -> None:
    told = service.told()
    assert service.url in told
    assert service.settings.secure_url in told
    assert NO_NETWORK or "▄▄▄▄▄" in told


# --- browsers -----------------------------------------------------------


@asynccontextmanager
async def browser_page(chromium: str, *arguments: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", *arguments])
        context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
        context.set_default_timeout(20_000)
        await context.add_init_script(WATCH_POLICY)
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.text.startswith("policy:") else None)
        yield page
        await browser.close()
        assert complaints == []


def trusting(authority: Authority) -> str:
    """Chromium without a certificate store of its own is told by the key to take the certificate as valid."""
    key = read_certificate(authority.server_files[0]).public_key()
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    return f"--ignore-certificate-errors-spki-list={base64.b64encode(digest).decode()}"


async def looked_at(page: Page, url: str) -> list[str]:
    """What axe finds at the width of a phone, and whether the page fits it."""
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(url)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.evaluate(AXE.read_text())
    found: list[str] = await page.evaluate(RUN, RULES)
    await page.set_viewport_size({"width": 1280, "height": 800})
    return found


async def begin(page: Page, url: str, seat: Seat) -> None:
    await page.goto(f"{url}/t/{seat.ticket}")
    await page.wait_for_load_state("networkidle")
    await page.locator("main form button").first.click()
    await page.wait_for_selector(".start:enabled")
    await page.click(".start")
    await page.wait_for_selector(".item")


async def test_a_device_that_trusts_it_goes_over_by_itself_and_reloads_without_network(
    service: LiveServer, hall: Hall, chromium: str, authority: Authority
) -> None:
    seat = (await hall.sitting(1)).seats[0]
    async with browser_page(chromium, trusting(authority)) as page:
        await page.goto(f"{service.url}/check")
        await page.wait_for_url(f"{service.settings.secure_url}/check")
        await page.locator("[data-verdict=good]").wait_for()
        assert await page.inner_text("#code") == "000"
        assert await looked_at(page, f"{service.settings.secure_url}/trust?to=/sign-in") == []
        await begin(page, service.url, seat)
        assert page.url == f"{service.settings.secure_url}/play"
        assert await page.evaluate("isSecureContext")
        await choose(page, 0, 1)
        await line_says(page, ON_SERVER)
        await page.evaluate("navigator.serviceWorker.ready")
        await page.context.set_offline(True)
        await page.reload()
        await page.locator(".choice input:checked").wait_for()


@pytest.mark.skipif(NO_NETWORK, reason="plain http on a loopback address is a secure context")
async def test_a_device_that_does_not_stays_on_http_and_works(service: LiveServer, hall: Hall, chromium: str) -> None:
    seat = (await hall.sitting(1)).seats[0]
    async with browser_page(chromium) as page:
        await page.goto(f"{service.url}/check")
        await page.locator("[data-verdict=limited]").wait_for()
        code = await page.inner_text("#code")
        await begin(page, service.url, seat)
        assert page.url == f"{service.url}/play"
        assert not await page.evaluate("isSecureContext")
        await choose(page, 0, 1)
        await line_says(page, ON_SERVER)
        await page.goto(f"{service.url}/check?code={code}")
        assert "https" in await page.inner_text(".notice li")
