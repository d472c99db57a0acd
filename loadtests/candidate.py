"""One candidate as a state machine without input or output: it decides the next request and checks each reply.

Locust, the demo's players and the tests drive it with whatever HTTP client they have:

    while (request := candidate.next_request(seconds_since_start)) is not None:
        candidate.receive(send(request))        # or candidate.failed() when no reply came

An entry stays in the outbox until a reply acknowledges its counter, as in the browser.
"""

from __future__ import annotations

import http.cookies
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import urlencode

ANSWER, VIEWS = 0, 1
MOST_ENTRIES = 40
COUNTS = 0


class Phase(Enum):
    """Where the candidate is; each phase but WORKING is one request."""

    OPEN_TICKET = "open_ticket"
    CONFIRM = "confirm"
    STATE = "state"
    START = "start"
    PAPER = "paper"
    VARIANT = "variant"
    WORKING = "working"
    SUBMIT = "submit"
    DONE = "done"


def form_token(cookies: Mapping[str, str]) -> str:
    """The service's own https has cookies under names of their own, as browsers keep the two sides in one jar."""
    return cookies.get("__Host-csrf") or cookies.get("csrf", "")


@dataclass(frozen=True, slots=True)
class Step:
    """What the candidate does at `at` seconds after the start: an answer, or a slot shown from `shown` until `at`."""

    at: float
    slot: int
    value: Any = None
    shown: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """`name` groups requests in statistics: the path without what differs between candidates."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Broken(AssertionError):
    """A reply that a correct service never gives."""


class Candidate:
    """`steps` in order of time, slots and values in the words of the candidate's own paper; `submit_at` None: never."""

    def __init__(
        self, ticket: str, steps: Sequence[Step] = (), submit_at: float | None = None, *, device: str = "player-device"
    ) -> None:
        self.phase = Phase.OPEN_TICKET
        self.steps = list(steps)
        self.paper: Any = None
        self.variant: Any = None
        self.receipt: Any = None
        self.standings: dict[int, int] = {}
        self.state = ""
        self._ticket = ticket
        self._device = device
        self._submit_at = submit_at
        self._cookies: dict[str, str] = {}
        self._token = ""
        self._counter = 0
        self._outbox: dict[int, list[Any]] = {}
        self._epoch_ms = 0

    def plan(self, steps: Sequence[Step], submit_at: float | None) -> None:
        """What to do, decided after the paper was seen."""
        self.steps, self._submit_at = list(steps), submit_at

    def due(self) -> float | None:
        """Seconds since the start at which the next request wants to be made; 0 before the start, None when done."""
        if self.phase is Phase.DONE:
            return None
        if self.phase is not Phase.WORKING or self._outbox:
            return 0.0
        if self.steps:
            return self.steps[0].at
        return self._submit_at

    def next_request(self, now: float) -> Request | None:
        """The request to make at `now` seconds after the start, or None while there is nothing to do."""
        due = self.due()
        if due is None or due > now:
            return None
        match self.phase:
            case Phase.OPEN_TICKET:
                return Request("GET /t", "GET", f"/t/{self._ticket}", self._headers(html=True))
            case Phase.CONFIRM:
                body = urlencode({"_csrf_token": form_token(self._cookies)}).encode()
                headers = {**self._headers(html=True), "content-type": "application/x-www-form-urlencoded"}
                return Request("POST /t", "POST", f"/t/{self._ticket}", headers, body)
            case Phase.STATE | Phase.PAPER | Phase.VARIANT:
                path = f"/play/{self.phase.value}"
                return Request(f"GET {path}", "GET", path, self._headers())
            case Phase.START:
                return self._post("start", {"device": self._device})
            case Phase.WORKING:
                return self._work(now)
            case _:
                return self._submit()

    def receive(self, reply: Reply) -> None:
        """Takes the reply to the last request. Raises Broken for a reply that must not be."""
        self._keep_cookies(reply)
        if reply.status == 503:
            return
        if reply.status >= 400:
            raise Broken(f"{self.phase.value}: {reply.status} {reply.body[:300].decode(errors='replace')}")
        match self.phase:
            case Phase.OPEN_TICKET:
                self.phase = Phase.CONFIRM
            case Phase.CONFIRM:
                self._expect(reply.status in (302, 303), reply, "a confirmed ticket leads to the player")
                self.phase = Phase.STATE
            case Phase.STATE:
                self.state = reply.json()["attempt"]["state"]
                self.phase = Phase.START
            case Phase.START:
                found = reply.json()
                self._token, self._epoch_ms, self.phase = found["token"], int(found["now"]), Phase.PAPER
            case Phase.PAPER:
                self.paper, self.phase = reply.json(), Phase.VARIANT
            case Phase.VARIANT:
                self.variant, self.phase = reply.json(), Phase.WORKING
            case Phase.WORKING:
                self._acknowledge(reply)
            case _:
                self.receipt, self.phase = reply.json(), Phase.DONE

    def failed(self) -> None:
        """No reply came: everything unacknowledged is sent again by the next request."""

    @property
    def token(self) -> str:
        """The bearer token of the attempt, once started."""
        return self._token

    def page_headers(self) -> dict[str, str]:
        """What the candidate's browser sends when it opens a page."""
        return self._headers(html=True)

    @property
    def unacknowledged(self) -> Sequence[int]:
        return tuple(self._outbox)

    def _work(self, now: float) -> Request | None:
        while self.steps and self.steps[0].at <= now and len(self._outbox) < MOST_ENTRIES:
            self._put(self.steps.pop(0))
        if self._outbox:
            return self._post("save", {"p": 1, "e": list(self._outbox.values())}, token=True)
        if self._submit_at is not None and self._submit_at <= now:
            self.phase = Phase.SUBMIT
            return self._submit()
        return None

    def _submit(self) -> Request:
        return self._post("submit", {"p": 1, "e": list(self._outbox.values()), "counter": self._counter}, token=True)

    def _put(self, step: Step) -> None:
        self._counter += 1
        at_ms = self._epoch_ms + round(1000 * step.at)
        if step.shown is None:
            self._outbox[self._counter] = [self._counter, ANSWER, step.slot, step.value, at_ms]
        else:
            seen = [[step.slot, round(1000 * step.shown), round(1000 * step.at)]]
            self._outbox[self._counter] = [self._counter, VIEWS, -1, seen, at_ms]

    def _acknowledge(self, reply: Reply) -> None:
        found = reply.json()
        self.state = found["state"]
        for counter, standing in found["a"]:
            self._expect(counter in self._outbox, reply, "only what was sent is acknowledged")
            del self._outbox[counter]
            self.standings[counter] = standing
        self._expect(not self._outbox, reply, "every entry of a save is acknowledged")

    def _expect(self, true: bool, reply: Reply, rule: str) -> None:
        if not true:
            raise Broken(f"{self.phase.value}: {rule}; got {reply.status} {reply.body[:200]!r}")

    def _post(self, name: str, value: Any, *, token: bool = False) -> Request:
        headers = {**self._headers(), "content-type": "application/json", "x-csrftoken": form_token(self._cookies)}
        if token:
            headers["authorization"] = f"Bearer {self._token}"
        return Request(f"POST /play/{name}", "POST", f"/play/{name}", headers, json.dumps(value).encode())

    def _headers(self, *, html: bool = False) -> dict[str, str]:
        headers = {"accept": "text/html" if html else "application/json", "user-agent": "exam-engine-player"}
        if self._cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return headers

    def _keep_cookies(self, reply: Reply) -> None:
        self._cookies.update(cookies_of(reply))


def cookies_of(reply: Reply) -> dict[str, str]:
    """What a browser keeps of a reply."""
    found = {}
    for name, value in reply.headers:
        if name.lower() == "set-cookie":
            found.update({key: morsel.value for key, morsel in http.cookies.SimpleCookie(value).items()})
    return found
