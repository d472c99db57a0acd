"""A change of many items: proposed from the list, shown before it is made, made, and taken back."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import bank_filters, bulk_editing, bulk_preview, sending
from exam_engine.authoring.assembling import name_of
from exam_engine.authoring.banks import bank_of
from exam_engine.authoring.relabelling import LABELS, NOTHING, Change
from exam_engine.kit.errors import _, conflict, invalid, not_found
from exam_engine.kit.forms import Form, Reading
from exam_engine.kit.identity import Principal, public_id, requires
from exam_engine.kit.pages import page
from item_bank.content.model import Item
from item_bank.storage import edit_queries
from item_bank.storage.list_queries import chosen_items

HttpRequest = Request[Any, Any, Any]
#: More boxes than a page has.
MOST_TICKED = 200


@post("/bank/{bank:str}/edits", status_code=303, **requires("items.write"))
async def propose(request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str) -> Response[Any]:
    """Nothing changes yet: the page of the proposal shows what would."""
    found = await bank_of(connection, principal, bank, "items.write")
    data = await request.form()
    form = Reading({name: value for name, value in data.items() if isinstance(value, str)})
    change = _change(form)
    if change.status == sending.SEND:
        sending.check_seen(found)
    ticked = [str(one) for one in data.getall("item", [])]
    if len(ticked) > MOST_TICKED:
        raise invalid(_("At most %(limit)s items can be changed at once."), limit=MOST_TICKED)
    every = form.form.get("scope") == "all" and "act" not in form.form
    if not every and not ticked:
        raise invalid(_("Tick at least one item."))
    chosen: Any = ticked
    if every:
        given = bank_filters.read(dict(parse_qsl(str(form.form.get("filter", "")))))
        choices = await bank_filters.choices(connection, found["id"])
        chosen = chosen_items(found["id"], bank_filters.filters_of(given, choices))
    public = public_id()
    content = msgspec.to_builtins(change)
    proposed = await edit_queries.propose(
        connection, found["id"], principal.id, public_id=public, change=content, chosen=chosen
    )
    if not proposed:
        raise invalid(_("None of these items is in this bank any more. Reload the list."))
    return Redirect(f"/bank/{bank}/edits/{public}", status_code=303)


def _change(form: Reading) -> Change:
    given = {name: value for name in LABELS if (value := form.text(name, required=False))}
    labels = {name: "" if value in NOTHING else value for name, value in given.items()}
    if labels.get("language", "vi") not in bank_filters.LANGUAGES:
        raise invalid(_("Please choose one of the list."))
    add_tag, drop_tag = (form.text(name, required=False, longest=60) for name in ("add_tag", "drop_tag"))
    status = form.text("act", required=False) or form.text("status", required=False)
    if form.errors or (status and status not in sending.ACTS):
        raise invalid(next(iter(form.errors.values()), _("Please choose one of the list.")))
    change = Change(labels, add_tag, drop_tag, status) if "act" not in form.form else Change(status=status)
    if change.empty:
        raise invalid(_("Say what is to change: fill in at least one field."))
    return change


@get("/bank/{bank:str}/edits/{edit:str}", **requires("items.write"))
async def show_edit(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, bank: str, edit: str
) -> Response[str]:
    """Before: what would change. Afterwards: what did, what was left alone and why, and the way back."""
    found = await bank_of(connection, principal, bank, "items.write")
    row = await _edit(connection, principal, found, edit)
    counts = dict.fromkeys((*edit_queries.OUTCOMES, edit_queries.WAITING), 0)
    counts |= await edit_queries.counts(connection, row["id"])
    proposed = row["state"] == "proposed"
    change = msgspec.convert(row["change"], Change)
    return page(
        request,
        "authoring/bulk_edit.html",
        bank=found,
        edit=row,
        change=change,
        counts=counts,
        preview=await bulk_preview.of(connection, found, row["id"], change) if proposed else None,
        left=[
            (one["public_id"], name_of(msgspec.convert(one["content"], Item)), one["outcome"])
            for one in await edit_queries.left_alone(connection, row["id"])
        ],
        reasons=bulk_preview.REASONS,
        names=bank_filters.LABELS,
    )


@post("/bank/{bank:str}/edits/{edit:str}", status_code=303, **requires("items.write"))
async def decide(connection: AsyncConnection, principal: Principal, bank: str, edit: str, data: Form) -> Response[Any]:
    """`do`: apply a proposal, or undo what was applied. Each once."""
    found = await bank_of(connection, principal, bank, "items.write")
    form = Reading(data)
    wanted = form.choice("do", ("apply", "undo"))
    if form.errors:
        raise invalid(form.errors["do"])
    row = await _edit(connection, principal, found, edit, held=True)
    if row["state"] != {"apply": "proposed", "undo": "applied"}[wanted]:
        raise conflict(_("This has been done already. Open the page again to see how it stands."))
    job = await bulk_editing.carry_out(connection, principal, found, row, undoing=wanted == "undo")
    return Redirect(f"/jobs/{job}" if job else f"/bank/{bank}/edits/{edit}", status_code=303)


async def _edit(
    connection: AsyncConnection, principal: Principal, bank: RowMapping, edit: str, *, held: bool = False
) -> RowMapping:
    found = await edit_queries.edit_of(connection, edit, bank["id"], principal.id, held=held)
    if found is None:
        raise not_found()
    return found


ROUTES = (propose, show_edit, decide)
