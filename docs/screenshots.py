"""Takes the pictures of docs/images from a fresh demo, in headless Chromium: `python -m docs.screenshots`.

`--ticket LINK` takes them from a demo that runs already (the candidate's link it has printed; the attempt is begun).
Names, answers and scores follow from the demo's seed; dates are those of the day, and form 101 is always the same.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from exam_engine.demo.people import STAFF
from exam_engine.demo.school import PASSWORD
from tests.chromium import find_chromium
from tests.live import free_port

IMAGES = Path(__file__).parent / "images"
WIDE, NARROW = ViewportSize(width=1280, height=800), ViewportSize(width=360, height=740)
TALL = ViewportSize(width=1280, height=1180)
MOST_BYTES = 200_000
PATIENCE_MS = 60_000
PICTURES = ["quick_quiz", "editor", "bank", "review", "blueprint", "assembly", "player", "room", "results", "exam"]
LOGINS: dict[str, str] = {member.role: member.login for member in STAFF}


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own, thrown away afterwards: the candidate's ticket link."""
    with tempfile.TemporaryDirectory(prefix="exam-engine-pictures-") as folder:
        command = [sys.executable, "-m", "exam_engine.cli", "demo", "--port", str(free_port())]
        environment = os.environ | {"EXAM_ENGINE_DATA_DIR": folder}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield ticket_in(process)
            finally:
                process.send_signal(signal.SIGTERM)


def ticket_in(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"https?://\S+/t/\S+", line):
            return found.group()
    raise SystemExit("the demo has printed no ticket")


