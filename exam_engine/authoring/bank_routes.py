"""The item bank: the banks, one item and its versions, pictures."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries, sharing
from exam_engine.authoring.banks import copy_targets, may_in
from exam_engine.authoring.commenting import threads_of
from exam_engine.authoring.comparing import compared
from exam_engine.authoring.reviews import said_of, since_approval
from exam_engine.authoring.showing import STATUS_LABELS, STATUS_TONES, TYPE_LABELS, shown
from exam_engine.authoring.writing_page import to_be_tried
from exam_engine.kit import audit
from exam_engine.kit.errors import _, not_found
from exam_engine.kit.forms import Form, Reading, clean
from exam_engine.kit.identity import Principal, public_id, requires
from exam_engine.kit.pages import page
from item_bank.content.checking import undeliverable
from item_bank.content.missing import pictures
from item_bank.review.states import state_of
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
NAMES: dict[str, Any] = {"type_labels": TYPE_LABELS, "status_labels": STATUS_LABELS, "tones": STATUS_TONES}
#: Of the banks that others share; words find the others.
MOST_SHOWN = 50
STATE_LABELS = {**STATUS_LABELS, "in_use": _("In use")}


@get("/bank", **requires("items.read"))
async def banks(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    return await _banks(request, connection, principal, {})


@post("/bank", status_code=200, **requires("items.write"))
async def create_bank(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form
) -> Response[Any]:
    form = Reading(data)
    name, unit = form.text("name"), form.text("unit")
    alone = form.text("reach", required=False) == sharing.OWNER
    place = await queries.unit_in_scope(connection, unit, principal.scopes("items.write"))
    if place is None:
        raise not_found()
    if form.errors:
        return await _banks(request, connection, principal, form.errors)
    public = public_id()
    owner = principal.id if alone else None
    bank_id = await storage.create_bank(connection, public_id=public, unit_id=place["id"], name=name, owner_id=owner)
    await audit.record(connection, principal, "created", "bank", bank_id, unit_id=place["id"], own=alone)
    return Redirect(f"/bank/{public}", status_code=303)


@get("/items/{item:str}", **requires("items.read"))
async def show_item(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str, version: int | None = None
) -> Response[str]:
    history = await storage.history(connection, item, queries.banks_open_to(principal, "items.read"))
    wanted = _version(history, version)
    passages = await storage.passages_by_digest(connection, [wanted.content.passage or ""])
    bank = await queries.bank_by_id(connection, wanted.bank_id)
    shown_pictures = pictures(wanted.content)
    exams = principal.scopes("exams.read")
    said = await said_of(connection, wanted.item_id)
    passage = passages.get(wanted.content.passage or "")
    found = await queries.exams_with_versions(connection, [one.id for one in history], exams) if exams else []
    used = await queries.in_confirmed_sitting(connection, history[0].id, [one["id"] for one in found])
    return page(
        request,
        "authoring/item.html",
        bank=bank,
        stored=wanted,
        item=wanted.content,
        shown=shown(wanted.content, passage),
        tried=await to_be_tried(request, wanted.content, passage) if wanted.content.type == "composite" else None,
        hindrances=undeliverable(wanted.content),
        pictures=len(shown_pictures),
        pictures_to_mend=sum(one.missing or not one.alt.strip() for one in shown_pictures),
        said=said,
        threads=await threads_of(connection, principal, wanted.item_id),
        returns=since_approval(said) if history[0].status in ("draft", "returned") else [],
        history=history,
        names=await queries.names_of(connection, [one.created_by for one in history]),
        used=found,
        state_labels=STATE_LABELS,
        state=state_of(wanted.status, used=used),
        writes=await may_in(connection, principal, bank["public_id"], "items.write"),
        origin=await sharing.origin_of(connection, principal, wanted.item_id),
        targets=[one for one in await copy_targets(connection, principal) if one["id"] != bank["id"]],
        **NAMES,
    )


@get("/items/{item:str}/compare", **requires("items.read"))
async def compare_versions(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    item: str,
    old: int | None = None,
    new: int | None = None,
) -> Response[str]:
    """Two versions beside each other; without numbers the newest and the one before."""
    history = await storage.history(connection, item, queries.banks_open_to(principal, "items.read"))
    after = _version(history, new)
    before = _version(history, old if old is not None else max(1, after.number - 1))
    bank = await queries.bank_by_id(connection, after.bank_id)
    return page(
        request,
        "authoring/compare.html",
        bank=bank,
        item=item,
        history=history,
        before=before,
        after=after,
        rows=compared(before.content, after.content),
    )


@post("/items/{item:str}/restore", status_code=303, **requires("items.write"))
async def restore_version(connection: AsyncConnection, principal: Principal, item: str, data: Form) -> Response[Any]:
    """An old version becomes the newest again, as a version of its own: nothing is overwritten."""
    history = await storage.history(connection, item, queries.banks_open_to(principal, "items.write"))
    wanted = _version(history, _number(data.get("version")))
    added = await storage.add_version(
        connection, item_id=wanted.item_id, content=wanted.content, created_by=principal.id or None
    )
    await audit.record(connection, principal, "restored", "item", wanted.item_id, version=added.number)
    return Redirect(f"/items/{item}", status_code=303)


@get("/assets/{digest:str}", **requires("items.read"))
async def picture(connection: AsyncConnection, digest: str) -> Response[bytes]:
    """Found by the digest of its bytes, which only somebody who saw the item can know."""
    found = (await storage.assets_by_digest(connection, [digest])).get(digest)
    if found is None:
        raise not_found()
    return Response(found.data, media_type=found.media_type, headers={"Cache-Control": "private, max-age=86400"})


async def _banks(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, errors: dict[str, str]
) -> Response[str]:
    words = (clean(request.query_params.get("q")) or "")[:200]
    shared = queries.banks_shared_with(principal)
    own = await storage.banks(connection, and_(queries.banks_open_to(principal, queries.READ), ~shared))
    others = await storage.banks(connection, shared, words=words, limit=MOST_SHOWN + 1)
    units = await queries.units_in_scope(connection, principal.scopes("items.write"))
    options = [(row["public_id"], row["name"]) for row in units]
    return page(
        request,
        "authoring/banks.html",
        own=own,
        shared=others[:MOST_SHOWN],
        further=len(others) > MOST_SHOWN,
        words=words,
        units=await queries.unit_names(connection, {row["unit_id"] for row in (*own, *others)}),
        unit_options=options,
        kinds=sharing.KINDS,
        errors=errors,
        status=422 if errors else 200,
    )


def _version(history: list[storage.StoredVersion], number: int | None) -> storage.StoredVersion:
    found = next((one for one in history if number in (None, one.number)), None)
    if found is None:
        raise not_found()
    return found


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdigit() and len(value) < 10 else None


ROUTES = (
    banks,
    create_bank,
    show_item,
    compare_versions,
    restore_version,
    picture,
)
