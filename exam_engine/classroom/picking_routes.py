"""Which questions a test has: ticked in a bank, pasted, newly written, or taken from an earlier test."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Response, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.classroom import pasting, preparing
from exam_engine.classroom.quiz_pages import PERMISSION, HttpRequest, about, chosen_part, found_quiz, prepare_page
from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.forms import Form
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page, text_of


@post("/quiz/{quiz:str}/items", status_code=200, **requires(PERMISSION))
async def choose_items(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    """`shown`: the versions on the page; `version`: those that are ticked. htmx sends one box at a time."""
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    data = await request.form()
    shown, ticked = (_numbers(data.getall(name, [])) for name in ("shown", "version"))
    await preparing.choose(connection, principal, found, set(shown), ticked)
    if "hx-request" not in request.headers:
        return Redirect(f"/quiz/{found['public_id']}#questions", status_code=303)
    return await _chosen(request, connection, principal, found)


@post("/quiz/{quiz:str}/from", status_code=303, **requires(PERMISSION))
async def take_from_earlier(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form
) -> Response[Any]:
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    earlier = await found_quiz(connection, principal, str(data.get("earlier", "")))
    added = await preparing.take_from(connection, found, earlier)
    return _back(found, added)


@post("/quiz/{quiz:str}/paste", status_code=200, **requires("items.import"))
async def paste(request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form) -> Response[Any]:
    """Questions without a doubt come in at once; doubtful ones go through the page of repairs and come back here."""
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    text = str(data.get("text", ""))
    try:
        outcome = await pasting.paste(connection, principal, found, text)
    except Refused as refused:
        if refused.status != 422:
            raise
        told = {"paste": text_of(request, refused)}
        return await prepare_page(request, connection, principal, found, errors=told, typed={"text": text})
    if isinstance(outcome, int):
        return _back(found, outcome)
    return Redirect(f"/imports/{outcome}?then={_here(found)}", status_code=303)


@post("/quiz/{quiz:str}/write", status_code=303, **requires("items.write"))
async def write(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    """To the editor; what is written there comes back with its address."""
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    bank = await pasting.bank_of_class(connection, principal, found)
    return Redirect(f"/bank/{bank['public_id']}/write?then={_here(found)}", status_code=303)


@post("/quiz/{quiz:str}/file", status_code=303, **requires("items.import"))
async def file(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[Any]:
    """To the import of the class's bank; what is confirmed there comes into the test."""
    found = await found_quiz(connection, principal, request.path_params["quiz"])
    bank = await pasting.bank_of_class(connection, principal, found)
    return Redirect(f"/bank/{bank['public_id']}/import?then={_here(found)}", status_code=303)


async def _chosen(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, found: RowMapping
) -> Response[str]:
    now = await found_quiz(connection, principal, found["public_id"])
    part = await chosen_part(connection, preparing.definition_of(now))
    return page(request, "classroom/prepare_chosen.html", **about(request, now), **part, swapped=True)


def _here(found: RowMapping) -> str:
    return quote(f"/quiz/{found['public_id']}", safe="")


def _back(found: RowMapping, added: int) -> Response[Any]:
    done = f"done=added&n={added}" if added else "done=known"
    return Redirect(f"/quiz/{found['public_id']}?{done}", status_code=303)


def _numbers(values: list[Any]) -> list[int]:
    texts = [str(value) for value in values]
    if not all(text.isascii() and text.isdigit() and len(text) < 18 for text in texts):
        raise not_found()
    return [int(text) for text in texts]


ROUTES = (choose_items, take_from_earlier, paste, write, file)
