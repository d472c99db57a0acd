"""Follows every link as one role, over HTTP, a few times per route: what stands behind each and where it leads."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import httpx
import lxml.html
from litestar import Litestar
from litestar.routes import HTTPRoute

MOST_PER_ROUTE = 3
MOST_PAGES = 400
#: Pages that look otherwise for each kind of what their address names: one of each kind is enough.
BY_KIND = ("/items/{item}", "/quiz/{quiz}")


@dataclass(frozen=True)
class Thing:
    """What a public id stands for. `made`: its table and its number there, the same in every run."""

    made: str
    kind: str = ""


@dataclass
class Page:
    path: str
    template: str
    look: str
    status: int
    kind: str
    text: str
    found_on: str

    @property
    def is_html(self) -> bool:
        return self.kind.startswith("text/html")

    def tree(self) -> lxml.html.HtmlElement:
        return lxml.html.document_fromstring(self.text)


@dataclass
class Crawl:
    client: httpx.Client
    templates: list[tuple[re.Pattern[str], str]]
    things: Mapping[str, Thing] = field(default_factory=dict)
    #: Templates of what is no page: one of each is enough, in one language.
    files: set[str] = field(default_factory=set)
    pages: list[Page] = field(default_factory=list)

    def run(self, *starts: str) -> list[Page]:
        seen, times = set(starts), Counter[tuple[str, ...]]()
        waiting = deque((start, "") for start in starts)
        while waiting and len(self.pages) < MOST_PAGES:
            path, found_on = waiting.popleft()
            parts = urlsplit(path)
            template = self.template(parts.path)
            look = self.look(parts.path, template)
            kind = (look, *sorted(name for name, _ in parse_qsl(parts.query)))
            if (
                times[kind] >= (MOST_PER_ROUTE if look == template else 1)
                or template.endswith("/live")
                or template in self.files
            ):
                continue
            times[kind] += 1
            page = self.fetch(path, template, look, found_on)
            if page.status == 422 and parts.query:  # a form that wants more than was filled in
                continue
            self.pages.append(page)
            if not page.is_html:
                self.files.add(template)
            for link in sorted(set(self.links(page)), key=self.lasting):
                if link not in seen:
                    seen.add(link)
                    waiting.append((link, path))
        return self.pages

    def look(self, path: str, template: str) -> str:
        """The template, and for some the kind of what the address names."""
        kinds = [self.things[part].kind for part in path.split("/") if part in self.things]
        return " ".join([template, *kinds]) if template in BY_KIND else template

    def lasting(self, link: str) -> str:
        """The address with numbers of creation for public ids, which are chance: which pages are looked at is none."""
        return re.sub(r"\w+", lambda found: self.things[found[0]].made if found[0] in self.things else found[0], link)

    def fetch(self, path: str, template: str, look: str, found_on: str) -> Page:
        found = self.client.get(path)
        return Page(
            path, template, look, found.status_code, found.headers.get("content-type", ""), found.text, found_on
        )

    def links(self, page: Page) -> Iterator[str]:
        if not page.is_html:
            return
        root = str(self.client.base_url).rstrip("/")
        tree = page.tree()
        forms = [form for form in tree.forms if form.method == "GET"]
        asked = [f"{form.get('action') or ''}?{urlencode(one)}" for form in forms for one in fillings(form)]
        for link in [*tree.xpath("//a/@href"), *asked]:
            target = urldefrag(urljoin(root + page.path, str(link))).url
            if target.startswith(f"{root}/"):
                yield target.removeprefix(root)

    def template(self, path: str) -> str:
        return next((template for pattern, template in self.templates if pattern.fullmatch(path)), path)


def fillings(form: lxml.html.FormElement) -> Iterator[list[tuple[str, str]]]:
    """What a browser sends of an untouched form, then with each of its choices taken."""
    untouched = list(form.form_values())
    yield untouched
    for choice in form.xpath(".//input[@type='radio']"):
        others = [(name, value) for name, value in untouched if name != choice.name]
        yield [*others, (choice.name, choice.get("value", ""))]


def templates(app: Litestar) -> list[tuple[re.Pattern[str], str]]:
    """Every address that answers to GET; those without parameters first, as they win."""
    found = sorted(
        {
            route.path_format
            for route in app.routes
            if isinstance(route, HTTPRoute) and any("GET" in handler.http_methods for handler in route.route_handlers)
        },
        key=lambda template: (template.count("{"), template),
    )
    return [(re.compile(re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(template))), template) for template in found]
