"""A question is written with the keyboard alone, in a real browser."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.accounts.authenticating import COOKIE
from exam_engine.accounts.signing_in import open_session
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from item_bank.content.markup import from_html, from_text
from item_bank.content.model import Asset, Item, Numeric, Option, SingleChoice, Statement, TrueFalseCluster
from item_bank.review.states import Act
from item_bank.storage import queries as storage
from tests.accounts.school import School, found_school
from tests.authoring.test_writing import png
from tests.browser.player.parts_paper import PARTS, composite_of, slot_of
from tests.live import LiveServer

PASTE = """([data, type]) => {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  const clipboard = new DataTransfer();
  if (type === "image/png") clipboard.items.add(new File([bytes], "a.png", {type}));
  else clipboard.setData(type, new TextDecoder().decode(bytes));
  const event = new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""
#: Controls without a name for screen readers.
LABELS = """() => [...document.querySelectorAll("main :is(button, input, select, [role=textbox])")]
  .filter((one) => one.offsetParent && !one.textContent.trim() && !one.ariaLabel && !one.labels?.length)
  .map((one) => one.className)"""
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p {margin: 0}</style></head><body>
<!--StartFragment--><p class=MsoNormal style='color:red'><b style='mso-x:1'>đậm</b>
$\\frac{1}{2}$<o:p></o:p><!--[if gte msEquation 12]><m:oMath><span style='x:y'><m:r>y</m:r></span></m:oMath><![endif]-->
<![if !msEquation]><img src="file:///C:/1.png"><![endif]></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.</span>một</p>
<p style><u>hai</u> <img src="file:///C:/2.png"><img alt="Điểm" src="data:image/png;base64,PNG"></p>
<!--EndFragment--></body></html>"""
PICTURE = Asset.of("image/png", png()).digest
#: What no field opens: it has to stay as it is while something else is written beside it.
RICH = (
    '<p lang="en">A <abbr title="b">c</abbr> \\(x^2\\)</p><table><caption>T</caption><tr><td>1</td></tr></table>'
    '<ol start="3"><li>một<ul><li>hai</li></ul></li></ol><blockquote><p>x<sub>1</sub></p></blockquote><pre>a  b</pre>'
)


@dataclass
class Author:
    page: Page
    bank: str
    engine: AsyncEngine
    origin: str

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.origin}{path}")
        await self.page.locator(".rich").first.wait_for()

    async def add(self, content: Item) -> str:
        address = public_id()
        async with transaction(self.engine) as connection:
            found = await storage.bank_by_public_id(connection, self.bank)
            assert found
            await storage.add_item(connection, bank_id=found["id"], public_id=address, content=content)
        return address

    async def newest(self) -> Item:
        async with self.engine.connect() as connection:
            found = await storage.bank_by_public_id(connection, self.bank)
            assert found
            return (await storage.newest_versions(connection, found["id"]))[0].content

    async def paste(self, data: bytes, kind: str) -> None:
        await self.page.evaluate(PASTE, [base64.b64encode(data).decode(), kind])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def school(engine: AsyncEngine) -> School:
    return await found_school(engine)


@pytest_asyncio.fixture(loop_scope="session")
async def author(
    request: pytest.FixtureRequest, desk_of: Any, service: LiveServer, engine: AsyncEngine, school: School
) -> AsyncIterator[Author]:
    async with transaction(engine) as connection:
        token = await open_session(connection, person_id=school.staff["author"].id)
        bank = public_id()
        await storage.create_bank(connection, public_id=bank, unit_id=school.school.id, name="Toán 12")
    desk = await desk_of(language=getattr(request, "param", "vi"))
    await desk.context.add_cookies([{"name": COOKIE, "value": token, "url": service.url}])
    yield Author(await desk.blank(), bank, engine, service.url)


@pytest.mark.parametrize("author", ["en"], indirect=True)
async def test_a_question_is_written_with_the_keyboard_alone(author: Author) -> None:
    page, keys = author.page, author.page.keyboard
    await author.open(f"/bank/{author.bank}/write?type=single_choice")
    await keys.type("Tính $\\frac{1}{2}$ của **hai** số")
    await expect(page.locator(".rich mfrac").first).to_be_visible()
    await author.paste(png(), "image/png")
    await page.locator("dialog[open] textarea").fill("Một điểm xám")
    await keys.press("Enter")
    await expect(page.locator(".chip-picture img")).to_have_attribute("alt", "Một điểm xám")
    for _step in range(40):
        if await page.evaluate("document.activeElement.ariaLabel") == "Option A":
            break
        await keys.press("Tab")
    for text in ("một", "hai", "ba", "bốn"):
        await keys.type(text)
        await keys.press("Enter")
    await expect(page.locator(".write-row")).to_have_count(5)
    await keys.press("Backspace")
    await expect(page.locator(".write-row")).to_have_count(4)
    await keys.press("Alt+ArrowUp")
    await keys.press("Control+2")
    await keys.press("Control+4")
    await keys.press("Control+z")
    await expect(page.locator(".write-key-right")).to_have_text("B")
    for _step in range(3):
        await keys.press("Control+z")
    await expect(page.locator(".write-row")).to_have_count(5)
    for _step in range(3):
        await keys.press("Control+y")
    await expect(page.locator(".write-key-right")).to_have_text("B")
    await expect(page.locator(".preview-frame .choice").nth(2)).to_contain_text("bốn")
    await expect(page.locator(".preview-frame mfrac")).to_be_visible()
    assert await page.evaluate(LABELS) == []
    await keys.press("Control+Enter")
    await page.wait_for_url("**/items/*")
    content = await author.newest()
    assert isinstance(content.interaction, SingleChoice)
    assert [one.markup.html for one in content.interaction.options] == ["một", "hai", "bốn", "ba"]
    assert [one.weight for one in content.interaction.options] == ["0", "1", "0", "0"]
    picture = f'<img alt="Một điểm xám" data-asset="{Asset.of("image/png", png()).digest}"/>'
    assert content.stem.html == f'Tính <span data-math="0"></span> của <strong>hai</strong> số{picture}'
    assert content.stem.math[0].source == "\\frac{1}{2}"


async def test_a_reviewer_approves_with_the_keyboard_and_meets_the_next_question(
    author: Author, school: School
) -> None:
    options = tuple(Option(mark, from_text(mark), weight="1" if mark == "b" else "0") for mark in "abcd")
    items = [await author.add(Item(from_text(f"Câu {n}"), SingleChoice(options))) for n in (1, 2)]
    async with transaction(author.engine) as connection:
        for address in items:
            stored = await storage.newest_version(connection, address)
            assert stored
            await storage.act_on(connection, [stored.item_id], Act.SEND)
        token = await open_session(connection, person_id=school.staff["reviewer"].id)
    page, keys = author.page, author.page.keyboard
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": author.origin}])
    await page.goto(f"{author.origin}/review/{items[0]}")
    await expect(page.locator("#as-the-pupil .choice")).to_have_count(4)
    await expect(page.locator("#as-the-pupil").get_by_text("Đáp án")).to_have_count(0)
    await page.locator('[name="answer-key"]').first.focus()
    for _line in range(6):
        await keys.press("Space")
        await keys.press("Tab")
    await keys.type("Rõ ràng")
    await keys.press("Control+Enter")
    await page.wait_for_url(f"**/review/{items[1]}?done=approved")
    await expect(page.locator("#as-the-pupil")).to_contain_text("Câu 2")
    await expect(page.get_by_role("status").get_by_text("Câu hỏi đã được duyệt.")).to_be_visible()
    assert await page.evaluate(LABELS) == []


async def test_what_is_not_touched_stays_as_it_was(author: Author) -> None:
    """Also beside text of Word, pasted and cleaned; the server being away meanwhile costs nothing."""
    options = tuple(Option(mark, from_text(mark), weight="1" if mark == "a" else "0") for mark in "ab")
    item = Item(from_html(RICH), SingleChoice(options), rationale=from_html("Vì"))
    address = await author.add(item)
    page = author.page
    await author.open(f"/items/{address}/edit")
    rationale = page.get_by_role("textbox", name="Lời giải")
    await rationale.click()
    await page.keyboard.press("Control+End")
    await page.wait_for_timeout(100)  # the editor hears of the caret when the browser has moved it
    await author.paste(WORD.replace("PNG", base64.b64encode(png()).decode()).encode(), "text/html")
    await expect(page.get_by_role("alert")).to_contain_text("Không lấy được 1 hình")
    await expect(page.locator(".chip-picture img")).to_have_attribute("src", f"/assets/{PICTURE}")
    await expect(page.locator(".write-saved")).to_contain_text("Đã lưu")
    await page.context.set_offline(True)
    await page.keyboard.type(" Đúng.")
    await expect(page.locator(".write-saved")).to_contain_text("Mất kết nối với máy chủ", ignore_case=True)
    await page.context.set_offline(False)
    await page.reload()
    await expect(page.locator(".write-saved")).to_contain_text("Đã lưu")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/items/*")
    content = await author.newest()
    assert content.stem == item.stem
    assert content.interaction == item.interaction
    assert content.rationale
    formulas = '<span data-math="0"></span><span data-math="1"></span>'
    picture = f'<img alt="Điểm" data-asset="{PICTURE}"/>'
    assert content.rationale.html.replace("\n", "") == (
        f"<p>Vì<b>đậm</b> {formulas}</p><ol><li>một</li></ol><p><u>hai</u> {picture} Đúng.</p>"
    )
    assert content.rationale.math[1].notation == "omml"


async def test_an_item_of_another_program_can_be_tried_on_its_page(author: Author) -> None:
    item = composite_of(*(PARTS[slot_of(kind)] for kind in ("gap_match", "order")))
    await author.page.goto(f"{author.origin}/items/{await author.add(item)}")
    frame = author.page.locator(".preview-frame")
    await frame.locator(".chip").nth(0).click()
    await frame.locator(".gap").nth(1).click()
    await expect(frame.locator(".gap").nth(1)).to_have_accessible_name("chỗ trống 2: nắng")
    await frame.locator(".ranking-grip").nth(0).focus()
    await author.page.keyboard.press("ArrowDown")
    await expect(frame.locator(".ranking-grip").nth(1)).to_contain_text("Cuối cùng")
    await expect(frame.locator(".ranking-grip").nth(1)).to_be_focused()


async def test_the_underlined_letter_of_word_tells_the_key_of_pasted_questions(author: Author) -> None:
    page = author.page
    await page.goto(f"{author.origin}/bank/{author.bank}/paste")
    await page.locator("textarea").focus()
    word = "<p style='x:y'>Câu 1. x<sup>2</sup></p><p>A. một</p><p><u>B</u>. hai <img src='file:///1.png'></p>"
    await author.paste(word.encode(), "text/html")
    await expect(page.locator("#paste-lost")).to_contain_text("Không dán được 1 hình")
    await expect(page.locator("textarea")).to_have_value("Câu 1. x<sup>2</sup>\nA. một\n<u>B</u>. hai")
    await page.locator("main form button.button-primary").click()
    await expect(page.locator(".item-line", has_text="hai")).to_contain_text("Đáp án")


async def test_a_field_that_is_changed_loses_nothing_of_the_rest(author: Author) -> None:
    address = await author.add(Item(from_html(RICH), Numeric(("1.5",))))
    page = author.page
    await author.open(f"/items/{address}/edit")
    await page.get_by_role("textbox", name="Câu hỏi").click()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("Z")
    await expect(page.locator(".write-saved")).to_contain_text("Đã lưu")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/items/*")
    before, after = from_html(RICH), (await author.newest()).stem
    assert after.html == before.html.replace('<p lang="en">A', '<p lang="en">ZA')
    assert after.math == before.math


async def test_the_shares_of_right_statements_are_written_where_they_are_looked_for(author: Author) -> None:
    statements = tuple(Statement(letter, from_html(letter), True) for letter in "abcd")
    address = await author.add(Item(from_html("Xét"), TrueFalseCluster(statements)))
    page = author.page
    await author.open(f"/items/{address}/edit")
    await page.get_by_text("Phần điểm theo số ý đúng").click()
    await expect(page.get_by_label("2", exact=True)).to_have_value("1/4")
    await page.get_by_label("1", exact=True).fill("0")
    await page.get_by_label("3", exact=True).fill("")
    await page.keyboard.type("0,75")
    await expect(page.locator(".write-saved")).to_contain_text("Đã lưu")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url("**/items/*")
    interaction = (await author.newest()).interaction
    assert isinstance(interaction, TrueFalseCluster)
    assert interaction.table == ("0", "0", "1/4", "0.75", "1")
