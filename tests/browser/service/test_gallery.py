"""The demo's gallery: every interaction answered by mouse, touch and keys alone, for full points."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient
from playwright.async_api import Locator, Page, expect
from sqlalchemy import text

from exam_engine.accounts import founding
from exam_engine.accounts.authenticating import COOKIE
from exam_engine.demo import classroom, school
from exam_engine.demo.content.make_gallery import PLACES, SIZE
from exam_engine.demo.content.make_gallery import items as gallery
from exam_engine.kit.database import transaction
from exam_engine.kit.identity import public_id
from exam_engine.kit.packed import unpacked
from item_bank.storage import queries as storage
from tests.browser.player.test_photos import noisy
from tests.browser.service.conftest import line_says
from tests.browser.service.walks import fits
from tests.classroom.my_world import ClassWorld
from tests.hall import Hall

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

MARKS = """select r.marks from exam.result r join exam.attempt a on a.id = r.attempt_id
  join exam.candidate c on c.id = a.candidate_id where c.full_name = :name and r.current"""
HANDED = """select f.media_type is not null from exam.answer_file f join exam.attempt a on a.id = f.attempt_id
  join exam.candidate c on c.id = a.candidate_id where c.full_name = :name"""
CHIP = '.chip:has-text("{}")'
#: Far more stops than any item has.
MOST_STOPS = 60


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pupils(hall: Hall) -> dict[str, Any]:
    """One for each way; the gallery is set for their class as the demo sets it."""
    world = ClassWorld(hall.state, hall.engine, AsyncClient(), hall.school, [])
    async with transaction(hall.engine) as connection:
        unit = hall.school.class_
        found = {how: await founding.add_pupil(connection, unit, f"Em {how}") for how in ("mouse", "touch", "keys")}
        bank = await storage.create_bank(connection, public_id=public_id(), unit_id=unit.id, name="Các dạng câu hỏi")
        versions = await school._imported(connection, bank, ("gallery/",), "vi", "")
        await classroom.show_gallery(connection, hall.state, hall.school.staff["teacher"].id, unit, versions)
    return {how: await world.pupil(one) for how, one in found.items()}


@dataclass
class Hand:
    """A pupil's way with the page."""

    page: Page
    how: str

    def on(self, selector: str) -> Locator:
        return self.page.locator(f".item {selector}")

    async def press(self, target: Locator) -> None:
        if self.how == "mouse":
            await target.click()
        elif self.how == "touch":
            await target.tap()
        else:
            await self.reach(target)
            await self.page.keyboard.press("Space" if await target.evaluate("one => one.matches('input')") else "Enter")

    async def reach(self, target: Locator) -> None:
        """By Tab alone; among the choices of a group, of which Tab meets one, by the arrow keys."""
        there = """one => one === document.activeElement ? "here" : one.type === "radio"
            && document.activeElement?.name === one.name && document.activeElement.type === "radio" ? "near" : "" """
        for _stop in range(MOST_STOPS):
            where = await target.evaluate(there)
            if where == "here":
                return
            await self.page.keyboard.press("ArrowDown" if where else "Tab")
        raise AssertionError(f"no key leads to {target}")

    async def reload(self) -> None:
        """And back to the item that was there."""
        number = await self.page.locator(".item-number").inner_text()
        await self.page.reload()
        await self.page.click(f".side .cell >> nth={int(number.split()[-1]) - 1}")
        await expect(self.page.locator(".item-number")).to_have_text(number)

    async def choose(self, *words: str) -> None:
        for one in words:
            label = self.on(f'label:has-text("{one}")')
            await self.press(label.locator("input") if self.how == "keys" else label)

    async def press_all(self, *selectors: str) -> None:
        for one in selectors:
            await self.press(self.on(one))

    async def type(self, words: str) -> None:
        field = self.on("input:is([type=text], :not([type])), .item textarea").first
        if self.how == "keys":
            await self.reach(field)
        else:
            await self.press(field)
        await self.page.keyboard.type(words)

    async def pick(self, words: str) -> None:
        """From the browser's own list, whose window no test can press."""
        field = self.on(".part-select")
        if self.how != "keys":
            await field.select_option(label=words)
            return
        await self.reach(field)
        while await field.evaluate("one => one.selectedOptions[0].label") != words:
            await self.page.keyboard.press("ArrowDown")

    async def areas(self, *places: str) -> None:
        """The circle of a place of the map: its shape takes the press, its control the keys."""
        for place in places:
            spot = self.on(f'.spot[title*="{list(PLACES).index(place) + 1}"]')
            control = spot.locator("input") if await spot.locator("input").count() else spot
            await self.press(control if self.how == "keys" else spot.locator(".spot-shape"))

    async def point(self, place: str) -> None:
        """Keys move the cross from the middle, a fortieth of the picture at a time."""
        surface = self.on(".stage-surface")
        x, y = PLACES[place]
        if self.how == "keys":
            await self.reach(surface)
            for key, way in (("ArrowLeft", SIZE / 2 - x), ("ArrowUp", SIZE / 2 - y)):
                for _step in range(round(way / (SIZE / 40))):
                    await self.page.keyboard.press(key)
            await self.page.keyboard.press("Enter")
            return
        box = await surface.bounding_box()
        assert box is not None
        at = {"x": x * box["width"] / SIZE, "y": y * box["height"] / SIZE}
        await (surface.click(position=at) if self.how == "mouse" else surface.tap(position=at))  # type: ignore[arg-type]


