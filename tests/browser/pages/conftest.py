"""A small demo school on a running service: one sitting open, one tomorrow, one finished and played."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from sqlalchemy import select

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.signing_in import open_session
from exam_engine.app import create_app, make_state
from exam_engine.authoring.tables import exam
from exam_engine.delivery.tables import attempt
from exam_engine.demo import people, school
from exam_engine.kit import clock
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from exam_engine.kit.tables import job
from exam_engine.reports.tables import item_analysis
from exam_engine.sittings import creating
from exam_engine.sittings.tables import candidate, sitting
from item_bank.storage import queries as storage
from item_bank.storage.tables import item_version, metadata
from tests.browser.pages.crawler import Crawl, Page, Thing, templates
from tests.live import LiveServer, free_port

PUPILS, PLAYED = 60, 16
ANALYSED_WITHIN = 60
LANGUAGES = ("vi", "en")


@dataclass
class Site:
    """`clients`: one signed-in HTTP client per role, and one of nobody; `ticket`: of a candidate who has not begun;
    `code`: of a test that pupils may join; `things`: what its public ids stand for."""

    url: str
    clients: dict[str, httpx.Client]
    ticket: str
    code: str
    templates: list[tuple[re.Pattern[str], str]]
    things: dict[str, Thing]

    @property
    def items(self) -> list[str]:
        """The oldest item of every type."""
        of_items = {
            address: thing for address, thing in self.things.items() if thing.made.startswith("item_bank.item-")
        }
        oldest: dict[str, str] = {}
        for address, thing in sorted(of_items.items(), key=lambda pair: pair[1].made):
            oldest.setdefault(thing.kind, address)
        return list(oldest.values())


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.fixture(scope="module")
def site(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = free_port()
    settings = Settings.from_environment(
        {}, database_url=database_url, data_dir=tmp_path_factory.mktemp("site"), port=port, demo=True,
        public_url=f"http://127.0.0.1:{port}", workers=1, pool_size=4, drain_seconds=2, log_level="warning",
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(school, "PUPILS", PUPILS)
        patch.setattr(school, "PLAYED", PLAYED)
        signs = pool.submit(school.build, settings).result()  # it runs a loop of its own
        pool.submit(asyncio.run, add_draft(settings)).result()
        code = pool.submit(asyncio.run, revise_an_item(settings)).result()
    ticket = next(found[1] for sign in signs if (found := re.search(r"/t/(\w+)", str(sign))))
    with LiveServer(settings) as server:
        clients = {member.role: signed_in(server.url, member.login) for member in people.STAFF}
        clients["nobody"] = httpx.Client(base_url=server.url, headers={"accept": "text/html"}, timeout=30)
        with ThreadPoolExecutor(1) as pool:
            cookies = {COOKIE: pool.submit(asyncio.run, pupil_session(settings)).result()}
            accept = {"accept": "text/html"}
            clients["pupil"] = httpx.Client(base_url=server.url, headers=accept, cookies=cookies, timeout=30)
            pool.submit(asyncio.run, analysed(settings)).result()
            things = pool.submit(asyncio.run, things_of(settings)).result()
        yield Site(server.url, clients, ticket, code, templates(create_app(settings)), things)
        for client in clients.values():
            client.close()


async def add_draft(settings: Settings) -> None:
    """A sitting that is still being planned: its pages have more to offer."""
    state = make_state(settings)
    async with transaction(state.engine) as connection:
        row = (await connection.execute(select(exam).order_by(exam.c.id).limit(1))).mappings().one()
        now = await clock.read(connection)
        times: dict[str, Any] = {
            "opens_at": now,
            "starts_at": now + timedelta(days=2),
            "closes_at": now + timedelta(days=3),
        }
        await creating.create_sitting(connection, SYSTEM, row, unit_id=row["unit_id"], title="Thi lại", **times)
    await state.engine.dispose()


async def revise_an_item(settings: Settings) -> str:
    """An item with two versions can be compared. Returns the join code of a test that is open."""
    state = make_state(settings)
    async with transaction(state.engine) as connection:
        # Of each type the crawler looks at one alone, its oldest.
        oldest = await connection.scalar(select(item_version.c.id).order_by(item_version.c.id).limit(1))
        stored = (await storage.versions_by_id(connection, [oldest]))[oldest]
        content = msgspec.structs.replace(stored.content, topic="Đọc hiểu")
        await storage.add_version(connection, item_id=stored.item_id, content=content)
        joinable = select(sitting.c.join_code).where(sitting.c.join_code.is_not(None))
        code = await connection.scalar(joinable.order_by(sitting.c.id).limit(1))
    await state.engine.dispose()
    return str(code)


async def things_of(settings: Settings) -> dict[str, Thing]:
    state = make_state(settings)
    found: dict[str, Thing] = {}
    async with transaction(state.engine) as connection:
        versions = await connection.execute(select(item_version.c.item_id, item_version.c.type))
        types = {row.item_id: row.type for row in versions}
        sittings = await connection.execute(select(sitting.c.id, sitting.c.state))
        states = {row.id: row.state for row in sittings}
        for table in metadata.tables.values():
            if not {"id", "public_id"} <= set(table.c.keys()):
                continue
            kinds = {"item_bank.item": types, "exam.sitting": states}.get(table.fullname, {})
            for number, address in await connection.execute(select(table.c.id, table.c.public_id)):
                found[address] = Thing(f"{table.fullname}-{number:09d}", kinds.get(number, ""))
    await state.engine.dispose()
    return found


async def pupil_session(settings: Settings) -> str:
    """Of a pupil who has handed something in and may see the result, on the own page."""
    state = make_state(settings)
    done = candidate.join(attempt, attempt.c.candidate_id == candidate.c.id)
    done = done.join(sitting, sitting.c.id == candidate.c.sitting_id)
    known = candidate.c.person_id.is_not(None), sitting.c.released_at.is_not(None)
    found = select(candidate.c.person_id).select_from(done).where(*known)
    async with transaction(state.engine) as connection:
        person = await connection.scalar(found.where(attempt.c.state == "submitted").order_by(attempt.c.id).limit(1))
        assert person is not None
        token = await open_session(connection, person_id=person, pupil=True)
    await state.engine.dispose()
    return token


async def analysed(settings: Settings) -> None:
    """Until the finished sittings have their item analyses: with it more pages are linked, in every run the same."""
    state = make_state(settings)
    end = time.monotonic() + ANALYSED_WITHIN
    while True:
        async with transaction(state.engine) as connection:
            made = await connection.scalar(select(item_analysis.c.made_at).where(item_analysis.c.made_at.is_not(None)))
            if made and not await connection.scalar(select(job.c.id).where(job.c.state.in_(("waiting", "running")))):
                break
        assert time.monotonic() < end, f"no item analysis within {ANALYSED_WITHIN} s"
        await asyncio.sleep(0.1)
    await state.engine.dispose()


def signed_in(url: str, login: str) -> httpx.Client:
    client = httpx.Client(base_url=url, headers={"accept": "text/html"}, timeout=30)
    page = client.get("/sign-in")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert token, page.text[:500]
    form = {"_csrf_token": token[1], "username": login, "password": school.PASSWORD}
    found = client.post("/sign-in", data=form)
    assert found.status_code == 303, found.text
    return client


@pytest.fixture(scope="module")
def pages(site: Site) -> Callable[[str, str], list[Page]]:
    """What one role reaches in one language; walked once."""
    known: dict[tuple[str, str], list[Page]] = {}

    def walked(role: str, language: str) -> list[Page]:
        if (role, language) not in known:
            client = site.clients[role]
            client.cookies.set("lang", language)
            nobody = ("/welcome", "/sign-in", "/candidate", f"/t/{site.ticket}", f"/join/{site.code}")
            items = tuple(f"/items/{address}" for address in site.items)
            starts = {"nobody": nobody, "pupil": ("/my",), "author": ("/", *items)}.get(role, ("/",))
            # The walk in Vietnamese is whole, whichever comes first: what is reached at all is told by it.
            before = known.get((role, "vi"), []) if language != "vi" else []
            files = {page.template for page in before if not page.is_html}
            known[role, language] = Crawl(client, site.templates, site.things, files=files).run(*starts)
        return known[role, language]

    return walked
