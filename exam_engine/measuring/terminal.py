"""What the commands share: how they ask for files, what they say meanwhile, and how they answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exam_engine.measuring.named import Found
from exam_engine.measuring.plain import plain
from exam_engine.telling import Expected

if TYPE_CHECKING:
    from exam_engine.measuring.files.marked import Marked, Missing
    from exam_engine.measuring.files.tables import Table

FILE = click.Path(path_type=Path)
Command = Callable[..., Any]
MISSING = (
    click.option(
        "--empty",
        type=click.Choice(["not-presented", "omitted"]),
        help="What an empty cell means: not presented, unless a map of forms says that it was.",
    ),
    click.option("--omitted", multiple=True, metavar="CODE", help="What a cell holds where the answer was left blank."),
    click.option(
        "--not-presented", multiple=True, metavar="CODE", help="What a cell holds that was in no paper, as “.”."
    ),
    click.option("--not-reached", multiple=True, metavar="CODE", help="What a cell holds where nobody got that far."),
)
OPTIONS = (
    click.argument("responses", type=FILE),
    click.option("--items", help="Columns that are items, separated by commas; * and ? stand for any letters."),
    click.option(
        "--id", "ids", metavar="COLUMN", help="Column that names candidates; files of groups are joined by it."
    ),
    click.option("--count", help="Column with how many candidates a row stands for."),
    click.option(
        "--key", type=FILE, help="File of keys (CSV, XLSX or JSON); without it cells are points or categories."
    ),
    click.option("--form", metavar="COLUMN", help="Column with each candidate's form code; answers are by position."),
    click.option(
        "--forms",
        "form_map",
        type=FILE,
        metavar="MAP",
        help="With --form: file of which item, in which order of options, each form has at each position.",
    ),
    *MISSING,
)
CSV_META = "exam_engine.measuring.csv"


def _folder(context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    """Kept for `answer`, which alone wants it; an obstacle is told before the work."""
    from exam_engine.measuring.files import placing

    if folder:
        with obstacles():
            placing.check_folder(folder)
        context.meta[CSV_META] = folder


CSV = click.option(
    "--csv",
    type=FILE,
    metavar="DIR",
    callback=_folder,
    expose_value=False,
    help="Write every table as a file of CSV into this folder, too.",
)
FOCAL = click.option("--focal", help="The group to be compared with the largest of the others; default: every one.")


def responses_options(command: Command) -> Command:
    """Those of every command that reads responses."""
    return _with((*OPTIONS, CSV), command)


def missing_options(command: Command) -> Command:
    """What cells without an answer mean, and where tables go."""
    return _with((*MISSING, CSV), command)


def _with(options: Sequence[Command], command: Command) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def names(given: str | None) -> tuple[str, ...]:
    return tuple(one.strip() for one in given.split(",")) if given else ()


def read(
    responses: Path,
    items: str | None,
    ids: str | None,
    count: str | None,
    key: Path | None,
    empty: str | None,
    omitted: Sequence[str],
    not_presented: Sequence[str],
    not_reached: Sequence[str],
    apart: str | None = None,
    seats: str | None = None,
    form: str | None = None,
    form_map: Path | None = None,
) -> tuple[Table, Marked]:
    """`apart`, `seats`: the columns of groups or rooms, and of seats, if they are some; they are no items."""
    from exam_engine.measuring.files.answers import Asked, read_answers

    say(f"reading {responses}")
    told = {"id": ids or items, "count": count, "form": form, "groups": apart, "rooms": apart, "items": items}
    asks = frozenset(option for option in _options() if not told.get(option))
    # What a form holds was presented to those who took it.
    missing = missing_of(empty or ("omitted" if form_map else None), omitted, not_presented, not_reached)
    aside = frozenset(one for one in (apart, seats) if one)
    asked = Asked(responses, missing, names(items), ids, count, key, form, form_map, aside, asks)
    table, found = read_answers(asked)
    _tell_held(table, asked.items)
    for warning in found.warnings:
        click.echo(f"Warning: {warning}", err=True)
    return table, found


def _options() -> set[str]:
    """Of the command that runs."""
    found = {str(option.name) for option in click.get_current_context().command.params}
    return found | {"id"} if "ids" in found else found


def _tell_held(table: Table, patterns: Sequence[str]) -> None:
    """What columns of the file mean where numbered forms have been put together."""
    from exam_engine.measuring.files.tables import listed

    for pattern in patterns:
        held = table.held(pattern)
        if held:
            items = listed(one.name for one in table.columns if one.name in held)
            what = f"{len(held)} items of the map that forms have in these columns: {items}"
            click.echo(f"Note: --items “{pattern}” means the {what}", err=True)


def missing_of(
    empty: str | None, omitted: Sequence[str], not_presented: Sequence[str], not_reached: Sequence[str]
) -> Missing:
    """`empty` None: as where nobody said."""
    from exam_engine.measuring.files.marked import Missing
    from item_bank.statistics.responses import Status

    blank = Status.OMITTED if empty == "omitted" else Status.NOT_PRESENTED
    return Missing(blank, frozenset(omitted), frozenset(not_reached), frozenset(not_presented))


def labels(table: Table, named: str, ids: str | None) -> list[str | None]:
    """Of a column of the responses, or of a file: of its only column, or of FILE:COLUMN. Joined by `ids` where the file
    has that column, too; else its rows stand in the same order."""
    from exam_engine.measuring.files import labelling, tables

    if named in table.of_file or any(column.name == named for column in table.columns):
        return labelling.labels(table.column(named), table, table.n)
    path, _colon, wanted = named.rpartition(":")
    if path and not Path(named).exists():
        other = tables.read(Path(path))
        if ids and any(column.name == ids for column in other.columns):
            return labelling.labels_by_id(other.column(wanted), other.column(ids), other, table.column(ids))
        return labelling.labels(other.column(wanted), other, table.n)
    if not Path(named).exists():
        raise tables.FileUnusable(f"“{named}” is neither a file nor a column of {table.path}: {table.names}")
    other = tables.read(Path(named))
    if len(other.columns) > 1:
        raise tables.FileUnusable(f"{named} has several columns: say which with {named}:COLUMN. They are {other.names}")
    return labelling.labels(other.columns[0], other, table.n)


@contextmanager
def obstacles() -> Iterator[None]:
    """What is wrong with a file, or with data that a method cannot take, is one line."""
    try:
        yield
    except ValueError as obstacle:  # FileUnusable among them; the library's say what to do
        raise Expected(str(obstacle)) from None


def say(step: str) -> None:
    """On a terminal only: scripts read standard error for obstacles."""
    if sys.stderr.isatty():
        click.echo(f"{step} …", err=True)


def answer(found: Found, as_json: bool) -> None:
    """Printed for people or as JSON, and written as tables where --csv asks for them."""
    document = plain(found)
    folder = click.get_current_context().meta.get(CSV_META)
    if folder:
        _write(folder, document)
    click.echo(_dumped(document) if as_json else "\n".join(_lines(found, document)))


def _write(folder: Path, document: Found) -> None:
    from exam_engine.measuring.printing import csv_files, flat

    with obstacles():
        written = csv_files.write(folder, flat.flattened(document))
    say("written: " + ", ".join(map(str, written)))


def _lines(found: Found, document: Found) -> Iterator[str]:
    from exam_engine.measuring.printing import flat, printed

    return printed.lines(found, flat.flattened(document), printed.width())


def as_text(found: Found) -> str:
    """The document of --json."""
    return _dumped(plain(found))


def _dumped(document: Found) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)
