"""`exam-engine …` as an operator types it, against a service that is tried."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from exam_engine.kit.settings import Settings

ROOT = Path(__file__).parents[2]


def command(settings: Settings, *arguments: str, within: float = 60) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXAM_ENGINE_")}
    return subprocess.run(
        [sys.executable, "-m", "exam_engine.cli", *arguments],
        env=environment | settings.to_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=within,
    )  # fmt: skip


def verified(settings: Settings) -> dict[str, Any]:
    done = command(settings, "verify", "--json")
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
