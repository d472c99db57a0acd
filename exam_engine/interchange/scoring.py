"""`exam-engine score`: what a response earns by the rules of an item in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exam_engine.interchange.importing import Found
from exam_engine.telling import Expected
from item_bank.content.model import Composite, Item
from item_bank.formats.__main__ import pictures_within
from item_bank.formats.model import Imported, ImportedItem, ReadProblem
from item_bank.formats.reading import read_file
from item_bank.formats.scoring import plain_number, scored


def score_file(file: Path, identifier: str | None, response: str, seed: str) -> Found:
    """Raises Expected, with what to do."""
    try:
        given = json.loads(response)
    except (ValueError, RecursionError) as error:
        raise Expected(f"--response is not JSON: {error}. Write texts in quotes, as in '\"A\"'") from None
    try:
        pictures = pictures_within(file.parent, file.parent)
        imported = read_file(file.name, file.read_bytes(), find_picture=pictures, whole=True)
    except ReadProblem as problem:
        raise Expected(f"{file}: {problem.reason.text}") from None
    except OSError as error:
        raise Expected(f"{file}: {error.strerror}") from None
    found = _the_item(file, imported, identifier)
    try:
        earned = scored(found.item, given, seed)
    except (ValueError, RecursionError) as error:
        raise Expected(f"{found.identifier or file}: {error}") from None
    return {
        "item": found.identifier,
        "score": plain_number(earned.score),
        "max_score": plain_number(earned.maximum),
        "outcomes": dict(earned.outcomes),
        "variables": dict(earned.variables),
        "notes": [*earned.failures, *_limits(found.item)],
    }


def _limits(item: Item) -> list[str]:
    if isinstance(item.interaction, Composite) and item.interaction.adaptive:
        return ["the item is adaptive: this is one answer marked alone, not the steps that its author meant"]
    return []


def _the_item(file: Path, imported: Imported, identifier: str | None) -> ImportedItem:
    numbered = {str(number): one for number, one in enumerate(imported.items, start=1)}
    if identifier is None and len(imported.items) == 1:
        return imported.items[0]
    for one in imported.items:
        if identifier is not None and identifier in (one.identifier, one.item.title):
            return one
    if identifier in numbered:
        return numbered[identifier]
    if not imported.items:
        refused: list[Any] = [reason.text for entry in imported.report.items for reason in entry.reasons]
        raise Expected(f"{file} holds no item that can be marked: {'; '.join(refused[:3]) or 'nothing was found'}")
    names = ", ".join(one.identifier or number for number, one in list(numbered.items())[:10])
    raise Expected(f"{file} holds {len(imported.items)} items: say which with --item. They are {names}")
