"""Exams are made, changed, copied and put away in the browser."""

from __future__ import annotations

import asyncio

from exam_engine.authoring.showing import excerpt_html
from item_bank.content.markup import from_text
from item_bank.content.model import Formula, Item, Markup, Numeric
from tests.accounts.school import hidden, see, send
from tests.sittings.world import World


async def test_an_exam_is_made_and_filled(world: World) -> None:
    made = await send(world.client, "/exams", title="Đề 15 phút", unit=world.unit, language="vi")
    place = made.headers["location"]
    await _change(world, place, "/sections", title="Phần I")
    chosen = (await see(world.client, f"{place}/sections/0/add?bank={world.bank}")).text
    assert chosen.count('name="version"') == len(world.versions)
    ticked = [str(one) for one in world.versions[:2]]
    for version in ticked:
        await _change(world, place, "/sections/0/add", bank=world.bank, version=version, action="fix")
    page = (await see(world.client, place)).text
    assert "Câu hỏi 0: chọn b" in page
    assert f"/sittings/new?exam={place.rpartition('/')[2]}" in page
    preview = (await see(world.client, f"{place}/preview")).text
    assert "Lời giải bí mật 0" in preview


async def test_of_two_editors_the_second_is_told(world: World) -> None:
    place = f"/exams/{world.exam}"
    revision = hidden((await see(world.client, place)).text, "revision")
    sent = [send(world.client, f"{place}/sections", revision=revision, title=title) for title in ("Một", "Hai")]
    assert sorted(found.status_code for found in await asyncio.gather(*sent)) == [303, 409]


async def test_what_keeps_a_paper_from_being_made_is_said_on_the_page(world: World) -> None:
    place = f"/exams/{world.exam}"
    sitting_link = f"/sittings/new?exam={world.exam}"
    assert sitting_link in (await see(world.client, place)).text
    await _change(world, place, "/sections/0", action="save", title="Phần I", choose="1")
    page = (await see(world.client, place)).text
    assert "tone-warning" in page
    assert "Phần 1: mỗi câu phải thuộc một nhóm tự chọn" in page
    assert sitting_link not in page
    await _change(world, place, "/sections", title="Phần II")
    versions = str(world.versions[0])
    await _change(world, place, "/sections/1/add", bank=world.bank, version=versions, action="draw", count="1")
    await _change(world, place, "/sections/1", action="save", title="Phần II", choose="1")
    assert "không rút ngẫu nhiên được" in (await see(world.client, place)).text


async def test_an_exam_is_copied_deleted_archived_and_restored(world: World) -> None:
    place = f"/exams/{world.exam}"
    copy = (await send(world.client, f"{place}/copy")).headers["location"]
    assert copy != place
    assert "Đề Toán (bản sao)" in (await see(world.client, copy)).text
    assert (await send(world.client, f"{copy}/remove")).headers["location"] == "/exams?done=removed"
    assert (await see(world.client, copy)).status_code == 404
    await world.planned()
    assert (await send(world.client, f"{place}/remove")).headers["location"] == "/exams?done=archived"
    assert place not in (await see(world.client, "/exams")).text
    assert place in (await see(world.client, "/exams?show=archived")).text
    await send(world.client, f"{place}/restore")
    assert place in (await see(world.client, "/exams")).text


async def test_roles_that_only_read_change_nothing(world: World) -> None:
    place = f"/exams/{world.exam}"
    revision = hidden((await see(world.client, place)).text, "revision")
    await world.enter("author")
    assert (await see(world.client, place)).status_code == 200
    for path in ("/sections", "/copy", "/remove", "/restore", "/settings"):
        assert (await send(world.client, place + path, revision=revision, title="x")).status_code == 403, path


async def test_settings_that_do_not_fit_are_marked(world: World) -> None:
    place = f"/exams/{world.exam}"
    revision = hidden((await see(world.client, place)).text, "revision")
    sent = {"revision": revision, "title": "", "minutes": "x", "forms": "0", "first_form": "1", "scale": "mười"}
    found = await send(world.client, f"{place}/settings", **sent)
    assert found.status_code == 422
    for field in ("title", "minutes", "forms", "scale"):
        assert f"field-{field}-error" in found.text


def test_a_list_shows_formulas_set_and_text_escaped() -> None:
    formula = Formula("\\frac{1}{2}", "tex", '<math display="block"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>', True)
    stem = Markup('<p>Tính &lt;b&gt; <span data-math="0"></span> rồi ' + "x " * 100 + "</p>", (formula,))
    shown = str(excerpt_html(Item(stem, Numeric(("1",)))))
    assert "<mfrac>" in shown
    assert "frac{1}" not in shown
    assert "&lt;b&gt;" in shown
    assert shown.endswith("…")
    assert str(excerpt_html(Item(from_text("Ngắn"), Numeric(("1",))))) == "Ngắn"


def test_a_stem_of_formulas_alone_brings_a_name_for_its_link() -> None:
    shown = str(excerpt_html(Item(from_text("$x^2 = 4$"), Numeric(("2",)))))
    assert 'aria-label="x^2 = 4"' in shown
    assert "aria-label" not in str(excerpt_html(Item(from_text("Giải $x^2 = 4$"), Numeric(("2",)))))


async def test_an_exam_says_before_any_sitting_what_fixed_options_do_to_the_letters_of_keys(world: World) -> None:
    place = f"/exams/{world.exam}"
    told = "Không thể cân bằng đáp án hoàn toàn"
    assert told not in (await see(world.client, place)).text
    await _change(world, place, "/sections/0", action="save", title="I", shuffle_items="1")  # all keys are B
    page = (await see(world.client, place)).text
    assert told in page
    assert "Đáp án B xuất hiện 8 lần, nhiều hơn mức tối đa 3: có 8 đáp án cố định ở vị trí đó." in page


async def _change(world: World, place: str, path: str, **form: str) -> None:
    revision = hidden((await see(world.client, place)).text, "revision")
    found = await send(world.client, place + path, revision=revision, **form)
    assert found.status_code == 303, found.text
