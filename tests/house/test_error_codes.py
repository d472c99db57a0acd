"""Every stable code that the source can answer with stands in docs/errors.md, and nothing else does."""

from __future__ import annotations

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from exam_engine.delivery.attempt import Action, Denied, State, permits

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "errors.md"
CODE = re.compile(r"[a-z]+(_[a-z]+)*")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> Iterator[Path]:
    for folder in ("exam_engine", "item_bank", "proctoring"):
        for place, folders, names in os.walk(ROOT / folder):
            folders[:] = sorted(set(folders) - {"node_modules", "dist"})
            yield from (Path(place, name) for name in sorted(names) if name.endswith(".py"))


@cache
def modules() -> list[ast.Module]:
    return [ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in sources()]


@dataclass(frozen=True)
class Parts:
    """What is looked at of a module; walking over it takes longer than reading it, and is done once."""

    classes: list[ast.ClassDef]
    functions: list[Function]
    calls: list[ast.Call]


def parts(tree: ast.Module) -> Parts:
    found = Parts([], [], [])
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found.calls.append(node)
        elif isinstance(node, Function):
            found.functions.append(node)
        elif isinstance(node, ast.ClassDef):
            found.classes.append(node)
    return found


def place_of_code(function: Function) -> int | None:
    """Where a caller puts the parameter `code` of something that also takes a message."""
    names = [argument.arg for argument in function.args.args if argument.arg not in {"self", "cls"}]
    return names.index("code") if {"code", "message"} <= set(names) else None


def takers(module: Parts) -> dict[str, int]:
    """Callables that take a code: classes by their `__init__`, functions and methods by name."""
    named: list[tuple[str, Function]] = [(one.name, one) for one in module.functions if one.name != "__init__"]
    for owner in module.classes:
        named += [
            (owner.name, one) for one in owner.body if isinstance(one, ast.FunctionDef) and one.name == "__init__"
        ]
    return {name: place for name, one in named if (place := place_of_code(one)) is not None}


def heirs(module: Parts, known: dict[str, int]) -> dict[str, int]:
    """Classes that leave `__init__` as it is in the class below them."""
    classes = [node for node in module.classes if node.name not in known]
    bases = ((node.name, base.id) for node in classes for base in node.bases if isinstance(base, ast.Name))
    return {name: known[base] for name, base in bases if base in known}


def texts(node: ast.expr) -> set[str]:
    """The string constants that an expression can come to."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def codes_in_calls(trees: list[ast.Module]) -> set[str]:
    """A helper with a leading underscore is known in its own module only."""
    found_in = [parts(tree) for tree in trees]
    everywhere: dict[str, int] = {}
    own: dict[int, dict[str, int]] = defaultdict(dict)
    for number, module in enumerate(found_in):
        for name, place in takers(module).items():
            (own[number] if name.startswith("_") else everywhere)[name] = place
    for module in found_in:
        everywhere.update(heirs(module, everywhere))
    found: set[str] = set()
    for number, module in enumerate(found_in):
        known = everywhere | own[number]
        for node in module.calls:
            if called(node) in known:
                found |= {code for argument in node.args[known[called(node)] :][:1] for code in texts(argument)}
    return {code for code in found if CODE.fullmatch(code)}


def codes_of_the_framework() -> set[str]:
    """`("code", _("…"))` in app.py: what the framework's own refusals are called."""
    tree = ast.parse((ROOT / "exam_engine" / "app.py").read_text(encoding="utf-8"))
    pairs = (node.elts for node in ast.walk(tree) if isinstance(node, ast.Tuple) and len(node.elts) == 2)
    return {
        code
        for first, second in pairs
        if isinstance(second, ast.Call) and called(second) == "_"
        for code in texts(first)
    }


def codes_of_states() -> set[str]:
    answers = (permits(state, action) for state in State for action in Action)
    return {answer.reason for answer in answers if isinstance(answer, Denied)}


@cache
def used() -> set[str]:
    return codes_in_calls(modules()) | codes_of_the_framework() | codes_of_states()


def listed() -> list[str]:
    return re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_search_finds_what_is_known_to_be_there() -> None:
    known = {"not_found", "entry_invalid", "form_expired", "paused", "archive_bomb", "too_many_attempts", "gift_braces"}
    assert known <= used()


def test_every_code_is_listed() -> None:
    assert sorted(used() - set(listed())) == []


def test_nothing_is_listed_that_no_source_says() -> None:
    assert sorted(set(listed()) - used()) == []


def test_no_code_is_listed_twice() -> None:
    assert len(listed()) == len(set(listed()))
