"""The item bank: banks, their items, one item, imports."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, QueryParameter
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import importing, queries
from exam_engine.authoring.showing import STATUS_LABELS, STATUS_TONES, TYPE_LABELS, excerpt_html, shown
from exam_engine.kit import audit
from exam_engine.kit.errors import not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, public_id, requires
from exam_engine.kit.pages import locale_of, page
from item_bank.content.model import Language
from item_bank.formats.model import ImportReport
from item_bank.formats.writing_xlsx import write_template
from item_bank.storage import queries as storage

HttpRequest = Request[Any, Any, Any]
Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
PAGE_SIZE = 50
UPLOAD_SIZE = 21 * 1024 * 1024
NAMES: dict[str, Any] = {"type_labels": TYPE_LABELS, "status_labels": STATUS_LABELS, "tones": STATUS_TONES}


@get("/bank", **requires("items.read"))
async def banks(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    return await _banks(request, connection, principal, {})


@post("/bank", status_code=200, **requires("items.write"))
async def create_bank(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, data: Form
) -> Response[Any]:
    form = Reading(data)
    name, unit = form.text("name"), form.text("unit")
    place = await queries.unit_in_scope(connection, unit, principal.scopes("items.write"))
    if place is None:
        raise not_found()
    if form.errors:
        return await _banks(request, connection, principal, form.errors)
    public = public_id()
    bank_id = await storage.create_bank(connection, public_id=public, unit_id=place["id"], name=name)
    await audit.record(connection, principal, "created", "bank", bank_id, unit_id=place["id"])
    return Redirect(f"/bank/{public}", status_code=303)


@get("/bank/{bank:str}", **requires("items.read"))
async def bank_items(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    bank: str,
    q: str = "",
    item_type: Annotated[str, QueryParameter(name="type")] = "",
    status: str = "",
    topic: str = "",
    level: str = "",
    before: int | None = None,
) -> Response[str]:
    found = await _bank(connection, principal, bank)
    filters = storage.Filters(
        text=q[:200],
        types=(item_type,) if item_type in TYPE_LABELS else (),
        statuses=(status,) if status in STATUS_LABELS else (),
        topic=topic,
        level=level,
    )
    rows = await storage.newest_versions(connection, found["id"], filters, before=before, limit=PAGE_SIZE + 1)
    more = rows[PAGE_SIZE - 1].item_id if len(rows) > PAGE_SIZE else None
    chosen = {"q": q, "type": item_type, "status": status, "topic": topic, "level": level}
    imports = queries.own_banks(principal.scopes("items.import"))
    return page(
        request,
        "authoring/bank.html",
        bank=found,
        imports=await storage.bank_by_public_id(connection, bank, imports) is not None,
        rows=rows[:PAGE_SIZE],
        more_href=f"?{urlencode({**chosen, 'before': more})}" if more else "",
        count=await storage.count_newest_versions(connection, found["id"], filters),
        labels=await storage.labels_in_use(connection, found["id"]),
        chosen=chosen,
        excerpt_html=excerpt_html,
        **NAMES,
    )


@get("/items/{item:str}", **requires("items.read"))
async def show_item(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str, version: int | None = None
) -> Response[str]:
    history = await storage.history(connection, item, queries.own_banks(principal.scopes("items.read")))
    wanted = next((one for one in history if version in (None, one.number)), None)
    if wanted is None:
        raise not_found()
    passages = await storage.passages_by_digest(connection, [wanted.content.passage or ""])
    bank = await queries.bank_by_id(connection, wanted.bank_id)
    return page(
        request,
        "authoring/item.html",
        bank=bank,
        stored=wanted,
        item=wanted.content,
        shown=shown(wanted.content, passages.get(wanted.content.passage or "")),
        history=history,
        **NAMES,
    )


@get("/bank/{bank:str}/import", **requires("items.import"))
async def import_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str
) -> Response[str]:
    found = await _bank(connection, principal, bank, "items.import")
    return page(request, "authoring/import.html", bank=found)


@post("/bank/{bank:str}/import", request_max_body_size=UPLOAD_SIZE, status_code=303, **requires("items.import"))
async def import_file(connection: AsyncConnection, principal: Principal, bank: str, data: Upload) -> Response[Any]:
    found = await _bank(connection, principal, bank, "items.import")
    form = Reading({name: value for name, value in data.items() if isinstance(value, str)})
    file = data.get("file")
    if not isinstance(file, UploadFile):
        raise not_found()
    language = form.text("language", required=False) or "vi"
    hints = {
        "language": language if language in ("vi", "en") else "vi",
        "subject": form.text("subject", required=False),
        "grade": form.text("grade", required=False),
    }
    run = await importing.dry_run(connection, principal, found["id"], file.filename, await file.read(), **hints)
    return Redirect(f"/imports/{run.public_id}", status_code=303)


@get("/imports/{run:str}", **requires("items.import"))
async def import_report(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, run: str
) -> Response[str]:
    found = await _run(connection, principal, run)
    report = msgspec.convert(found["report"]["report"], ImportReport)
    bank = await queries.bank_by_id(connection, found["bank_id"])
    return page(
        request,
        "authoring/import_report.html",
        run=found,
        bank=bank,
        report=report,
        counts=report.counts(),
        type_labels=TYPE_LABELS,
    )


@post("/imports/{run:str}/confirm", status_code=303, **requires("items.import"))
async def confirm_import(connection: AsyncConnection, principal: Principal, run: str) -> Response[Any]:
    found = await _run(connection, principal, run)
    await importing.confirm(connection, principal, found)
    bank = await queries.bank_by_id(connection, found["bank_id"])
    return Redirect(f"/bank/{bank['public_id']}", status_code=303)


@get("/import-template.xlsx", sync_to_thread=True, **requires("items.import"))
def import_template(request: HttpRequest) -> Response[bytes]:
    language: Language = "en" if locale_of(request) == "en" else "vi"
    return Response(
        write_template(language),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": 'attachment; filename="items.xlsx"'},
    )


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
    found = await storage.banks(connection, queries.own_banks(principal.scopes("items.read")))
    units = await queries.units_in_scope(connection, principal.scopes("items.write"))
    options = [(row["public_id"], row["name"]) for row in units]
    return page(
        request, "authoring/banks.html", banks=found, unit_options=options, errors=errors, status=422 if errors else 200
    )


async def _bank(connection: AsyncConnection, principal: Principal, bank: str, permission: str = "items.read") -> Any:
    found = await storage.bank_by_public_id(connection, bank, queries.own_banks(principal.scopes(permission)))
    if found is None:
        raise not_found()
    return found


async def _run(connection: AsyncConnection, principal: Principal, run: str) -> Any:
    owner = queries.own_banks(principal.scopes("items.import"))
    found = await storage.import_by_public_id(connection, run, owner)
    if found is None:
        raise not_found()
    return found


ROUTES = (
    banks,
    create_bank,
    bank_items,
    show_item,
    import_page,
    import_file,
    import_report,
    confirm_import,
    import_template,
    picture,
)
