"""Sent = acknowledged = stored: every way in which the three can differ is counted, and put down to its candidate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from loadtests.rehearsal.examinee import digest
from loadtests.rehearsal.reconciling import reconcile


def entry(counter: int, value: str, *, acknowledged: bool = True) -> list[Any]:
    return [1, counter, 0, 3, digest(value), acknowledged]


def test_what_was_lost_changed_invented_or_never_delivered_is_told(tmp_path: Path) -> None:
    exported = tmp_path / "journal.jsonl"
    rows = [
        ("DT-1", 1, 1, 0, 3, "A"), ("DT-1", 1, 2, 0, 3, "B"), ("DT-2", 1, 1, 0, 3, "of another"),
        ("DT-3", 1, 1, 0, 3, "A"), ("DT-3", 1, 7, 0, 3, "unasked"), ("DT-9", 1, 1, 0, 3, "a stranger"),
    ]  # fmt: skip
    lines = [json.dumps([*row[:-1], json.dumps(row[-1])]) for row in rows]
    exported.write_text("\n".join(lines) + "\n", encoding="utf-8")
    people = [
        ("DT-1", "handed in", [entry(1, "A"), entry(2, "B")], 0, 1),
        ("DT-2", "handed in", [entry(1, "A"), entry(2, "gone")], 0, 1),
        ("DT-3", "handed in", [entry(1, "A"), entry(2, "on the way", acknowledged=False)], 0, 1),
    ]
    found = reconcile(people, exported)
    assert (found.sent, found.acknowledged, found.stored, found.whole) == (6, 5, 5, 1)
    assert (found.lost, found.undelivered, found.unasked) == (2, 1, 2)
    assert found.differing == [
        {"candidate": "DT-2", "lost": 2, "unasked": 0, "undelivered": 0},
        {"candidate": "DT-3", "lost": 0, "unasked": 1, "undelivered": 1},
        {"candidate": "DT-9", "unasked": 1},
    ]
