"""A service with a backup place, on another folder than its data."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exam_engine.kit.embedded import Embedded
from exam_engine.kit.settings import Settings
from tests.chaos.commands import command
from tests.live import LiveServer, free_port

PASSPHRASE = "chín con trâu trên đồng"


@pytest.fixture
def backups() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="exam-engine-backups-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def kept(own_postgres: Embedded, backups: Path) -> Settings:
    port = free_port()
    return Settings.from_environment(
        {}, data_dir=own_postgres.data_dir, port=port, public_url=f"http://127.0.0.1:{port}", workers=1,
        drain_seconds=3, backup_dir=backups, log_level="warning",
    )  # fmt: skip


@pytest.fixture
def service(kept: Settings) -> Iterator[LiveServer]:
    with LiveServer(kept) as server:
        yield server


def asked(settings: Settings, *arguments: str, code: int = 0) -> dict[str, Any]:
    """What a command tells a script."""
    done = command(settings, *arguments, "--json", within=120)
    assert done.returncode == code, done.stderr + done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found
