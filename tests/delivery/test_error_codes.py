"""docs/errors.md lists every code that delivery refuses with, and its status."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from exam_engine.delivery.attempt import Action, Denied, State, permits

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \| (\d+) \|", re.MULTILINE)


def refusals() -> set[tuple[str, int]]:
    found = set()
    for path in (ROOT / "exam_engine" / "delivery").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                match node.args:
                    case [ast.Constant(value=str(code)), ast.Constant(value=int(status)), *_]:
                        found.add((code, status))
    reasons = (permits(state, action) for state in State for action in Action)
    return found | {(answer.reason, 409) for answer in reasons if isinstance(answer, Denied)}


def test_every_code_is_listed() -> None:
    listed = {(code, int(status)) for code, status in ROW.findall((ROOT / "docs" / "errors.md").read_text())}
    assert len(refusals()) > 15
    assert refusals() <= listed
