"""Questions are written in the browser: draft, preview, publication, and what happens between two tabs."""

from __future__ import annotations

import asyncio
import copy
import json
import re
import struct
import threading
import zlib
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.authoring import drafting
from exam_engine.kit.database import make_engine, transaction
from exam_engine.kit.errors import Refused
from exam_engine.kit.identity import public_id
from item_bank.content.markup import from_text
from item_bank.content.model import Essay, Item, Passage, SingleChoice, digest
from item_bank.storage import queries as storage
from tests.accounts.school import see, send
from tests.sittings.world import World

Json = dict[str, Any]
TEX = '<span data-tex="\\frac{1}{2}"></span>'


def options(*texts: str, right: int = 0) -> list[Json]:
    return [
        {"id": f"o{at}", "markup": text, "weight": "1" if at == right else "0"}
        for at, text in enumerate(texts, start=1)
    ]


TYPES: dict[str, Json] = {
    "single_choice": {"options": options(TEX, "<strong>hai</strong>", "ba", "bốn", right=2)},
    "multiple_choice": {"options": options("một", "hai", "ba", right=1), "partial": True, "max_choices": 2},
    "true_false_cluster": {
        "statements": [{"id": mark, "markup": f"ý {mark}", "correct": mark in "ad", "level": "Hiểu"} for mark in "abcd"]
    },
    "numeric": {"accepted": ["-1.5", "-1.50"], "tolerance": "0.01", "max_chars": 5},
    "short_text": {"accepted": [{"text": "Hà Nội"}, {"text": "Ha Noi", "weight": "1/2"}], "case_sensitive": True},
    "essay": {"rubric": [{"id": "r1", "text": "Mở bài", "points": "0.5"}], "max_words": 600, "lines": 20},
}


def written(kind: str, **values: Any) -> Json:
    labels = {"subject": "Toán", "grade": "12", "topic": "Hàm số", "level": "Biết", "tags": ["ôn tập"]}
    body = copy.deepcopy(TYPES[kind])
    return {"stem": f"Tính {TEX} của $5", "interaction": {"type": kind, **body}, "points": "0.25", **labels, **values}


async def ask(world: World, method: str, path: str, body: Any) -> Response:
    """As the page's modules do."""
    await see(world.client, "/bank")
    headers = {"accept": "application/json", "x-csrftoken": world.client.cookies.get("csrf") or ""}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await world.client.request(method, path, content=content, headers=headers)


async def begun(world: World, item: Json, **more: Any) -> Json:
    found = await ask(world, "POST", "/drafts", {"bank": world.bank, "item": item, **more})
    assert found.status_code == 201, found.text
    return dict(found.json())


async def published(world: World, draft: Json, item: Json, **more: Any) -> Response:
    return await ask(
        world, "POST", f"/drafts/{draft['draft']}/publish", {"item": item, "revision": draft["revision"], **more}
    )


async def newest(world: World, item: str) -> Item:
    async with world.engine.connect() as connection:
        stored = await storage.newest_version(connection, item)
    assert stored
    return stored.content


def page_data(page: str) -> Json:
    found = re.search(r'id="writing">(.*?)</script>', page)
    assert found
    return dict(json.loads(found[1]))


@pytest.fixture(autouse=True)
async def author(world: World) -> None:
    await world.enter("author")


@pytest.mark.parametrize("kind", TYPES)
async def test_a_question_of_each_type_is_written_shown_and_published(world: World, kind: str) -> None:
    item = written(kind)
    draft = await begun(world, item)
    shown = (await ask(world, "POST", f"/drafts/{draft['draft']}/preview", {"item": item})).json()
    assert shown["problems"] == []
    assert "<mfrac>" in shown["item"]["stem"]
    assert shown["item"]["type"] == kind
    assert not re.search("weight|correct|accepted|rubric|Hà Nội|-1.5", json.dumps(shown, ensure_ascii=False))
    done = await published(world, draft, item)
    assert done.status_code == 200, done.text
    content = await newest(world, done.json()["item"])
    again = page_data((await see(world.client, f"/items/{done.json()['item']}/edit")).text)["item"]
    expected = {**item["interaction"], **again["interaction"]}
    assert again["interaction"] == {name: value for name, value in expected.items() if name in again["interaction"]}
    assert again["stem"] == item["stem"]
    assert (content.subject, content.grade, content.topic, content.tags) == ("Toán", "12", "Hàm số", ("ôn tập",))
    assert (await see(world.client, f"/drafts/{draft['draft']}")).status_code == 404


