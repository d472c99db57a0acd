"""The mark by which a rehearsal's unit is known for certain: only this installation's master key can make it."""

from __future__ import annotations

from exam_engine.accounts.tables import Found
from exam_engine.kit.keys import Keys

PREFIX = "rehearsal-"


def mark(keys: Keys, unit_public_id: str) -> str:
    return PREFIX + keys.hash("rehearsal", unit_public_id).hex()[:24]


def is_marked(keys: Keys, unit: Found) -> bool:
    return bool(unit.code == mark(keys, unit.public_id))
