"""A whole sitting is played; then the log is searched for what must not be in it, and the numbers are compared."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio
from prometheus_client.parser import text_string_to_metric_families

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.logs import WELL_FORMED
from exam_engine.kit.settings import Settings
from loadtests.candidate import Candidate, Phase, Step
from loadtests.wire import Wire
from tests.hall import Room, found
from tests.live import LiveServer, free_port

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]
CANDIDATES, ANSWERS = 3, 4


@pytest.fixture
def measured(kept: Settings) -> Settings:
    return replace(kept, metrics_port=free_port(), log_format="json", log_level="info", backup_dir=None)


@pytest.fixture
def service(measured: Settings) -> Iterator[LiveServer]:
    with LiveServer(measured) as server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def room(service: LiveServer, measured: Settings, own_postgres: Embedded) -> AsyncIterator[Room]:
    hall = await found(measured, own_postgres.url())
    yield await hall.sitting(CANDIDATES)
    await hall.close()


async def test_nothing_personal_is_in_the_log_and_everything_is_counted(
    room: Room, service: LiveServer, measured: Settings
) -> None:
    secrets: list[str] = []
    for seat in room.seats:
        candidate = Candidate(seat.ticket, device=f"lab-machine-{seat.number}")
        secrets += [seat.name, seat.ticket, seat.pin, *await _sit(candidate, measured.port)]
    async with httpx.AsyncClient(base_url=service.url) as browser:
        await _knock_wrongly(browser, room)
        refused = await browser.get("/nothing/here?secret=geheim", headers={"accept": "application/json"})
        forged = await browser.get("/check", headers={"x-request-id": "not-from-a-proxy"})
        page = await browser.get("/nothing", headers={"accept": "text/html"})
    request = refused.headers["x-request-id"]
    assert refused.json()["request"] == request
    assert page.headers["x-request-id"] in page.text
    assert WELL_FORMED.fullmatch(request)
    assert forged.headers["x-request-id"] != "not-from-a-proxy"
    numbers = await _scraped(measured)
    for name, label in (("worker_restarts", "web"), ("unsaved_entries", "busy"), ("busy", "play"), ("busy", "home")):
        assert numbers[f"exam_engine_{name}_total", label] == 0, "an alert on its increase would miss the first one"
    victim = service.parts("web")[0]
    victim.kill()
    await _until_restarted(measured)
    service.stop()

    text = service.log.read_text(encoding="utf-8")
    for secret in [*secrets, "geheim", "nothing/here"]:
        assert not re.search(rf"(?<![\w.]){re.escape(secret)}(?![\w.])", text), secret
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    assert [line["message"] for line in lines if line["logger"] == "exam_engine.parent"] == [
        "web worker 1 ended (-9), starting it again"
    ]
    access = [line for line in lines if line["logger"] == "exam_engine.access"]
    assert [line["status"] for line in access if line.get("request") == request] == [404]
    assert "/play/save" not in {line["route"] for line in access}, "saves are counted only"
    assert {"/t/{ticket}", "/play/start", "/play/submit"} <= {line["route"] for line in access}
    assert all(WELL_FORMED.fullmatch(line["request"]) for line in access)

    assert numbers["exam_engine_saved_entries_total", "counts"] == CANDIDATES * ANSWERS
    assert numbers["exam_engine_attempts", "submitted"] == CANDIDATES
    assert numbers["exam_engine_database_up", ""] == 1
    assert numbers["exam_engine_heartbeat_age_seconds", ""] < 30
    assert numbers["exam_engine_processes", "web"] == 1
    assert numbers["exam_engine_flush_seconds_count", ""] > 0
    assert not any(name.startswith("exam_engine_backup") for name, _label in numbers), "no place is set"


async def _sit(candidate: Candidate, port: int) -> list[str]:
    """From the ticket to the receipt. Returns what nobody may read in the log."""
    wire, texts = Wire(port), [f"bai-lam-{number}-cua-em" for number in range(ANSWERS)]
    while candidate.phase is not Phase.DONE:
        if candidate.phase is Phase.WORKING and candidate.steps == [] and not candidate.standings:
            essay = next(item["slot"] for item in candidate.paper["items"] if item["type"] == "essay")
            candidate.plan([Step(0.0, essay, text) for text in texts], 1.0)
        request = candidate.next_request(2.0)
        assert request is not None
        candidate.receive(await wire.send(request))
    wire.close()
    return [*texts, candidate.token, *candidate.page_headers()["cookie"].replace(";", "=").split("=")[1::2]]


async def _knock_wrongly(browser: httpx.AsyncClient, room: Room) -> None:
    page = await browser.get("/candidate")
    token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    form = {"number": room.seats[0].number, "pin": "000000", "_csrf_token": token[1] if token else ""}
    await browser.post("/candidate", data=form)


async def _scraped(settings: Settings) -> dict[tuple[str, str], float]:
    """(name, its labels' values) → value."""
    async with httpx.AsyncClient() as prometheus:
        reply = await prometheus.get(f"http://127.0.0.1:{settings.metrics_port}/metrics", timeout=10)
    assert reply.status_code == 200
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


async def _until_restarted(settings: Settings) -> None:
    async with asyncio.timeout(20):
        while (await _scraped(settings)).get(("exam_engine_worker_restarts_total", "web")) != 1:
            await asyncio.sleep(0.1)
