"""Commands as a statistician types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from exam_engine.cli import main


def typed(*arguments: str | Path) -> Any:
    """The document that the command prints."""
    done = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(*arguments: str | Path) -> str:
    """The one line that says why not."""
    done = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    assert done.exit_code == 2, done.output
    assert done.stderr.count("\n") == 1, done.stderr
    return str(done.stderr)


def shown(*arguments: str | Path) -> str:
    """What people read, blanks and ends of lines as one blank."""
    done = CliRunner().invoke(main, [*map(str, arguments)])
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())
