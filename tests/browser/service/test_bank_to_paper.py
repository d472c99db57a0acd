"""A teacher who has only the screen: a Word paper goes into the bank, is reviewed by a colleague, becomes four numbered
forms by a blueprint, and is printed with its keys."""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.async_api import Page, expect

from tests.browser.service.conftest import Desk
from tests.browser.service.walks import fits, sign_in
from tests.browser.service.words import Words
from tests.hall import Hall
from tests.item_bank.formats.word_papers import hoahoc

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
DeskOf = Callable[..., Awaitable[Any]]
QUESTIONS = len(hoahoc.EXPECTED)
FORMS = ["101", "102", "103", "104"]
DESCRIPTIONS = ["Ống nghiệm", "Bình tam giác", "Ống đong có vạch chia", "Phễu"]


async def test_a_word_paper_is_reviewed_and_printed_in_four_forms(hall: Hall, desk_of: DeskOf) -> None:
    desk, other = await desk_of(width=360), await desk_of(width=360)
    say = desk.say
    bank = "Hoá học khối 10"
    page = await desk.blank()
    await sign_in(page, desk)
    await _import(page, say, bank)
    await _describe(page, say)
    await _send(page, say, bank)
    await _review(other, bank)
    await _assemble(page, say, bank)
    await _make_sitting(page, say)
    await _print(page, say)


async def _import(page: Page, say: Words, bank: str) -> None:
    await page.get_by_role("main").get_by_role("link", name=say("Question bank"), exact=True).click()
    await page.get_by_label(say("Bank name")).fill(bank)
    await page.get_by_role("button", name=say("Create bank")).click()
    await page.get_by_role("link", name=say("Import a file")).click()
    paper = {"name": "hoa-hoc-10.docx", "mimeType": "application/octet-stream", "buffer": hoahoc.build()}
    await page.locator("input[type=file]").set_input_files([paper])  # type: ignore[list-item]
    await page.get_by_role("button", name=say("Show what would be imported")).click()
    doubtful = page.get_by_role("region", name=say("To look at"))
    await doubtful.get_by_role("button", name=say("%(letter)s is right", letter="C")).click()
    await expect(doubtful).to_have_count(0)
    await page.get_by_role("button", name=say.many("Add %(n)s question", "Add %(n)s questions", QUESTIONS)).click()
    await page.get_by_role("link", name=say("Open the draft exam")).wait_for()
    await fits(page)


async def _describe(page: Page, say: Words) -> None:
    """The pictures that stand for options: without words for them nothing goes to review."""
    await page.get_by_role("link", name="Dụng cụ nào").click()
    for place, words in enumerate(DESCRIPTIONS):
        await page.get_by_label(say("Description of the picture")).nth(place).fill(words)
    await fits(page)
    await page.get_by_role("button", name=say("Save"), exact=True).click()
    await page.get_by_role("button", name=say("Send to review")).wait_for()


async def _send(page: Page, say: Words, bank: str) -> None:
    await page.get_by_role("link", name=bank).click()
    await page.get_by_label(say("Tick all on this page")).check()
    await page.get_by_text(say("%(n)s ticked", n=QUESTIONS)).wait_for()
    await page.get_by_role("button", name=say("Send the ticked items to review")).click()
    await fits(page)
    await page.get_by_role("button", name=say("Send"), exact=True).click()
    await fits(page)
    await page.get_by_role("link", name=say("Back to the list")).click()
    await expect(page.locator("tbody .pill", has_text=say("In review"))).to_have_count(QUESTIONS)
    await fits(page)


async def _review(desk: Desk, bank: str) -> None:
    say = desk.say
    page = await desk.blank()
    await sign_in(page, desk, "reviewer")
    await page.goto(f"{desk.origin}/review")
    await page.get_by_label(say("Bank")).select_option(label=f"{bank} ({QUESTIONS})")
    await page.get_by_role("button", name=say("Filter")).click()
    await page.get_by_role("link", name=say("Begin with the oldest")).click()
    for left in range(QUESTIONS, 0, -1):
        waiting = say.many("%(n)s question waits for you", "%(n)s questions wait for you", left)
        await page.get_by_text(waiting).wait_for()
        for yes in await page.get_by_role("radio", name=say("Yes"), exact=True).all():
            await yes.check()
        await fits(page)
        await page.get_by_role("button", name=say("Approve"), exact=True).click()
    await page.wait_for_url(re.compile(r"/review\?.*done=approved"))


