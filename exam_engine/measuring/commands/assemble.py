"""`exam-engine assemble`."""

from __future__ import annotations

from pathlib import Path

import click

from exam_engine.measuring.named import Found
from exam_engine.measuring.terminal import CSV, FILE, answer, as_text, obstacles, say
from exam_engine.telling import json_option


@click.command()
@click.argument("request", type=FILE)
@click.option(
    "--seconds", type=click.FloatRange(1, 86_400), default=60.0, show_default=True, help="Longest time to look for."
)
@click.option("--report", "to", type=FILE, help="Write a report: FILE.pdf, FILE.html, or a folder for both and JSON.")
@click.option(
    "--language",
    type=click.Choice(["vi", "en"]),
    default="vi",
    show_default=True,
    help="Of the report, and of the reasons why there are no such forms.",
)
@CSV
@json_option
def assemble(request: Path, seconds: float, to: Path | None, language: str, as_json: bool) -> None:
    """Parallel forms out of a list of items, as REQUEST (JSON) asks. Needs no database.

    Ends with exit code 1, and a smallest set of demands that can't be met together, where there are no such forms.
    """
    from exam_engine.measuring.figures import assembling
    from exam_engine.measuring.printing.demands import conflict_lines
    from exam_engine.measuring.report import assembly_report, report_files

    with obstacles():
        if to:
            report_files.check(to)
        say("looking for forms")
        told = assembling.assembled(request, seconds, lambda number: say(f"form {number}"))
        if to:
            say(f"writing {to}")
            document = assembly_report.document(told, request.name, language)
            report_files.write(to, document, as_text(told), "assembly")
    conflict: Found | None = told.get("conflict")
    if conflict and not as_json:
        click.echo("\n".join(conflict_lines(conflict, language)))
    else:
        answer(told, as_json)
    if conflict:
        raise click.exceptions.Exit(1)
