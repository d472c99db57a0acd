"""`exam-engine analyse`, `dif`, `equate`, `similarity`: figures of files, without a database (docs/statistics.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exam_engine.measuring.terminal import (
    FILE,
    Found,
    answer,
    as_text,
    labels,
    missing_of,
    missing_options,
    names,
    obstacles,
    read,
    responses_options,
    say,
)
from exam_engine.telling import json_option

GROUPS = click.option("--groups", help="File with a group a candidate, or the column that has it.")
FOCAL = click.option("--focal", help="The group to be compared with the largest of the others; default: every one.")
EQUATINGS = (
    "identity", "mean", "linear", "circle-arc", "nominal-weights", "tucker", "levine", "levine-true", "braun-holland",
    "chained-linear", "equipercentile", "chained-equipercentile", "frequency-estimation",
)  # fmt: skip
MODELS = ("rasch", "1pl", "2pl", "3pl", "grm", "pcm", "gpcm", "nominal")


@click.command()
@responses_options
@click.option("--model", type=click.Choice(MODELS), help="Calibrate this response model: items, abilities and fit.")
@click.option("--sx2", is_flag=True, help="With --model: S-X² of every item, too.")
@GROUPS
@FOCAL
@click.option("--report", "to", type=FILE, help="Write a report: FILE.pdf, or a folder for PDF, page and figures.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of the report.")
@json_option
def analyse(
    model: str | None,
    sx2: bool,
    groups: str | None,
    focal: str | None,
    to: Path | None,
    language: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Item analysis of a file: one row a candidate, one column an item. Needs no database."""
    from exam_engine.measuring import analysing, comparing, modelling

    calibration = persons = None
    with obstacles():
        if to:
            _report_place(to)
        table, found = read(**given, apart=groups)
        n, k = found.responses.scores.shape
        say(f"classical statistics of {n} × {k}")
        told: Found = {"n_persons": n, "n_items": k, "classical": analysing.classical(found)}
        if found.chosen:
            told["distractors"] = analysing.options(found)
        if model:
            say(f"calibrating {model}")
            calibration = modelling.calibrated(found, model)
            persons = modelling.abilities(found, calibration)
            told["irt"] = modelling.model(found, model, calibration, persons)
            say("fit of items")
            told["fit"] = modelling.fit(found, calibration, score=sx2)
        if groups:
            say("differential item functioning")
            told["dif"] = comparing.differences(found, labels(table, groups, given["ids"]), focal)["items"]
        if to:
            _report(to, language, told, given["responses"].name, found, told, calibration, persons)
    answer(told, as_json)


@click.command()
@responses_options
@click.option("--groups", required=True, help="File with a group a candidate, or the column that has it.")
@FOCAL
@click.option("--unpurified", is_flag=True, help="Match on the total of all items, suspicious ones too.")
@json_option
def dif(groups: str, focal: str | None, unpurified: bool, as_json: bool, **given: Any) -> None:
    """Is an item equally hard for candidates of equal ability in different groups? Needs no database."""
    from exam_engine.measuring import comparing

    with obstacles():
        table, found = read(**given, apart=groups)
        told = comparing.differences(found, labels(table, groups, given["ids"]), focal, purified=not unpurified)
    answer({"n_persons": table.n, "n_items": len(found.items), **told}, as_json)


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
    from exam_engine.measuring import comparing

    with obstacles():
        table, found = read(**given, apart=rooms)
        say(f"comparing the answers of {table.n} candidates")
        told = comparing.alike(found, labels(table, rooms, given["ids"]) if rooms else None, index, level)
    answer({"n_persons": table.n, "n_items": len(found.items), **told}, as_json)


@click.command()
@click.argument("form_x", type=FILE)
@click.argument("form_y", type=FILE)
@click.option(
    "--design",
    type=click.Choice(["random-groups", "single-group", "neat"]),
    required=True,
    help="Two random groups; the same candidates, row by row; or two groups with an anchor.",
)
@click.option("--method", type=click.Choice(EQUATINGS), help="Default: what the number of candidates allows.")
@click.option("--smooth", is_flag=True, help="Equipercentile methods: of log-linear smoothed distributions.")
@click.option("--items", help="Columns that are summed, as of analyse; default: all.")
@click.option("--key", type=FILE, help="File of keys for the items of both forms.")
@missing_options
@click.option("--total", help="Column of a total score, in place of items.")
@click.option("--anchor", help="Columns of the anchor, in both files.")
@click.option("--external", is_flag=True, help="The anchor is no part of the total.")
@click.option("--max-x", type=float, help="With --total: the highest score possible on form X; default: seen.")
@click.option("--max-y", type=float, help="The same of form Y.")
@click.option("--max-anchor", type=float, help="The same of the anchor.")
@click.option("--count-x", help="Column of form X with how many candidates a row stands for.")
@click.option("--count-y", help="The same of form Y.")
@click.option("--samples", type=click.IntRange(0, 100_000), default=0, help="Bootstrap samples for standard errors.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the bootstrap.")
@json_option
def equate(form_x: Path, form_y: Path, design: str, as_json: bool, **given: Any) -> None:
    """What a score on form X is worth on form Y. Needs no database."""
    from exam_engine.measuring import equating

    cells = [given[name] for name in ("empty", "omitted", "not_presented", "not_reached")]
    both = {
        "missing": missing_of(*cells),
        "items": names(given["items"]),
        "total": given["total"],
        "anchor": names(given["anchor"]),
        "anchor_maximum": given["max_anchor"],
        "external": given["external"],
    }
    x = equating.Form(form_x, maximum=given["max_x"], count=given["count_x"], **both)
    y = equating.Form(form_y, maximum=given["max_y"], count=given["count_y"], **both)
    how = {name: given[name] for name in ("method", "smooth", "samples", "seed")}
    with obstacles():
        say("equating")
        told = equating.equated(x, y, design, keys=given["key"], **how)
    answer(told, as_json)


def _report_place(to: Path) -> None:
    """An obstacle before the work, not after it."""
    from exam_engine.measuring import report_files

    report_files.check(to)


def _report(to: Path, language: str, told: Found, *analysed: Any) -> None:
    from exam_engine.measuring import report_files, reporting

    say(f"writing {to}")
    report_files.make(to, reporting.Analysed(*analysed), language, as_text(told))


COMMANDS = (analyse, dif, equate, similarity)