# --- what is done with each item, by the name of its file ------------------------------------------------------------


async def _slider(hand: Hand) -> None:
    field = hand.on(".part-slider")
    if hand.how == "keys":
        await hand.reach(field)
        for _step in range(10):
            await hand.page.keyboard.press("ArrowRight")
    else:
        box = await field.bounding_box()
        assert box is not None
        at = {"x": box["width"] * 100 / 150, "y": box["height"] / 2}
        await (field.click(position=at) if hand.how == "mouse" else field.tap(position=at))  # type: ignore[arg-type]
    await expect(hand.on(".slider-value")).to_have_text("100")


async def _order(hand: Hand) -> None:
    """A line is taken, then the place where it goes."""
    grips = hand.on(".ranking-grip")
    for place, words in enumerate(["Lào Cai", "Huế", "Cần Thơ"]):
        if words not in await grips.nth(place).inner_text():
            await hand.press(hand.on(f'.ranking-grip:has-text("{words}")'))
            await hand.press(grips.nth(place))
    confirm = hand.on(".part-foot .button")
    if await confirm.get_attribute("aria-disabled") == "false":
        await hand.press(confirm)


async def _match(hand: Hand) -> None:
    for author, work in (("Nguyễn Du", "Truyện Kiều"), ("Nam Cao", "Chí Phèo"), ("Tô Hoài", "Dế Mèn")):
        for side, words in ((1, author), (2, work)):
            await hand.press_all(f'.match-column:nth-of-type({side}) .match-end:has-text("{words}")')


async def _match_table(hand: Hand) -> None:
    for row, column in ((0, 0), (1, 1), (2, 0)):
        await hand.press(hand.on(".match-tick input").nth(2 * row + column))


async def _several(hand: Hand) -> None:
    await hand.type("6")
    await hand.pick("chẵn")
    for words in ("1", "2"):
        label = hand.on(f'label.choice:has(:text-is("{words}"))')
        await hand.press(label.locator("input") if hand.how == "keys" else label)


async def _numbers(hand: Hand) -> None:
    a, b = (await hand.on(".composite").inner_text()).split("=")[0].split("×")
    await hand.type(str(int(a) * int(b)))


async def _media(hand: Hand) -> None:
    await hand.press_all(".recording .button")
    await expect(hand.on("[data-plays]")).to_contain_text("1")
    if hand.how == "mouse":
        await hand.reload()
        await expect(hand.on("[data-plays]")).to_contain_text("1")
    await hand.type("3")


