"""`exam-engine analyse`: item analysis of a file, without a database (docs/statistics.md)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from exam_engine.telling import Expected, json_option, report

FILE = click.Path(path_type=Path)
Command = Callable[..., Any]
OPTIONS = (
    click.argument("responses", type=FILE),
    click.option("--items", help="Columns that are items, separated by commas; * and ? stand for any letters."),
    click.option("--key", type=FILE, help="File of keys (CSV or JSON); without it cells are points or categories."),
    click.option(
        "--empty",
        type=click.Choice(["not-presented", "omitted"]),
        default="not-presented",
        show_default=True,
        help="What an empty cell means.",
    ),
    click.option("--omitted", multiple=True, metavar="CODE", help="What a cell holds where the answer was left blank."),
    click.option("--not-reached", multiple=True, metavar="CODE", help="What a cell holds where nobody got that far."),
)


def responses_options(command: Command) -> Command:
    """Those of every command that reads responses."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command()
@responses_options
@json_option
def analyse(
    responses: Path,
    items: str | None,
    key: Path | None,
    empty: str,
    omitted: Sequence[str],
    not_reached: Sequence[str],
    as_json: bool,
) -> None:
    """Item analysis of a file: one row a candidate, one column an item. Needs no database."""
    from exam_engine.measuring import analysing, keys, marked, tables
    from item_bank.statistics.responses import Status

    try:
        table = tables.read(responses)
        columns = table.chosen([one.strip() for one in items.split(",")]) if items else table.columns
        known = keys.read_keys(key, [one.name for one in columns]) if key else None
        blank = Status.OMITTED if empty == "omitted" else Status.NOT_PRESENTED
        missing = marked.Missing(blank, frozenset(omitted), frozenset(not_reached))
        found = marked.marked(table, columns, missing, known)
    except tables.FileUnusable as obstacle:
        raise Expected(str(obstacle)) from None
    n, k = found.responses.scores.shape
    told = {"n_persons": n, "n_items": k, "classical": analysing.classical(found)}
    if found.chosen:
        told["distractors"] = analysing.distractors(found)
    answer(told, as_json)


def answer(found: dict[str, Any], as_json: bool) -> None:
    """A figure that is not defined is null: JSON knows no other word for it."""
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, allow_nan=False))
    else:
        report(_rounded(found), as_json=False)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case float():
            return value if math.isfinite(value) else None
    return value


def _rounded(value: Any) -> Any:
    """For people: four digits are more than most of these figures are worth."""
    match value:
        case dict():
            return {str(name): _rounded(one) for name, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
        case float():
            return f"{value:.4g}" if math.isfinite(value) else None
    return value
