"""`exam-engine analyse`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exam_engine.measuring.named import ABILITIES, MODELS, Found
from exam_engine.measuring.terminal import (
    FILE,
    FOCAL,
    answer,
    as_text,
    labels,
    obstacles,
    read,
    responses_options,
    say,
)
from exam_engine.telling import Expected, json_option


@click.command()
@responses_options
@click.option(
    "--drawn/--not-drawn", default=None, help="Each candidate drew items of his own, or not; else the table tells it."
)
@click.option("--cut", "cuts", type=float, multiple=True, help="Least points of a grade; may be repeated: how surely?")
@click.option("--model", type=click.Choice(MODELS), help="Calibrate this response model: items, abilities and fit.")
@click.option("--fixed", type=FILE, help="With --model: file of items with known parameters (JSON of this, or CSV).")
@click.option(
    "--ability", type=click.Choice(ABILITIES), default="eap", show_default=True, help="Estimate of abilities."
)
@click.option("--sx2", is_flag=True, help="With --model: S-X² of every item, too.")
@click.option("--global-fit", is_flag=True, help="With --model: M2, whether the model as a whole fits.")
@click.option("--groups", help="File with a group a candidate, or the column that has it.")
@FOCAL
@click.option("--report", "to", type=FILE, help="Write a report: FILE.pdf, FILE.html, or a folder for both and JSON.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Of the report.")
@json_option
def analyse(
    drawn: bool | None,
    cuts: tuple[float, ...],
    model: str | None,
    fixed: Path | None,
    ability: str,
    sx2: bool,
    global_fit: bool,
    groups: str | None,
    focal: str | None,
    to: Path | None,
    language: str,
    as_json: bool,
    **given: Any,
) -> None:
    """Item analysis of a file: one row a candidate, one column an item. Needs no database."""
    from exam_engine.measuring.figures import analysing, composing, differences, positions
    from item_bank.statistics.item_moments import score

    if not model and (fixed or global_fit or sx2 or ability != "eap"):
        raise Expected("--fixed, --ability, --sx2 and --global-fit belong to a response model: name one with --model")
    calibration = persons = None
    with obstacles():
        if to:
            _report_place(to)
        table, found = read(**given, apart=groups)
        n, k = found.responses.scores.shape
        say(f"classical statistics of {n} × {k}")
        scored = score(found.responses)
        told: Found = {"n_persons": n, "n_items": k, "classical": composing.classical(found, scored, cuts, drawn)}
        told |= positions.told(found) | analysing.answers(found, scored)
        told["dif"] = []
        unfit = composing.unfit(found, fixed) if model else None
        if unfit:
            told["classical"]["warnings"].append(unfit)
            told |= {"irt": None, "fit": []}
        elif model:
            say(f"calibrating {model}")
            made = composing.modelled(found, model, fixed, ability, cuts, score=sx2, whole=global_fit)
            calibration, persons = made.calibration, made.persons
            told["classical"] = composing.completed(told["classical"], made)
            told |= {"irt": made.irt, "fit": made.fit}
        if groups:
            say("differential item functioning")
            compared = differences.differences(found, labels(table, groups, given["ids"]), focal)
            told["dif"] = compared.pop("items")
            told |= {"dif_sets": compared.pop("sets")} if "sets" in compared else {}
            told["dif_matching"] = compared
        if to:
            _report(to, language, told, given["responses"].name, found, scored, told, calibration, persons)
    answer(told, as_json)


def _report_place(to: Path) -> None:
    """An obstacle before the work, not after it."""
    from exam_engine.measuring.report import report_files

    report_files.check(to)


def _report(to: Path, language: str, told: Found, *analysed: Any) -> None:
    from exam_engine.measuring.report import report_files
    from exam_engine.measuring.report.analysed import Analysed

    say(f"writing {to}")
    report_files.make(to, Analysed(*analysed), language, as_text(told))
