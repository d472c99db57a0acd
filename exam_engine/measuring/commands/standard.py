"""`exam-engine standard`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exam_engine.measuring.named import MODELS, STANDARDS, Found
from exam_engine.measuring.terminal import FILE, answer, missing_options, names, obstacles, read
from exam_engine.telling import Expected, json_option

if TYPE_CHECKING:
    from exam_engine.measuring.files.tables import Table


@click.command()
@click.argument("judgements", type=FILE, required=False)
@click.option("--method", type=click.Choice(STANDARDS), required=True, help="How judges were asked.")
@click.option("--id", "ids", metavar="COLUMN", help="Column that names judges (angoff, bookmark).")
@click.option("--items", help="angoff: columns that are items; default: all but that of --id.")
@click.option("--percent", is_flag=True, help="angoff: ratings are from 0 to 100, not from 0 to 1.")
@click.option(
    "--responses", type=FILE, help="angoff: answers of candidates, as of analyse: points, facility, who passes."
)
@click.option("--key", type=FILE, help="angoff: file of keys of the responses.")
@missing_options
@click.option("--parameters", type=FILE, help="bookmark: items, JSON of analyse --model or CSV; alone: the booklet.")
@click.option(
    "--model",
    type=click.Choice(MODELS),
    default="gpcm",
    show_default=True,
    help="bookmark: what thresholds in a CSV of --parameters are of (grm, else steps of partial credit); JSON says it.",
)
@click.option("--pages", default="page", show_default=True, help="bookmark: column of the last page mastered.")
@click.option(
    "--probability",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=2 / 3,
    help="bookmark: of reaching a page's point at its place; default: two thirds.",
)
@click.option("--total", default="total", show_default=True, help="contrasting-groups: column of the score.")
@click.option("--judged", default="judged", show_default=True, help="contrasting-groups: column of the judgement.")
@click.option("--competent", help="contrasting-groups: what that column holds of the competent.")
@json_option
def standard(judgements: Path | None, method: str, as_json: bool, **given: Any) -> None:
    """Cut scores out of judgements. Needs no database."""
    from exam_engine.measuring.files import tables

    _check(judgements, method, given)
    with obstacles():
        table = tables.read(judgements) if judgements else None
        if method == "bookmark" or not table:
            told = _bookmark(table, given)
        else:
            told = _angoff(table, given) if method == "angoff" else _groups(table, given)
    answer({"method": method, "standard": told}, as_json)


def _check(judgements: Path | None, method: str, given: Found) -> None:
    if not judgements and method != "bookmark":
        raise Expected(f"{method} needs the file of judgements")
    if method == "bookmark" and not given["parameters"]:
        raise Expected("bookmark needs the items' --parameters: of “exam-engine analyse --model … --json”, for example")
    if method == "contrasting-groups" and not given["competent"]:
        raise Expected("contrasting-groups needs --competent: what the column of judgements holds of the competent")


def _angoff(table: Table, given: Found) -> Found:
    from exam_engine.measuring.figures import standards

    columns = table.chosen(names(given["items"])) if given["items"] else table.columns
    columns = tuple(one for one in columns if one.name != given["ids"])
    marked = None
    if given["responses"]:
        asked = {name: given[name] for name in ("key", "empty", "omitted", "not_presented", "not_reached")}
        _table, marked = read(given["responses"], ",".join(one.name for one in columns), ids=None, count=None, **asked)
    return standards.angoff(table, columns, given["ids"], given["percent"], marked)


def _bookmark(table: Table | None, given: Found) -> Found:
    from exam_engine.measuring.figures import bookmarks

    bank = bookmarks.bank(given["parameters"], given["model"])
    return bookmarks.bookmark(table, given["pages"], given["ids"], bank, given["probability"])


def _groups(table: Table, given: Found) -> Found:
    from exam_engine.measuring.figures import standards

    return standards.contrasting_groups(table, given["total"], given["judged"], given["competent"])
