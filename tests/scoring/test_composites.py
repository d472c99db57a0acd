"""Items of several interactions from the saved answer to the result page: marked by their own rules, told in words."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest
import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring.definition import Afterwards, ExamDefinition
from exam_engine.demo.content.make_gallery import items as gallery
from exam_engine.kit.database import transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.jobs import Progress
from exam_engine.reports import analysing, item_analysis
from exam_engine.reports.answers_given import answers_given
from exam_engine.scoring.rules import HandMark, mark_attempt, response_digest, scheme_of, slots_of
from item_bank.content.interactions import handler_for
from item_bank.formats.reading import read_file
from tests.accounts.school import hidden
from tests.authoring.composites import by_hand, item_of, two_interactions, with_a_hint
from tests.scoring.exam_world import ExamWorld, build, choice, found_world
from tests.scoring.test_feedback import become, told

SHOWN = Afterwards(score="at_submission", responses="at_submission", key="at_submission")


class Silent:
    """Takes the reports of a job that nobody watches."""

    async def report(self, *_told: object) -> None:
        return


@pytest_asyncio.fixture(loop_scope="session")
async def world(app: Litestar, real_engine: AsyncEngine, client: AsyncClient) -> ExamWorld:
    items = [item_of(two_interactions()), item_of(by_hand()), choice(1)]
    return await build(app, real_engine, client, items, afterwards=SHOWN, scale=None)


def opaque(world: ExamWorld, position: int, item: int) -> Mapping[str, str]:
    """The item's own ids ("1/w1") → those of this candidate's form."""
    return world.key_maps[world.forms[position]][world.slot(position, item)]["keys"]  # type: ignore[no-any-return]


def geography(world: ExamWorld, position: int, city: str, *pairs: str) -> dict[str, Any]:
    keys = opaque(world, position, 0)
    return {"0": city, "1": [" ".join(keys[f"1/{one}"] for one in pair.split()) for pair in pairs]}


async def test_answers_are_saved_marked_by_the_items_rules_and_shown_in_words(world: ExamWorld) -> None:
    await world.sit(0, {0: geography(world, 0, "Hà Nội", "w1 g1", "w2 g2"), 2: 1})
    await world.sit(1, {0: geography(world, 1, "Huế", "w1 g1", "w1 g2"), 2: 0}, submit=False)
    full = await world.current(0)
    mark = full["marks"][world.slot(0, 0)]
    assert (mark["points"], mark["detail"]["outcomes"]["SCORE"]) == ("3", "3")
    page = (await world.own_result(0)).text
    assert "Your answer: Hà Nội" in page
    assert "Your answer: sông → 1, núi → 2" in page
    assert "Key: sông → 1, núi → 2" in page
    assert "data-place" not in page
    done = await world.devices[1].submit()
    assert done.status_code == 200
    partly = (await world.current(1))["marks"][world.slot(1, 0)]
    assert partly["points"] == "1"


async def test_an_answer_with_ids_that_the_form_does_not_have_is_refused(world: ExamWorld) -> None:
    device = world.devices[0]
    await device.start()
    refused = await device.answer(world.slot(0, 0), {"1": ["w1 g1"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "entry_invalid")


async def test_a_paper_holds_neither_key_nor_feedback(world: ExamWorld) -> None:
    for row in await world.fetch("select paper from exam.form where sitting_id = :id", id=world.sitting_id):
        paper = gzip.decompress(bytes(row["paper"])).decode()
        assert "Tuyệt vời" not in paper
        assert "Xem lại" not in paper
        assert "Hà Nội" not in paper
        body = next(one["body"] for one in json.loads(paper)["items"] if one["points"] == "3")
        assert [part["type"] for part in body["parts"]] == ["text_entry", "gap_match"]


async def test_a_person_marks_what_no_rule_marks_and_the_page_shows_each_part(world: ExamWorld) -> None:
    weather = opaque(world, 0, 1)["1/b"]
    await world.sit(0, {1: {"0": "Trời xanh.\nMây trắng.", "1": weather}})
    assert (await world.current(0))["pending"] == 1
    number = 2
    page = await world.see("marker", f"/marking/{world.sitting}/{number}")
    assert page.status_code == 200
    assert "(1) Trời xanh.\nMây trắng." in page.text
    assert "(2) nắng" in page.text
    script = (await world.fetch("select * from exam.script where sitting_id = :id", id=world.sitting_id))[0]
    form = {
        "script": script["public_id"],
        "digest": script["response_digest"],
        "seen": hidden(page.text, "seen"),
        "act": "save",
    }
    given = await world.send("marker", f"/marking/{world.sitting}/{number}", **form, **{"points-whole": "0.5"})
    assert given.status_code == 303, given.text[:3000]
    now = await world.current(0)
    assert (now["pending"], now["marks"][world.slot(0, 1)]["points"]) == (0, "1/2")


def test_two_who_answer_alike_may_be_given_different_marks() -> None:
    item = item_of(by_hand())
    entry = {"version": 1, "points": "1", "section": 0, "group": None, "choose": None, "keys": {}}
    slots = slots_of([entry], {1: item})
    value, memory, scheme = {"0": "Trời xanh."}, dict[Any, Any](), scheme_of(ExamDefinition("Đề"))
    response: dict[str, str | list[str]] = {"0": "Trời xanh."}
    digest = response_digest(response)
    shares = [
        mark_attempt(slots, {0: value}, {0: HandMark(Fraction(points), digest)}, scheme, memory).slots[0].share
        for points in ("1/2", "1")
    ]
    waiting = mark_attempt(slots, {0: value}, {}, scheme, memory).slots[0]
    assert (shares, waiting.share) == ([Fraction(1, 2), Fraction(1)], None)


async def test_practice_tells_the_items_own_feedback_by_the_answer(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    world = await build(app, real_engine, client, [item_of(two_interactions())], candidates=2, formal=False)
    await become(real_engine, world, "practice", "item")
    right = await told(world, 0, geography(world, 0, "Hà Nội", "w1 g1", "w2 g2"))
    assert right["verdict"] == "right"
    assert "Tuyệt vời" in right["rationale"]
    assert "Xem lại" not in right["rationale"]
    assert right["key"] == {"texts": ["1: Hà Nội; 2: sông → 1, núi → 2"]}
    partly = await told(world, 0, geography(world, 1, "Hà Nội"), 1)
    assert partly["verdict"] == "partly"
    assert "Xem lại" in partly["rationale"]
    assert "Tuyệt vời" not in partly["rationale"]


async def test_a_button_asks_for_help_in_practice_and_nowhere_else(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    items, school = [item_of(with_a_hint())], await found_world(real_engine)
    with pytest.raises(Refused, match="practice_only"):
        await build(app, real_engine, client, items, school=school)
    world = await build(app, real_engine, client, items, school=school, formal=False, kind="practice")
    await become(real_engine, world, "practice", "item")
    asked = await told(world, 0, {"1": "true"})
    assert "Bên sông Hương" in asked["rationale"]


@pytest.mark.parametrize(("act", "points"), [("full_marks", "3"), ("dropped", "0")])
async def test_decisions_about_it_work_and_a_corrected_key_says_why_not(
    world: ExamWorld, act: str, points: str
) -> None:
    await world.sit(0, {0: geography(world, 0, "Huế"), 2: 1})
    place = f"/results/{world.sitting}/items/1/ruling"
    page = (await world.see("exam_officer", place)).text
    assert "correct it in its source" in page
    refused = await world.see("exam_officer", f"{place}/preview?act=key")
    assert refused.status_code == 422
    assert "correct it in its source" in refused.text
    seen = (await world.see("exam_officer", f"{place}/preview?act={act}")).text
    fingerprint = seen.split('name="fingerprint" value="')[1].split('"')[0]
    done = await world.send("exam_officer", place, act=act, reason="Đề sai", fingerprint=fingerprint)
    assert done.status_code == 303, done.text[:3000]
    mark = (await world.current(0))["marks"][world.slot(0, 0)]
    assert (mark["points"], mark["counted"]) == (points, act == "full_marks")


async def test_analysis_counts_it_as_one_item_of_several_points(world: ExamWorld) -> None:
    await world.sit(0, {0: geography(world, 0, "Hà Nội", "w1 g1", "w2 g2"), 2: 1})
    await world.sit(1, {0: geography(world, 1, "Huế", "w1 g1"), 2: 0})
    await world.sit(2, {0: geography(world, 2, "Huế", "w1 g2"), 2: 0})
    async with transaction(world.engine) as connection:
        found = await item_analysis.make(connection, world.sitting_id)
    row = next(one for one in found["items"] if one["version"] == world.versions[0])
    assert (row["n"], row["full"]) == (3, 1)
    assert row["facility"] == pytest.approx((3 + 1 + 0) / 9)
    assert {(one["part"], one["answer"]) for one in row["answers"]} >= {("1", "Huế"), ("2", "sông → 1, núi → 2")}


async def test_every_page_and_export_of_the_results_tells_it_in_words(world: ExamWorld) -> None:
    await world.sit(0, {0: geography(world, 0, "Hà Nội", "w1 g1", "w2 g2"), 2: 1})
    await world.sit(1, {0: geography(world, 1, "Huế", "w1 g1"), 1: {"0": "Mưa."}, 2: 0})
    await world.sit(2, {})
    await analysing.perform(world.app.state, cast("Progress", Silent()), {"sitting": world.sitting_id})
    base = f"/results/{world.sitting}"
    attempt = await world.see("exam_officer", f"{base}/attempts/{world.candidates[0]}")
    assert "1: Hà Nội; 2: sông → 1, núi → 2" in attempt.text
    item = await world.see("exam_officer", f"{base}/items/1")
    assert "sông → 1" in item.text
    assert (await world.see("exam_officer", f"{base}/items")).status_code == 200
    for name in ("responses.csv", "items.csv", "responses.xlsx"):
        exported = await world.see("exam_officer", f"{base}/export/{name}")
        assert exported.status_code == 200, (name, exported.text[:500])
    told = (await world.see("exam_officer", f"{base}/export/responses.csv")).content.decode("utf-8-sig")
    assert "1: Huế; 2: sông → 1" in told


def test_answers_given_are_counted_interaction_by_interaction() -> None:
    item = item_of(two_interactions())
    given: list[Any] = [{"0": "Hà Nội", "1": ["w2 g2", "w1 g1"]}, {"0": "Huế"}, {"0": "Huế", "1": ["w1 g1"]}, None]
    scores = np.array([3.0, 0.0, 1.0, 0.0])
    rows = answers_given(item, given, scores, scores)
    found = {(row["part"], row["answer"]): (row["n"], row["right"]) for row in rows}
    assert found[("1", "Hà Nội")] == (1, True)
    assert found[("1", "Huế")] == (2, False)
    assert found[("2", "núi → 2, sông → 1")] == (1, True)
    assert found[("2", "sông → 1")] == (1, False)


def test_of_one_question_the_answer_stands_without_a_number() -> None:
    """Plays of a recording and a button that asks for help are none."""
    found = {
        name: read_file("a.xml", gallery()[name].encode()).items[0].item for name in ("media", "end-attempt", "several")
    }
    said = {name: handler_for(item) for name, item in found.items()}
    assert said["media"].describe(found["media"], {"0": "2", "1": "3"}) == "3"
    assert said["media"].key_text(found["media"]) == "3"
    assert said["end-attempt"].describe(found["end-attempt"], {"0": "180", "1": "true"}) == "180"
    assert said["several"].describe(found["several"], {"0": "6", "1": "even"}) == "1: 6; 2: chẵn"
