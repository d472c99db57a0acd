"""The demo's files as the real importers read them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from exam_engine.demo.content.sources import CONTENT
from item_bank.content.model import Item, Language
from item_bank.formats.model import Imported
from item_bank.formats.reading import read_file


def languages() -> dict[str, Language]:
    """File (relative to the content folder) → its language."""
    papers: dict[str, Language] = {f"toan/{path.name}": "vi" for path in sorted((CONTENT / "toan").glob("*.xml"))}
    return papers | {
        "tieng-anh-12.gift": "en",
        "tieng-anh-12-reading-writing.xlsx": "en",
        "vat-li-12.xlsx": "vi",
        "sinh-hoc-12-chia-se.gift": "vi",
    }


@cache
def imported(name: str) -> Imported:
    path: Path = CONTENT / name
    return read_file(path.name, path.read_bytes(), language=languages()[name], subject="?", grade="12")


def items(prefix: str) -> list[Item]:
    return [one.item for name in languages() if name.startswith(prefix) for one in imported(name).items]
