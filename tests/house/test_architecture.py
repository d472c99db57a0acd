"""Rules learnt in pain, as checks: who may import whom, who commits, what no file may hold."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("exam_engine", "item_bank", "proctoring", "loadtests")
# Spelt in parts, so that this list is not itself a find.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("registry", "npmmirror", "com"),
        ("unpkg", "com"),
        ("cdn", "jsdelivr", "net"),
        ("cdnjs", "cloudflare", "com"),
        ("esm", "sh"),
    )
)
STATISTICS_MAY_IMPORT = {"numpy", "scipy", "item_bank"}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def versioned_files() -> list[Path]:
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def imported_roots(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("folder", ["item_bank/statistics", "item_bank/assembly"])
def test_the_numeric_core_needs_numpy_and_scipy_only(folder: str) -> None:
    allowed = STATISTICS_MAY_IMPORT | sys.stdlib_module_names
    for path in python_files(folder):
        foreign = set(imported_roots(tree(path))) - allowed
        assert not foreign, f"{path.relative_to(ROOT)} imports {foreign}"


def test_web_workers_never_load_what_they_do_not_need() -> None:
    """Checked where it matters: in a process that has loaded the whole application."""
    unwanted = {"scipy", "typst", "openpyxl", "docx", "PIL", "locust", "prometheus_client", "item_bank.statistics"}
    program = "import sys, exam_engine.app; print(*sorted(set(sys.argv[1:]) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program, *unwanted], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Of a file that has one of the names in it at all; `tree` costs a hundred times as much."""
    text = path.read_text(encoding="utf-8")
    if any(name in text for name in names):
        yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def test_only_the_floor_commits() -> None:
    """The request's transaction, and Flush. A use case that commits tears it apart."""
    floor = {ROOT / "exam_engine/kit/database.py", ROOT / "exam_engine/kit/flush.py"}
    for path in set(python_files(*PACKAGES)) - floor:
        for call in calls(path, ".commit", ".begin"):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            assert name not in {"commit", "begin"}, f"{path.relative_to(ROOT)}:{call.lineno} calls .{name}()"


def test_one_way_to_a_connection() -> None:
    """`kit.connecting` bounds it in time, refuses servers that take no writes and knows of a pooler in between."""
    floor = {ROOT / "exam_engine/kit/connecting.py", ROOT / "exam_engine/kit/database.py"}
    for path in set(python_files("exam_engine", "proctoring", "item_bank")) - floor:
        for call in calls(path, "asyncpg", "create_async_engine"):
            name = ast.unparse(call.func)
            others = {"asyncpg.connect", "asyncpg.create_pool", "create_async_engine"}
            assert name not in others, f"{path.relative_to(ROOT)}:{call.lineno} calls {name}()"


def test_sql_lives_in_its_own_room() -> None:
    """Routes ask questions by name; they do not write statements."""
    for path in python_files("exam_engine", "proctoring"):
        if path.name != "routes.py" and not path.stem.endswith("_routes"):
            continue
        imports = (node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom))
        names = {a.name for node in imports if (node.module or "").startswith("sqlalchemy") for a in node.names}
        statements = names & {"select", "insert", "update", "delete", "text"}
        assert not statements, f"{path.relative_to(ROOT)} writes SQL: {statements}"


@pytest.mark.parametrize("name", ["service.py", "services.py", "utils.py", "util.py", "helpers.py", "common.py"])
def test_no_bags(name: str) -> None:
    """A file is named after what it holds."""
    assert not [path for path in python_files(*PACKAGES, "tests") if path.name == name]


def test_no_file_names_a_package_registry() -> None:
    for path in versioned_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for host in REGISTRY_HOSTS:
            assert host not in text, f"{path.relative_to(ROOT)} names {host}"


def test_the_lock_holds_exact_versions_of_everything_required() -> None:
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    locked = {name.lower().replace("_", "-") for name in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    for requirement in wanted:
        name = requirement.split("[")[0].split(">")[0].split("=")[0].strip().lower()
        assert name in locked | {"exam-engine"}, f"{name} is not locked"


def test_third_party_browser_code_is_not_committed() -> None:
    for path in versioned_files():
        assert not {"node_modules", "dist"}.intersection(path.relative_to(ROOT).parts), path
        assert path.suffix not in {".woff", ".woff2", ".ttf", ".otf", ".pyc", ".whl"}, path
