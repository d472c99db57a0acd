"""The item editor: its page, and the small requests it makes while somebody writes."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from litestar import Request, Response, delete, get, post, put
from litestar.params import QueryParameter
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import destinations, drafting, previewing, publishing
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.near import near
from exam_engine.authoring.passages import written_with_passage
from exam_engine.authoring.writing_page import address_of_next, blank, editor, previewed, way_back
from exam_engine.authoring.written import Json, Written
from exam_engine.kit.errors import _, invalid
from exam_engine.kit.forms import Form, local_path
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import Translator, locale_of
from item_bank.content.checking import MAX_BYTES
from item_bank.content.pictures import MAX_BYTES as PICTURE_BYTES
from item_bank.content.pictures import PictureRefused, asset_of
from item_bank.content.recordings import MAX_BYTES as RECORDING_BYTES
from item_bank.content.recordings import RecordingRefused, recording_of
from item_bank.content.sentence import Sentence, why
from item_bank.storage import draft_queries

HttpRequest = Request[Any, Any, Any]
T = TypeVar("T")
WRITES: dict[str, Any] = requires(drafting.WRITE)
ITEM_SIZE = 2 * MAX_BYTES
PICTURE_SIZE = PICTURE_BYTES + 64 * 1024
RECORDING_SIZE = RECORDING_BYTES + 64 * 1024


class Begun(msgspec.Struct):
    bank: str
    item: Json
    source: str = ""
    version: int | None = None
    copy: bool = False


class Saved(msgspec.Struct):
    item: Json
    revision: int = 0


class Finished(msgspec.Struct):
    item: Json
    revision: int
    then: str = ""
    next: bool = False
    anyway: bool = False


class Tex(msgspec.Struct):
    """`pasted`: the notation of one that came from the clipboard, whose source is in `source`."""

    tex: Annotated[str, msgspec.Meta(max_length=4_000)] = ""
    display: bool = False
    pasted: Literal["", "omml", "mathml"] = ""
    source: Annotated[str, msgspec.Meta(max_length=200_000)] = ""


class Asked(msgspec.Struct):
    formulas: Annotated[list[Tex], msgspec.Meta(max_length=40)]


@get("/bank/{bank:str}/write", **WRITES)
async def write(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    bank: str,
    item_type: Annotated[str, QueryParameter(name="type")] = "",
    copy: str = "",
) -> Response[str]:
    """Nothing is stored before something is written. `copy`: begin with another item's content."""
    place = await drafting.writable_bank(connection, principal, bank)
    if copy:
        stored = await drafting.writable_item(connection, principal, copy)
        written, version = await written_with_passage(connection, stored.content), stored.number
        return await editor(request, connection, place, written, item=copy, version=version, copy=True)
    fresh = blank(item_type, dict(request.query_params), locale_of(request))
    return await editor(request, connection, place, fresh)


@get("/items/{item:str}/edit", **WRITES)
async def edit_item(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str
) -> Response[Any]:
    stored = await drafting.writable_item(connection, principal, item)
    owner = authoring.banks_open_to(principal, drafting.WRITE)
    begun = await draft_queries.draft_of_item(connection, stored.item_id, principal.id, owner)
    if begun is not None:
        back = way_back(request)
        query = f"?{request.url.query}" if back else ""
        return Redirect(f"/drafts/{begun['public_id']}{query}", status_code=303)
    place = await authoring.bank_by_id(connection, stored.bank_id)
    written = await written_with_passage(connection, stored.content)
    return await editor(request, connection, place, written, item=item, version=stored.number)


@get("/drafts/{draft:str}", **WRITES)
async def draft_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str
) -> Response[str]:
    row = await drafting.own_draft(connection, principal, draft)
    place = await authoring.bank_by_id(connection, row["bank_id"])
    item = row["item_public_id"] or ""
    return await editor(request, connection, place, drafting.written_of(row), draft=row, item=item)


