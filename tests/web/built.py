"""The built browser files, as tests look at them; they are made first where they are missing or old."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import hatch_build

ROOT = Path(hatch_build.__file__).resolve().parent
WEB = ROOT / "exam_engine" / "web"
DIST = WEB / "dist"
TEMPLATES = ROOT / "exam_engine" / "templates"


@cache
def manifest() -> dict[str, dict[str, Any]]:
    hatch_build.build()
    found: dict[str, dict[str, Any]] = json.loads((DIST / "manifest.json").read_text())
    return found


def text(name: str) -> str:
    """What is in a built file, named as in the manifest."""
    return (DIST / str(manifest()[name]["file"])).read_text()
