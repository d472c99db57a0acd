"""`exam-engine dif`."""

from __future__ import annotations

from typing import Any

import click

from exam_engine.measuring.terminal import FOCAL, answer, labels, obstacles, read, responses_options
from exam_engine.telling import json_option


@click.command()
@responses_options
@click.option("--groups", required=True, help="File with a group a candidate, or the column that has it.")
@FOCAL
@click.option("--unpurified", is_flag=True, help="Match on the total of all items, suspicious ones too.")
@json_option
def dif(groups: str, focal: str | None, unpurified: bool, as_json: bool, **given: Any) -> None:
    """Is an item equally hard for candidates of equal ability in different groups? Needs no database."""
    from exam_engine.measuring.figures import differences, positions

    with obstacles():
        table, found = read(**given, apart=groups)
        told = differences.differences(found, labels(table, groups, given["ids"]), focal, purified=not unpurified)
    answer({"n_persons": table.n, "n_items": len(found.items), **positions.told(found), **told}, as_json)
