"""The part of a report that each item has: figures, reasons to look, curves, and what candidates answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from exam_engine.kit.errors import _
from exam_engine.measuring.figures import analysing
from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.report import group_tables, pictures
from exam_engine.measuring.report.analysed import Analysed
from exam_engine.measuring.report.answer_tables import numbers, options, statements
from exam_engine.measuring.report.pictures import Drawing
from exam_engine.measuring.report.writer import Writer
from exam_engine.reports.hints import Hint
from item_bank.statistics.irt.likelihood import determined

#: Score groups of a curve of options or statements; where tables have but so many, there are no curves.
GROUPS, FEW = 5, 2
PARAMETERS = {
    "a": _("Slope a"),
    "b": _("Difficulty b"),
    "c": _("Lower asymptote c"),
    "thresholds": _("Thresholds"),
    "slopes": _("Slopes"),
    "intercepts": _("Intercepts"),
}


def item_pages(
    found: Analysed, looks: Mapping[str, Sequence[Hint]], write: Writer, draw: Drawing, reach: float
) -> Iterator[Found]:
    """looks: of every item its hints. reach: how far from 0 abilities are drawn."""
    curves = analysing.answers(found.marked, found.scored, GROUPS) if found.groups > FEW else {}
    pages = _Pages(found, write, draw, reach, curves)
    for place, row in enumerate(found.told["classical"]["items"]):
        name = row["item"]
        of_model = pages.of_model(place, row)
        yield {
            "name": name,
            "facts": pages.facts(row) + of_model,
            "of_model": of_model,
            "reasons": [write.say(one.text, **one.params) for one in looks[name]],
            "pictures": list(pages.drawn(place, name)),
            "table": pages.answers(name),
        }


@dataclass(frozen=True, slots=True)
class _Pages:
    """curves: answers in GROUPS score groups; tables have three."""

    found: Analysed
    write: Writer
    draw: Drawing
    reach: float
    curves: Found

    def facts(self, row: Row) -> list[list[str]]:
        _, told, write = self.write.say, self.write.told, self.write
        return [
            ["n", told(row["n"], 0)],
            [_("Facility"), write.with_error(row["facility"], row["facility_error"])],
            [_("Discrimination"), write.with_error(row["item_rest"], row["item_rest_error"])],
            [_("Upper minus lower 27 %"), told(row["upper_lower"])],
            [_("Alpha without the item"), told(row["alpha_if_deleted"])],
            [_("Omitted"), told(row["omitted"], 0)],
            [_("Not reached"), told(row["not_reached"], 0)],
        ]

    def of_model(self, place: int, row: Row) -> list[list[str]]:
        """What the response model and comparisons of groups tell."""
        facts: list[list[str]] = []
        told, write = self.write.told, self.write
        for model in (self.found.told.get("irt") or {}).get("items", [])[place : place + 1]:
            facts += self.parameters(model)
        fits = self.found.told.get("fit", [])[place : place + 1]
        facts += [["Infit / outfit", f"{told(one['infit'])} / {told(one['outfit'])}"] for one in fits]
        differences = [one for one in self.found.told.get("dif", ()) if one["item"] == row["item"]]
        return facts + group_tables.of_item(differences, write)

    def parameters(self, model: Row) -> Iterator[list[str]]:
        for name, error in model["se"].items():
            value = model[name]
            if isinstance(value, (list, tuple)):
                yield [self.write.say(PARAMETERS[name]), "; ".join(self.write.told(one) for one in value)]
            # A lower asymptote of 0 belongs to the model and was not estimated.
            elif not (name == "c" and value == 0):
                yield [self.write.say(PARAMETERS[name]), self.write.with_error(value, error)]

    def drawn(self, place: int, name: str) -> Iterator[str]:
        calibration, persons = self.found.calibration, self.found.persons
        if calibration and persons and determined(calibration.items[place : place + 1])[0]:
            column = self.found.marked.categories[:, place]
            right = np.where(column < 0, -1.0, column == column.max())
            item, values = calibration.items[place], self.found.told["irt"]["items"][place]["categories"]
            yield pictures.item_curve(name, item, right, persons.theta, values, self.reach, self.draw)
        for kind, draw in _CURVES.items():
            if name in self.curves.get(kind, ()):
                yield draw(name, self.curves[kind][name], self.draw)

    def answers(self, name: str) -> Found | None:
        """As the JSON document has them, in three score groups."""
        for kind, of in _TABLES.items():
            if name in self.found.told.get(kind, ()):
                return of(self.found.told[kind][name], self.write)
        return None


_CURVES = {
    "distractors": pictures.option_curves,
    "statements": pictures.statement_curves,
    "numbers": pictures.number_curves,
}
_TABLES = {"distractors": options, "statements": statements, "numbers": numbers}
