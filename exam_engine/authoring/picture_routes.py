"""Pictures of an item: putting in those that did not come with its file, and describing each in words."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import drafting, queries
from exam_engine.kit import audit
from exam_engine.kit.forms import Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from item_bank.content.missing import Mended, pictures, with_pictures
from item_bank.content.model import Asset, Item
from item_bank.content.pictures import PictureRefused, asset_of
from item_bank.content.sentence import Sentence, why
from item_bank.storage import queries as storage
from item_bank.storage.queries import StoredVersion

HttpRequest = Request[Any, Any, Any]
Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
#: Several pictures of a question at once.
UPLOAD_SIZE = 21 * 1024 * 1024
LONGEST_ALT = 1_000
#: Of an import so many questions are looked through for what their pictures lack.
LOOKED_AT = 1_000


@get("/items/{item:str}/pictures", **requires(drafting.WRITE))
async def pictures_page(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str
) -> Response[str]:
    return await _page(request, connection, await drafting.writable_item(connection, principal, item), {})


@post("/items/{item:str}/pictures", request_max_body_size=UPLOAD_SIZE, status_code=303, **requires(drafting.WRITE))
async def mend_pictures(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str, data: Upload
) -> Response[Any]:
    """Every description and every picture chosen, as one new version."""
    stored = await drafting.writable_item(connection, principal, item)
    form = Reading({name: value for name, value in data.items() if isinstance(value, str)})
    assets: list[Asset] = []
    mended: dict[int, Mended] = {}
    for one in pictures(stored.content):
        alt = form.text(f"alt-{one.number}", required=False, longest=LONGEST_ALT)
        mended[one.number] = Mended(alt=alt)
        file = data.get(f"file-{one.number}")
        bytes_given = await file.read() if isinstance(file, UploadFile) else b""
        if bytes_given:
            try:
                assets.append(asset_of(bytes_given))
                mended[one.number] = Mended(assets[-1].digest, alt)
            except PictureRefused as refused:
                form.errors[f"file-{one.number}"] = why(refused)
    if form.errors:
        alts = {number: Mended(alt=one.alt) for number, one in mended.items()}
        return await _page(request, connection, stored, form.errors, with_pictures(stored.content, alts))
    await storage.store_assets(connection, assets)
    content = with_pictures(stored.content, mended)
    added = await storage.add_version(
        connection, item_id=stored.item_id, content=content, created_by=principal.id or None
    )
    if added.created:
        await audit.record(connection, principal, "changed", "item", stored.item_id, version=added.number)
    return Redirect(f"/items/{item}", status_code=303)


async def to_be_mended(connection: AsyncConnection, run: RowMapping, items: list[str]) -> list[StoredVersion]:
    """Of the items of an import those with a picture that is missing or has no description."""
    found = await storage.newest_of_items(connection, run["bank_id"], items[:LOOKED_AT])
    return [one for one in found if any(shown.missing or not shown.alt.strip() for shown in pictures(one.content))]


async def _page(
    request: HttpRequest,
    connection: AsyncConnection,
    stored: StoredVersion,
    errors: dict[str, str],
    written: Item | None = None,
) -> Response[str]:
    """`written`: with the descriptions that came with a picture that was refused."""
    told = [(name, error if isinstance(error, Sentence) else Sentence.of(error)) for name, error in errors.items()]
    return page(
        request,
        "authoring/pictures.html",
        bank=await queries.bank_by_id(connection, stored.bank_id),
        stored=stored,
        item=stored.content,
        pictures=pictures(written or stored.content),
        errors=told,
        status=422 if errors else 200,
    )


ROUTES = (pictures_page, mend_pictures)
