"""Pupils of a class who join by code, name and PIN, answer everything and hand in: over HTTP, as the player does."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass
from html import unescape
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode

import httpx

from loadtests.candidate import Candidate, Phase, Reply, Step

HTML = {"accept": "text/html"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Giang", "Hạnh", "Khánh", "Linh")
#: Signing in takes the old form token away; the same one is taken from the page that follows.
EMPTY_COOKIE = re.compile(r'\w+=("")?;')
ROW = re.compile(r'<tr id="pupil-(\w+)">\s*<th scope="row">([^<]+)<.*?<strong>(\d{6})<', re.DOTALL)


@dataclass(frozen=True)
class Pupil:
    public_id: str
    name: str
    pin: str


def client_of(url: str) -> httpx.AsyncClient:
    """For many pupils at once: each keeps its own cookies."""
    nothing_kept = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(base_url=url, timeout=60, cookies=nothing_kept)


def names(count: int) -> list[str]:
    return [f"{FAMILY[n // 8 % 8]} Thị {GIVEN[n % 8]}" for n in range(count)]


def pupils_on(page: str) -> list[Pupil]:
    """Of the page of slips with all PINs shown."""
    return [Pupil(public_id, unescape(name).strip(), pin) for public_id, name, pin in ROW.findall(page)]


async def come_in(client: httpx.AsyncClient, code: str, pupil: Pupil) -> Candidate:
    candidate = Candidate("", device=f"device-{pupil.public_id}")
    names_page = await client.get(f"/join/{code}", headers=candidate.page_headers())
    candidate.receive(_reply(names_page))
    token = re.search(r'name="_csrf_token" value="([^"]+)"', (await _name_page(client, code, pupil, candidate)).text)
    if not token:
        raise AssertionError("no form on the page of one's name")
    body = urlencode({"_csrf_token": token[1], "person": pupil.public_id, "pin": pupil.pin})
    headers = {**candidate.page_headers(), **FORM}
    candidate.receive(_reply(await client.post(f"/join/{code}", content=body, headers=headers)))
    return candidate


async def sit(client: httpx.AsyncClient, code: str, pupil: Pupil) -> None:
    candidate = await come_in(client, code, pupil)
    chance, begun, planned = random.Random(pupil.public_id), time.monotonic(), False
    while candidate.phase is not Phase.DONE:
        if candidate.phase is Phase.WORKING and not planned:
            steps = [Step(0, item["slot"], answer(item, chance)) for item in candidate.paper["items"]]
            candidate.plan(steps, 0)
            planned = True
        request = candidate.next_request(time.monotonic() - begun)
        if request is not None:
            sent = client.request(request.method, request.path, headers=request.headers, content=request.body)
            candidate.receive(_reply(await sent))


def answer(item: Any, chance: random.Random) -> Any:
    body = item["body"]
    match item["type"]:
        case "single_choice":
            return chance.choice(sorted(body["options"]))
        case "multiple_choice":
            return sorted(chance.sample(sorted(body["options"]), 2))
        case "true_false_cluster":
            return {letter: chance.random() < 0.5 for letter in body["statements"]}
        case "numeric":
            return str(chance.randint(0, 9))
        case _:
            return "An"


async def _name_page(client: httpx.AsyncClient, code: str, pupil: Pupil, candidate: Candidate) -> httpx.Response:
    return await client.get(f"/join/{code}?name={pupil.public_id}", headers=candidate.page_headers())


def _reply(found: httpx.Response) -> Reply:
    kept = [(name, value) for name, value in found.headers.multi_items() if not EMPTY_COOKIE.match(value)]
    return Reply(found.status_code, kept, found.content)
