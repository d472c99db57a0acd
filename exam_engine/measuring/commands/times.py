"""`exam-engine times`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from exam_engine.measuring.named import RULES
from exam_engine.measuring.terminal import FILE, answer, missing_options, names, obstacles, read, say
from exam_engine.telling import Expected, json_option


@click.command()
@click.argument("times", type=FILE)
@click.option("--items", help="Columns of times, separated by commas; * and ? stand for any letters.")
@click.option("--id", "ids", metavar="COLUMN", help="Column that names candidates; answers are joined by it.")
@click.option("--missing", multiple=True, metavar="CODE", help="What a cell holds where no time was measured.")
@click.option(
    "--threshold",
    default="nt10",
    show_default=True,
    metavar="nt10|nt20|cump|SECONDS",
    help="Answers given in less are rapid: 10 % or 20 % of the mean time, the time up to which people guess, or yours.",
)
@click.option("--longest", type=click.FloatRange(0, min_open=True), help="Seconds that nt10 and nt20 stay below.")
@click.option("--responses", type=FILE, help="File of answers, as of analyse; may be the same.")
@click.option("--answers", help="Columns of answers; default: those named as the times.")
@click.option("--key", type=FILE, help="File of keys of the answers.")
@missing_options
@click.option("--chance", type=click.FloatRange(0, 1), help="For cump: share right by guessing, where no key tells it.")
@click.option("--model", type=click.Choice(["rasch", "2pl", "3pl"]), help="Judge answers and times together.")
@json_option
def times(
    times: Path,
    items: str | None,
    ids: str | None,
    missing: tuple[str, ...],
    threshold: str,
    longest: float | None,
    responses: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Response times in seconds: pace, rapid guessing, effort. Needs no database."""
    from exam_engine.measuring.figures import timing
    from exam_engine.measuring.files import seconds, tables

    if not responses and (given["answers"] or given["key"] or given["model"] or given["chance"] is not None):
        raise Expected("--answers, --key, --chance and --model are of answers: give their file with --responses")
    with obstacles():
        rule = _rule(threshold)
        say(f"reading {times}")
        table = tables.read(times)
        columns = table.chosen(names(items)) if items else table.columns
        found = seconds.times(table, [one for one in columns if one.name != ids], missing, ids)
        answered = None
        if responses:
            asked = {name: given[name] for name in ("key", "empty", "omitted", "not_presented", "not_reached")}
            wanted = given["answers"] or ",".join(found.items)
            other, marked = read(responses, items=wanted, ids=ids, count=None, **asked)
            answered = seconds.answers(found, marked, other.n, (table.n, str(times)), given["model"], given["chance"])
        say("modelling times")
        told = timing.timed(found, answered, rule, longest or math.inf)
    answer(told, as_json)


def _rule(threshold: str) -> str | float:
    """Raises ValueError for what is neither a rule nor a time."""
    if threshold.casefold() in RULES:
        return threshold.casefold()
    try:
        given = float(threshold.replace(",", "."))
    except ValueError:
        given = math.nan
    if not 0 < given < math.inf:
        raise ValueError(f"--threshold {threshold}: expected {', '.join(RULES)} or seconds above 0")
    return given