async def test_opening_and_publishing_an_item_unchanged_makes_no_version(world: World) -> None:
    address = await _item(world)
    data = page_data((await see(world.client, f"/items/{address}/edit")).text)
    before = await newest(world, address)
    draft = await begun(world, data["item"], source=address, version=data["version"])
    done = (await published(world, draft, data["item"])).json()
    assert done == {"item": address, "version": 1, "location": f"/items/{address}"}
    assert digest(await newest(world, address)) == digest(before)


async def test_a_change_is_the_next_version_and_its_draft_goes_on_where_it_was(world: World) -> None:
    address = await _item(world)
    data = page_data((await see(world.client, f"/items/{address}/edit")).text)
    changed = {**data["item"], "stem": "Chọn <em>b</em>"}
    draft = await begun(world, changed, source=address, version=1)
    resumed = await see(world.client, f"/items/{address}/edit?then=/quiz/new")
    assert resumed.headers["location"] == f"/drafts/{draft['draft']}?then=/quiz/new"
    page = page_data((await see(world.client, f"/drafts/{draft['draft']}")).text)
    assert page["item"] == changed
    again = await ask(world, "POST", "/drafts", {"bank": world.bank, "item": changed, "source": address, "version": 1})
    assert again.status_code == 409
    assert again.json()["other"]["draft"] == draft["draft"]
    done = (await published(world, draft, changed)).json()
    assert done["version"] == 2
    assert (await newest(world, address)).stem.html == "Chọn <em>b</em>"


async def test_of_two_tabs_the_second_is_told_and_both_are_kept(world: World) -> None:
    draft = await begun(world, written("essay"))
    path = f"/drafts/{draft['draft']}"
    mine, other = written("essay", stem="của tôi"), written("essay", stem="của thẻ kia")
    assert (await ask(world, "PUT", path, {"item": other, "revision": 1})).json()["revision"] == 2
    refused = await ask(world, "PUT", path, {"item": mine, "revision": 1})
    assert refused.status_code == 409
    assert refused.json()["other"]["item"]["stem"] == "của thẻ kia"
    assert refused.json()["other"]["revision"] == 2
    assert (await published(world, draft, mine)).status_code == 409
    copy = (await ask(world, "POST", f"{path}/copy", {"item": mine})).json()["draft"]
    stems = [
        page_data((await see(world.client, f"/drafts/{one}")).text)["item"]["stem"] for one in (copy, draft["draft"])
    ]
    assert stems == ["của tôi", "của thẻ kia"]


async def test_a_version_of_somebody_else_is_not_replaced_unseen(world: World) -> None:
    address = await _item(world)
    item = page_data((await see(world.client, f"/items/{address}/edit")).text)["item"]
    draft = await begun(world, {**item, "stem": "tác giả"}, source=address, version=1)
    await world.enter("teacher")
    assert (await see(world.client, f"/items/{address}/edit")).status_code == 404, "the bank is the school's"
    async with world.engine.begin() as connection:
        stored = await storage.newest_version(connection, address)
        assert stored
        await storage.add_version(
            connection, item_id=stored.item_id, content=Item(from_text("khác"), stored.content.interaction)
        )
    await world.enter("author")
    refused = await published(world, draft, {**item, "stem": "tác giả"})
    assert (refused.status_code, refused.json()["newer"]) == (409, 2)
    saved = page_data((await see(world.client, f"/drafts/{draft['draft']}")).text)
    done = await published(world, saved, {**item, "stem": "tác giả"}, anyway=True)
    assert done.json()["version"] == 3


async def test_options_left_empty_at_the_end_are_left_out(world: World) -> None:
    item = written("single_choice")
    options = item["interaction"]["options"]
    spare = [{"id": f"spare{n}", "markup": ""} for n in range(2)]
    item["interaction"]["options"] = [*options, *spare]
    done = await published(world, await begun(world, item), item)
    assert done.status_code == 200, done.text
    stored = await newest(world, done.json()["item"])
    assert isinstance(stored.interaction, SingleChoice)
    assert len(stored.interaction.options) == len(options)
    item["interaction"]["options"] = [*options, spare[0], {"id": "last", "markup": "Bốn"}]
    refused = await published(world, await begun(world, item), item)
    assert [one["field"] for one in refused.json()["problems"]] == [f"options/{len(options)}"]
    item["interaction"]["options"] = [*options, {**spare[0], "weight": "1"}]
    assert (await published(world, await begun(world, item), item)).status_code == 422, "a key is never left out"


