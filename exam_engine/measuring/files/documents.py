"""Files of JSON as people and programs write them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from exam_engine.measuring.files.rows import FileUnusable, quoted, read_bytes, text_lines
from item_bank.content.composing import composed


def is_json(path: Path) -> bool:
    """By its name, or by how it begins: not every JSON is called so. What cannot be read is told by who reads it."""
    if path.suffix.lower() == ".json":
        return True
    try:
        with path.open("rb") as file:
            begins = file.read(64)
    except (OSError, ValueError):
        return False
    return begins.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith((b"{", b"[{", b'["'))


def read_json(path: Path) -> Any:
    """A document of bounded size in which nothing is told twice. Raises FileUnusable."""
    text = "".join(text_lines(path, read_bytes(path), []))
    try:
        return json.loads(text, object_pairs_hook=_told_once)
    except json.JSONDecodeError as error:
        raise FileUnusable(
            f"{path}, line {error.lineno}, column {error.colno}: not valid JSON ({error.msg})."
        ) from None
    except (ValueError, RecursionError) as error:
        raise FileUnusable(f"{path} is not valid JSON: {error}.") from None


def _told_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(name for name, _value in pairs)
        raise ValueError(f"{quoted(counts.most_common(1)[0][0])} is there twice")
    return {composed(name).strip(): value for name, value in found.items()}
