"""The report of an analysis as one document of texts, tables and pictures: the printed sheet and the page show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from exam_engine.kit import languages
from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.printing.aligned import cut
from exam_engine.measuring.printing.cautions import cautions
from exam_engine.measuring.printing.ranges import ranges
from exam_engine.measuring.printing.second_look import by_form, of_groups, rank, second_look
from exam_engine.measuring.printing.steps import of_thresholds
from exam_engine.measuring.report import pictures
from exam_engine.measuring.report.analysed import Analysed
from exam_engine.measuring.report.group_tables import differences
from exam_engine.measuring.report.item_pages import item_pages
from exam_engine.measuring.report.pictures import Drawing
from exam_engine.measuring.report.writer import Writer, section, table
from exam_engine.reports.hints import Hint

#: Reasons told first; the table of items has a word for every one.
MOST = 12


def document(found: Analysed, locale: str, now: datetime, zone: str) -> Found:
    """Everything as text in the language, and pictures as SVG."""
    write = Writer.of(locale)
    _, date = write.say, languages.moment(now, locale, zone, "date")
    return Report(found, write).document([[_("File"), found.name], [_("Date"), date]])


@dataclass(frozen=True, slots=True)
class _Why:
    """A reason, and the items that it holds of: name and place."""

    hint: Hint
    items: list[tuple[str, int]]


class Report:
    def __init__(self, found: Analysed, write: Writer) -> None:
        self.found, self.write, self.say, self.told = found, write, write.say, write.told
        self.draw = Drawing(self.say, lambda value: languages.number(round(value, 6), write.locale))
        self.test: Row = found.told["classical"]
        self.rows: Sequence[Row] = self.test["items"]
        self.reach = pictures.width(found.persons.theta) if found.persons else 4.0
        self.looks = found.looks if found.looks is not None else second_look(found.told)
        self.drawn = self.test["design"] == "drawn"

    def document(self, facts: Sequence[Sequence[str]], sections: Iterable[Found] | None = None) -> Found:
        """facts: what it is about, name and value. sections: in place of those that a file's report has."""
        _, told = self.say, self.found.told
        parts = sections or (*self.whole(), self.items(), *self.groups(), *self.modelled())
        sizes = [[_("Candidates"), self.told(told["n_persons"], 0)], [_("Items"), self.told(told["n_items"], 0)]]
        return {
            "locale": self.write.locale,
            "title": _("Item analysis"),
            "as_table": _("The distribution as a table"),
            "facts": [*facts, *sizes],
            "cautions": cautions(told, self.say),
            "sections": list(parts),
            "each": {"title": _("Item by item"), "note": self.of_items(), "items": list(self.each())},
        }

    def whole(self) -> Iterator[Found]:
        """Of the test as one."""
        yield self.first()
        yield self.figures()
        yield from self.forms()
        # Totals of drawn items are of no one test.
        if not self.drawn:
            yield self.scores()
        yield from self.classified()

    def of_items(self) -> str:
        """What stands on the pages of items."""
        _ = self.say
        if self.found.groups == 2:
            return _("Tables of answers show the lower and the upper half of the candidates by total score.")
        return _(
            "Upper minus lower 27 %: facility of the best 27 % of the candidates by total score less that of "
            "the weakest 27 %. Tables of answers show thirds of the candidates by total score, curves of "
            "answers fifths."
        )

    def each(self) -> Iterator[Found]:
        return item_pages(self.found, self.looks, self.write, self.draw, self.reach)

    def first(self) -> Found:
        """Why some items are worth a look, the gravest first; one sentence for all items that it holds of."""
        _, whys = self.say, self.whys()
        reasons = [{"items": why.items, "text": _(why.hint.text, **why.hint.params)} for why in whys[:MOST]]
        note = _("Reasons to look, never verdicts: the figures do not know what the item says.")
        if not whys:
            note = _("No item stands out by its figures.")
        more = _("Further reasons stand in the table of items.") if len(whys) > MOST else ""
        return section(_("What to look at first"), note=note, reasons=reasons, more=more)

    def whys(self) -> list[_Why]:
        """Of a set the place is that of its first item."""
        places = {item: place for place, item in enumerate(self.looks)}
        sets = self.found.told.get("dif_sets", ())
        of_sets = [
            (self.say("Set %(set)s", set=row["set"]), places[row["items"][0]], [*of_groups(row)]) for row in sets
        ]
        found: dict[tuple[str, str], _Why] = {}
        for name, place, hints in (*((item, places[item], hints) for item, hints in self.looks.items()), *of_sets):
            for hint in hints:
                found.setdefault((hint.text, str(hint.params)), _Why(hint, [])).items.append((name, place))
        return sorted(found.values(), key=lambda why: rank(why.hint))

    def figures(self) -> Found:
        """Of the test: each with one sentence."""
        _, rows = self.say, [] if self.drawn else self.of_totals()
        if self.drawn or self.found.told.get("irt"):
            sentence = _("From 0 to 1: the share of the differences in ability that the test tells.")
            marginal = self.test["marginal"] if self.drawn else self.found.told["irt"]["reliability"]["marginal"]
            rows.append([_("Marginal reliability"), self.told(marginal), sentence])
        head = [_("Figure"), _("Value"), _("What it says")]
        return section(_("The test"), table=table(head, rows, "lrl"))

    def of_totals(self) -> list[list[str]]:
        _, told, scores = self.say, self.told, self.test["scores"]
        points = self.draw.told(sum(row["maximum"] for row in self.rows))
        interval = _(
            "From 0 to 1: how consistently the items rank candidates; 95 %% interval %(low)s to %(high)s.",
            low=told(self.test["lower"]),
            high=told(self.test["upper"]),
        )
        return [
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

    def forms(self) -> Iterator[Found]:
        """Who took each numbered form, and items that are not as hard on one of them."""
        _, found = self.say, self.found.told.get("forms")
        if not found:
            return
        rows = [[row["form"], self.told(row["n"], 0), self.told(row["mean"])] for row in found["forms"]]
        places = {row["item"]: place for place, row in enumerate(self.rows)}
        reasons = []
        for row in by_form(self.found.told):
            pairs = zip(found["position_forms"], row["means"], strict=True)
            means = "; ".join(f"{form}: {self.told(mean)}" for form, mean in pairs)
            said = _("Mean points by form: %(means)s.", means=means)
            reasons.append({"items": [(row["item"], places[row["item"]])], "text": said})
        note = _("The same items in another order: forms are to be alike, in their means and item by item.")
        if reasons:
            more = _("Not as hard on one form: mostly its map, its key or its printed text is wrong there.")
        else:
            more = _("No item is harder or easier on one form than on the others.") if found["position_items"] else ""
        sizes = table([_("Form code"), _("Candidates"), _("Mean")], rows, "lrr")
        yield section(_("Numbered forms"), note=note, table=sizes, reasons=reasons, more=more)

    def scores(self) -> Found:
        _, responses = self.say, self.found.marked.responses
        bars, single = pictures.bars(responses.totals(), float(responses.maxima.sum()))
        number, rows = self.draw.told, []
        for place, one in enumerate(bars):
            # Equal scores are in the class that begins with them; the highest one is in the last.
            name = f"{number(one.low)}–{'<' if place + 1 < len(bars) else ''}{number(one.high)}"
            rows.append([number((one.low + one.high) / 2) if single else name, self.told(one.value, 0)])
        behind = table([_("Score"), _("Candidates")], rows, "rr")
        return section(_("Distribution of scores"), picture=pictures.scores(bars, self.draw), behind=behind)

    def items(self) -> Found:
        """Every item in a line, with a word for each reason to look at it."""
        _, told, rows = self.say, self.told, []
        models = (self.found.told.get("irt") or {}).get("items", [{}] * len(self.rows))
        by_difficulty = any("b" in one or "thresholds" in one for one in models)
        any_look = any(self.looks.values())
        for row, model in zip(self.rows, models, strict=True):
            cells = [cut(row["item"]), told(row["n"], 0), told(row["facility"]), told(row["item_rest"])]
            difficulties = model.get("thresholds") or [model.get("b")]
            cells += [told(model.get("a")), "; ".join(map(told, difficulties))] if by_difficulty else []
            looks = ", ".join(dict.fromkeys(_(one.label) for one in self.looks[row["item"]]))
            rows.append([*cells, *([looks] if any_look else [])])
        head = [_("Item"), "n", _("Facility"), _("Discrimination")]
        head += ["a", "b"] if by_difficulty else []
        note = _(
            "Facility: the mean share of the points earned, from 0 to 1; higher is easier. Discrimination: the "
            "correlation of the item's points with the points of all other items. n: candidates who answered or "
            "omitted the item."
        )
        head += [_("To look at")] if any_look else []
        kinds = "lrrr" + ("rr" if by_difficulty else "") + ("l" if any_look else "")
        told_of = " ".join(filter(None, [note, self.of_model(models), of_thresholds(self.found.told, _)]))
        return section(_("Items"), note=told_of, table=table(head, rows, kinds))

    def of_model(self, models: Sequence[Row]) -> str:
        """What a and b say, where there are some."""
        _ = self.say
        if not any("b" in one for one in models):
            sloped = any("a" in one for one in models)
            return _("a: how sharply the item tells abilities apart.") if sloped else ""
        return _(
            "b: the ability, in logits, at which half of the candidates solve the item without guessing; a: how "
            "sharply it tells abilities apart there."
        )

    def classified(self) -> Iterator[Found]:
        """How surely the cuts part candidates: by the model where there is one, which knows each item."""
        _, told = self.say, self.told
        found = self.test.get("classification")
        if not found:
            return
        names, figures = ranges(found["cuts"], self.draw.told, _), found["lee"] or found["livingston_lewis"]
        rows = [
            [name, *(told(one, 3) for one in row)] for name, row in zip(names, figures["true_observed"], strict=True)
        ]
        note = _(
            "Share of the candidates whose score lies where it would on average over many papers like this one: "
            "%(accuracy)s; who would be placed alike by a second paper: %(consistency)s (kappa %(kappa)s).",
            **{name: told(figures[name]) for name in ("accuracy", "consistency", "kappa")},
        )
        yield section(
            _("Classification by Lee") if found["lee"] else _("Classification by Livingston and Lewis"),
            note=note,
            table=table([_("Score"), *names], rows, "l" + "r" * len(names)),
            more=_("Rows: where the score would lie on average. Columns: where it lies. In shares of the candidates."),
        )

    def groups(self) -> Iterator[Found]:
        told = self.found.told
        if told.get("dif"):
            yield from differences(told["dif"], told.get("dif_sets", ()), told["dif_matching"], self.write)

    def modelled(self) -> Iterator[Found]:
        _, calibration, persons = self.say, self.found.calibration, self.found.persons
        if not calibration or not persons:
            return
        note = _("Where information is high, abilities are told apart well: the standard error is its inverse root.")
        picture = pictures.information(calibration.items, self.reach, self.draw)
        yield section(_("Test information"), note=note, picture=picture)
        placed = pictures.difficulties(self.found.marked.items, calibration.items)
        if placed:
            note = _("Candidates and items on one scale: items far above or below the candidates tell little of them.")
            several = any("thresholds" in one for one in self.found.told["irt"]["items"])
            note += " " + _("A number after a name says which b of the item.") if several else ""
            picture = pictures.wright_map(placed, persons.theta, self.draw)
            yield section(_("Wright map"), note=note, picture=picture)