@post("/drafts", status_code=201, request_max_body_size=ITEM_SIZE, **WRITES)
async def begin_draft(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Json:
    sent = await _sent(request, Begun)
    row = await drafting.start(
        connection, principal, bank=sent.bank, item=sent.source, version=sent.version, copy=sent.copy, of=sent.item
    )
    return _standing(row)


@put("/drafts/{draft:str}", request_max_body_size=ITEM_SIZE, **WRITES)
async def save_draft(request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str) -> Json:
    row = await drafting.own_draft(connection, principal, draft)
    sent = await _sent(request, Saved)
    return _standing(await drafting.save(connection, row, sent.revision, sent.item))


@post("/drafts/{draft:str}/copy", status_code=201, request_max_body_size=ITEM_SIZE, **WRITES)
async def copy_draft(request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str) -> Json:
    row = await drafting.own_draft(connection, principal, draft)
    sent = await _sent(request, Saved)
    return _standing(await drafting.copy(connection, principal, row, sent.item))


@post("/drafts/{draft:str}/preview", status_code=200, request_max_body_size=ITEM_SIZE, **WRITES)
async def preview(request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str) -> Json:
    row = await drafting.own_draft(connection, principal, draft)
    sent = await _sent(request, Saved)
    written = Written(sent.item, drafting.written_of(row).kept)
    return await previewed(connection, written, translator(locale_of(request)))


@post("/drafts/{draft:str}/near", status_code=200, request_max_body_size=ITEM_SIZE, **WRITES)
async def near_draft(request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str) -> Json:
    """What the bank may have of it already."""
    row = await drafting.own_draft(connection, principal, draft)
    sent = await _sent(request, Saved)
    written = Written(sent.item, drafting.written_of(row).kept)
    return {"near": await near(connection, principal, written, without=row["item_public_id"] or "")}


@post("/drafts/{draft:str}/pictures", status_code=201, request_max_body_size=PICTURE_SIZE, **WRITES)
async def add_picture(request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str) -> Json:
    """The bytes of one picture; what they are is told by themselves."""
    row = await drafting.own_draft(connection, principal, draft)
    try:
        asset = asset_of(await request.body())
    except PictureRefused as refusal:
        said = why(refusal)
        known = said if isinstance(said, Sentence) else Sentence.of(said)
        raise invalid(known.msgid, **known.params) from refusal
    await drafting.add_picture(connection, principal, row, asset)
    return {"digest": asset.digest}


@post("/drafts/{draft:str}/recordings", status_code=201, request_max_body_size=RECORDING_SIZE, **WRITES)
async def add_recording(request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str) -> Json:
    """The bytes of sound or film."""
    row = await drafting.own_draft(connection, principal, draft)
    try:
        asset = recording_of(await request.body())
    except RecordingRefused as refusal:
        said = why(refusal)
        known = said if isinstance(said, Sentence) else Sentence.of(said)
        raise invalid(known.msgid, **known.params) from refusal
    await drafting.add_picture(connection, principal, row, asset)
    return {"digest": asset.digest, "kind": asset.media_type}


@post("/drafts/{draft:str}/publish", status_code=200, request_max_body_size=ITEM_SIZE, **WRITES)
async def publish_draft(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, draft: str
) -> Response[Json]:
    row = await drafting.own_draft(connection, principal, draft)
    sent = await _sent(request, Finished)
    saved = await drafting.save(connection, row, sent.revision, sent.item)
    item = row["item_public_id"] or ""
    done = await publishing.publish(connection, principal, saved, item, anyway=sent.anyway)
    if done.problems:
        translate = translator(locale_of(request))
        told = [problem.told(translate) for problem in done.problems]
        return Response({**_standing(saved), "problems": told}, status_code=422)
    then = local_path(sent.then, "")
    await destinations.bring(request.app.state.slots, connection, principal, then, [done.item])
    back = publishing.with_added(then, done.item) if then else ""
    after = back or f"/items/{done.item}"
    following = address_of_next(row["bank_public_id"], sent.item, back)
    return Response({"item": done.item, "version": done.version, "location": following if sent.next else after})


@delete("/drafts/{draft:str}", **WRITES)
async def discard_draft(connection: AsyncConnection, principal: Principal, draft: str) -> None:
    row = await drafting.own_draft(connection, principal, draft)
    await drafting.put_away(connection, row, discarded=True)


@post("/drafts/{draft:str}/restore", status_code=303, **WRITES)
async def restore_draft(connection: AsyncConnection, principal: Principal, draft: str, data: Form) -> Response[Any]:
    """The way back after discarding, and discarding itself where a list of drafts offers it."""
    row = await drafting.own_draft(connection, principal, draft)
    discarded = data.get("discard") == "1"
    await drafting.put_away(connection, row, discarded=discarded)
    return Redirect(f"/bank/{row['bank_public_id']}" if discarded else f"/drafts/{draft}", status_code=303)


@post("/formulas", status_code=200, **WRITES)
async def formulas(request: HttpRequest) -> Json:
    """TeX as the editor shows it while it is typed: by the converter that pupils' papers are made with."""
    sent = await _sent(request, Asked)
    translate = translator(locale_of(request))
    return {"formulas": [await asyncio.to_thread(_set, one, translate) for one in sent.formulas]}


def _set(asked: Tex, translate: Translator) -> dict[str, str]:
    if asked.pasted:
        return previewing.pasted_formula(asked.pasted, asked.source, translate)
    return previewing.formula(asked.tex, asked.display, translate)


async def _sent(request: HttpRequest, kind: type[T]) -> T:
    content = await request.body()
    try:
        sent = msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(_("The request could not be understood.")) from error
    if rb"\u0000" in msgspec.json.encode(sent):
        raise invalid(_("This contains characters that can't be stored."))
    return sent


def _standing(row: Any) -> Json:
    return {"draft": row["public_id"], "revision": row["revision"], "saved": row["updated_at"].isoformat()}


ROUTES = (
    write,
    edit_item,
    draft_page,
    begin_draft,
    save_draft,
    copy_draft,
    preview,
    near_draft,
    add_picture,
    add_recording,
    publish_draft,
    discard_draft,
    restore_draft,
    formulas,
)
