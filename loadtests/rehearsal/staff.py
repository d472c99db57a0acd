"""Staff at work while candidates sit: invigilators with their live room pages, an officer on sitting and results."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Protocol
from urllib.parse import urlencode

from loadtests.candidate import Reply, Request, cookies_of, form_token
from loadtests.rehearsal.plan import Plan

PAUSE_S = 20.0
ROW = re.compile(r"<tr[^>]*>.*?</tr>", re.DOTALL)
PERSON = re.compile(r'id="c-(\w+)"')
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Browser(Protocol):
    def send(self, request: Request) -> Reply | None: ...


class Streaming(Protocol):
    def stream(self, request: Request) -> Iterator[bytes]: ...


class Member:
    """Signs in as a person does, then looks and acts until `sleep` says that the day is over (it raises)."""

    def __init__(
        self,
        plan: Plan,
        who: dict[str, str],
        browser: Browser,
        sleep: Callable[[float], None],
    ) -> None:
        self._plan, self._who, self._browser, self._sleep = plan, who, browser, sleep
        self._cookies: dict[str, str] = {}
        self._chance = Random(f"{plan.seed}/{who['username']}")

    def work(self) -> None:
        self._sign_in()
        while True:
            (self._invigilate if self._who["role"] == "invigilator" else self._direct)()
            self._sleep(max(1.0, PAUSE_S * self._chance.uniform(0.5, 1.5) / self._plan.speed))

    def watch(self, browser: Streaming) -> Iterator[bytes]:
        """The stream of the room page, over a connection of its own, as long as it lasts."""
        path = f"/rooms/{self._plan.sitting}/live?{self._room}"
        headers = {**self._headers(), "accept": "text/event-stream"}
        return browser.stream(Request("room stream", "GET", path, headers))

    @property
    def _room(self) -> str:
        return urlencode({"room": self._who["room"]} if self._who.get("room") else {})

    def _sign_in(self) -> None:
        self._get("staff: sign-in page", "/sign-in")
        self._post("staff: sign in", "/sign-in", username=self._who["username"], password=self._who["password"])

    def _invigilate(self) -> None:
        """Looks at the room, and lets those go on who ask with another device."""
        found = self._get("staff: room page", f"/rooms/{self._plan.sitting}?{self._room}")
        for row in ROW.findall(found):
            person = PERSON.search(row)
            if person and "tone-danger" in row and "row-attention" in row:
                where = f"/rooms/{self._plan.sitting}/{person[1]}"
                self._get("staff: candidate page", where)
                self._post("staff: act", f"{where}/act", action="allow_device", details="Diễn tập / Rehearsal")

    def _direct(self) -> None:
        sitting = self._plan.sitting
        for name, path in (
            ("staff: sitting page", f"/sittings/{sitting}"),
            ("staff: candidates", f"/sittings/{sitting}/candidates"),
            ("staff: whole sitting live", f"/rooms/{sitting}"),
            ("staff: results", f"/results/{sitting}"),
            ("staff: results by item", f"/results/{sitting}/items"),
        ):
            self._get(name, path)
            self._sleep(max(0.2, 3.0 / self._plan.speed))

    def _get(self, name: str, path: str) -> str:
        return self._asked(Request(name, "GET", path, self._headers()))

    def _post(self, name: str, path: str, **form: str) -> str:
        body = urlencode({"_csrf_token": form_token(self._cookies), **form}).encode()
        return self._asked(Request(name, "POST", path, {**self._headers(), **FORM}, body))

    def _asked(self, request: Request) -> str:
        reply = self._browser.send(request)
        if reply is None:
            return ""
        self._cookies.update(cookies_of(reply))
        self._cookies = {name: value for name, value in self._cookies.items() if value}  # an empty one is taken away
        return reply.body.decode(errors="replace")

    def _headers(self) -> dict[str, str]:
        headers = {"accept": "text/html", "user-agent": "exam-engine-rehearsal"}
        if self._cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return headers