async def test_what_is_missing_is_told_at_its_field_and_the_draft_stays(world: World) -> None:
    item = written("single_choice", stem="", points="x")
    item["interaction"]["options"][0]["markup"] = ""
    draft = await begun(world, item)
    refused = await published(world, draft, item)
    assert refused.status_code == 422
    assert {"stem", "options/0", "points"} == {problem["field"] for problem in refused.json()["problems"]}
    told = {problem["text"] for problem in refused.json()["problems"]}
    assert "Phương án A để trống: thầy/cô điền hoặc xóa phương án này." in told
    again = await published(world, refused.json(), written("single_choice"))
    assert again.status_code == 200, again.text


async def test_nobody_else_sees_a_draft(world: World) -> None:
    draft = (await begun(world, written("essay")))["draft"]
    for role in ("teacher", "exam_officer", "reviewer", "outsider"):
        await world.enter(role)
        assert (await see(world.client, f"/drafts/{draft}")).status_code in {403, 404}, role
        for method, path in (
            ("PUT", ""),
            ("POST", "/preview"),
            ("POST", "/publish"),
            ("DELETE", ""),
            ("POST", "/copy"),
        ):
            body = {"item": written("essay"), "revision": 1}
            assert (await ask(world, method, f"/drafts/{draft}{path}", body)).status_code in {403, 404}, (role, path)


async def test_a_discarded_draft_is_offered_on_the_page_of_its_bank(world: World) -> None:
    draft = (await begun(world, written("essay", stem="Em hãy tả <b>con sông</b>")))["draft"]
    assert "Em hãy tả con sông" in (await see(world.client, f"/bank/{world.bank}")).text
    assert (await ask(world, "DELETE", f"/drafts/{draft}", {})).status_code == 204
    assert "Đã bỏ: Em hãy tả con sông" in (await see(world.client, f"/bank/{world.bank}")).text
    assert (await send(world.client, f"/drafts/{draft}/restore")).headers["location"] == f"/drafts/{draft}"
    assert "Đã bỏ" not in (await see(world.client, f"/bank/{world.bank}")).text
    await send(world.client, f"/drafts/{draft}/restore", discard="1")
    assert "Đã bỏ" in (await see(world.client, f"/bank/{world.bank}")).text


