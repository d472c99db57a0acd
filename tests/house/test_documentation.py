"""Pages that cannot drift: every setting and every command is described, and nothing that does not exist is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from exam_engine.cli import main
from exam_engine.kit.settings import OUTSIDE_SETTINGS, SettingInvalid, Settings, variable_name

DOCS = Path(__file__).parents[2] / "docs"
SETTINGS = {variable_name(setting.name) for setting in fields(Settings)}


def described(page: str, pattern: str) -> set[str]:
    return set(re.findall(pattern, (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE))


def test_every_setting_is_described() -> None:
    assert described("settings.md", r"^\| `(EXAM_ENGINE_[A-Z_]+)`") == SETTINGS
    assert described("settings.md", r"`(EXAM_ENGINE_[A-Z_]+)`") >= OUTSIDE_SETTINGS


def test_every_command_is_described() -> None:
    assert isinstance(main, click.Group)
    assert described("operating.md", r"^\| `exam-engine ([a-z-]+)`") == set(main.commands)


def test_every_option_explains_itself() -> None:
    for command in main.commands.values():
        assert command.help, command.name
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), parameter.name


def test_settings_survive_the_way_to_a_child_process() -> None:
    given = Settings.from_environment({"EXAM_ENGINE_DATABASE_URL": "postgresql://me@host/db", "EXAM_ENGINE_DEMO": "1"})
    assert Settings.from_environment(given.to_environment()) == given


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("EXAM_ENGINE_WORKRES", "2"),
        ("EXAM_ENGINE_PORT", "http"),
        ("EXAM_ENGINE_PORT", "70000"),
        ("EXAM_ENGINE_WORKERS", "0"),
        ("EXAM_ENGINE_DEMO", "perhaps"),
        ("EXAM_ENGINE_DATABASE_URL", "mysql://host/db"),
        ("EXAM_ENGINE_PUBLIC_URL", "exam.example"),
    ],
)
def test_a_setting_that_cannot_be_used_names_itself(variable: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=variable):
        Settings.from_environment({variable: value})


def test_cookies_are_secure_exactly_on_https() -> None:
    assert Settings.from_environment({"EXAM_ENGINE_PUBLIC_URL": "https://thi.example/"}).secure_cookies
    assert not Settings.from_environment({}).secure_cookies
