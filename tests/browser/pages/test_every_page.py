"""Every page of every role, in both languages, by day and night, on a phone and a desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Browser
from playwright.async_api import Page as Tab

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
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RUN = "async rules => (await axe.run(document, rules)).violations.map(v => [v.id, v.help, v.nodes.map(n => n.html)])"
WATCH_POLICY = """addEventListener("securitypolicyviolation",
  (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""
# (language, colours, width): each pair of two occurs, all but two of them with both others.
LOOKS = [("vi", "light", 360), ("vi", "dark", 1280), ("en", "dark", 360), ("en", "light", 1280)]

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
    "/play/receipt.pdf": "the player",
    "/play/result": "the candidate's, after a release",
    "/my/results/{candidate}/assets/{digest}": "pictures of the own paper",
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
    "/quiz/{quiz}/add": "back from where a question was written",
    "/quiz/{quiz}/part": "asked by the live page",
    "/play/result/assets/{digest}": "pictures of the own paper",
    "/drafts/{draft}": "while somebody writes: tests/browser/service",
    "/sittings/{sitting}/roster/{upload}": "after an upload",
    "/results/{sitting}/remark": "only where marks can change",
    "/results/{sitting}/analysis": "while the analysis is made",
}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
async def test_axe_finds_nothing_and_nothing_is_too_wide(
    browser: Browser, site: Site, pages: Pages, look: tuple[str, Any, int]
) -> None:
    language, colours, width = look
    axe = await asyncio.to_thread(AXE.read_text)
    wrong: dict[str, list[str]] = {}
    done: set[str] = set()
    for role in ROLES:
        walked = await asyncio.to_thread(pages, role, "vi")
        chosen = [page for page in walked if page.is_html and (page.template not in done or page.path == "/")]
        if not chosen:
            continue
        done |= {page.template for page in chosen}
        context = await browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=colours, reduced_motion="reduce"
        )
        cookies = {**dict(site.clients[role].cookies), "lang": language}
        await context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in cookies.items()])
        await context.add_init_script(WATCH_POLICY)
        tab = await context.new_page()
        said: list[str] = []
        tab.on("console", lambda message, said=said: said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error, said=said: said.append(str(error)))
        once: set[str] = set()
        for page in chosen:
            if page.template in once:
                continue
            once.add(page.template)
            said.clear()
            told = await _look(tab, site.url + page.path, axe, width) + said
            if told:
                wrong[f"{role} {page.path}"] = told
        await context.close()
    assert not wrong, "\n".join(f"{where}: {one}" for where, told in wrong.items() for one in told)


async def _look(tab: Tab, url: str, axe: str, width: int) -> list[str]:
    await tab.goto(url, wait_until="load")
    found = []
    if (wide := await tab.evaluate("document.documentElement.scrollWidth")) > width:
        found.append(f"{wide} px wide")
    await tab.evaluate(axe)
    for name, words, nodes in await tab.evaluate(RUN, RULES):
        found.append(f"{name}: {words}: {[' '.join(node.split())[:150] for node in nodes[:3]]}")
    return found
