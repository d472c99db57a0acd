"""The first start of the demo takes a minute: it says what it is at."""

from __future__ import annotations

from typing import Any

import pytest

from exam_engine.demo import school
from exam_engine.kit.settings import Settings


async def test_each_step_is_said_as_it_begins(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def step(name: str, found: Any = None) -> Any:
        async def done(*_: object) -> Any:
            said.append(name)
            return found

        return done

    monkeypatch.setattr(school, "_found", step("built"))
    monkeypatch.setattr("exam_engine.demo.queries.sittings_not_played", step("looked", [7, 8]))
    monkeypatch.setattr(school, "play_sitting", step("played"))
    monkeypatch.setattr("exam_engine.demo.classroom.confirm_older", step("confirmed"))
    monkeypatch.setattr(school, "signs", step("signs", []))
    await school._build(settings, said.append)
    acts = [one for one in said if one not in ("looked", "confirmed", "signs")]
    assert acts[1::2] == ["built", "played", "played"]
    for told, words in zip(acts[::2], ("building the school", "1 of 2", "2 of 2"), strict=True):
        assert words in told
