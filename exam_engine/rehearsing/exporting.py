"""What the journal holds of a rehearsal, as a file: the service's own word, for whoever played to compare with."""

from __future__ import annotations

import json
from pathlib import Path

from litestar.datastructures import State

from exam_engine.delivery.entry_number import unpacked
from exam_engine.kit.database import transaction
from exam_engine.rehearsing import queries
from exam_engine.rehearsing.sandbox import Sandbox


async def export_journal(state: State, sandbox: Sandbox, target: Path) -> int:
    """One line per entry, [candidate's number, resume, counter, kind, slot, value as JSON text]; how many."""
    count = 0
    async with transaction(state.engine) as connection:
        found = await queries.sitting_of_unit(connection, sandbox.unit_id)
        assert found is not None
        with target.open("w", encoding="utf-8") as file:
            async for row in queries.entries_of(connection, found["id"]):
                line = [row.number, *unpacked(row.entry), row.kind, row.slot, row.value]
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                count += 1
    return count
