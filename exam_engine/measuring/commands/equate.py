"""`exam-engine equate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from exam_engine.measuring.named import MODELS
from exam_engine.measuring.terminal import FILE, answer, missing_of, missing_options, names, obstacles, say
from exam_engine.telling import Expected, json_option

EQUATINGS = (
    "identity", "mean", "linear", "circle-arc", "nominal-weights", "tucker", "levine", "levine-true", "braun-holland",
    "chained-linear", "equipercentile", "chained-equipercentile", "frequency-estimation",
)  # fmt: skip
SCALINGS = ("mean-mean", "mean-gmean", "mean-sigma", "haebara", "stocking-lord", "concurrent", "fixed")


@click.command()
@click.argument("form_x", type=FILE)
@click.argument("form_y", type=FILE)
@click.option(
    "--design",
    type=click.Choice(["random-groups", "single-group", "neat"]),
    required=True,
    help="Two random groups; the same candidates, row by row; or two groups with an anchor.",
)
@click.option(
    "--method",
    type=click.Choice((*EQUATINGS, *SCALINGS)),
    help="Default: what the number of candidates allows; with --model stocking-lord (rasch, pcm: mean-mean). "
    "The last seven need --model.",
)
@click.option("--model", type=click.Choice(MODELS), help="Equate through this response model.")
@click.option(
    "--score",
    type=click.Choice(["true", "observed"]),
    help="With --model: equate true scores (the default), or the distributions of observed scores.",
)
@click.option("--smooth", is_flag=True, help="Equipercentile methods: of log-linear smoothed distributions.")
@click.option("--items", help="Columns that are summed, as of analyse; default: all.")
@click.option("--key", type=FILE, help="File of keys for the items of both forms.")
@missing_options
@click.option("--total", help="Column of a total score, in place of items.")
@click.option("--anchor", help="Columns of the anchor, in both files; default: items of the same name in both.")
@click.option("--external", is_flag=True, help="The anchor is no part of the total.")
@click.option("--max-x", type=float, help="With --total: the highest score possible on form X; default: seen.")
@click.option("--max-y", type=float, help="The same of form Y.")
@click.option("--max-anchor", type=float, help="The same of the anchor.")
@click.option("--count-x", help="Column of form X with how many candidates a row stands for.")
@click.option("--count-y", help="The same of form Y.")
@click.option(
    "--form-x", "codes_x", metavar="COLUMN", help="Numbered forms of X, as of analyse: column of their codes."
)
@click.option(
    "--forms-x", "map_x", type=FILE, metavar="MAP", help="With --form-x: which item each has at each position."
)
@click.option("--form-y", "codes_y", metavar="COLUMN", help="The same of form Y.")
@click.option("--forms-y", "map_y", type=FILE, metavar="MAP", help="The same of form Y.")
@click.option("--samples", type=click.IntRange(0, 100_000), default=0, help="Bootstrap samples for standard errors.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the bootstrap.")
@json_option
def equate(form_x: Path, form_y: Path, design: str, as_json: bool, **given: Any) -> None:
    """What a score on form X is worth on form Y. Needs no database.

    Forms with the same items in another order are not equated, but put together: see analyse --forms. Here --forms-x
    and --forms-y do that for papers that were each given in such forms.
    """
    from exam_engine.measuring.figures import equated_forms, equating, model_equating

    x, y = (equated_forms.Form(path, **_form(given, side)) for path, side in ((form_x, "x"), (form_y, "y")))
    how = {name: given[name] for name in ("method", "samples", "seed")} | {"keys": given["key"]}
    model, smooth, score = given["model"], given["smooth"], given["score"]
    _check(model, smooth, score, given["method"])
    with obstacles():
        say("equating")
        if model:
            told = model_equating.equated_by_model(x, y, design, model, score=score or "true", **how)
        else:
            told = equating.equated(x, y, design, smooth=smooth, **how)
    answer(told, as_json)


def _form(given: dict[str, Any], side: str) -> dict[str, Any]:
    """How to read form x or y."""
    codes, where = given[f"codes_{side}"], given[f"map_{side}"]
    if (codes is None) != (where is None):
        raise Expected(f"--form-{side} and --forms-{side} belong together: the column of form codes, and their map")
    empty = given["empty"] or ("omitted" if where else None)  # what a form holds was presented
    return {
        "missing": missing_of(empty, given["omitted"], given["not_presented"], given["not_reached"]),
        "items": names(given["items"]),
        "total": given["total"],
        "anchor": names(given["anchor"]),
        "anchor_maximum": given["max_anchor"],
        "external": given["external"],
        "maximum": given[f"max_{side}"],
        "count": given[f"count_{side}"],
        "codes": codes,
        "map": where,
    }


def _check(model: str | None, smooth: bool, score: str | None, method: str | None) -> None:
    if not model and (score or method in SCALINGS):
        what = f"--method {method}" if method in SCALINGS else "--score"
        raise Expected(f"{what} belongs to a response model: name one with --model, as --model 2pl")
    if model and smooth:
        raise Expected("--smooth belongs to equipercentile methods of scores as they are: leave it out, or --model")
