"""What of reviews waits for somebody: items to review, items that came back, open comments, exams that a second person
releases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import definition as definitions
from exam_engine.authoring import queries as authoring
from exam_engine.authoring.commenting import may_read
from exam_engine.kit.errors import _
from exam_engine.kit.identity import Principal
from exam_engine.kit.needs import Need
from exam_engine.reviewing import queries
from exam_engine.reviewing.releasing import digest_of
from item_bank.storage import comment_queries, review_queries


async def waiting(connection: AsyncConnection, principal: Principal) -> Sequence[Need]:
    found = []
    if principal.may("items.review"):
        counts = await review_queries.counts_for(connection, principal.id, queries.banks_to_review(principal))
        if n := sum(row["n"] for row in counts):
            found.append(Need(_("%(n)s questions wait for your review."), "/review", {"n": n}, tone="info"))
    if principal.may("items.write"):
        owner = authoring.banks_open_to(principal, "items.write")
        if n := await review_queries.count_returned_to(connection, principal.id, owner):
            text = _("%(n)s of your questions came back from review, with reasons.")
            found.append(Need(text, "/returned", {"n": n}, tone="warning"))
    if principal.may("items.read") and (
        n := await comment_queries.count_open(connection, principal.id, may_read(principal))
    ):
        found.append(Need(_("%(n)s comments on your questions are open."), "/comments", {"n": n}, tone="info"))
    for row in await queries.releases_to_confirm(connection, principal.scopes("exams.release"), principal.id):
        if digest_of(definitions.decode(row["definition"])) == row["digest"]:
            text = _("“%(title)s” waits for a second person to release it.")
            found.append(Need(text, f"/exams/{row['public_id']}/release", {"title": row["title"]}, tone="warning"))
    return found
