"""What authors do to the state of their items: send them to review, take them back, retire them, bring them back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.assembling import name_of
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _, conflict
from exam_engine.kit.identity import Principal
from item_bank.content.checking import unapprovable
from item_bank.review.states import Act, leaving
from item_bank.storage import queries as storage
from item_bank.storage.queries import StoredVersion

#: What the form of a bank's list names, and the word for it in the audit log.
SEND = "in_review"
ACTS = {
    SEND: (Act.SEND, "sent_to_review"),
    "withdrawn": (Act.WITHDRAW, "withdrew_from_review"),
    "retired": (Act.RETIRE, "retired"),
    "draft": (Act.RESTORE, "restored"),
}


def check_seen(bank: RowMapping) -> None:
    """Refused (409) for items of a bank that its owner alone reads: nobody could review them."""
    if bank["owner_id"] is not None:
        raise conflict(_("Nobody but you reads this bank. Share it with your school first."))


async def act_on(
    connection: AsyncConnection, principal: Principal, wanted: str, items: Sequence[StoredVersion]
) -> set[int]:
    """The items that it moved; those in another state are left alone. `items` are the newest versions of items that
    the principal may write. Refused (422) with the first that no reviewer could approve."""
    act, verb = ACTS[wanted]
    if act == Act.SEND:
        for one in (one for one in items if one.status in leaving(act)):
            for reason in unapprovable(one.content):
                message = _("“%(item)s” can't be sent to review yet. %(reason)s")
                raise Refused("not_approvable", 422, message, item=name_of(one.content), reason=reason)
    moved = await storage.act_on(connection, [one.item_id for one in items], act)
    await audit.record_each(connection, principal, verb, "item", moved)
    return set(moved)
