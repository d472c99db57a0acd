"""A sitting exported for `exam-engine analyse` has there the figures of its own pages."""

from __future__ import annotations

import asyncio
import json
import math
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from httpx import AsyncClient
from litestar import Litestar
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from exam_engine.cli import main
from exam_engine.kit.database import transaction
from exam_engine.kit.settings import Settings
from exam_engine.reports import item_analysis
from item_bank.content.markup import from_text
from item_bank.content.model import Item, Numeric, Option, SingleChoice, Statement, TrueFalseCluster
from tests.measuring.typing import typed
from tests.scoring.exam_world import build, choice, essay

NAMES = ("facility", "facility_all", "item_rest", "item_total", "upper_lower", "sd", "n", "presented", "omitted",
         "not_reached", "maximum")  # fmt: skip


def items() -> list[Item]:
    statements = tuple(Statement(name, from_text("?"), name in "ad") for name in "abcd")
    weights = tuple(Option(f"o{n}", from_text(str(n)), weight=w) for n, w in enumerate(("1", "1/3", "0")))
    return [
        replace(choice(1), passage=None),
        Item(from_text("?"), TrueFalseCluster(statements), points="1"),
        Item(from_text("?"), Numeric(("-0.5", "2")), points="0.5"),
        Item(from_text("?"), Numeric(("10",), tolerance="1"), points="0.5"),
        Item(from_text("?"), SingleChoice(weights), points="1"),
        essay(),
        choice(0),
    ]


async def test_figures_of_an_export_are_those_of_the_pages(
    app: Litestar, real_engine: AsyncEngine, client: AsyncClient, settings: Settings, tmp_path: Path
) -> None:
    world = await build(app, real_engine, client, items(), candidates=7)
    runner, arguments = CliRunner(env=settings.to_environment()), ["export", world.sitting, str(tmp_path / "files")]
    arguments += ["--for-analysis", "--json"]
    early = await asyncio.to_thread(runner.invoke, main, arguments)
    assert (early.exit_code, "No responses have been marked yet" in early.stderr) == (2, True), early.output
    cluster = {"a": True, "b": False, "c": False, "d": True}
    given: list[dict[int, object]] = [
        {0: 1, 1: cluster, 2: "-0,5", 3: "11", 4: 0, 6: 0},
        {0: 1, 1: cluster | {"b": True}, 2: "2", 3: "9", 4: 1, 6: 0},
        {0: 0, 1: {"a": True}, 2: "-", 3: "12", 4: 2, 6: 1},
        {0: 1, 2: "3", 4: 1},
        {0: 2, 1: {name: not right for name, right in cluster.items()}, 3: "10"},
        {0: 1, 1: cluster, 2: "2,0", 4: 0, 5: "Bài văn", 6: 0},
        {},
    ]
    for n, answers in enumerate(given):
        await world.sit(n, answers)
    async with transaction(real_engine) as connection:
        pages = await item_analysis.make(connection, world.sitting_id)
    written = json.loads((await asyncio.to_thread(runner.invoke, main, arguments)).stdout)
    assert (written["rows"], len(written["files"])) == (7, 2)
    found = await asyncio.to_thread(typed, *shlex.split(written["analyse"])[1:])

    assert [one["item"] for one in found["classical"]["items"]] == [f"Câu {n}" for n in range(1, 8)]
    assert not any("key" in one for one in found["classical"]["warnings"])
    for ours, theirs in zip(found["classical"]["items"], pages["items"], strict=True):
        for name in NAMES:
            expected = theirs[name]
            assert ours[name] == (None if expected is None else pytest.approx(expected, abs=1e-9)), (ours["item"], name)
    assert found["classical"]["scores"]["mean"] == pytest.approx(pages["scores"]["mean"])
    alpha = pages["reliability"]["alpha"]
    assert found["classical"]["alpha"] == (None if alpha is None or math.isnan(alpha) else pytest.approx(alpha))
    assert {row["option"] for row in found["distractors"]["Câu 1"]} >= {"A", "B", "C"}
    for kind in ("not_reached", "omitted"):
        assert any(row[kind] for row in pages["items"]), f"nothing was {kind} here"
