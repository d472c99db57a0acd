"""What a blueprint may take: counted by sort, the same as item by item."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from item_bank.content.model import Item
from item_bank.storage import pool_queries, queries
from item_bank.storage.pool_queries import Pool
from tests.item_bank.content.interactions.items import SAMPLES
from tests.item_bank.storage.test_queries import bank_id  # noqa: F401 - a fixture

STATES = ("draft", "approved")


@pytest.fixture
async def filled(connection: AsyncConnection, bank_id: int) -> int:  # noqa: F811
    """Every kind of item, twice, at two levels, of two topics; some retired, one with a newer version elsewhere."""
    number = 0
    for sample in SAMPLES.values():
        for level, topic, status in (("NB", "Hàm số", "draft"), ("VD", "Xác suất", "approved"), ("NB", "", "retired")):
            number += 1
            await add(connection, bank_id, number, sample, status, level=level, topic=topic, subject="Toán")
    first = await queries.newest_version(connection, "i1")
    assert first
    moved = msgspec.structs.replace(first.content, topic="Hình học", grade="12")
    await queries.add_version(connection, item_id=first.item_id, content=moved)
    return bank_id


async def add(connection: AsyncConnection, bank: int, number: int, sample: Item, status: str, **labels: str) -> None:
    content = msgspec.structs.replace(sample, title=str(number), **labels)  # type: ignore[arg-type]
    await queries.add_item(connection, bank_id=bank, public_id=f"i{number}", content=content, status=status)


@pytest.mark.parametrize("grade", ["", "12"])
async def test_sorts_count_what_candidates_list(connection: AsyncConnection, filled: int, grade: str) -> None:
    pool = Pool(filled, STATES, "Toán", grade)
    items = await pool_queries.candidates(connection, pool)
    sorts = await pool_queries.sorts(connection, pool)
    told: Counter[object] = Counter()
    for one in sorts:
        told[one.kind, one.topic, one.levels] += one.many
    assert told == Counter((one.kind, one.topic, one.levels) for one in items)
    assert sum(told.values()) == (1 if grade else 2 * len(SAMPLES))
    assert {one.kind for one in items} <= {"choice", "true_false", "short", "essay"}
