"""What the doctor reckons with is what the pages say."""

from __future__ import annotations

from pathlib import Path

import pytest

from exam_engine.doctor.database import WORK_BESIDE

DOCS = Path(__file__).parents[2] / "docs"
#: Of the work process's own: the queue of jobs and the sweep.
WORK_HOLDS = 2
NUMBERS = {3: "three more"}


@pytest.mark.parametrize("page", ["operations.md", "province.md"])
def test_connections_of_the_work_process(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert f"`EXAM_ENGINE_POOL_SIZE` + {WORK_HOLDS} (" in text
    if page == "operations.md":
        assert f"with {NUMBERS[WORK_BESIDE - WORK_HOLDS]} for the receiver" in text
