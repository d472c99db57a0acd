"""The report of an analysis as one document of texts, tables and pictures: the printed sheet and the page show it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from exam_engine.kit import languages
from exam_engine.measuring import analysing, pictures
from exam_engine.measuring.looking import item_hints
from exam_engine.measuring.marked import Marked
from exam_engine.measuring.pictures import Drawing
from exam_engine.measuring.written import OMITTED_ROW
from item_bank.statistics.irt.ability import Abilities
from item_bank.statistics.irt.calibration import Calibration

Found = dict[str, Any]
Row = Mapping[str, Any]
#: Score groups of an option curve.
GROUPS = 5


@dataclass(frozen=True, slots=True)
class Analysed:
    """What `analyse` told, and what curves are drawn from; without a model there are none."""

    name: str
    marked: Marked
    told: Found
    calibration: Calibration | None = None
    persons: Abilities | None = None


def document(found: Analysed, locale: str, now: datetime, zone: str) -> Found:
    """Everything as text in the language, and pictures as SVG."""
    return _Report(found, locale).document(languages.moment(now, locale, zone, "date"))


class _Report:
    def __init__(self, found: Analysed, locale: str) -> None:
        self.found, self.locale, self.say = found, locale, languages.translator(locale)
        self.draw = Drawing(self.say, lambda value: languages.number(round(value, 6), locale))
        self.test: Row = found.told["classical"]
        self.rows: Sequence[Row] = self.test["items"]
        self.reach = pictures.width(found.persons.theta) if found.persons else 4.0

    def document(self, date: str) -> Found:
        _ = self.say
        return {
            "locale": self.locale,
            "title": _("Item analysis"),
            "as_table": _("The distribution as a table"),
            "facts": [
                [_("File"), self.found.name],
                [_("Date"), date],
                [_("Candidates"), self.told(self.found.told["n_persons"], 0)],
                [_("Items"), self.told(self.found.told["n_items"], 0)],
            ],
            "sections": [one for one in (self.figures(), self.scores(), self.items(), *self.modelled()) if one],
            "each": {"title": _("Item by item"), "items": list(self.each())},
        }

    def told(self, value: float | None, decimals: int = 2) -> str:
        return languages.number(None if value is None or not math.isfinite(value) else value, self.locale, decimals)

    def figures(self) -> Found:
        """Of the test: each with one sentence."""
        _, told, scores = self.say, self.told, self.test["scores"]
        points = self.draw.told(sum(row["maximum"] for row in self.rows))
        interval = _(
            "From 0 to 1: how consistently the items rank candidates; 95 %% interval %(low)s to %(high)s.",
            low=told(self.test["lower"]),
            high=told(self.test["upper"]),
        )
        rows = [
            [_("Mean"), told(scores["mean"]), _("Mean score of all candidates, of %(n)s points.", n=points)],
            [_("Median"), told(scores["median"]), _("Half of the candidates have no more than this.")],
            [_("Standard deviation"), told(scores["sd"]), _("How far scores typically lie from the mean, in points.")],
            [_("Reliability (alpha)"), told(self.test["alpha"]), interval],
            [
                _("Standard error of measurement"),
                told(self.test["sem"]),
                _("How far a score typically lies from the one that the candidate would have on average, in points."),
            ],
        ]
        if "irt" in self.found.told:
            sentence = _("From 0 to 1: the share of the differences in ability that the test tells.")
            rows.append([_("Marginal reliability"), told(self.found.told["irt"]["reliability"]["marginal"]), sentence])
        head = [_("Figure"), _("Value"), _("What it says")]
        return _section(_("The test"), table=_table(head, rows, "lrl"), note=self.caution())

    def caution(self) -> str:
        """What the model warned of, beside few candidates."""
        _, said = self.say, []
        if self.found.told["n_persons"] < 30:
            said.append(_("Fewer than 30 candidates: read these figures with care."))
        if "irt" in self.found.told and not self.found.told["irt"]["converged"]:
            said.append(_("The calibration did not come to rest: its figures are not to be relied on."))
        return " ".join(said)

    def scores(self) -> Found:
        _, responses = self.say, self.found.marked.responses
        bars = pictures.bars(responses.totals(), float(responses.maxima.sum()))
        if all(round(one.high - one.low, 9) == 1 and one.low % 1 == 0.5 for one in bars):
            rows = [[self.told(one.low + 0.5, 0), self.told(one.value, 0)] for one in bars]
        else:
            rows = [[f"{self.told(one.low)} – {self.told(one.high)}", self.told(one.value, 0)] for one in bars]
        table = _table([_("Score"), _("Candidates")], rows, "rr")
        return _section(_("Distribution of scores"), picture=pictures.scores(bars, self.draw), behind=table)

    def items(self) -> Found:
        """Every item in a line, and why some are worth a look."""
        _, told, rows, reasons = self.say, self.told, [], []
        models = self.found.told.get("irt", {}).get("items", [{}] * len(self.rows))
        by_difficulty = any("b" in one for one in models)
        for row, model in zip(self.rows, models, strict=True):
            found = item_hints(row)
            reasons += [[row["item"], _(one.text)] for one in found if not one.few]
            cells = [row["item"], told(row["n"], 0), told(row["facility"]), told(row["item_rest"])]
            cells += [told(model.get("a")), told(model.get("b"))] if by_difficulty else []
            rows.append([*cells, ", ".join(_(one.label) for one in found)])
        head = [_("Item"), "n", _("Facility"), _("Discrimination")]
        head += ["a", "b"] if by_difficulty else []
        note = _(
            "Facility: the mean share of the points earned, from 0 to 1; higher is easier. Discrimination: the "
            "correlation of the item's points with the points of all other items. n: candidates who answered or "
            "omitted the item."
        )
        kinds = "lrrr" + ("rr" if by_difficulty else "") + "l"
        made = _section(_("Items"), note=note, table=_table([*head, _("To look at")], rows, kinds))
        return made | {"reasons": reasons}

    def modelled(self) -> Iterator[Found]:
        _, calibration, persons = self.say, self.found.calibration, self.found.persons
        if not calibration or not persons:
            return
        note = _("Where information is high, abilities are told apart well: the standard error is its inverse root.")
        picture = pictures.information(calibration.items, self.reach, self.draw)
        yield _section(_("Test information"), note=note, picture=picture)
        placed = pictures.difficulties(self.found.marked.items, calibration.items)
        if placed:
            note = _("Candidates and items on one scale: items far above or below the candidates tell little of them.")
            picture = pictures.wright_map(placed, persons.theta, self.reach, self.draw)
            yield _section(_("Wright map"), note=note, picture=picture)

    def each(self) -> Iterator[Found]:
        options = analysing.answers(self.found.marked, GROUPS).get("distractors", {})
        for place, row in enumerate(self.rows):
            name, drawn = row["item"], []
            if self.found.calibration and self.found.persons:
                drawn.append(self.curve(place))
            if name in options:
                drawn.append(pictures.option_curves(name, options[name], self.draw))
            reasons = [self.say(one.text) for one in item_hints(row)]
            table = self.options_of(name) if name in options else None
            yield {
                "name": name,
                "facts": self.of_item(place),
                "reasons": reasons,
                "pictures": drawn,
                "table": table,
            }

    def curve(self, place: int) -> str:
        assert self.found.calibration
        assert self.found.persons
        column = self.found.marked.categories[:, place]
        right = np.where(column < 0, -1.0, column == column.max())
        name, item = self.found.marked.items[place], self.found.calibration.items[place]
        return pictures.item_curve(name, item, right, self.found.persons.theta, self.reach, self.draw)

    def of_item(self, place: int) -> list[list[str]]:
        _, told, row = self.say, self.told, self.rows[place]
        facts = [
            ["n", told(row["n"], 0)],
            [_("Facility"), f"{told(row['facility'])} ± {told(row['facility_error'])}"],
            [_("Discrimination"), f"{told(row['item_rest'])} ± {told(row['item_rest_error'])}"],
            [_("Upper minus lower 27 %"), told(row["upper_lower"])],
            [_("Alpha without the item"), told(row["alpha_if_deleted"])],
            [_("Omitted"), told(row["omitted"], 0)],
            [_("Not reached"), told(row["not_reached"], 0)],
        ]
        for model in self.found.told.get("irt", {}).get("items", [])[place : place + 1]:
            for name, value in model.items():
                # A lower asymptote of 0 belongs to the model and was not estimated.
                if name in model["se"] and not (name == "c" and value == 0):
                    facts.append([_(PARAMETERS.get(name, name)), self.with_error(value, model["se"][name])])
        fits = self.found.told.get("fit", [])[place : place + 1]
        return facts + [["Infit / outfit", f"{told(one['infit'])} / {told(one['outfit'])}"] for one in fits]

    def with_error(self, value: Any, error: Any) -> str:
        if isinstance(value, (list, tuple)):
            return "; ".join(self.told(one) for one in value)
        known = error is not None and math.isfinite(error)
        return f"{self.told(value)} ± {self.told(error)}" if known else self.told(value)

    def options_of(self, name: str) -> Found:
        """As the JSON document has them, in three score groups."""
        _, told, rows = self.say, self.told, []
        for row in self.found.told["distractors"][name]:
            remark = _("the key") if row["key"] else _("may be the key") if row["suspect"] else ""
            said = _("Omitted") if row["option"] == OMITTED_ROW else row["option"]
            shares = [told(one) for one in row["shares"]]
            rows.append([said, told(row["n"], 0), told(row["share"]), *shares, told(row["rest"]), remark])
        head = [_("Option"), "n", _("Share"), _("Lower third"), _("Middle third"), _("Upper third")]
        return _table([*head, _("Correlation with the rest"), ""], rows, "lrrrrrrl")


def _(msgid: str) -> str:
    """Marks a text; it is translated where it is shown."""
    return msgid


PARAMETERS = {
    "a": _("Slope a"),
    "b": _("Difficulty b"),
    "c": _("Lower asymptote c"),
    "thresholds": _("Thresholds"),
    "slopes": _("Slopes"),
    "intercepts": _("Intercepts"),
}


def _section(title: str, **parts: Any) -> Found:
    return {"title": title, "note": "", "picture": None, "table": None, "behind": None, "reasons": []} | parts


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], kinds: str) -> Found:
    """kinds: of each column, l for words and r for numbers."""
    return {"head": list(head), "rows": [list(row) for row in rows], "kinds": list(kinds)}
