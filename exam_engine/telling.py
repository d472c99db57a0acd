"""How commands speak: plain lines or one JSON document, and obstacles as one line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any

import click

from exam_engine.kit import logs

#: Of a list that people read; a script asks for --json and gets all of it.
FIRST = 10
NOTHING = "–"
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
    click.echo("\n".join(_lines(values)))


def _lines(values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """One line for each fact; of a long list its length and how it begins."""
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list) and value:
            yield f"{indent}{name}: {len(value)}"
            for one in value[:FIRST]:
                yield from _entry(one, indent + "  ")
            if len(value) > FIRST:
                yield f"{indent}  … and {len(value) - FIRST} more: --json"
        else:
            yield f"{indent}{name}: {_in_a_line(value)}"


def _entry(value: Any, indent: str) -> Iterator[str]:
    """A line of its own; a report within the list as lines that stand under its first."""
    if not isinstance(value, Mapping) or all(map(_is_flat, value.values())):
        yield f"{indent}{_in_a_line(value)}"
        return
    first, *others = _lines(value, indent + "  ")
    yield f"{indent}- {first.lstrip()}"
    yield from others


def _is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return not any(isinstance(one, (list, Mapping)) for one in value)
    return not isinstance(value, Mapping)


def _in_a_line(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_in_a_line(one)}" for name, one in value.items()) or NOTHING
    if isinstance(value, list):
        return "; ".join(map(_in_a_line, value)) or NOTHING
    return NOTHING if value is None else str(value)