async def _assemble(page: Page, say: Words, bank: str) -> None:
    """By a blueprint that counts what the paper has."""
    await page.reload()
    await expect(page.locator("tbody .pill", has_text=say("Approved"))).to_have_count(QUESTIONS)
    await page.goto(page.url.partition("/bank/")[0] + "/exams")
    await page.get_by_role("link", name=re.compile("HOÁ HỌC 10")).click()
    await page.get_by_role("button", name=say("Take the newest versions")).click()
    await fits(page)
    exam = page.url
    await page.get_by_role("link", name=say("Blueprint"), exact=True).click()
    await page.get_by_label(say("Question bank")).select_option(label=bank)
    await page.get_by_role("button", name=say("Count the questions of this exam")).click()
    fixed = page.locator("[data-stated]").first
    before = await fixed.text_content()
    level = page.locator("[name='cell.0.all.know']")
    wanted = await level.input_value()
    await level.fill("99")
    await expect(fixed).to_have_text("99")
    await level.fill(wanted)
    await expect(fixed).to_have_text(before or "")
    await fits(page)
    await page.get_by_role("button", name=say("Save the blueprint")).click()
    await page.get_by_role("link", name=say("Assemble forms")).click()
    await fits(page)
    await page.get_by_role("button", name=say("Assemble"), exact=True).click()
    await page.get_by_role("link", name=say("Continue")).click()
    await fits(page)
    await page.get_by_role("button", name=say("Take into the exam")).click()
    await page.locator("dialog[open]").get_by_role("button", name=say("Take into the exam")).click()
    await page.wait_for_url(exam)


async def _make_sitting(page: Page, say: Words) -> None:
    await page.get_by_role("link", name=say("Print papers")).click()
    await fits(page)
    await page.get_by_role("link", name=say("New sitting of this exam")).click()
    await page.get_by_role("button", name=say("Create sitting")).click()
    await page.get_by_role("link", name=say("Open the roster")).click()
    await page.get_by_label("12A1").check()
    await page.get_by_role("button", name=say("Show the pupils")).click()
    await page.get_by_role("button", name=say("Take over this roster")).click()
    await page.get_by_role("link", name=say("Overview"), exact=True).click()
    await page.get_by_role("button", name=say("Confirm the roster")).click()
    await page.locator("dialog[open]").get_by_role("button", name=say("Confirm the roster")).click()
    await page.get_by_role("link", name=say("Continue")).click()


async def _print(page: Page, say: Words) -> None:
    await page.get_by_role("link", name=say("Print papers")).click()
    await expect(page.locator("tbody th[scope=row]").filter(has_text=re.compile(r"^10\d$"))).to_contain_text(FORMS)
    await fits(page)
    href = await page.get_by_role("link", name=say("All forms (PDF)")).get_attribute("href")
    printed = await page.request.get(page.url.partition("/sittings/")[0] + str(href))
    assert (await printed.body()).startswith(b"%PDF")
    for form in FORMS:
        async with page.expect_download() as download:
            await page.get_by_role("link", name=f"Word {form}").click()
        words = "\n".join(one.text for one in Document(str(await (await download.value).path())).paragraphs)
        assert form in words
        assert all(stem in words for stem in ("muối ăn", "Kim loại nào", "nước cứng"))
    async with page.expect_download() as download:
        await page.get_by_role("link", name=say("Keys for marking (XLSX)")).click()
    sheet = load_workbook(io.BytesIO((await (await download.value).path()).read_bytes())).active
    assert sheet is not None
    keys = {str(column[0].value): [one.value for one in column[1:]] for column in sheet.columns}
    assert [len(keys[form]) for form in FORMS] == [len(keys[FORMS[0]])] * len(FORMS)
    assert len({tuple(keys[form]) for form in FORMS}) > 1
