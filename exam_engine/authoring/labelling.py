"""Items that the editor does not write: a page that says so, with the labels that can be changed all the same."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import drafting, queries
from exam_engine.authoring.relabelling import MOST_TAGS
from exam_engine.authoring.showing import shown
from exam_engine.kit import audit
from exam_engine.kit.errors import _
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.pages import page
from item_bank.storage import queries as storage
from item_bank.storage.queries import StoredVersion

HttpRequest = Request[Any, Any, Any]
LABELS = ("title", "subject", "grade", "topic", "level")


async def labels_page(
    request: HttpRequest, connection: AsyncConnection, stored: StoredVersion, errors: dict[str, str] | None = None
) -> Response[str]:
    bank = await queries.bank_by_id(connection, stored.bank_id)
    passages = await storage.passages_by_digest(connection, [stored.content.passage or ""])
    return page(
        request,
        "authoring/labels.html",
        bank=bank,
        stored=stored,
        item=stored.content,
        shown=shown(stored.content, passages.get(stored.content.passage or "")),
        labels=await storage.labels_in_use(connection, stored.bank_id),
        errors=errors or {},
        status=422 if errors else 200,
    )


@post("/items/{item:str}/labels", status_code=303, **requires(drafting.WRITE))
async def change_labels(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str, data: Form
) -> Response[Any]:
    """Title, labels and tags become a new version; everything else stays as it came."""
    stored = await drafting.writable_item(connection, principal, item)
    form = Reading(data)
    labels = {name: form.text(name, required=False, longest=200) for name in LABELS}
    tags = [
        tag for one in form.text("tags", required=False, longest=1_000).split(",") if (tag := " ".join(one.split()))
    ]
    if len(tags) > MOST_TAGS:
        form.errors["tags"] = _("Fewer tags, please.")
    if form.errors:
        return await labels_page(request, connection, stored, form.errors)
    content = msgspec.structs.replace(stored.content, **labels, tags=tuple(dict.fromkeys(tags)))
    added = await storage.add_version(
        connection, item_id=stored.item_id, content=content, created_by=principal.id or None
    )
    await audit.record(connection, principal, "changed", "item", stored.item_id, version=added.number)
    return Redirect(f"/items/{item}", status_code=303)


ROUTES = (change_labels,)
