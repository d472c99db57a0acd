"""Every page of every role, in both languages, by day and night, on a phone and a desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from playwright.async_api import Browser
from playwright.async_api import Page as Tab

from exam_engine.classroom import reload_routes
from exam_engine.demo import people
from exam_engine.kit import languages
from tests.browser.pages.conftest import LANGUAGES, Site
from tests.browser.pages.crawler import Page
from tests.web.built import WEB

ROLES = (*(member.role for member in people.STAFF), "pupil", "nobody")
#: Doors that lead those who are signed in already, or not at all, to where they belong.
SENT_ON = {"nobody": ("/",), "pupil": ("/", "/pupil")}
Pages = Callable[[str, str], list[Page]]
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]}))
  .violations.map(v => [v.id, v.help, v.nodes.map(n => n.html)])"""
WATCH_POLICY = """addEventListener("securitypolicyviolation",
  (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
#: What colours and widths decide; all else is the same in the second look at a page.
SEEN = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
# Two looks at a page that is loaded once, (colours, width): of language, colours and width each pair of two occurs.
# Every other page is looked at in each language, and all are measured in both: only words differ.
LOOKS = {"vi": (("light", 360), ("dark", 1280)), "en": (("light", 1280), ("dark", 360))}
NARROW = 360
TABS = 2

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ROLES)
def test_every_link_answers_and_every_page_says_what_it_is(pages: Pages, role: str, language: str) -> None:
    walked = pages(role, language)
    wrong = [f"{page.path} (from {page.found_on}): {page.status}" for page in walked if not _answers(page, role)]
    for page in walked:
        if page.is_html:
            wrong += [f"{page.path}: {told}" for told in _faults(page, language)]
    assert not wrong, "\n".join(wrong)
    assert len(walked) >= 3


def _answers(page: Page, role: str) -> bool:
    return page.status == 200 or (page.status == 303 and page.path in SENT_ON.get(role, ()))


def _faults(page: Page, language: str) -> list[str]:
    tree, found = page.tree(), []
    if tree.get("lang") != language:
        found.append(f"lang is {tree.get('lang')}")
    if not (tree.findtext(".//title") or "").strip():
        found.append("no title")
    if len(tree.xpath("//h1")) != 1:
        found.append(f"{len(tree.xpath('//h1'))} h1")
    found += [f"not translated: {text!r}" for text in _words(tree) if text in _strange_words(language)]
    return found


def _words(tree: Any) -> set[str]:
    """Texts and spoken labels, but what is marked as being in another language."""
    texts = tree.xpath("//body//text()[not(ancestor::script or ancestor::style or ancestor::*[@lang])]")
    texts += tree.xpath("//body//@aria-label | //body//@placeholder | //body//@title | //body//@alt")
    return {" ".join(str(text).split()) for text in texts}


@cache
def _strange_words(language: str) -> set[str]:
    """Words of the catalogue that belong to the other language: English msgids, Vietnamese translations."""
    texts = {}
    for feature in languages.features("vi"):
        texts |= languages.texts_of("vi", feature)
    pairs = {(key, text) for key, text in texts.items() if isinstance(text, str) and key != text}
    english, vietnamese = {key for key, _ in pairs}, {text for _, text in pairs}
    strange = english - vietnamese if language == "vi" else vietnamese - english
    # What the demo's people wrote is in their language on every page.
    return {words for words in strange if language == "vi" or words.count(" ") >= 3}


def test_every_route_is_reached_by_somebody(site: Site, pages: Pages) -> None:
    reached = {page.template for role in ROLES for page in pages(role, "vi")}
    missing = {template for _pattern, template in site.templates} - reached - set(NOT_LINKED)
    assert not missing, "\n".join(sorted(missing))


#: Why no link of this world leads there.
NOT_LINKED = {
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/sw.js": "for the browser",
    "/play": "the player, tried on its own",
    "/play/state": "the player",
    "/play/paper": "the player",
    "/play/variant": "the player",
    "/play/sealed": "the player",
    "/play/feedback": "the player, in practice",
    "/play/receipt": "the player",
    "/play/files/{digest}": "photos of the own work",
    "/sittings/{sitting}/room-papers.pdf": "by the choice of a room",
    "/bank/{bank}/export/{job}": "the file of a large export",
    "/exams/{exam}/export/{job}": "the same",
    "/play/media/{digest}": "recordings of the own paper",
    "/play/result/slip.pdf": "the own result of a candidate",
    "/slip": "by the code of a result slip",
    "/slip/key": "on the page before",
    "/play/result/files/{digest}": "photos of the own work",
    "/my/results/{candidate}/files/{digest}": "the same",
    "/marking/{sitting}/{number}/{script}/files/{digest}": "photos of a script that is marked",
    "/results/{sitting}/attempts/{attempt}/files/{digest}": "the same",
    "/play/receipt.pdf": "the player",
    "/play/result": "the candidate's, after a release",
    "/my/results/{candidate}/assets/{digest}": "pictures of the own paper",
    "/waiting": "asked by every page of staff",
    "/comments": "from the first page, where a comment waits",
    "/check/now": "asked by the device check",
    "/trust": "only with an authority of one's own: tests/browser/network",
    "/trust.pdf": "the same",
    "/trust/authority.crt": "the same",
    "/trust/probe": "asked by pages of the plain side",
    "/static/{name}": "files of the pages",
    "/assets/{digest}": "pictures of items",
    "/styleguide": "for those who build pages",
    "/jobs/{job}": "while a job runs",
    "/roster-template/{name}": "an address with a name of its own",
    "/classes/template/{name}": "the same",
    "/setup": "only while nobody can sign in",
    "/setup/next": "only until a class has pupils",
    "/s/{slip}": "by the QR code of a pupil's slip",
    "/doubles/pair": "only where two entries are alike",
    "/rooms/{sitting}/live": "a stream that never ends",
    "/imports/{run}": "after an upload",
    "/imports/{run}/report.xlsx": "the same",
    "/items/{item}/pictures": "only of items with pictures",
    "/join/{code}/waiting": "while a guest's other device asks",
    "/quiz/{quiz}/part": "asked by the live page",
    "/play/result/assets/{digest}": "pictures of the own paper",
    "/bank/{bank}/edits/{edit}": "after choosing what many items change",
    "/drafts/{draft}": "while somebody writes: tests/browser/service",
    "/sittings/{sitting}/roster/{upload}": "after an upload",
    "/results/{sitting}/remark": "only where marks can change",
    "/results/{sitting}/analysis": "while the analysis is made",
    **{
        path.replace(":str", ""): "the address of a form: leads back to its page"
        for handler in reload_routes.ROUTES
        for path in handler.paths
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Browser, site: Site, pages: Pages, language: str
) -> None:
    wrong: dict[str, list[str]] = {}
    axe = await asyncio.to_thread(AXE.read_text)
    done: set[str] = set()
    turn = LANGUAGES.index(language)
    for role in ROLES:
        chosen: dict[str, Page] = {}
        for page in await asyncio.to_thread(pages, role, "vi"):
            if page.is_html and (page.look not in done or page.path == "/"):
                chosen.setdefault(page.look, page)
        done |= set(chosen)
        context = await browser.new_context(reduced_motion="reduce")
        cookies = {**dict(site.clients[role].cookies), "lang": language}
        await context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
        await context.add_init_script(WATCH_POLICY)
        waiting = [(page, (place + turn) % 2 == 0) for place, page in enumerate(chosen.values())]
        tabs = [Looker(await context.new_page(), axe, LOOKS[language]) for _ in range(TABS)]
        for found in await asyncio.gather(*(tab.look(site.url, waiting) for tab in tabs)):
            wrong |= {f"{role} {path}": told for path, told in found.items()}
        await context.close()
    assert not wrong, "\n".join(f"{where}: {one}" for where, told in wrong.items() for one in told)


class Looker:
    def __init__(self, tab: Tab, axe: str, looks: tuple[tuple[Any, int], ...]) -> None:
        self.tab, self.axe, self.looks = tab, axe, looks
        self.said: list[str] = []
        tab.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: self.said.append(str(error)))

    async def look(self, url: str, waiting: list[tuple[Page, bool]]) -> dict[str, list[str]]:
        """Takes pages until none is left, those marked with axe, the others for their width; what is wrong, by path."""
        wrong = {}
        while waiting:
            page, whole = waiting.pop(0)
            self.said.clear()
            if told := await self.once(url + page.path, whole=whole) + self.said:
                wrong[page.path] = told
        return wrong

    async def once(self, url: str, *, whole: bool) -> list[str]:
        first = self.looks[0] if whole else ("light", NARROW)
        await self.appear(*first)
        await self.tab.goto(url, wait_until="load")
        if not whole:
            return await self.too_wide(NARROW)
        await self.tab.evaluate(self.axe)
        found = await self.faults(self.looks[0][1], RULES)
        await self.appear(*self.looks[1])
        return found + await self.faults(self.looks[1][1], SEEN)

    async def appear(self, colours: Any, width: int) -> None:
        await self.tab.emulate_media(color_scheme=colours)
        await self.tab.set_viewport_size({"width": width, "height": 800})

    async def too_wide(self, width: int) -> list[str]:
        # From the top: what the bar covers of a page that a focused field has moved is chance.
        wide = await self.tab.evaluate("scrollTo(0, 0), document.documentElement.scrollWidth")
        return [f"{wide} px wide"] if wide > width else []

    async def faults(self, width: int, rules: list[str]) -> list[str]:
        found = await self.too_wide(width)
        for name, words, nodes in await self.tab.evaluate(RUN, rules):
            found.append(f"{width} px, {name}: {words}: {[' '.join(node.split())[:150] for node in nodes[:3]]}")
        return found
