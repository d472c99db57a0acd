"""The gallery taken over HTTP: the key of every item, in the form's own ids, is saved, marked and earns its points."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest_asyncio
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.demo import classroom, school
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import SYSTEM
from exam_engine.kit.settings import Settings
from exam_engine.sittings import candidate_queries, joining
from exam_engine.sittings.forms import as_met
from exam_engine.sittings.joining import Newcomer
from item_bank.content.interactions.composite import gives_of
from item_bank.content.model import Composite, Item
from item_bank.storage import queries as storage
from tests.delivery.conftest import served
from tests.demo.test_gallery import FILES, imported
from tests.scoring.exam_world import ExamWorld, build


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Litestar, settings: Settings) -> Any:
    async with served(app, settings) as found:
        yield found


def key_of(item: Item, keys: Mapping[str, str]) -> dict[str, Any]:
    """The declared key as a browser sends it."""
    composite = item.interaction
    assert isinstance(composite, Composite)
    declared = {one.identifier: one for one in composite.declarations}
    answer: dict[str, Any] = {}
    for number, part in enumerate(composite.parts):
        response = declared[part.id]
        if not response.correct:
            continue
        texts = [field.text for field in response.correct or ()]
        if gives_of(part) in ("id", "pair"):
            texts = [" ".join(keys[f"{number}/{name}"] for name in text.split()) for text in texts]
        answer[str(number)] = texts if response.cardinality != "single" else texts[0]
    return answer


async def test_every_composite_of_the_gallery_is_sat_and_earns_its_points(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient
) -> None:
    found = [imported(file.name) for file in FILES]
    items = [one.items[0].item for one in found if isinstance(one.items[0].item.interaction, Composite)]
    async with transaction(real_engine) as connection:
        await storage.store_assets(connection, [asset for one in found for asset in one.assets])
    world: ExamWorld = await build(app, real_engine, client, items, scale=None, forms=2, kind="practice")
    key_map = world.key_maps[world.forms[0]]
    answers = {}
    for number, item in enumerate(items):
        entry = key_map[world.slot(0, number)]
        answers[number] = key_of(as_met(item, entry), entry["keys"])
    await world.sit(0, answers)
    result = await world.current(0)
    by_hand = [number for number, answer in answers.items() if not answer]
    assert [items[number].title for number in by_hand] == ["Bài làm trên giấy"]
    for number in answers.keys() - set(by_hand):
        points = result["marks"][world.slot(0, number)]["points"]
        assert Fraction(points) == items[number].maximum, items[number].title


async def test_the_demo_has_it_as_a_practice_that_is_open(app: Litestar, real_engine: AsyncEngine) -> None:
    await school._found(app.state)
    async with real_engine.connect() as connection:
        statement = (
            "select s.id, s.state, s.kind, f.slots from exam.sitting s join exam.form f on f.sitting_id = s.id"
            " where s.title = :title"
        )
        (found,) = (await connection.execute(text(statement), {"title": classroom.GALLERY})).all()
    assert (found.state, found.kind) == ("confirmed", "practice")
    assert len(found.slots) == len(FILES)
    async with transaction(real_engine) as connection:
        (pupil, *_others) = await candidate_queries.candidates_of(connection, found.id)
        who = Newcomer(pupil["full_name"], pupil["person_id"], pupil["code"])
        # The paper of a second round is made again from the seed, its numbers with it, and must be the stored one.
        again = await joining.join(connection, app.state.keyring, app.state.events, SYSTEM, found.id, who, round_=2)
    assert again.made