async def _upload(hand: Hand) -> None:
    """By touch without a network, which comes back later; by mouse over a line that breaks, with a reload behind it."""
    if hand.how == "keys":
        return
    if hand.how == "mouse":
        await hand.page.route("**/play/files/*", lambda route: route.abort())
    async with hand.page.expect_file_chooser() as chooser:
        await hand.press(hand.page.get_by_role("button", name="Chọn tệp"))
    # A chooser's filter can be passed by.
    await (await chooser.value).set_files([{"name": "bài.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}])
    await expect(hand.on(".part-told, [role=status]").filter(has_text="không nộp PDF")).to_be_visible()
    async with hand.page.expect_file_chooser() as chooser:
        await hand.press(hand.page.get_by_role("button", name="Chọn tệp"))
    await (await chooser.value).set_files([{"name": "bài.png", "mimeType": "image/png", "buffer": noisy(400, 300)}])
    place = hand.on(".photo-place")
    await expect(place).to_have_text("Chờ gửi, đang giữ trên máy này")
    if hand.how == "mouse":
        await hand.reload()
        await expect(place).to_have_text("Chờ gửi, đang giữ trên máy này")
        await hand.page.unroute("**/play/files/*")
        await expect(place).to_have_text("Đã lưu trên máy chủ", timeout=20_000)


async def _end_attempt(hand: Hand) -> None:
    await hand.type("180")
    await hand.press_all(".part-inline .button")


async def _labels(hand: Hand) -> None:
    for words, place in (("north-west", "A"), ("south-east", "C")):
        await hand.press_all(CHIP.format(words))
        await hand.areas(place)


STEPS: dict[str, Callable[[Hand], Awaitable[None]]] = {
    "choice": lambda hand: hand.choose("23", "29"),
    "inline-choice": lambda hand: hand.pick("has lived"),
    "hottext": lambda hand: hand.choose("go", "arrive"),
    "slider": _slider,
    "text-entry": lambda hand: hand.type("Hà Nội"),
    "extended-text": lambda hand: hand.type("It is long."),
    "order": _order,
    "associate": lambda hand: hand.press_all(*map(CHIP.format, ("hot", "cold", "big", "small"))),
    "match": _match,
    "match-table": _match_table,
    "gap-match": lambda hand: hand.press_all(CHIP.format("sông"), ".gap >> nth=0", CHIP.format("núi"), ".gap >> nth=1"),
    "hotspot": lambda hand: hand.areas("C"),
    "select-point": lambda hand: hand.point("A"),
    "graphic-order": lambda hand: hand.areas(*PLACES),
    "graphic-associate": lambda hand: hand.areas("A", "C", "B", "D"),
    "graphic-gap-match": _labels,
    "position-object": lambda hand: hand.point("A"),
    "several": _several,
    "numbers": _numbers,
    "media": _media,
    "upload": _upload,
    "end-attempt": _end_attempt,
}


# --- the sitting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "width", "language"), [("mouse", 1280, "vi"), ("touch", 360, "vi"), ("keys", 768, "en")]
)
async def test_every_interaction_earns_its_points(
    hall: Hall, pupils: dict[str, Any], desk_of: Any, how: str, width: int, language: str
) -> None:
    desk = await desk_of(width=width, language=language, has_touch=how == "touch", is_mobile=how == "touch")
    await desk.context.add_cookies([{"name": COOKIE, "value": pupils[how].cookies[COOKIE], "url": desk.origin}])
    page = await desk.blank()
    await page.goto(f"{desk.origin}/my")
    await page.get_by_role("article").filter(has_text=classroom.GALLERY).get_by_role("button").first.click()
    await page.wait_for_selector(".item")
    await page.wait_for_load_state("networkidle")
    hand = Hand(page, how)
    assert list(STEPS) == list(gallery())
    for number, (name, steps) in enumerate(STEPS.items(), 1):
        await expect(page.locator(".item-number")).to_have_text(desk.say.player("Item %(n)s", n=number))
        # A phone loses the network at the first item: programs, pictures and recordings of the others are there.
        if how == "touch" and name in ("choice", "end-attempt"):
            await desk.context.set_offline(name == "choice")
        await steps(hand)
        await fits(page)
        if name == "end-attempt":
            await page.locator(".checking [role=status] .notice-title:visible").wait_for()
            await expect(page.locator(".checking")).to_contain_text("Gợi ý: 15 × 12")
        await hand.press(page.locator(".button-next:visible"))
    await line_says(page, "máy chủ" if language == "vi" else "on the server")
    await page.click(".review-acts .button-primary")
    await page.click("dialog[open] .button-primary")
    await page.get_by_role("heading", name=desk.say.player("%(right)s of %(all)s right", right=1, all=1)).wait_for()
    whose = {"name": f"Em {how}"}
    async with hall.engine.connect() as connection:
        packed = (await connection.execute(text(MARKS), whose)).scalar_one()
        handed = (await connection.execute(text(HANDED), whose)).scalars().all()
    marks = unpacked(packed)
    assert len(marks) == len(STEPS)
    assert handed == ([] if how == "keys" else [True])
    # Two are for a person: what was written, and the page of paper, that not everybody handed in.
    less = [mark["detail"] for mark in marks if mark["share"] != "1"]
    assert sorted(less, key=str) == [{"parts": len(handed)}, {"words": 3}]
