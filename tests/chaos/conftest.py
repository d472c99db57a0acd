"""A service that brings its own durable PostgreSQL, and a hall of candidates in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from tests.live import LiveServer, free_port

ROOT = Path(__file__).parents[2]
# One schedule of each fault in `make test`, more in `make chaos`.
SEEDS = range(1, 1 + int(os.environ.get("EXAM_ENGINE_TEST_SEEDS", "1")))


@pytest.fixture
def alone(own_postgres: Embedded) -> Settings:
    port = free_port()
    return Settings.from_environment(
        {}, data_dir=own_postgres.data_dir, port=port, public_url=f"http://127.0.0.1:{port}",
        workers=2, drain_seconds=3, log_level="warning",
    )  # fmt: skip


@pytest.fixture
def service(alone: Settings) -> Iterator[LiveServer]:
    with LiveServer(alone) as server:
        yield server
        told = server.told()
    print(told)  # noqa: T201 - shown with a failure


def command(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`exam-engine …` as an operator types it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
    return subprocess.run(
        [sys.executable, "-m", "exam_engine.cli", *arguments],
        env=environment | settings.to_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def verified(settings: Settings) -> dict[str, Any]:
    done = command(settings, "verify", "--json")
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
