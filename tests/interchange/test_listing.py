"""`exam-engine export --format list`: a bank's items and their history, as `exam-engine assemble` reads them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from click.testing import CliRunner
from httpx import AsyncClient
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.cli import main
from exam_engine.interchange.listing import list_items
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.measuring.files import tables
from exam_engine.measuring.files.numbers import number
from exam_engine.reports import history, queries
from item_bank.content.model import Item
from item_bank.storage import queries as storage
from tests.delivery.conftest import served
from tests.measuring.typing import typed
from tests.scoring.exam_world import ExamWorld, build, choice


def listed(path: Path) -> list[dict[str, str]]:
    table = tables.read(path)
    columns = [[column.values[code] for code in column.codes] for column in table.columns]
    return [
        dict(zip((column.name for column in table.columns), row, strict=True)) for row in zip(*columns, strict=True)
    ]


async def analysed(world: ExamWorld, figures: dict[int, tuple[int, float | None]]) -> None:
    """As an analysis stores them: n and facility of versions."""
    quiet = {"item_rest": 0.4, "presented": 40, "not_reached_share": 0, "answers": []}
    rows: list[Any] = [{"version": one, "n": n, "facility": share, **quiet} for one, (n, share) in figures.items()]
    found = {"n": 9, "items": rows}
    async with transaction(world.engine) as connection:
        await queries.store_analysis(connection, world.sitting_id, found, "")
        await history.note(connection, world.sitting_id, found)


async def new_version(world: ExamWorld, version: int, **changed: Any) -> None:
    async with transaction(world.engine) as connection:
        (old,) = (await storage.versions_by_id(connection, [version])).values()
        content: Item = msgspec.structs.replace(old.content, **changed)
        await storage.add_version(connection, item_id=old.item_id, content=content, created_by=None)


@pytest_asyncio.fixture(loop_scope="session")
async def client(app: Litestar, settings: Settings) -> AsyncIterator[AsyncClient]:
    async with served(app, settings) as found:
        yield found


async def test_a_list_says_how_hard_items_were_and_can_be_assembled(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, settings: Settings, tmp_path: Path
) -> None:
    world = await build(app, real_engine, client, [choice(n) for n in range(4)], candidates=1)
    first, second, third, *_others = world.versions
    await analysed(world, {first: (40, 0.75), second: (40, 0.5), third: (0, None)})
    await new_version(world, first, topic="Hàm số", extra={"estimate": "62,5 %", "enemies": "cặp"})  # the same
    await new_version(world, second, interaction=choice(3).interaction)  # another key
    async with transaction(real_engine) as connection:
        (version,) = (await storage.versions_by_id(connection, [first])).values()
        bank = next(row for row in await storage.banks(connection) if row["id"] == version.bank_id)
    for name, locale in (("vi.csv", "vi"), ("en.csv", "en"), ("list.xlsx", "vi")):
        told = await list_items(settings, tmp_path / name, bank["public_id"], locale=locale)
        rows = {row["item"]: row for row in listed(tmp_path / name)}
        assert told["items"] == len(rows) == 4
        assert told["with_history"] == 1
        row = rows[version.item_public_id]
        assert (row["topic"], row["n"], number(row["facility"])) == ("Hàm số", "40", 0.75)
        assert (number(row["estimate"]), row["enemies"]) == (0.625, "cặp")
        assert int(row["words"]) == 5
    request = tmp_path / "request.json"
    request.write_text(json.dumps({"items": "vi.csv", "forms": 2, "length": 2}))
    found = typed("assemble", request)
    assert found["by"] == "facility"
    assert found["likeness"] == "unknown"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "x.csv"], "--bank"),
        (["--out", "x.csv", "--exam", "e"], "--bank"),
        (["--out", "x.pdf", "--bank", "b"], "FILE.csv"),
        (["--out", "nowhere/x.csv", "--bank", "b"], "folder that exists"),
    ],
)
def test_what_is_missing_is_said_before_a_database_is_asked(arguments: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["export", "--format", "list", *arguments])
    assert done.exit_code == 2
    assert said in done.stderr
