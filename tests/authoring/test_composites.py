"""Items of several interactions on the author's pages: read from a file, shown, labelled, put into an exam or not."""

from __future__ import annotations

import json
import re

from httpx import Response

from exam_engine.demo.content.make_gallery import GALLERY
from tests.accounts.school import see, send
from tests.authoring.composites import by_hand, two_interactions
from tests.authoring.test_writing import ask, begun, page_data, published
from tests.sittings.world import World


async def import_file(world: World, data: bytes, name: str = "cau.xml") -> str:
    """Adds the items of the file; the address of the bank's only item that came of it."""
    await world.enter("author")
    await see(world.client, "/sign-in")
    made = await world.client.post(
        f"/bank/{world.bank}/import",
        files={"file": (name, data)},
        data={"_csrf_token": world.client.cookies.get("csrf") or "", "language": "vi"},
        headers={"accept": "text/html"},
        follow_redirects=False,
    )
    assert made.status_code == 303, made.text[:2000]
    place = str(made.headers["location"]).partition("?")[0]
    assert "data-place" not in (await see(world.client, place)).text
    done = await send(world.client, f"{place}/confirm", then="")
    assert done.status_code == 303, done.text[:2000]
    bank = (await see(world.client, f"/bank/{world.bank}")).text
    return str(re.findall(r'href="(/items/[^"]+)"', bank)[0])


def without_example(page: str) -> str:
    """The item's page apart from what shows it as the pupil sees it."""
    return re.sub(r'<script type="application/json" id="as-the-pupil-item">.*?</script>', "", page, flags=re.DOTALL)


async def pin(world: World, item: str) -> Response:
    """Ticks the item for the exam's first section."""
    await world.enter("exam_officer")
    listed = (await see(world.client, f"/exams/{world.exam}/sections/0/add?bank={world.bank}")).text
    versions = re.findall(r'name="version" value="(\d+)"', listed)
    revision = re.findall(r'name="revision" value="(\d+)"', listed)[0]
    newest = max(versions, key=int)
    return await send(
        world.client,
        f"/exams/{world.exam}/sections/0/add",
        bank=world.bank,
        revision=revision,
        version=newest,
        action="fix",
    )


async def test_an_item_shows_its_places_interactions_choices_and_keys(world: World) -> None:
    item = await import_file(world, two_interactions())
    page = without_example((await see(world.client, item)).text)
    assert "data-place" not in page
    assert 'class="item-place">1</span>' in page
    assert "Gõ chữ" in page
    assert "Điền chỗ trống từ danh sách" in page
    assert "Đáp án: Hà Nội" in page
    assert "Đáp án: sông → 1, núi → 2" in page
    assert "gap_match" not in page
    assert "Thủ đô là ____." in (await see(world.client, f"/bank/{world.bank}")).text


async def test_it_is_changed_in_the_editor_tried_and_published_as_a_version(world: World) -> None:
    address = await import_file(world, two_interactions())
    name = address.rpartition("/")[2]
    assert f'href="/bank/{world.bank}/write?copy={name}"' in (await see(world.client, address)).text
    data = page_data((await see(world.client, f"{address}/edit")).text)
    assert [one["type"] for one in data["item"]["interaction"]["parts"]] == ["text_entry", "gap_match"]
    assert "marking" not in data["item"]["interaction"], "what it says afterwards is a rule of its own"
    changed = data["item"] | {"title": "Sông núi"}
    changed["interaction"]["parts"][1]["choices"][0]["markup"] = "<b>suối</b>"
    draft = await begun(world, changed, source=name, version=1)
    shown = (await ask(world, "POST", f"/drafts/{draft['draft']}/preview", {"item": changed})).json()
    assert shown["problems"] == []
    assert "<b>suối</b>" in shown["item"]["body"]["parts"][1]["choices"].values()
    done = await published(world, draft, changed)
    assert done.json()["version"] == 2, done.text
    page = (await see(world.client, address)).text
    assert "Sông núi" in page
    assert "Đáp án: suối → 1, núi → 2" in page
    assert (await see(world.client, f"{address}/compare")).status_code == 200


async def test_simple_marking_takes_the_place_of_rules_of_its_own(world: World) -> None:
    address = await import_file(world, two_interactions())
    data = page_data((await see(world.client, f"{address}/edit")).text)
    answers = [[{"value": "Hà Nội"}, {"value": "Thăng Long", "points": "0.5"}], [{"value": "w1 g1", "points": "2"}]]
    marking = [{"way": "each", "answers": one} for one in answers]
    interaction = {"type": "composite", "parts": data["item"]["interaction"]["parts"], "marking": marking}
    written = data["item"] | {"interaction": interaction}
    draft = await begun(world, written, source=address.rpartition("/")[2], version=1)
    done = await published(world, draft, written)
    assert done.status_code == 200, done.text
    again = page_data((await see(world.client, f"{address}/edit")).text)["item"]
    assert again["points"] == "3"
    assert [one["answers"] for one in again["interaction"]["marking"]] == answers


