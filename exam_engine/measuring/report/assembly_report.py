"""The report of assembled forms, or of why there are none, as one document of texts, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exam_engine.kit import languages
from exam_engine.kit.errors import _
from exam_engine.measuring.files.anchoring import PARAMETERS
from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.printing import demands
from exam_engine.measuring.printing.aligned import cut
from exam_engine.measuring.report import report_files
from exam_engine.measuring.report.assembly_sections import VERDICTS, Sections
from exam_engine.measuring.report.writer import Writer, section, table

#: Columns of the list of items that are shown: more do not fit on a page.
MOST_COLUMNS = 5


def document(told: Found, name: str, locale: str) -> Found:
    """told: the document of `exam-engine assemble`; name: of the request's file."""
    write = Writer.of(locale)
    say, (when, zone) = write.say, report_files.now()
    parts = [_conflict(told["conflict"], write)] if "conflict" in told else list(Sections(told, write).all())
    return {
        "locale": locale,
        "title": say(_("No forms to assemble") if "conflict" in told else _("Assembled forms")),
        "as_table": say(_("As a table")),
        "facts": [
            [say(_("File")), name],
            [say(_("Date")), languages.moment(when, locale, zone, "date")],
            [say(_("Forms put together")), write.told(told["n_forms"], 0)],
            [say(_("Items in the list")), write.told(told["n_items"], 0)],
        ],
        "cautions": list(_cautions(told, write)),
        "sections": parts,
        "each": None if "conflict" in told else _forms(told, write),
    }


def _cautions(told: Found, write: Writer) -> Iterator[str]:
    if told.get("likeness") in ("different", "unknown"):
        yield write.say(VERDICTS[told["likeness"]], margin=demands.plain_number(write.locale)(told["margin"]))
    if told.get("spread", 0) > told.get("margin", 0):
        yield write.say(
            _(
                "Expected means of two forms differ by %(spread)s points: scores of the forms are not comparable as "
                "they are. Aim at expected scores, too, or equate the forms."
            ),
            spread=write.told(told["spread"]),
        )
    if told.get("finished") is False:
        yield write.say(
            _("Not every form came as near to the target as its tolerance asks: the table says how near each is.")
        )


def _conflict(conflict: Found, write: Writer) -> Found:
    lines = list(demands.conflict_lines(conflict, write.locale))
    rows = [[str(place), line.removeprefix("- ")] for place, line in enumerate(lines[1:], 1) if line.startswith("- ")]
    more = "" if lines[-1].startswith("- ") else lines[-1]
    head = [write.say(_("No.")), write.say(_("Demand"))]
    return section(write.say(_("What can't be met")), note=lines[0], table=table(head, rows, "rl"), more=more)


def _forms(told: Found, write: Writer) -> Found:
    """Each form with its items and what the list says of them."""
    say, rows = write.say, told["chosen"]
    columns = _telling(rows)
    head = [say(_("No.")), say(_("Item")), *columns]
    found = []
    for form in told["assembled"]:
        of_form: list[Row] = [row for row in rows if row["form"] == form["form"]]
        cells = [
            [str(place), row["item"], *(cut(row["attributes"][name]) for name in columns)]
            for place, row in enumerate(of_form, 1)
        ]
        found.append(
            {
                "name": say(_("Form %(number)s"), number=form["form"]),
                "facts": [[say(_("Items")), write.told(form["n_items"], 0)]],
                "reasons": [],
                "pictures": [],
                "table": table(head, cells, "r" + "l" * (len(columns) + 1)),
            }
        )
    note = say(_("In the order of the list: where an item stands in the paper is decided later."))
    return {"title": say(_("Items of each form")), "note": note, "items": found}


def _telling(rows: Sequence[Row]) -> list[str]:
    """The first columns in which items differ; parameters are for a file."""
    names = [name for name in rows[0]["attributes"] if name.casefold() not in PARAMETERS]
    return [name for name in names if len({row["attributes"][name] for row in rows}) > 1][:MOST_COLUMNS]
