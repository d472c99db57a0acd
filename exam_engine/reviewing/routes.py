"""The queue of a reviewer, one item under review, and what came back to an author."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import queries as authoring
from exam_engine.authoring.commenting import threads_of
from exam_engine.authoring.review_words import ANSWER_LABELS, CHECKLIST_LABELS, DONE
from exam_engine.authoring.reviews import said_of
from exam_engine.authoring.showing import STATUS_LABELS, STATUS_TONES, TYPE_LABELS, excerpt_html, shown
from exam_engine.authoring.writing_page import to_be_tried
from exam_engine.kit.errors import Refused, not_found
from exam_engine.kit.forms import Form, Reading, clean
from exam_engine.kit.identity import Principal, requires
from exam_engine.kit.languages import translator
from exam_engine.kit.pages import locale_of, page
from exam_engine.reviewing.deciding import decide
from exam_engine.reviewing.queries import banks_to_review
from item_bank.content.checking import unapprovable
from item_bank.content.model import Item
from item_bank.review.states import Act, State
from item_bank.review.verdicts import ANSWERS, Given
from item_bank.storage import queries as storage
from item_bank.storage import review_queries

HttpRequest = Request[Any, Any, Any]
LONGEST = 2_000
#: Of the queue beside an item; how many more wait the page of the queue counts.
SEEN = 100


@get("/review", **requires("items.review"))
async def queue(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    chosen = _chosen(request.query_params)
    owner = banks_to_review(principal)
    rows = await review_queries.waiting_for(
        connection, principal.id, owner, bank_id=chosen["bank"], subject=chosen["subject"]
    )
    counts = await review_queries.counts_for(connection, principal.id, owner)
    banks = {row["bank"]: row["bank_name"] for row in counts}
    done = request.query_params.get("done", "")
    return page(
        request,
        "reviewing/queue.html",
        rows=[(row, msgspec.convert(row["content"], Item)) for row in rows],
        names=await authoring.names_of(connection, [row["created_by"] for row in rows]),
        total=sum(row["n"] for row in counts),
        banks=[(bank, name, sum(row["n"] for row in counts if row["bank"] == bank)) for bank, name in banks.items()],
        subjects=sorted({row["subject"] for row in counts if row["subject"]}),
        chosen=chosen,
        query=_query(chosen),
        type_labels=TYPE_LABELS,
        excerpt_html=excerpt_html,
        messages=[translator(locale_of(request))(DONE[done])] if done in DONE else [],
    )


@get("/review/{item:str}", **requires("items.review"))
async def review_item(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str
) -> Response[str]:
    return await _item(request, connection, principal, item, _chosen(request.query_params))


@post("/review/{item:str}", status_code=200, **requires("items.review"))
async def give_verdict(
    request: HttpRequest, connection: AsyncConnection, principal: Principal, item: str, data: Form
) -> Response[Any]:
    """On to the next item of the queue; a refused verdict comes back with everything that was written."""
    form, chosen = Reading(data), _chosen(data)
    act = Act.RETURN if form.choice("verdict", ("approve", "return")) == "return" else Act.APPROVE
    answers = {name: data[f"answer-{name}"] for name in CHECKLIST_LABELS if data.get(f"answer-{name}") in ANSWERS}
    reasons = form.text("reasons", required=False, longest=LONGEST)
    seen = form.text("version")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    kept = {"answers": answers, "reasons": reasons}
    if form.errors:
        return await _item(request, connection, principal, item, chosen, kept, next(iter(form.errors.values())))
    try:
        found = await decide(connection, principal, item, Given(principal.id, version, act, answers, reasons))
    except Refused as refused:
        if refused.code in ("not_found", "own_item"):
            raise
        said = translator(locale_of(request))(refused.message, **refused.params)
        return await _item(request, connection, principal, item, chosen, kept, said, status=refused.status)
    done = "returned" if act == Act.RETURN else "approved" if found.state == State.APPROVED else "counted"
    rest = await review_queries.waiting_for(
        connection,
        principal.id,
        banks_to_review(principal),
        bank_id=chosen["bank"],
        subject=chosen["subject"],
        without=item,
        limit=1,
    )
    then = f"/review/{rest[0]['public_id']}" if rest else "/review"
    return Redirect(f"{then}?{urlencode({**_given(chosen), 'done': done})}", status_code=303)


@get("/returned", **requires("items.write"))
async def returned(request: HttpRequest, connection: AsyncConnection, principal: Principal) -> Response[str]:
    rows = await review_queries.returned_to(connection, principal.id, authoring.banks_open_to(principal, "items.write"))
    return page(
        request,
        "reviewing/returned.html",
        rows=[(row, msgspec.convert(row["content"], Item)) for row in rows],
        names=await authoring.names_of(connection, [row["reviewer_id"] for row in rows]),
        excerpt_html=excerpt_html,
    )


async def _item(
    request: HttpRequest,
    connection: AsyncConnection,
    principal: Principal,
    item: str,
    chosen: dict[str, str],
    kept: dict[str, Any] | None = None,
    error: str = "",
    status: int = 0,
) -> Response[str]:
    """`kept`: what was written before a refusal; `error` as it was told."""
    owner = banks_to_review(principal)
    stored = await storage.newest_version(connection, item, owner)
    if stored is None:
        raise not_found()
    passage = (await storage.passages_by_digest(connection, [stored.content.passage or ""])).get(
        stored.content.passage or ""
    )
    bank = await authoring.bank_by_id(connection, stored.bank_id)
    rest = await review_queries.waiting_for(
        connection, principal.id, owner, bank_id=chosen["bank"], subject=chosen["subject"], limit=SEEN
    )
    done = request.query_params.get("done", "")
    rules = review_queries.rules_of(bank)
    translate = translator(locale_of(request))
    return page(
        request,
        "reviewing/item.html",
        bank=bank,
        stored=stored,
        item=stored.content,
        shown=shown(stored.content, passage),
        tried=await to_be_tried(request, stored.content, passage),
        hindrances=unapprovable(stored.content),
        said=await said_of(connection, stored.item_id),
        threads=await threads_of(connection, principal, stored.item_id),
        own=principal.id in await review_queries.writers_since_approval(connection, stored.item_id),
        rules=rules,
        checklist=[(name, label) for name, label in CHECKLIST_LABELS.items() if name in rules.checklist],
        answer_labels=ANSWER_LABELS,
        left=len(rest),
        most=SEEN,
        later=_following([row["public_id"] for row in rest], item),
        chosen=chosen,
        query=_query(chosen),
        kept=kept or {"answers": {}, "reasons": ""},
        error=translate(error) if error else "",
        type_labels=TYPE_LABELS,
        status_labels=STATUS_LABELS,
        tones=STATUS_TONES,
        messages=[translate(DONE[done])] if done in DONE else [],
        status=status or (422 if error else 200),
    )


def _following(queue: list[str], item: str) -> str:
    """The item after this one; at the end the first one again, nothing where no other waits."""
    at = queue.index(item) + 1 if item in queue else 0
    return next((one for one in queue[at:] + queue[:at] if one != item), "")


def _chosen(given: Any) -> dict[str, str]:
    return {name: (clean(given.get(name)) or "")[:200] for name in ("bank", "subject")}


def _given(chosen: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in chosen.items() if value}


def _query(chosen: dict[str, str]) -> str:
    return f"?{urlencode(_given(chosen))}" if _given(chosen) else ""


ROUTES = (queue, review_item, give_verdict, returned)
