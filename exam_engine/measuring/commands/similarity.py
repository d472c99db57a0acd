"""`exam-engine similarity`."""

from __future__ import annotations

from typing import Any

import click

from exam_engine.measuring.terminal import answer, labels, obstacles, read, responses_options, say
from exam_engine.telling import json_option


@click.command()
@responses_options
@click.option("--rooms", help="File with a room a candidate, or the column that has it: only pairs within one.")
@click.option(
    "--index",
    type=click.Choice(["gbt", "omega", "m4"]),
    default="gbt",
    show_default=True,
    help="Flag by the generalised binomial test, omega or M4; all are told.",
)
@click.option(
    "--level",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.01,
    show_default=True,
    help="Share of false ones among the pairs flagged that is put up with.",
)
@json_option
def similarity(rooms: str | None, index: str, level: float, as_json: bool, **given: Any) -> None:
    """Pairs of candidates whose answers agree more than their abilities explain. Needs no database."""
    from exam_engine.measuring import alike

    with obstacles():
        table, found = read(**given, apart=rooms)
        say(f"comparing the answers of {table.n} candidates")
        told = alike.alike(found, labels(table, rooms, given["ids"]) if rooms else None, index, level)
    answer({"n_persons": table.n, "n_items": len(found.items), **told}, as_json)
