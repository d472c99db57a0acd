"""From a template to forms, by the pages: blueprint, what the bank lacks, assembly, taking it into the exam."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import pytest_asyncio
from litestar import Litestar
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring.definition import ExamDefinition, decode
from exam_engine.authoring.tables import exam
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.sittings import confirming
from exam_engine.sittings.forms import build_form
from item_bank.content.markup import from_text
from item_bank.content.model import Essay, Item, Numeric, Statement, TrueFalseCluster
from item_bank.storage import queries as storage
from tests.accounts.school import Client, hidden, see, send
from tests.authoring.jobs import performed
from tests.sittings.world import World, build, choice

TOPICS = ("Hàm số", "Xác suất")
LEVELS = ("Biết", "Hiểu", "Vận dụng")


@pytest_asyncio.fixture(loop_scope="session")
async def world(app_client: Client, app: Litestar, real_engine: AsyncEngine) -> World:
    """A bank with items of four kinds, two topics and three levels."""
    found = await build(app_client, app, real_engine)
    await found.enter("exam_officer")
    async with transaction(found.engine) as connection:
        bank = await storage.bank_by_public_id(connection, found.bank)
        assert bank is not None
        for number, item in enumerate(_items()):
            await storage.add_item(
                connection, bank_id=bank["id"], public_id=public_id(), content=item,
                status="approved" if number % 2 else "draft",
            )  # fmt: skip
    return found


def _items() -> list[Item]:
    found: list[Item] = []
    for topic in TOPICS:
        for level in LEVELS:
            for _n in range(5):
                number = 200 + len(found)
                cluster = TrueFalseCluster(tuple(Statement(s, from_text(f"ý {s}"), s == "a") for s in "abcd"))
                found += [
                    replace(choice(number), topic=topic, level=level),
                    Item(from_text(f"Xét {number}"), cluster, topic=topic, level=level),
                    Item(from_text(f"Tính {number}"), Numeric((str(number),)), topic=topic, level=level),
                    Item(from_text(f"Viết {number}"), Essay(), topic=topic, level=level),
                ]
    return found


async def test_a_template_becomes_parallel_forms(world: World) -> None:
    place = await _made(world)
    await _template(world, place, "mathematics")
    await _save(world, place, bank=world.bank, new_topics="Hàm số\nXác suất")
    shown = (await see(world.client, f"{place}/blueprint")).text
    assert "Ngân hàng đủ câu cho từng ô." in shown
    assert "có 20" in shown, "statements of a topic at a level"
    await _save(world, place, **{"cell.0.0.all": "6", "cell.0.all.apply": "4", "cell.1.0.all": "8"})
    shown = await _assembled(world, place, mode="parallel", forms="2", overlap="0")
    assert "Chưa đủ căn cứ để coi các đề là tương đương" in shown
    taken = await send(world.client, _action(shown, "take"), revision=hidden(shown, "revision"))
    assert taken.headers["location"] == place
    page = (await see(world.client, place)).text
    assert "12 câu trong mỗi bộ, 2 bộ đã ghép" in page
    assert "/sittings/new?exam=" in page
    definition = await _definition(world, place)
    assert definition.forms == 4, "two orders of each set"
    async with transaction(world.engine) as connection:
        content = await confirming.load_content(connection, definition)
    forms = [set(build_form(definition, content, "s", b"k" * 32, n, n).form.items) for n in ("101", "102")]
    assert [len(one) for one in forms] == [22, 22]
    assert not forms[0] & forms[1]
    for number in ("", "?form=1"):
        told = (await see(world.client, f"{place}/tables{number}")).text
        assert f'value="{1 if number else 0}" selected' in told
    assert (await see(world.client, f"{place}/tables?form=2")).status_code == 404
    assert (await see(world.client, f"{place}/preview")).status_code == 200


async def test_one_set_becomes_the_items_of_the_exam(world: World) -> None:
    place = await _made(world)
    await _template(world, place, "periodic")
    await _save(world, place, bank=world.bank)
    shown = await _assembled(world, place, mode="one", mean="50")
    await send(world.client, _action(shown, "take"), revision=hidden(shown, "revision"))
    definition = await _definition(world, place)
    assert [len(section.items) for section in definition.sections] == [12, 2, 4, 3]
    told = html.unescape((await see(world.client, f"{place}/tables")).text)
    assert "40" in told
    again = (await see(world.client, f"{place}/assembly")).text
    assert "Đã đưa vào đề thi" in again
    assert "Giữ lại các câu đang có" in again


async def test_an_exam_is_counted_into_a_blueprint_for_others_like_it(world: World) -> None:
    place = f"/exams/{world.exam}"
    await _save(world, place, bank=world.bank)
    counted = await send(world.client, f"{place}/blueprint", **await _form(world, place) | {"action": "items"})
    assert counted.status_code == 303
    definition = await _definition(world, place)
    (plans,) = [section.plans for section in definition.sections]
    assert [(plan.kind, plan.count) for plan in plans] == [("choice", 8), ("true_false", 1), ("short", 1)]
    shown = await _assembled(world, place, mode="one", keep="1")
    await send(world.client, _action(shown, "take"), revision=hidden(shown, "revision"))
    assert [one.version for one in (await _definition(world, place)).sections[0].items] == world.versions


async def test_what_the_bank_lacks_is_said_before_and_nothing_is_assembled(world: World) -> None:
    place = await _made(world)
    await _template(world, place, "society")
    await _save(world, place, bank=world.bank, new_topics="Hàm số", approved="1")
    await _save(world, place, approved="1", **{"cell.0.0.know": "20"})
    shown = html.unescape((await see(world.client, f"{place}/blueprint")).text)
    assert re.search(r"Phần I[^<]*“Hàm số”, Biết: cần 20, ngân hàng có \d", shown)
    asked = await send(world.client, f"{place}/assembly", mode="one")
    assert (asked.status_code, "Chưa thể ghép theo ma trận này" in asked.text) == (422, True)


async def test_demands_that_do_not_go_together_are_said_in_words(world: World) -> None:
    place = await _made(world)
    await _template(world, place, "society")
    await _save(world, place, bank=world.bank, new_topics="Hàm số")
    await _save(world, place, **{"cell.0.0.all": "6", "cell.0.all.know": "4", "cell.0.all.understand": "4"})
    shown = html.unescape(await _assembled(world, place, mode="parallel", forms="6", overlap="0"))
    assert "Không câu nào có mặt trong nhiều bộ hơn mức cho phép, mà cần 6 bộ." in shown
    assert "Đưa vào đề thi" not in shown


async def test_a_changed_blueprint_is_assembled_anew_and_two_editors_do_not_overwrite(world: World) -> None:
    place = await _made(world)
    await _template(world, place, "society")
    await _save(world, place, bank=world.bank)
    shown = await _assembled(world, place, mode="one")
    revision = hidden(shown, "revision")
    await _save(world, place, **{"count.0": "20"})
    refused = await send(world.client, _action(shown, "take"), revision=revision)
    assert (refused.status_code, "Ma trận đã thay đổi" in refused.text) == (409, True)
    late = await send(world.client, f"{place}/blueprint", revision=revision, action="section")
    assert late.status_code == 409


async def test_papers_of_their_own_are_taken_knowingly(world: World) -> None:
    place = await _made(world)
    await _template(world, place, "society")
    await _save(world, place, bank=world.bank)
    await _save(world, place, **{"count.0": "8", "count.1": "2"})
    shown = await _assembled(world, place, mode="own", sets="10", share="50")
    address, revision = _action(shown, "take"), hidden(shown, "revision")
    assert (await send(world.client, address, revision=revision)).status_code == 422
    assert (await send(world.client, address, revision=revision, agreed="1")).status_code == 303
    definition = await _definition(world, place)
    assert (definition.individual, definition.forms) == (True, 10)


@pytest.mark.parametrize("wrong", [
    {"mode": "riddle"}, {"mode": "parallel", "forms": "1"}, {"mode": "parallel", "forms": "500"},
    {"mode": "own", "sets": "10", "share": "x"}, {"mode": "one", "mean": "120"},
])  # fmt: skip
async def test_what_does_not_fit_is_marked(world: World, wrong: dict[str, str]) -> None:
    place = await _made(world)
    await _template(world, place, "society")
    await _save(world, place, bank=world.bank)
    found = await send(world.client, f"{place}/assembly", **wrong)
    assert found.status_code == 422
    assert "Có số chưa phù hợp" in found.text


async def test_numbers_that_do_not_fit_come_back_as_typed(world: World) -> None:
    place = await _made(world)
    await _template(world, place, "society")
    await _save(world, place, new_topics="Hàm số")
    revision = hidden((await see(world.client, f"{place}/blueprint")).text, "revision")
    found = await send(
        world.client, f"{place}/blueprint",
        **await _form(world, place) | {"cell.0.0.know": "hai", "topic.0": "Hàm số mũ", "revision": revision},
    )  # fmt: skip
    assert found.status_code == 422
    assert 'value="hai"' in found.text
    assert "Hàm số mũ" in found.text
    assert (await _definition(world, place)).matrix.topics == ("Hàm số",)  # type: ignore[union-attr]


async def test_a_template_that_is_none_and_an_assembly_of_another_exam_are_not_found(world: World) -> None:
    place, other = await _made(world), await _made(world)
    await _template(world, place, "society")
    await _save(world, place, bank=world.bank)
    shown = await _assembled(world, place, mode="one")
    foreign = _action(shown, "take").replace(place, other)
    assert (await send(world.client, foreign, revision="1")).status_code == 404
    assert (await see(world.client, foreign.removesuffix("/take"))).status_code == 404
    assert (await send(world.client, f"{place}/blueprint/template", template="none", revision="1")).status_code == 404


async def _made(world: World) -> str:
    made = await send(world.client, "/exams", title="Đề ma trận", unit=world.unit, language="vi")
    return str(made.headers["location"])


async def _template(world: World, place: str, name: str) -> None:
    revision = hidden((await see(world.client, place)).text, "revision")
    found = await send(world.client, f"{place}/blueprint/template", template=name, revision=revision)
    assert found.status_code == 303, found.text


async def _form(world: World, place: str) -> dict[str, Any]:
    """The fields of the page's own form, as a browser would send them back."""
    page = (await see(world.client, f"{place}/blueprint")).text
    form = page[page.index("data-matrix") :].partition("</form>")[0]
    sent = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form)
    }
    sent |= {
        name: html.unescape(value)
        for value, name in re.findall(r'<input[^>]* value="([^"]*)"[^>]* name="([^"]+)"', form)
    }
    sent |= {
        name: html.unescape(text) for name, text in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)<', form)
    }
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = html.unescape(chosen[1]) if chosen else ""
    for box in ("approved", "by_points"):
        if not re.search(rf'name="{box}"[^>]* checked', form):
            sent.pop(box, None)
    sent.pop("_csrf_token", None)
    return sent


async def _save(world: World, place: str, **changes: str) -> None:
    found = await send(world.client, f"{place}/blueprint", **await _form(world, place) | changes | {"action": "save"})
    assert found.status_code == 303, found.text


async def _assembled(world: World, place: str, **asked: str) -> str:
    """The page of what was found."""
    found = await send(world.client, f"{place}/assembly", **asked)
    assert found.status_code == 303, found.text
    return (await see(world.client, await performed(world, found.headers["location"]))).text


def _action(page: str, name: str) -> str:
    found = re.search(rf'action="([^"]*/{name})"', page)
    assert found, page[:3000]
    return found[1]


async def _definition(world: World, place: str) -> ExamDefinition:
    async with world.engine.connect() as connection:
        stored = await connection.execute(select(exam.c.definition).where(exam.c.public_id == place.rpartition("/")[2]))
        return decode(stored.scalar_one())