async def test_numbers_that_vary_are_published_and_come_back_to_the_form(world: World) -> None:
    await world.enter("author")
    marking = {"way": "each", "answers": [{"value": "a + b"}], "numeric": True}
    varying = {"variables": ["a = 2..9", "b = 1; 3"], "conditions": ["a != b", "a > 9"]}
    parts = [{"id": "T", "type": "text_entry"}]
    interaction = {"type": "composite", "parts": parts, "marking": [marking], "varying": varying}
    written = {"stem": '<p>{a} + {b} = <span data-place="part:0"></span></p>', "interaction": interaction}
    draft = await begun(world, written)
    lost = await published(world, draft, written)
    assert [one["field"] for one in lost.json()["problems"]] == ["varying/conditions"]
    varying["conditions"].pop()
    done = await published(world, {**draft, "revision": lost.json()["revision"]}, written)
    assert done.status_code == 200, done.text
    again = page_data((await see(world.client, f"/items/{done.json()['item']}/edit")).text)
    assert again["item"]["interaction"]["varying"] == varying
    assert again["item"]["stem"].startswith("<p>{a} + {b} = ")
    assert len(again["preview"]["variants"]) == 5


async def test_a_recording_is_brought_to_a_draft_and_told_by_its_bytes(world: World) -> None:
    await world.enter("author")
    part = {"id": "R", "type": "media", "settings": {"asset": "0" * 64, "most_plays": "2"}}
    typed = {"id": "T", "type": "text_entry"}
    interaction = {"type": "composite", "parts": [part, typed], "marking": [{}, {"answers": [{"value": "chim"}]}]}
    stem = '<div data-place="part:0"></div><p>Con gì hót? <span data-place="part:1"></span></p>'
    written = {"stem": stem, "interaction": interaction}
    draft = await begun(world, written)
    assert (await ask(world, "POST", f"/drafts/{draft['draft']}/recordings", b"<script>")).status_code == 422
    lost = await published(world, draft, written)
    assert [problem["field"] for problem in lost.json()["problems"]] == ["item"]
    sound = b"RIFF\x24\x00\x00\x00WAVEfmt " + b"\x00" * 28
    added = (await ask(world, "POST", f"/drafts/{draft['draft']}/recordings", sound)).json()
    assert added["kind"] == "audio/wav"
    part["settings"] = {**part["settings"], "asset": added["digest"], "kind": added["kind"]}  # type: ignore[dict-item]
    again = await begun(world, written)
    done = await published(world, again, written)
    assert done.status_code == 200, done.text
    assert f"/assets/{added['digest']}" in (await see(world.client, f"/items/{done.json()['item']}")).text


async def test_an_item_of_several_parts_is_begun_and_says_what_is_missing(world: World) -> None:
    await world.enter("author")
    blank = page_data((await see(world.client, f"/bank/{world.bank}/write?type=composite")).text)
    assert blank["parts"]["gap_match"] == "Điền chỗ trống từ danh sách"
    assert [problem["field"] for problem in blank["preview"]["problems"]] == ["parts"]


async def test_its_page_lets_it_be_tried_as_the_pupil_sees_it_without_its_key(world: World) -> None:
    page = (await see(world.client, await import_file(world, two_interactions()))).text
    block = page.partition('id="as-the-pupil-item">')[2].partition("</script>")[0]
    shown = json.loads(block)["shown"]
    assert [part["type"] for part in shown["item"]["body"]["parts"]] == ["text_entry", "gap_match"]
    assert 'data-place="part:1"' in shown["item"]["stem"]
    assert shown["order"]
    assert "correct" not in json.dumps(shown)


async def test_an_exam_takes_it_and_says_why_it_takes_no_adaptive_one(world: World) -> None:
    sound = await pin(world, await import_file(world, two_interactions()))
    assert sound.status_code == 303, sound.text[:2000]
    preview = (await see(world.client, f"/exams/{world.exam}/preview")).text
    assert "Đáp án: sông → 1, núi → 2" in preview
    assert "data-place" not in preview
    item = await import_file(world, two_interactions(title="Nhiều bước", adaptive=True))
    assert "được soạn để trả lời qua nhiều bước" in (await see(world.client, item)).text
    refused = await pin(world, item)
    assert refused.status_code == 422
    assert "Nhiều bước" in refused.text
    assert "được soạn để trả lời qua nhiều bước" in refused.text
    assert (
        "Chưa dùng được cho đề thi"
        in (await see(world.client, f"/exams/{world.exam}/sections/0/add?bank={world.bank}")).text
    )


async def test_one_that_a_person_marks_is_shown_without_a_key(world: World) -> None:
    page = without_example((await see(world.client, await import_file(world, by_hand()))).text)
    assert "Đoạn văn dài" in page
    assert "Đáp án:" not in page


async def test_a_recording_is_kept_with_the_item_and_can_be_saved_to_be_heard(world: World) -> None:
    data = (GALLERY / "20-media.xml").read_bytes()
    page = (await see(world.client, await import_file(world, data))).text
    (address,) = re.findall(r'<a href="(/assets/\w+)" download>audio/wav</a> ×2 Những tiếng bíp', page)
    found = await see(world.client, address)
    assert (found.headers["content-type"], found.content[:4]) == ("audio/wav", b"RIFF")
