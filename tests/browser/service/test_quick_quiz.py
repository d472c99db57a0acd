"""A teacher alone, and pupils with their phones: a quiz from the sign-in to confirmed marks, a test from its Word file
to the marks of a pupil, homework in everybody's week."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from exam_engine.accounts import founding
from exam_engine.kit.database import transaction
from tests.browser.service.walks import (
    Screens,
    code_of,
    counted,
    end_and_confirm,
    fits,
    hand_in,
    joined,
    pins_of,
    sign_in,
    start_quiz,
    tick_questions,
)  # fmt: skip
from tests.browser.service.words import PHONE_IN_ENGLISH, PHONE_IN_VIETNAMESE
from tests.hall import Hall
from tests.item_bank.formats.word_papers import hoahoc

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DeskOf = Callable[..., Awaitable[Any]]
MOST_SCREENS = 5
STEMS = [f"Câu hỏi {n}: chọn b" for n in range(3)]
QUESTIONS = len(hoahoc.EXPECTED)
#: Words of a question → what is chosen, ticked true (`a`…`d`) or typed. The first is answered wrongly.
ANSWERS = {
    "Axit sunfuric": "0",
    "thuộc loại": "3",
    "Kim loại nào": "0",
    "Số hiệu nguyên tử": "2",
    "là muối": "2",
    "Dụng cụ nào": "2",
    "nước cứng": "acd",
    "oxi hoá – khử": "cd",
    "khối lượng sắt": "5,6",
    "muối ăn": "NaCl",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pupils(hall: Hall) -> list[Any]:
    async with transaction(hall.engine) as connection:
        other = await founding.add_pupil(connection, hall.school.class_, "Trần Thị Bình", code="0002")
    return [hall.school.pupil, other]


@PHONE_IN_VIETNAMESE
async def test_a_quick_quiz_in_at_most_five_screens(
    hall: Hall, pupils: list[Any], desk_of: DeskOf, look: tuple[str, int]
) -> None:
    how = dict(zip(("language", "width"), look, strict=True))
    teachers = await desk_of(**how)
    say = teachers.say
    page = await teachers.blank()
    screens = Screens(page)
    await sign_in(page, teachers)
    await page.get_by_role("main").get_by_role("link", name=say("Quick quiz"), exact=True).click()
    await page.get_by_role("button", name=say("Class %(name)s", name="12A1")).click()
    await tick_questions(page, say, STEMS)
    await fits(page)
    await page.get_by_label(say("Minutes")).fill("10")
    await start_quiz(page, say)
    assert len(screens.seen) <= MOST_SCREENS, screens.seen

    code = await code_of(page)
    await fits(page)
    pins = await pins_of(hall, pupils)
    desks = [await desk_of(**how) for _ in pupils]
    players = [
        await joined(desk, code, pupil.full_name, pin) for desk, pupil, pin in zip(desks, pupils, pins, strict=True)
    ]
    await page.locator(".quiz-people .pill", has_text=say("Working")).nth(1).wait_for()
    await players[0].locator(".choice").first.click()
    await page.get_by_text("1/3", exact=True).wait_for()
    for player in players:
        await hand_in(player, say)
    await page.get_by_role("button", name=say("Confirm the marks")).wait_for()
    await end_and_confirm(page, say)
    await fits(page)
    async with page.expect_download() as download:
        await page.get_by_role("link", name=say("For the gradebook (XLSX)")).click()
    assert (await download.value).suggested_filename.endswith(".xlsx")


@PHONE_IN_ENGLISH
async def test_homework_in_a_pupils_and_a_teachers_week(
    hall: Hall, pupils: list[Any], desk_of: DeskOf, look: tuple[str, int]
) -> None:
    how = dict(zip(("language", "width"), look, strict=True))
    title = f"Bài về nhà {look[1]}"
    teachers = await desk_of(**how)
    say = teachers.say
    page = await teachers.blank()
    await sign_in(page, teachers)
    await page.get_by_role("button", name=say("Quick quiz for %(name)s", name="12A1")).click()
    await page.get_by_label(say("Title"), exact=True).fill(title)
    await page.get_by_role("radio", name=say("Homework")).check()
    closes = datetime.now(UTC) + timedelta(days=3)
    await page.get_by_label(say("Closes")).fill(closes.strftime("%Y-%m-%dT%H:%M"))
    await tick_questions(page, say, STEMS)
    await fits(page)
    await start_quiz(page, say)

    desk = await desk_of(**how)
    own = await desk.blank()
    await own.goto(f"{desk.origin}/pupil")
    await own.get_by_label(say("Pupil code")).fill(pupils[1].code)
    await own.get_by_label(say("PIN")).fill((await pins_of(hall, pupils))[1])
    await own.keyboard.press("Enter")
    await own.wait_for_url(f"{desk.origin}/my")
    test = own.get_by_role("article").filter(has_text=title)
    await fits(own)
    await test.get_by_role("button", name=say("Begin")).click()
    await own.get_by_role("button", name=say.player("Start")).click()
    await own.locator(".choice").first.click()
    await hand_in(own, say)
    await own.goto(f"{desk.origin}/my")
    await test.get_by_text(say("Your result appears here once your teacher releases it.")).wait_for()

    await page.goto(f"{teachers.origin}/")
    running = page.get_by_role("region", name=say("Running now")).get_by_role("listitem").filter(has_text=title)
    await running.get_by_text(say("%(done)s of %(all)s handed in", done=1, all=2)).wait_for()
    await fits(page)
    await running.get_by_role("link", name=title).click()
    await end_and_confirm(page, say)
    await page.goto(f"{teachers.origin}/")
    await page.get_by_role("button", name=say("Copy: %(title)s", title=title)).click()
    await counted(page, say, 3)

    await own.reload()
    await test.locator(".number", has_text=re.compile(r"/ 10$")).wait_for()
    await test.get_by_role("link", name=say("Look at %(title)s", title=title)).click()
    await own.locator(".own-item").nth(2).wait_for()
    await fits(own)


async def test_a_word_paper_goes_from_file_to_sat_exam(hall: Hall, desk_of: DeskOf) -> None:
    teachers = await desk_of()
    say = teachers.say
    page = await teachers.blank()
    await sign_in(page, teachers)
    await page.get_by_role("button", name=say("Quick quiz for %(name)s", name="12A1")).click()
    await page.get_by_role("button", name=say("From a Word file (.docx)")).click()
    paper = {"name": "hoa-hoc-10.docx", "mimeType": "application/octet-stream", "buffer": hoahoc.build()}
    await page.locator("input[type=file]").set_input_files([paper])  # type: ignore[list-item]
    await page.get_by_role("button", name=say("Show what would be imported")).click()

    doubtful = page.get_by_role("region", name=say("To look at"))
    await expect(doubtful.get_by_role("article")).to_have_count(1)
    await expect(doubtful).to_contain_text(say("No answer is marked."))
    await expect(page.locator("math mover")).to_have_count(1)
    await expect(page.locator(".import-item img")).to_have_count(4)
    await fits(page)
    await doubtful.get_by_role("button", name=say("%(letter)s is right", letter="C")).click()
    await expect(doubtful).to_have_count(0)
    add = say.many(
        "Add %(n)s question to the test and the bank", "Add %(n)s questions to the test and the bank", QUESTIONS
    )
    await page.get_by_role("button", name=add).click()
    await counted(page, say, QUESTIONS)
    await page.get_by_label(say("Minutes")).fill("15")
    await start_quiz(page, say)

    pupil = hall.school.pupil
    desk = await desk_of(width=360)  # the paper's tables and equations on a phone
    player = await joined(desk, await code_of(page), pupil.full_name, (await pins_of(hall, [pupil]))[0])
    for _question in range(QUESTIONS):
        await answer(player)
        await player.click(".button-next")
    await hand_in(player, say)
    await end_and_confirm(page, say)
    await expect(page.get_by_role("row", name=pupil.full_name).get_by_text("9,00")).to_be_visible()


async def answer(page: Page) -> None:
    """The question on the screen, wherever it stands in this pupil's order."""
    text = await page.locator(".item").inner_text()
    (said,) = (one for words, one in ANSWERS.items() if words in text)
    if await page.locator(".choice").count():
        await page.locator(".choice").nth(int(said)).click()
    elif await page.locator(".statement").count():
        for row, letter in enumerate("abcd"):
            await page.click(f".statement >> nth={row} >> .verdict >> nth={0 if letter in said else 1}")
    else:
        await page.locator(".boxes-input").or_(page.locator(".item input")).first.press_sequentially(said)
