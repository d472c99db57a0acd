"""The built wheel works without the source tree: everything a page needs lies inside."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

WANTED = {
    "templates": "exam_engine/templates/",
    "program files of the browser": "exam_engine/web/dist/",
    "Vietnamese": "exam_engine/locale/vi/",
    "migrations": "exam_engine/migrations/versions/0001_initial.py",
    "the demo's questions": "exam_engine/demo/content/",
    "proctoring": "proctoring/__init__.py",
    "players": "loadtests/candidate.py",
    "limits and page of a rehearsal": "loadtests/rehearsal/page.html",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.parametrize("what", WANTED)
def test_holds(wheel: Path, what: str) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith(WANTED[what]) for name in names), f"no {what} in the wheel"


@pytest.mark.parametrize("ending", [".css", ".js", ".woff2"])
def test_holds_the_built_browser_files(wheel: Path, ending: str) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("exam_engine/web/dist/") and name.endswith(ending) for name in names)


def test_holds_nothing_foreign(wheel: Path) -> None:
    for name in zipfile.ZipFile(wheel).namelist():
        assert "node_modules" not in name
        assert not name.startswith(("tests/", "docs/", "build/"))


def test_runs_without_the_source_tree(wheel: Path, tmp_path: Path) -> None:
    """In an environment of its own, which borrows only the dependencies of the one that runs the tests."""
    home = tmp_path / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    target = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True, text=True, check=True,
        ).stdout.strip()
    )  # fmt: skip
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(wheel)]
    subprocess.run(install, check=True, timeout=120, capture_output=True)
    # After its own packages on the path: what the wheel lacks cannot be borrowed from the checkout.
    (target / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    environment = {"PATH": os.environ["PATH"], "EXAM_ENGINE_DATA_DIR": str(tmp_path / "data")}
    where = subprocess.run(
        [python, "-c", "import exam_engine; print(exam_engine.__file__)"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.startswith(str(target))
    for arguments in (["--help"], ["migrate", "--json"]):
        done = subprocess.run(
            [python, "-m", "exam_engine.cli", *arguments],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
