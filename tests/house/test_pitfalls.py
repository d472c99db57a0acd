"""Every failure of other systems that this one rules out is carried by a test."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PITFALLS = frozenset(
    [f"L{n}" for n in range(1, 10)]
    + [f"T{n}" for n in range(1, 6)]
    + [f"R{n}" for n in range(1, 7)]
    + [f"M{n}" for n in range(1, 6)]
    + [f"I{n}" for n in range(1, 4)]
    + [f"D{n}" for n in range(1, 4)]
    + [f"O{n}" for n in range(1, 9)]
)
# Brought by later work; this list only ever shrinks.
LATER = {
    "D2": "Safe Exam Browser keys come with its own integration",
}


def marks_in(path: Path) -> set[str]:
    found, source = set(), path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source, str(path))) if "pitfall" in source else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "pitfall":
            found |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return {str(one) for one in found}


def marks_in_script(path: Path) -> set[str]:
    """Browser modules' tests name theirs in the title: `test("… (pitfall L3)", …)`."""
    return set(re.findall(r"pitfall ([A-Z]\d)", path.read_text(encoding="utf-8")))


@cache
def carried() -> set[str]:
    python = {mark for path in (ROOT / "tests").rglob("test_*.py") for mark in marks_in(path)}
    folders = (ROOT / "tests", ROOT / "exam_engine" / "web", ROOT / "proctoring")
    scripts = (path for folder in folders for path in folder.rglob("*.test.js") if "node_modules" not in path.parts)
    return python.union(*map(marks_in_script, scripts))


def test_every_pitfall_is_carried_by_a_test() -> None:
    missing = PITFALLS - carried() - set(LATER)
    assert not missing, f"no test carries {sorted(missing)}"


def test_no_test_carries_an_unknown_pitfall() -> None:
    assert not carried() - PITFALLS


def test_what_has_come_is_no_longer_called_later() -> None:
    assert not carried() & set(LATER)