async def test_what_another_tab_has_written_since_is_not_put_away_unseen(
    world: World, real_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await begun(world, written("essay"))
    async with transaction(real_engine) as connection:
        rows = await connection.execute(
            text("select * from item_bank.item_draft where public_id = :d"), {"d": draft["draft"]}
        )
        as_read = rows.mappings().one()
    saved = await ask(
        world, "PUT", f"/drafts/{draft['draft']}", {"item": written("numeric"), "revision": draft["revision"]}
    )
    assert saved.status_code == 200, saved.text
    async with transaction(real_engine) as connection:
        with pytest.raises(Refused) as refused:
            await drafting.put_away(connection, as_read, discarded=True)
    assert refused.value.code == "conflict"
    monkeypatch.setattr(drafting, "MOST_DRAFTS", 1)
    more = await ask(world, "POST", "/drafts", {"bank": world.bank, "item": written("essay")})
    assert (more.status_code, more.json()["code"]) == (409, "too_many_drafts")


async def test_the_way_back_is_one_of_our_own(world: World) -> None:
    ways = {
        "/quiz/new?class=a&added=x": "/quiz/new?class=a&added=x%2C",
        "//evil.test": "/items/",
        "https://evil.test": "/items/",
    }
    for then, expected in ways.items():
        draft = await begun(world, written("numeric"))
        done = (await published(world, draft, written("numeric"), then=then)).json()
        assert done["location"] == f"{expected}{done['item']}"
    draft = await begun(world, written("numeric"))
    done = (await published(world, draft, written("numeric"), then="/quiz/new", next=True)).json()
    data = page_data((await see(world.client, done["location"])).text)
    assert data["then"] == f"/quiz/new?added={done['item']}", "what is written in a row comes back together"
    assert {name: data["item"].get(name) for name in ("subject", "topic", "tags", "points", "stem")} == {
        "subject": "Toán", "topic": "Hàm số", "tags": ["ôn tập"], "points": "0.25", "stem": "",
    }  # fmt: skip
    assert data["item"]["interaction"]["type"] == "numeric"


async def test_pictures_are_told_by_their_bytes(world: World) -> None:
    draft = (await begun(world, written("essay")))["draft"]
    added = await ask(world, "POST", f"/drafts/{draft}/pictures", png())
    assert added.status_code == 201
    digest_ = added.json()["digest"]
    assert (await see(world.client, f"/assets/{digest_}")).headers["content-type"] == "image/png"
    refused = await ask(world, "POST", f"/drafts/{draft}/pictures", b"<svg onload=alert(1)>")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert (await ask(world, "POST", f"/drafts/{draft}/pictures", b"\x89PNG" + b"0" * 3_000_000)).status_code == 413
    lost = written("essay", stem=f'Hình <img alt="mất" data-asset="{"0" * 64}">')
    told = await published(world, await begun(world, lost), lost)
    assert [problem["field"] for problem in told.json()["problems"]] == ["item"]
    shown = written("essay", stem=f'Hình <img alt="sông" data-asset="{digest_}">')
    preview = (await ask(world, "POST", f"/drafts/{draft}/preview", {"item": shown})).json()
    assert f'src="/assets/{digest_}"' in preview["item"]["stem"]
    assert (await published(world, await begun(world, shown), shown)).status_code == 200


async def test_formulas_are_set_or_explained(world: World) -> None:
    asked = [{"tex": "\\frac{1}{2}"}, {"tex": "\\frac{1"}]
    good, bad = (await ask(world, "POST", "/formulas", {"formulas": asked})).json()["formulas"]
    assert "<mfrac>" in good["mathml"]
    assert bad["error"]


async def test_what_is_no_question_is_refused_with_a_reason(world: World) -> None:
    draft = (await begun(world, written("essay")))["draft"]
    for body in (
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"item": {}}',
        b'{"item": {"stem": 1}, "revision": 1}',
        b"\xff" * 20,
        b"[" * 100_000,
    ):
        for path in (
            "/drafts",
            f"/drafts/{draft}/preview",
            f"/drafts/{draft}/publish",
            f"/drafts/{draft}/copy",
            "/formulas",
        ):
            found = await ask(world, "POST", path, body)
            assert found.status_code == 422, (path, body[:20], found.text)
    for bad in ("\0", "\ud800"):
        sent = json.dumps({"item": written("essay", topic=bad), "revision": 1}).encode()
        assert (await ask(world, "PUT", f"/drafts/{draft}", sent)).status_code == 422
    huge = {"item": written("essay", stem="x" * 1_200_000), "revision": 1}
    assert (await ask(world, "PUT", f"/drafts/{draft}", huge)).status_code == 413


async def test_a_copy_begins_with_another_item_and_leaves_it_alone(world: World) -> None:
    address = await _item(world)
    data = page_data((await see(world.client, f"/bank/{world.bank}/write?copy={address}")).text)
    assert data["item"]["stem"] == "Câu hỏi 0: chọn b"
    draft = await begun(world, data["item"], source=address, version=1, copy=True)
    done = (await published(world, draft, data["item"])).json()
    assert done["item"] != address
    assert (await newest(world, done["item"])).passage == (await newest(world, address)).passage


async def _item(world: World) -> str:
    async with world.engine.connect() as connection:
        return (await storage.versions_by_id(connection, world.versions[:1]))[world.versions[0]].item_public_id


