"""What a command prints: lines for people, one whole document for a script."""

from __future__ import annotations

import json

import pytest

from exam_engine.telling import report

RECEIPTS = [{"code": f"R{number}", "attempt": number, "problems": ["signature"]} for number in range(296)]
FOUND = {"ok": False, "wrong_receipts": RECEIPTS, "orphans": [], "missing": None, "report": {"entries": 7}}


def test_people_read_a_count_and_the_first_ten(capsys: pytest.CaptureFixture[str]) -> None:
    report(FOUND, as_json=False)
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == ["ok: False", "wrong_receipts: 296", "  code: R0, attempt: 0, problems: signature"]
    assert sum("code: R" in line for line in told) == 10
    assert told[12:] == ["  … and 286 more: --json", "orphans: –", "missing: –", "report:", "  entries: 7"]


def test_a_report_within_a_list_stands_in_lines_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Of `import`: one for each file, with its items."""
    items = [{"name": "a", "reasons": ["no key"]}, {"name": "b", "reasons": []}]
    report({"files": [{"added": 1, "report": {"items": items}}]}, as_json=False)
    assert capsys.readouterr().out.splitlines() == [
        "files: 1",
        "  - added: 1",
        "    report:",
        "      items: 2",
        "        name: a, reasons: no key",
        "        name: b, reasons: –",
    ]


def test_a_script_reads_everything(capsys: pytest.CaptureFixture[str]) -> None:
    report(FOUND, as_json=True)
    assert json.loads(capsys.readouterr().out) == FOUND
