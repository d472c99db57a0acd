"""A reviewer's verdict is given: under the lock of the item, so that two at once come one after the other."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, not_found
from exam_engine.kit.identity import Principal
from exam_engine.reviewing.queries import banks_to_review
from item_bank.content.checking import unapprovable
from item_bank.review.states import Act, State, stored
from item_bank.review.verdicts import Accepted, Declined, Given, Standing, judged
from item_bank.storage import queries as storage
from item_bank.storage import review_queries


async def decide(connection: AsyncConnection, principal: Principal, item: str, given: Given) -> Accepted:
    """Refused as `_refusal` says (docs/errors.md); then nothing has changed."""
    held = await review_queries.held_item(connection, item, banks_to_review(principal))
    newest = await storage.newest_version(connection, item) if held else None
    if held is None or newest is None:
        raise not_found()
    standing = Standing(
        State(held["status"]),
        newest.number,
        await review_queries.writers_since_approval(connection, held["id"]),
        await review_queries.approvers(connection, newest.id, held["review_round"]),
        unapprovable(newest.content),
    )
    found = judged(standing, given, review_queries.rules_of(held))
    if isinstance(found, Declined):
        raise _refusal(found)
    await review_queries.add_review(
        connection,
        {
            "version_id": newest.id,
            "reviewer_id": principal.id,
            "round": held["review_round"],
            "verdict": str(given.act),
            "answers": dict(given.answers),
            "reasons": given.reasons,
        },
    )
    await review_queries.set_state(connection, held["id"], stored(found.state))
    if standing.state == State.APPROVED:
        await storage.take_approvals_back(connection, [held["id"]])
    elif found.state == State.APPROVED:
        await review_queries.approve_version(connection, newest.id)
    verb = "returned" if given.act == Act.RETURN else "approved"
    await audit.record(
        connection, principal, verb, "item", held["id"], unit_id=held["unit_id"], version=newest.number,
        missing=found.missing,
    )  # fmt: skip
    return found


def _refusal(found: Declined) -> Refused:
    match found.reason:
        case "outdated":
            message = _(
                "Meanwhile this item has another version, or its review is over. Look at it again; your words are kept "
                "below."
            )
            return Refused("review_outdated", 409, message)
        case "own_item":
            message = _("You have written this item or its last change: somebody else reviews it.")
            return Refused("own_item", 403, message)
        case "reviewed_already":
            message = _("You have approved this version already. Another reviewer goes on.")
            return Refused("reviewed_already", 409, message)
        case "reasons_missing":
            return Refused("reasons_missing", 422, _("Write what has to be changed, for whoever wrote the item."))
        case "checklist_open":
            message = _(
                "Answer every line of the checklist. An item with a “No” is not approved: return it with reasons."
            )
            return Refused("checklist_open", 422, message)
    reason = found.hindrances[0]
    return Refused("not_approvable", 422, _("This item can't be approved as it is. %(reason)s"), reason=reason)
