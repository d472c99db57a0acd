"""`make scale` at a small size, against a service of its own: everything but how long it took."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from loadtests.scale import __main__ as scale
from loadtests.scale.figures import table, written
from loadtests.scale.loaded import loaded

pytestmark = pytest.mark.timeout(180)


def test_fifty_candidates_are_held_and_what_was_acknowledged_is_stored(tmp_path: Path) -> None:
    words = "--candidates 50 --seconds 4 --every 1 --connections 10 --sockets 60 --socket-seconds 2"
    asked = scale.arguments().parse_args(words.split())
    with loaded() as service:  # PostgreSQL under an account of its own does not get into the folder of pytest
        programme = scale.Programme(service, asked)
        figures, curves = asyncio.run(programme.measure("held"))
        again, _none = asyncio.run(programme.measure("sockets"))
    value = {name: one.value for name, one in figures.items()}
    assert value["scale.held.errors"] == 0, table(figures)
    assert value["scale.held.differences"] == 0, table(figures)
    assert 50 <= value["scale.held.acknowledged"] <= 250
    both = again["scale.sockets.acknowledged"].value
    assert both > value["scale.held.acknowledged"], "the same candidates go on"
    assert again["scale.sockets.differences"].value == 0, table(again)
    assert {"scale.held.app_us", "scale.held.database_us", "scale.held.generator_us"} <= value.keys()
    assert "scale.held.staff.room.p99_ms" in value
    written(tmp_path / "scale.json", figures, curves)
    told = json.loads((tmp_path / "scale.json").read_text())
    assert told["figures"]["scale.held.candidates_held"]["bar"] == 50