def png(shade: int = 128) -> bytes:
    """One grey pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes([0, shade])))
        + chunk(b"IEND", b"")
    )


async def test_pictures_of_drafts_are_counted_once_each_and_have_a_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = written("essay")
    draft = await begun(world, item)
    path = f"/drafts/{draft['draft']}/pictures"
    monkeypatch.setattr(drafting, "MOST_PICTURES", 2)
    for shade in (1, 2, 1):
        assert (await ask(world, "POST", path, png(shade))).status_code == 201
    saved = await ask(world, "PUT", f"/drafts/{draft['draft']}", {"item": item, "revision": draft["revision"]})
    assert saved.status_code == 200
    refused = await ask(world, "POST", path, png(3))
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_pictures")
    assert "nhiều nhất 2 hình" in refused.json()["detail"]
    assert (await ask(world, "POST", path, png(2))).status_code == 201
    monkeypatch.setattr(drafting, "LARGEST_PERSON", 2 * len(png(1)))
    other = await begun(world, item)
    refused = await ask(world, "POST", f"/drafts/{other['draft']}/pictures", png(3))
    assert "Các câu hỏi đang soạn" in refused.json()["detail"]


async def test_a_shared_passage_is_changed_for_all_or_for_one(world: World) -> None:
    passage = Passage(from_text("Đoạn $x$ cũ"), "Bài đọc")
    async with transaction(world.engine) as connection:
        bank = await storage.bank_by_public_id(connection, world.bank)
        assert bank
        address = await storage.store_passage(connection, passage)
        names = [public_id() for _ in range(3)]
        for name in names:
            item = Item(from_text(name), Essay(), passage=address)
            await storage.add_item(connection, bank_id=bank["id"], public_id=name, content=item)
    data = page_data((await see(world.client, f"/items/{names[0]}/edit")).text)
    assert (data["passage"]["title"], data["passage"]["uses"]) == ("Bài đọc", 3)
    edit = {"html": data["passage"]["html"].replace("cũ", "mới"), "title": "Bài đọc", "everywhere": True}
    changed = {**data["item"], "passage_edit": edit}
    draft = await begun(world, changed, source=names[0], version=1)
    shown = (await ask(world, "POST", f"/drafts/{draft['draft']}/preview", {"item": changed})).json()
    assert "mới" in shown["passage"]
    empty = await published(world, draft, {**changed, "passage_edit": edit | {"html": ""}})
    assert [problem["field"] for problem in empty.json()["problems"]] == ["passage"]
    draft["revision"] = empty.json()["revision"]
    assert (await published(world, draft, changed)).status_code == 200
    now = {(await newest(world, name)).passage for name in names}
    assert len(now) == 1
    assert now != {address}
    alone = page_data((await see(world.client, f"/items/{names[1]}/edit")).text)
    assert alone["version"] == 2
    alone["item"]["passage_edit"] = {"html": "khác", "title": "", "everywhere": False}
    draft = await begun(world, alone["item"], source=names[1], version=2)
    assert (await published(world, draft, alone["item"])).status_code == 200
    assert {(await newest(world, name)).passage for name in (names[0], names[2])} == now
    assert (await newest(world, names[1])).passage not in now
    refused = await ask(world, "PUT", f"/drafts/{draft['draft']}", {"item": alone["item"], "revision": 1})
    assert refused.status_code == 404


async def test_what_somebody_publishes_while_a_passage_is_changed_for_all_stays(world: World) -> None:
    async with transaction(world.engine) as connection:
        bank = await storage.bank_by_public_id(connection, world.bank)
        assert bank
        address = await storage.store_passage(connection, Passage(from_text("cũ")))
        first, second = (public_id() for _ in range(2))
        for name in (first, second):
            item = Item(from_text(name), Essay(), passage=address)
            other = (await storage.add_item(connection, bank_id=bank["id"], public_id=name, content=item)).item_id
    changed = page_data((await see(world.client, f"/items/{first}/edit")).text)["item"]
    changed["passage_edit"] = {"html": "mới", "title": "", "everywhere": True}
    draft = await begun(world, changed, source=first, version=1)
    corrected, held = Item(from_text("đã chữa"), Essay(), passage=address), threading.Event()

    async def correct() -> None:
        engine = make_engine(world.engine.url.render_as_string(hide_password=False), pool_size=1)
        async with transaction(engine) as connection:
            await storage.add_version(connection, item_id=other, content=corrected)
            held.set()
            for _look in range(200):
                if (await connection.execute(text("select count(*) from pg_locks where not granted"))).scalar_one():
                    break
                await asyncio.sleep(0.02)
        await engine.dispose()

    somebody = threading.Thread(target=lambda: asyncio.run(correct()))  # the client blocks the loop of this test
    somebody.start()
    assert held.wait(10)
    done = await published(world, draft, changed)
    somebody.join()
    assert done.status_code == 200
    now = await newest(world, second)
    assert now.stem.html == "đã chữa"
    assert now.passage == (await newest(world, first)).passage != address
