"""A draft becomes an item, or the next version of one."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring.drafting import writable_item, written_of
from exam_engine.authoring.passages import hold, publish_passage
from exam_engine.authoring.writing_problems import Problem, stated
from exam_engine.authoring.written import Read, read
from exam_engine.kit import audit
from exam_engine.kit.errors import Refused, _
from exam_engine.kit.identity import Principal, public_id
from item_bank.content.checking import markups
from item_bank.content.markup import assets_in
from item_bank.content.model import Item
from item_bank.content.recordings import recordings_in
from item_bank.storage import draft_queries
from item_bank.storage import queries as storage


@dataclass(frozen=True, slots=True)
class Published:
    """`item` is the public id; nothing is published while there are problems."""

    item: str
    version: int
    problems: tuple[Problem, ...] = ()


async def publish(
    connection: AsyncConnection, principal: Principal, row: RowMapping, item: str, *, anyway: bool
) -> Published:
    """`item`: the public id of the item it is a draft of, or nothing.

    `anyway`: also over a version that somebody published after this draft was begun.
    """
    written = written_of(row)
    found = read(written.item, written.kept)
    problems = (*found.problems, *await _missing(connection, found))
    if problems:
        return Published("", 0, problems)
    before = str(written.item.get("passage") or "")
    own = [(await writable_item(connection, principal, item)).item_id] if item else []
    await hold(connection, row["bank_id"], own, before, found.passage)
    if not item:
        published = await _new_item(connection, principal, row, found.item)
    else:
        published = await _next_version(connection, principal, row, item, found.item, anyway=anyway)
    if found.passage:
        await publish_passage(connection, principal, row["bank_id"], before, found.passage)
    await draft_queries.remove_draft(connection, row["id"])
    return published


def with_added(then: str, item: str) -> str:
    """The way back with the new item's id behind those written before: what asked for them can put them in place."""
    parts = urlsplit(then)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [pair for pair in pairs if pair[0] != "added"]
    added = [one for name, value in pairs if name == "added" for one in value.split(",") if one and one != item]
    return f"{parts.path}?{urlencode([*query, ('added', ','.join([*added, item]))])}"


async def _new_item(connection: AsyncConnection, principal: Principal, row: RowMapping, content: Item) -> Published:
    public = public_id()
    added = await storage.add_item(
        connection, bank_id=row["bank_id"], public_id=public, content=content, created_by=principal.id
    )
    await audit.record(connection, principal, "created", "item", added.item_id)
    return Published(public, added.number)


async def _next_version(
    connection: AsyncConnection, principal: Principal, row: RowMapping, item: str, content: Item, *, anyway: bool
) -> Published:
    newest = await writable_item(connection, principal, item)
    if newest.number != row["body"]["base"] and not anyway:
        message = _("Meanwhile version %(number)s of this question was published. Compare before you replace it.")
        raise Refused("conflict", 409, message, extra={"newer": newest.number}, number=newest.number)
    added = await storage.add_version(connection, item_id=newest.item_id, content=content, created_by=principal.id)
    if added.created:
        await audit.record(connection, principal, "changed", "item", newest.item_id, version=added.number)
    return Published(newest.item_public_id, added.number)


async def _missing(connection: AsyncConnection, found: Read) -> list[Problem]:
    """A picture or passage that the service does not have would leave a hole in a paper."""
    shown = [*markups(found.item), *([found.passage.passage.markup] if found.passage else [])]
    pictures = [digest for markup in shown for digest in assets_in(markup)]
    problems = []
    if await draft_queries.missing_assets(connection, pictures):
        problems.append(Problem("item", stated(_("A picture of this question is lost. Put it in again."))))
    if await draft_queries.missing_assets(connection, recordings_in(found.item)):
        problems.append(Problem("item", stated(_("A recording of this question is lost. Put it in again."))))
    passage = found.item.passage
    if passage and not found.passage and passage not in await storage.passages_by_digest(connection, [passage]):
        problems.append(Problem("item", stated(_("The passage of this question is lost."))))
    return problems
