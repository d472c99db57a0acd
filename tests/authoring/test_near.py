"""Near questions: told while one is written and when a file is brought in, from the banks that one may read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from exam_engine import migrations
from exam_engine.authoring.duplicates import told_in_bank
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Option, SingleChoice
from item_bank.formats.reading import read_file
from item_bank.storage import queries as storage
from item_bank.storage.tables import item_signature
from tests.accounts.school import see
from tests.authoring.test_writing import ask, begun, page_data
from tests.sittings.world import World

STEM = "Tìm giá trị lớn nhất của hàm số $y=x^3-3x+2$ trên đoạn $[0;2]$."
ANSWERS = ("4", "2", "0", "-1")


def question(stem: str = STEM, *answers: str) -> Item:
    given = answers or ANSWERS
    options = (Option(f"o{n}", from_text(text), weight=str(int(n == 0))) for n, text in enumerate(given))
    return Item(from_text(stem), SingleChoice(tuple(options)))


def typed(stem: str, *answers: str) -> dict[str, Any]:
    """As the editor sends it."""
    options = [{"id": f"o{n}", "markup": text} for n, text in enumerate(answers or ("", "", "", ""))]
    return {"stem": stem, "interaction": {"type": "single_choice", "options": options}}


async def stored(world: World, content: Item, *, unit: int | None = None, status: str = "draft") -> str:
    """In the bank of the school, or in one of its own in another unit."""
    public = public_id()
    async with transaction(world.engine) as connection:
        found = await storage.bank_by_public_id(connection, world.bank)
        assert found
        own = unit and await storage.create_bank(connection, public_id=public_id(), unit_id=unit, name="Khác")
        await storage.add_item(connection, bank_id=own or found["id"], public_id=public, content=content, status=status)
    return public


async def near(world: World, item: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    draft = await begun(world, item, **more)
    found = await ask(world, "POST", f"/drafts/{draft['draft']}/near", {"item": item})
    assert found.status_code == 200, found.text
    return list(found.json()["near"])


async def test_who_writes_what_the_bank_has_is_told_what_differs(world: World) -> None:
    await world.enter("author")
    address = await stored(world, question())
    tex = '<span data-tex="y=x^3-3x+{}"></span>'
    same = f"TÌM gia tri lớn nhất  của hàm số {tex.format(2)} trên đoạn [0;2]."
    (found,) = await near(world, typed(same))
    assert found | {"html": ""} == {
        "item": address, "bank": found["bank"], "html": "", "percent": 100, "numbers": False, "answers": False,
    }  # fmt: skip
    assert "<math" in found["html"]
    (found,) = await near(world, typed(same.replace("+2", "+5"), "7", "8"))
    assert (found["item"], found["numbers"], found["answers"]) == (address, True, True)
    assert 60 <= found["percent"] < 100
    assert await near(world, typed("Em hãy tả con sông quê em vào một buổi chiều hè.")) == []
    assert await near(world, typed("")) == []


async def test_nothing_is_near_itself_or_what_was_put_away(world: World) -> None:
    await world.enter("author")
    address = await stored(world, question())
    await stored(world, question(), status="retired")
    data = page_data((await see(world.client, f"/items/{address}/edit")).text)
    assert await near(world, data["item"], source=address, version=data["version"]) == []
    assert [one["item"] for one in await near(world, data["item"])] == [address]


async def test_banks_that_one_may_not_read_stay_silent(world: World) -> None:
    await stored(world, question(), unit=world.school.other_school.id)
    await stored(world, question(), unit=world.school.province.id)
    await world.enter("author")
    assert await near(world, typed(STEM)) == []
    own = await stored(world, question(), unit=world.school.class_.id)
    assert [(one["item"], one["bank"]) for one in await near(world, typed(STEM))] == [(own, "Khác")]
    draft = await begun(world, typed(STEM))
    for role in ("teacher", "reviewer", "outsider"):
        await world.enter(role)
        path = f"/drafts/{draft['draft']}/near"
        assert (await ask(world, "POST", path, {"item": typed(STEM)})).status_code in {403, 404}, role


async def test_a_new_version_is_found_by_what_it_asks_now(world: World) -> None:
    await world.enter("author")
    address = await stored(world, question())
    async with transaction(world.engine) as connection:
        held = await storage.newest_version(connection, address)
        assert held
        river = question("Sông nào sau đây dài nhất trong các sông chảy qua nước ta?", "Hồng", "Mê Công")
        await storage.add_version(connection, item_id=held.item_id, content=river)
    assert await near(world, typed(STEM)) == []
    assert len(await near(world, typed("Sông nào sau đây dài nhất trong các sông chảy qua nước ta?"))) == 1


async def test_a_file_is_brought_in_with_a_note_of_what_is_near(world: World) -> None:
    await stored(
        world, question("Thủ đô của nước Cộng hoà xã hội chủ nghĩa Việt Nam là thành phố nào?", "Hà Nội", "Huế")
    )
    near_one = "Thủ đô nước Cộng hòa xã hội chủ nghĩa Việt Nam là thành phố nào?\nA. Hà Nội\nB. Huế\nANSWER: A"
    other = "Sông nào dài nhất?\nA. Hồng\nB. Mê Công\nANSWER: B"
    imported = read_file("de.txt", f"{near_one}\n\n{other}\n".encode(), format_name="aiken")
    async with transaction(world.engine) as connection:
        found = await storage.bank_by_public_id(connection, world.bank)
        assert found
        report = (await told_in_bank(connection, found["id"], imported)).report
    first, second = report.items
    assert [(one.code, one.params["text"][:14]) for one in first.reasons] == [("near_in_bank", "Thủ đô của nướ")]
    assert 80 <= int(first.reasons[0].params["percent"]) < 100
    assert not second.reasons
    assert {first.outcome, second.outcome} == {"kept"}


async def test_questions_from_before_there_were_signatures_get_theirs(world: World) -> None:
    script = migrations.scripts().get_revision("0016")
    assert script
    signed = select(item_signature).order_by(item_signature.c.item_id)
    async with transaction(world.engine) as connection:
        before = (await connection.execute(signed)).all()
        await connection.execute(delete(item_signature).where(item_signature.c.item_id != before[0].item_id))
        await connection.run_sync(script.module.sign_all)
        assert (await connection.execute(signed)).all() == before
        assert len(before) >= len(world.versions)
