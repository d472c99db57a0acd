"""`exam-engine similarity`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from exam_engine.measuring.terminal import FILE, answer, labels, obstacles, read, responses_options, say
from exam_engine.telling import Expected, json_option

if TYPE_CHECKING:
    from item_bank.statistics.similarity.survey import Index, Progress


@click.command()
@responses_options
@click.option("--rooms", help="File with a room a candidate, or the column that has it: only pairs within one.")
@click.option("--seats", help="The same with each one's row and place in it, as 3-5: only neighbours, each way.")
@click.option("--copier", metavar="ID", help="Test one suspicion alone: who may have copied (of --id, or the row).")
@click.option("--source", metavar="ID", help="From whom.")
@click.option("--pairs", type=FILE, help="File of suspicions, columns copier and source: only these are tested.")
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
@click.option(
    "--most",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="How many of the unlikeliest pairs to list, flagged or not.",
)
@json_option
def similarity(
    rooms: str | None,
    seats: str | None,
    copier: str | None,
    source: str | None,
    pairs: Path | None,
    index: Index,
    level: float,
    most: int,
    as_json: bool,
    **given: Any,
) -> None:
    """Pairs of candidates whose answers agree more than their abilities explain. Needs no database."""
    from exam_engine.measuring.figures import alike, positions
    from exam_engine.measuring.files import suspicions
    from exam_engine.measuring.files.seats import neighbours

    one = copier is not None or source is not None
    if bool(rooms or seats) + one + (pairs is not None) > 1:
        ways = "--rooms with --seats, --copier with --source, and --pairs"
        raise Expected(f"{ways} each say which pairs to test: give one of them")
    with obstacles():
        table, found = read(**given, apart=rooms, seats=seats)
        say(f"comparing the answers of {table.n} candidates")
        if one or pairs:
            named = suspicions.of_file(found, pairs) if pairs else suspicions.of_one(found, copier, source)
            told = alike.suspected(found, named, index, level)
        else:
            apart, places = (labels(table, where, given["ids"]) if where else None for where in (rooms, seats))
            if places:
                told = alike.beside(found, neighbours(found, places, apart), index, level, most)
            else:
                told = alike.alike(found, apart, index, level, most, _tenths())
    answer({"n_persons": table.n, "n_items": len(found.items), **positions.told(found), **told}, as_json)


def _tenths() -> Progress:
    """Says each tenth that is done."""
    said = 0

    def progress(done: int, pairs: int) -> None:
        nonlocal said
        if 10 * done // pairs > said:
            said = 10 * done // pairs
            say(f"compared {done} of {pairs} pairs")

    return progress
