"""Lines that reach systemd's journal say how grave they are; anywhere else they are as they were."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from exam_engine.cli import main

PROGRAM = """
import logging, sys
from exam_engine.kit import logs
from exam_engine.kit.settings import Settings
logs.configure(Settings.from_environment({"EXAM_ENGINE_LOG_FORMAT": sys.argv[1]}))
logging.getLogger("test").info("quiet")
logging.getLogger("test").warning("loud")
try:
    raise ValueError
except ValueError:
    logging.getLogger("test").exception("broken")
logs.aside("of the parent", logging.WARNING)
"""


def lines(folder: Path, form: str, *, journal: bool) -> list[str]:
    told = folder / "stderr"
    with told.open("wb") as stderr:
        found = os.fstat(stderr.fileno())
        stream = f"{found.st_dev}:{found.st_ino}" if journal else "1:1"
        environment = {**os.environ, "JOURNAL_STREAM": stream, "EXAM_ENGINE_LOG_FORMAT": form}
        subprocess.run([sys.executable, "-c", PROGRAM, form], stderr=stderr, env=environment, check=True)
    return told.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_journal_learns_what_is_a_warning(tmp_path: Path, form: str) -> None:
    told = lines(tmp_path, form, journal=True)
    marked = [re.match(r"<(\d)>", line) for line in told]
    assert all(marked), "each line is an entry of its own, those of an error too"
    graves = [one[1] for one in marked if one]
    assert graves[:3] == ["6", "4", "3"]
    assert graves[-1] == "4"
    assert set(graves[2:-1]) == {"3"}
    assert "loud" in told[1]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_file_gets_no_marks(tmp_path: Path, form: str) -> None:
    """The variable is inherited by whatever a unit starts, wherever that writes."""
    assert not any(line.startswith("<") for line in lines(tmp_path, form, journal=False))


def test_lines_of_the_parent_have_the_format_of_the_others(tmp_path: Path) -> None:
    """A collector would drop what it cannot read."""
    told = [json.loads(line) for line in lines(tmp_path, "json", journal=False)]
    assert told[-1]["message"] == "of the parent"
    assert told[-1]["level"] == "warning"
    assert set(told[-1]) == set(told[0])


@pytest.mark.parametrize(("command", "logged"), [("serve", True), ("verify", False)])
def test_an_obstacle_at_the_start_of_the_service_is_a_line_of_its_log(command: str, logged: bool) -> None:
    settings = {"EXAM_ENGINE_LOG_FORMAT": "json", "EXAM_ENGINE_PROT": "8000"}
    done = CliRunner(env=settings).invoke(main, [command])
    assert done.exit_code == 2
    line = json.loads(done.stderr)["message"] if logged else done.stderr
    assert "EXAM_ENGINE_PROT" in line
