"""Signatures of the questions that there are, some at a time. One that an older program changes meanwhile keeps the
signature of the version before, or has none: it is only found less surely until it is changed again."""

import msgspec
import sqlalchemy as sa
from alembic import op

from item_bank.content.model import Item
from item_bank.content.nearness import gist_of, signature

revision = "0016"
down_revision = "0015"
oldest_program = "0007"
transaction = False

AT_ONCE = 500
#: Also what an interrupted run has left.
UNSIGNED = sa.text(
    "select i.id, v.content from item_bank.item i join lateral (select content from item_bank.item_version"
    " where item_id = i.id order by number desc limit 1) v on true"
    " where i.id > :after and not exists (select from item_bank.item_signature s where s.item_id = i.id)"
    " order by i.id limit :most"
)
SIGN = sa.text(
    "insert into item_bank.item_signature (item_id, bands) values (:item, :bands) on conflict (item_id) do nothing"
)


def upgrade() -> None:
    if not op.get_context().as_sql:
        sign_all(op.get_bind())


def downgrade() -> None:
    """They go with their table."""


def sign_all(connection: sa.Connection) -> None:
    after = 0
    while rows := connection.execute(UNSIGNED, {"after": after, "most": AT_ONCE}).all():
        connection.execute(SIGN, [{"item": row.id, "bands": _signature(row.content)} for row in rows])
        after = rows[-1].id


def _signature(content: dict[str, object]) -> list[int]:
    return list(signature(gist_of(msgspec.convert(content, Item))))