class Photographer:
    def __init__(self, browser: Browser, ticket: str) -> None:
        self.browser = browser
        self.ticket = ticket
        parts = urlsplit(ticket)
        self.base = f"{parts.scheme}://{parts.netloc}"

    def page(self) -> Page:
        context = self.browser.new_context(locale="vi-VN", reduced_motion="reduce", viewport=WIDE)
        context.set_default_timeout(PATIENCE_MS)
        return context.new_page()

    def signed_in(self, role: str, path: str) -> Page:
        page = self.page()
        page.goto(f"{self.base}/sign-in")
        page.fill("[name=username]", LOGINS[role])
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"{self.base}/")
        page.goto(f"{self.base}{path}")
        return page

    def take(self, page: Page, name: str, *, wide: ViewportSize = WIDE, narrow: bool = True) -> None:
        for width, shape in (("1280", wide), ("360", NARROW)) if narrow else (("1280", wide),):
            page.set_viewport_size(shape)
            page.evaluate("document.fonts.ready")
            page.wait_for_timeout(500)  # what resizes has settled
            keep(page.screenshot(animations="disabled", caret="hide"), IMAGES / f"{name}-{width}.png")
        page.set_viewport_size(WIDE)

    def player(self) -> None:
        page = self.page()
        page.goto(self.ticket)
        page.get_by_role("button", name="Đúng là em").click()
        page.wait_for_url("**/play")
        begin = page.get_by_role("button", name=re.compile("Bắt đầu làm bài|Làm tiếp"))
        page.wait_for_timeout(2000)  # the checks of the device
        self.take(page, "waiting-room")
        begin.click()
        for number, key in enumerate("badcba", start=1):
            page.get_by_role("heading", name=f"Câu {number}", exact=True).wait_for()
            page.keyboard.press(key)
            page.keyboard.press("ArrowRight")
        page.keyboard.press("f")
        page.keyboard.press("ArrowLeft")
        page.get_by_text("Đã trả lời 6/22 câu").first.wait_for()
        page.wait_for_timeout(1000)  # the last answer is on its way
        page.get_by_text(re.compile("Đã lưu trên máy chủ lúc")).first.wait_for()
        self.take(page, "player")
        page.context.close()

    def results(self) -> None:
        page = self.signed_in("exam_officer", "/results")
        page.get_by_role("link", name=re.compile("đã thi xong")).first.click()
        page.wait_for_load_state()
        self.take(page, "results", wide=TALL)
        page.goto(f"{page.url.split('?')[0]}/items")
        self._analysed(page)
        self.take(page, "items", narrow=False)
        page.goto(f"{page.url}/3")
        self.take(page, "analysis-item", wide=TALL, narrow=False)
        page.goto(page.url.replace("/items/3", "/analysis/summary"))
        self.take(page, "analysis", wide=TALL)
        page.context.close()

    def _analysed(self, page: Page) -> None:
        """The analysis is a job: asked for where nobody has, and waited for."""
        asking = page.locator("main form[action$='/analysis'] button")
        if not page.locator("main table").count() and asking.count():
            asking.first.click()
        page.locator("main table tbody tr").first.wait_for()

    def quick_quiz(self) -> None:
        page = self.signed_in("teacher", "/")
        page.get_by_role("button", name="Kiểm tra nhanh lớp 12A1").click()
        page.get_by_label("Số phút").fill("15")
        page.locator("#picker [name=bank]").select_option(label=self._bank_named(page, "Toán 12"))
        for count, pick in enumerate(page.locator("#picker .tick").all()[:6], start=1):
            pick.check()
            page.locator(".quiz-bar-count", has_text=f"{count} câu hỏi").wait_for()
        page.get_by_role("button", name="Bắt đầu").click()
        page.get_by_role("link", name="Chiếu lên bảng").wait_for()
        self.take(page, "quick-quiz", wide=TALL)
        page.context.close()

    def _bank_named(self, page: Page, start: str) -> str:
        labels = page.locator("#picker [name=bank] option").all_inner_texts()
        return next(label for label in labels if label.startswith(start))

    def editor(self) -> None:
        page = self.signed_in("author", "/bank")
        page.get_by_role("link", name=re.compile("Toán 12")).first.click()
        page.get_by_role("button", name="Soạn câu hỏi").or_(page.get_by_role("link", name="Soạn câu hỏi")).first.click()
        fields = page.locator("[contenteditable=true]")
        texts = ("Đạo hàm của hàm số $y=\\frac{1}{x}$ là", "$\\frac{1}{x^2}$", "$-\\frac{1}{x^2}$", "$\\ln x$", "$-x$")
        for place, text in enumerate(texts):
            fields.nth(place).click()
            page.keyboard.type(text)
            page.keyboard.press("End")
        page.get_by_role("button", name="Phương án B đúng").click()
        page.get_by_text(re.compile("Đã lưu lúc")).first.wait_for()
        self.take(page, "editor", narrow=False)
        page.context.close()

    def bank(self) -> None:
        page = self.signed_in("author", "/bank")
        page.get_by_role("link", name="Vật lí 12").click()
        page.wait_for_load_state()
        self.take(page, "bank")
        page.context.close()

    def review(self) -> None:
        page = self.signed_in("reviewer", "/review")
        page.locator("main table a").first.click()
        page.wait_for_load_state()
        self.take(page, "review", wide=TALL, narrow=False)
        page.context.close()

    def blueprint(self) -> None:
        page = self._exam_page("/blueprint")
        page.locator("#grid").scroll_into_view_if_needed()
        self.take(page, "blueprint", wide=TALL)
        page.context.close()

    def assembly(self) -> None:
        page = self._exam_page("/assembly")
        page.locator("main table a").first.click()
        page.wait_for_load_state()
        self.take(page, "assembly", wide=TALL)
        page.context.close()

    def _exam_page(self, place: str) -> Page:
        page = self.signed_in("exam_officer", "/exams")
        page.get_by_role("link", name=re.compile("Toán 12")).first.click()
        page.wait_for_load_state()
        page.goto(f"{page.url.split('?')[0]}{place}")
        return page

    def exam(self) -> None:
        page = self.signed_in("exam_officer", "/exams")
        page.get_by_role("link", name=re.compile("Toán 12")).first.click()
        page.wait_for_load_state()
        self.take(page, "exam", narrow=False)
        page.context.close()

    def room(self) -> None:
        page = self.signed_in("invigilator", "/rooms")
        page.get_by_role("link", name=re.compile("đang mở")).first.click()
        page.wait_for_load_state()
        self.take(page, "room")
        page.context.close()


def keep(png: bytes, path: Path) -> None:
    """256 colours are enough for a page; a photograph would not be."""
    path.parent.mkdir(exist_ok=True)
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    written = path.stat().st_size
    if written > MOST_BYTES:
        raise SystemExit(f"{path.name} has {written} bytes, more than {MOST_BYTES}")
    print(f"{path.name:<24} {written // 1000:>4} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ticket", help="the candidate's link of a demo that is running")
    parser.add_argument("--only", nargs="*", default=PICTURES, help="which pictures")
    wanted = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium: EXAM_ENGINE_CHROMIUM names one")
    if wanted.ticket:
        photograph(chromium, wanted.ticket, wanted.only)
        return
    with demo() as ticket:
        photograph(chromium, ticket, wanted.only)


def photograph(chromium: str, ticket: str, names: list[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        photographer = Photographer(browser, ticket)
        for name in names:
            take: Callable[[], None] = getattr(photographer, name)
            take()
        browser.close()


if __name__ == "__main__":
    main()
