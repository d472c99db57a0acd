"""How commands speak: plain lines or one JSON document, and obstacles as one line."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from exam_engine.kit import logs

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document with stable keys.")


class Expected(click.ClickException):
    """An obstacle that has a name: one line, exit code 2, no traceback."""

    exit_code = 2

    def __init__(self, message: str, *, logged: bool = False) -> None:
        """`logged`: by a command whose standard error is the service's log."""
        super().__init__(message)
        self._logged = logged

    def show(self, file: Any = None) -> None:
        told = f"exam-engine: {self.format_message()}"
        if file is None and (self._logged or logs.reaches_journal()):
            told = logs.line_aside(told, logging.ERROR, as_json=self._logged and logs.json_wanted())
        click.echo(told, err=True, file=file)


def plain(found: Any) -> dict[str, Any]:
    if is_dataclass(found) and not isinstance(found, type):
        return asdict(found)
    return dict(found)


def report(found: Any, as_json: bool) -> None:
    values = plain(found)
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, default=str))
        return
    for name, value in values.items():
        shown = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else value
        click.echo(f"{name}: {'–' if shown is None else shown}")
