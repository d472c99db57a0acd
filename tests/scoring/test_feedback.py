"""Feedback after each item: in practice, once, and nowhere else."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient, Response
from litestar import Litestar
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.kit.database import transaction
from exam_engine.sittings.policy import SittingPolicy, encode
from exam_engine.sittings.tables import sitting
from item_bank.content.markup import from_text
from item_bank.content.model import (
    AcceptedText,
    Asset,
    Item,
    Markup,
    MultipleChoice,
    Numeric,
    Option,
    ShortText,
    Statement,
    TrueFalseCluster,
)
from item_bank.storage import queries as storage
from tests.scoring.exam_world import ExamWorld, build, choice, essay

PICTURE = Asset.of("image/png", b"\x89PNG rationale")


def items() -> list[Item]:
    several = tuple(Option(f"o{n}", from_text(str(n)), weight="1" if n in (0, 2) else "0") for n in range(4))
    statements = tuple(Statement(letter, from_text(letter), letter in "ad") for letter in "abcd")
    why = Markup(f'<p>Vì thế.</p><img data-asset="{PICTURE.digest}" alt="hình"/>')
    return [
        Item(choice(1).stem, choice(1).interaction, rationale=why, topic="Hàm số"),
        Item(from_text("?"), MultipleChoice(several)),
        Item(from_text("?"), TrueFalseCluster(statements)),
        Item(from_text("?"), Numeric(("-1.5",))),
        Item(from_text("?"), ShortText((AcceptedText("Hà Nội"), AcceptedText("Thăng Long", "1/2")))),
        essay(),
    ]


async def become(engine: AsyncEngine, world: ExamWorld, kind: str, feedback: Any) -> None:
    async with transaction(engine) as connection:
        policy = encode(SittingPolicy(feedback=feedback, formal=False))
        await connection.execute(
            update(sitting).where(sitting.c.id == world.sitting_id).values(kind=kind, policy=policy)
        )


@pytest_asyncio.fixture(loop_scope="session")
async def practice(app: Litestar, real_engine: AsyncEngine, client: AsyncClient) -> ExamWorld:
    async with transaction(real_engine) as connection:
        await storage.store_assets(connection, [PICTURE])
    world = await build(app, real_engine, client, items(), candidates=2, formal=False)
    await become(real_engine, world, "practice", "item")
    return world


async def check(world: ExamWorld, item: int, position: int = 0) -> Response:
    return await world.devices[position].post("/play/feedback", {"slot": world.slot(position, item)})


async def given(world: ExamWorld, position: int = 0) -> Response:
    device = world.devices[position]
    return await device.client.get("/play/feedback", headers={"authorization": f"Bearer {device.token}"})


async def told(world: ExamWorld, item: int, answer: Any, position: int = 0) -> Any:
    await world.sit(position, {item: answer}, submit=False)
    found = await check(world, item, position)
    assert found.status_code == 200, found.text
    assert found.headers["cache-control"] == "private, no-store"
    return found.json()


async def test_every_kind_of_item_is_told_its_verdict_and_key(practice: ExamWorld) -> None:
    wrong = await told(practice, 0, 0)
    assert (wrong["verdict"], wrong["share"], wrong["topic"]) == ("wrong", "0", "Hàm số")
    assert wrong["key"] == {"options": [practice.value(0, 0, 1)]}
    assert "Vì thế" in wrong["rationale"]
    assert list(wrong["assets"]) == [PICTURE.digest]
    several = await told(practice, 1, sorted(practice.value(0, 1, one) for one in (0, 2)))
    assert several["verdict"] == "right"
    assert sorted(several["key"]["options"]) == several["value"]
    cluster = await told(practice, 2, {"a": True, "b": True})
    assert (cluster["verdict"], cluster["share"]) == ("partly", "1/10")
    assert cluster["key"] == {"statements": {"a": True, "b": False, "c": False, "d": True}}
    number = await told(practice, 3, "-1,5")
    assert (number["verdict"], number["key"]) == ("right", {"texts": ["-1,5"]})
    half = await told(practice, 4, "thăng long")
    assert (half["verdict"], half["share"], half["key"]) == ("partly", "1/2", {"texts": ["Hà Nội"]})
    by_person = await told(practice, 5, "Quê em ở ven sông.")
    assert (by_person["verdict"], by_person["share"], by_person["key"]) == ("by_person", None, {})
    again = (await given(practice)).json()["given"]
    assert {one["slot"] for one in again} == {practice.slot(0, item) for item in range(6)}


async def test_what_is_sent_afterwards_is_kept_but_not_judged_again(practice: ExamWorld) -> None:
    assert (await told(practice, 0, 0, 1))["verdict"] == "wrong"
    later = await told(practice, 0, 1, 1)
    assert (later["verdict"], later["value"]) == ("wrong", practice.value(1, 0, 0))
    kept = await practice.fetch(
        "select value from exam.journal_entry where attempt_id = :id order by counter", id=practice.attempts[1]
    )
    assert [row["value"].strip('"') for row in kept] == [practice.value(1, 0, 0), practice.value(1, 0, 1)]


async def test_two_that_ask_at_once_and_a_save_between_get_one_word(practice: ExamWorld) -> None:
    await practice.sit(0, {0: 0}, submit=False)
    device = practice.devices[0]
    entry = device.entry(practice.slot(0, 0), practice.value(0, 0, 1))
    found = await asyncio.gather(check(practice, 0), device.save(entry), check(practice, 0), check(practice, 0))
    answers = [one.json() for one in (found[0], found[2], found[3])]
    assert answers[0] == answers[1] == answers[2]
    assert found[1].json()["a"] == [[entry[0], 0]]
    rows = await practice.fetch("select share from exam.feedback where attempt_id = :id", id=practice.attempts[0])
    assert [row["share"] for row in rows] == [answers[0]["share"]]


async def test_nothing_is_told_before_an_answer_or_about_a_slot_that_is_none(practice: ExamWorld) -> None:
    await practice.sit(0, {}, submit=False)
    assert (await check(practice, 0)).json()["code"] == "not_answered"
    await practice.sit(0, {0: 1}, submit=False)
    await practice.sit(0, {0: None}, submit=False)
    assert (await check(practice, 0)).status_code == 409
    for slot in (-1, 6, 40_000):
        assert (await practice.devices[0].post("/play/feedback", {"slot": slot})).status_code == 422
    bodies: list[Any] = [{}, {"slot": "x"}, []]
    for body in bodies:
        assert (await practice.devices[0].post("/play/feedback", body)).status_code in (400, 422)


@pytest.mark.parametrize(
    ("kind", "feedback"), [("quiz", "item"), ("exam", "item"), ("homework", "none"), ("practice", "none")]
)
async def test_no_graded_test_tells_a_key_whatever_its_policy_says(
    practice: ExamWorld, real_engine: AsyncEngine, kind: str, feedback: str
) -> None:
    await practice.sit(0, {0: 0}, submit=False)
    await become(real_engine, practice, kind, feedback)
    found = await check(practice, 0)
    assert (found.status_code, found.json()["code"]) == (403, "no_feedback")
    assert f'"{practice.value(0, 0, 1)}"' not in found.text
    assert (await given(practice)).status_code == 403


async def test_only_while_the_attempt_runs_here(practice: ExamWorld, real_engine: AsyncEngine) -> None:
    await practice.sit(0, {0: 0}, submit=False)
    async with transaction(real_engine) as connection:
        await connection.execute(
            text("update exam.attempt set resume = 2 where id = :id"), {"id": practice.attempts[0]}
        )
    assert (await check(practice, 0)).json()["code"] == "other_device"
    async with transaction(real_engine) as connection:
        await connection.execute(
            text("update exam.attempt set resume = 1, deadline = exam.now() - interval '1 s' where id = :id"),
            {"id": practice.attempts[0]},
        )
    assert (await check(practice, 0)).json()["code"] == "time_over"
    await practice.sit(1, {0: 0})
    assert (await check(practice, 0, 1)).json()["code"] == "already_submitted"
    practice.devices[1].token = "A" * 60
    assert (await check(practice, 0, 1)).status_code == 401


async def test_the_page_loads_the_module_in_practice_alone(practice: ExamWorld, real_engine: AsyncEngine) -> None:
    async def page() -> str:
        return (await practice.devices[0].get("/play")).text

    assert "practice-" in await page()
    await become(real_engine, practice, "quiz", "none")
    assert "practice-" not in await page()


async def test_a_wrong_key_is_mended_in_practice_too(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [choice(1), choice(2)], candidates=2, formal=False)
    await become(real_engine, world, "practice", "item")
    await world.sit(1, {0: 0, 1: 2})  # a round that is done, with the answer that turns out to be right
    before = await told(world, 0, 0)
    assert (before["verdict"], before["ruling"], before["reason"]) == ("wrong", "", "")
    results = f"/results/{world.sitting}"
    listed = (await world.see("exam_officer", f"{results}/items")).text
    assert f"{results}/items/1/ruling" in listed
    assert f'href="{results}"' not in listed, "practice has no results"
    act = {"act": "key", "right": "o0"}
    seen = await world.see("exam_officer", f"{results}/items/1/ruling/preview", params=act)
    words = " ".join(re.sub("<[^>]*>", " ", seen.text).split())
    assert "Practice has no marks" in words
    assert "Go up 1 of 1 round" in words
    mark = re.search(r'name="fingerprint" value="(\w+)"', seen.text)
    assert mark
    done = await world.send(
        "exam_officer", f"{results}/items/1/ruling", **act, reason="Sai đáp án", fingerprint=mark[1]
    )
    assert done.status_code == 303
    assert "The points of 1 round have changed" in (await world.see("exam_officer", done.headers["location"])).text
    assert [(await world.current(1))[name] for name in ("version", "rounded")] == [2, 10]
    known = (await given(world)).json()["given"][0]
    assert (known["verdict"], known["key"]) == ("right", {"options": [world.value(0, 0, 0)]})
    assert (known["ruling"], known["reason"]) == ("key", "Sai đáp án"), "beside the new key: why it is another one"
    for page in ("", "/remark", "/export/items.csv"):
        assert (await world.see("exam_officer", results + page)).status_code == 404, page
