"""A bank whose items are reviewed before a formal exam: new ones wait, one came back with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncConnection

from exam_engine.authoring import importing
from exam_engine.kit.identity import Principal
from exam_engine.reviewing.deciding import decide
from item_bank.review.states import Act
from item_bank.review.verdicts import CHECKLIST, Given, Rules
from item_bank.storage import queries as storage
from item_bank.storage import review_queries

FILE = "vat-li-12-cho-tham-dinh.gift"
DOUBT = (
    "“Áp suất của khí” phụ thuộc vào lượng khí không đổi: câu dẫn nên nói rõ bình kín. "
    "Phương án “tăng 150 lần” quá dễ loại, thầy/cô đổi thành “tăng 2 lần” nhé."
)


async def build(connection: AsyncConnection, staff: Mapping[str, int], bank: int, path: str) -> None:
    """`staff`: role → person; `path`: of the school."""
    await review_queries.set_rules(connection, bank, Rules(1), released_by_two=False)
    author = Principal("staff", staff["author"])
    data = files("exam_engine.demo.content").joinpath(FILE).read_bytes()
    run = await importing.dry_run(connection, author, bank, FILE, data, language="vi", subject="Vật lí", grade="12")
    row = await storage.import_by_public_id(connection, run.public_id)
    assert row is not None
    added = await importing.confirm(connection, author, row)
    stored = await storage.versions_by_id(connection, added.versions)
    for version in added.versions:  # one after the other: each has waited a little longer than the next
        await storage.act_on(connection, [stored[version].item_id], Act.SEND)
    reviewer = Principal("staff", staff["reviewer"], permissions={"items.review": (path,)})
    answers = dict.fromkeys(CHECKLIST, "yes") | {"language": "no", "pictures": "not_applicable"}
    returned = stored[added.versions[1]].item_public_id
    await decide(connection, reviewer, returned, Given(reviewer.id, 1, Act.RETURN, answers, DOUBT))
