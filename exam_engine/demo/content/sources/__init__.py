"""The demo's items as their authors wrote them: TOML that a teacher can review, from which the files are made."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CONTENT = FOLDER.parent


def source(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
