"""What a report tells of assembled forms, section by section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from exam_engine.kit.errors import _
from exam_engine.measuring.named import Found
from exam_engine.measuring.printing import demands
from exam_engine.measuring.report.assembly_pictures import curves, exposure, off_target
from exam_engine.measuring.report.pictures import Drawing
from exam_engine.measuring.report.writer import Writer, section, table

#: More forms beside each other than this do not fit on a page.
MOST_SIDE_BY_SIDE = 12
VERDICTS = {
    "alike": _(
        "By what is known of the items the forms are parallel: their expected points differ by %(margin)s at most."
    ),
    "different": _("The forms are not parallel: expected points of two of them differ by more than %(margin)s."),
    "unknown": _(
        "There is not enough to go by to take the forms as parallel: by what is known of the items, expected points "
        "may differ by more than %(margin)s."
    ),
}
_GOALS = {
    "information": _("Information at %(theta)s"),
    "score": _("Expected score at %(theta)s"),
    "expected_points": _("Expected points"),
    "variance": _("Variance by chance"),
}


class Sections:
    def __init__(self, told: Found, write: Writer) -> None:
        self.found, self.write, self.say, self.told = told, write, write.say, write.told
        self.draw = Drawing(self.say, demands.plain_number(write.locale))
        self.names = [self.say(_("Form %(number)s"), number=row["form"]) for row in told["assembled"]]

    def all(self) -> Iterator[Found]:
        yield self.figures()
        if self.found["goal"]:
            yield self.goals()
        if "information" in self.found:
            yield from self.modelled()
        if self.found.get("compared"):
            yield self.compared()
        yield self.constraints()
        if len(self.names) > 1:
            yield self.overlap()
        yield self.exposure()

    def figures(self) -> Found:
        say, rows = self.say, self.found["assembled"]
        modelled = "sd" in rows[0]
        head = [say(_("Parallel form")), say(_("Items")), say(_("Points")), say(_("Expected mean"))]
        head += [say(_("Standard deviation")), say(_("Reliability"))] if modelled else []
        cells = []
        for name, row in zip(self.names, rows, strict=True):
            mean = self.told(row["mean"]) if modelled else self.write.with_error(row["mean"], row["mean_error"])
            further = [self.told(row["sd"]), self.told(row["reliability"])] if modelled else []
            cells.append([name, self.told(row["n_items"], 0), self.draw.told(row["points"]), mean, *further])
        note = (
            say(_("Expected of the population that the request names, by the response model."))
            if modelled
            else say(_("Expected by the items' history and estimates; ± is the standard error of what is not known."))
        )
        more = (
            say(VERDICTS["alike"], margin=self.draw.told(self.found["margin"]))
            if self.found.get("likeness") == "alike"
            else ""
        )
        return section(say(_("The forms")), note=note, table=table(head, cells, "l" + "r" * (len(head) - 1)), more=more)

    def goals(self) -> Found:
        """Of each form what it has of what was aimed at, and how far off that is."""
        say, goals = self.say, self.found["goal"]
        head = [say(_("Parallel form"))]
        head += [say(_GOALS[one["goal"]], theta=self.draw.told(one.get("theta", 0.0))) for one in goals]
        rows = [[say(_("Target")), *(self.told(one["target"]) for one in goals), ""]]
        for place, name in enumerate(self.names):
            off = self.percent(self.found["assembled"][place]["distance"])
            rows.append([name, *(self.told(one["sums"][place]) for one in goals), off])
        rows.append([say(_("Highest less lowest")), *(self.percent(one["spread"]) for one in goals), ""])
        note = say(_("Off the target: the largest difference, in hundredths of the target."))
        if self.found["possible"] > 0.005:
            nearest = self.percent(self.found["possible"])
            note += " " + say(
                _("The items of the list allow no form to come nearer than %(nearest)s."), nearest=nearest
            )
        kinds = "l" + "r" * (len(goals) + 1)
        picture = off_target(self.names, goals, self.draw)
        return section(
            say(_("Nearness to the target")),
            note=note,
            picture=picture,
            table=table([*head, say(_("Off the target"))], rows, kinds),
        )

    def percent(self, share: float) -> str:
        return f"{self.told(100 * share)} %"

    def modelled(self) -> Iterator[Found]:
        say, rows = self.say, self.found["information"]
        theta = [row["theta"] for row in rows]
        ability, score = say(_("Ability (logits)")), say(_("Score"))
        at = [(one["theta"], one["target"]) for one in self.found["goal"] if one["goal"] == "information"]
        information = np.array([row["information"] for row in rows]).T
        label = say(_("Information"))
        yield section(
            say(_("Test information")),
            picture=curves((ability, label), theta, information, self.names, self.draw, targets=at),
            behind=self.by(ability, theta, [row["information"] for row in rows]),
        )
        expected = np.array([row["expected_score"] for row in rows]).T
        cells = [
            [self.write.with_error(*pair) for pair in zip(row["expected_score"], row["score_se"], strict=True)]
            for row in rows
        ]
        yield section(
            say(_("Expected score by ability")),
            note=say(
                _("In the table with its standard error: how far scores of one candidate lie from it, in points.")
            ),
            picture=curves((ability, score), theta, expected, self.names, self.draw),
            behind=table(
                [ability, *self.names],
                [[self.draw.told(at), *row] for at, row in zip(theta, cells, strict=True)],
                "r" * (len(self.names) + 1),
            ),
        )
        spread = self.found["score_distribution"]
        scores = [row["score"] for row in spread]
        shares = np.array([row["probability"] for row in spread]).T
        yield section(
            say(_("Expected distribution of scores")),
            picture=curves((score, say(_("Share of the candidates"))), scores, shares, self.names, self.draw),
            behind=self.by(score, scores, [row["probability"] for row in spread], decimals=4),
        )

    def by(self, label: str, at: Sequence[float], rows: Sequence[Sequence[float]], decimals: int = 2) -> Found:
        """A table with a column for each form."""
        cells = [
            [self.draw.told(x), *(self.told(one, decimals) for one in row)] for x, row in zip(at, rows, strict=True)
        ]
        return table([label, *self.names], cells, "r" * (len(self.names) + 1))

    def compared(self) -> Found:
        say, pairs = self.say, self.found["compared"]
        words = {"alike": say(_("parallel")), "different": say(_("not parallel")), "unknown": say(_("not known"))}
        rows = [
            [
                f"{self.names[row['first'] - 1]} – {self.names[row['second'] - 1]}",
                self.write.with_error(row["difference"], row["error"]),
                words[row["likeness"]],
            ]
            for row in sorted(pairs, key=lambda row: -abs(row["difference"]))
        ]
        head = [say(_("Two forms")), say(_("Difference of expected points")), say(_("By that they are"))]
        note = say(
            _("Parallel: the difference lies within ± %(margin)s points with 95 %% certainty."),
            margin=self.draw.told(self.found["margin"]),
        )
        return section(say(_("Forms compared")), note=note, table=table(head, rows, "lrl"))

    def constraints(self) -> Found:
        say, rows = self.say, []
        for one in self.found["constraints"]:
            name = one["name"] or (say(_("Items")) if one["kind"] == "length" else say(_("All items")))
            said = f"{name}: {one['of']}" if one["of"] else name
            ends = [self.draw.told(end) for end in (min(one["has"]), max(one["has"]))]
            rows.append([said, demands.span(one, self.write.locale), *ends])
        head = [say(_("Demand")), say(_("Asked")), say(_("Fewest in a form")), say(_("Most in a form"))]
        return section(say(_("Demands")), table=table(head, rows, "llrr"))

    def overlap(self) -> Found:
        say, shared = self.say, self.found["overlap"]
        most = max(n for place, row in enumerate(shared) for other, n in enumerate(row) if other != place)
        shares = say(_("Two forms share %(most)s items at most."), most=self.told(most, 0))
        note = shares if most else say(_("No two forms share an item."))
        if len(self.names) > MOST_SIDE_BY_SIDE or not most:
            return section(say(_("Items in common")), note=note)
        rows = [[name, *(self.told(n, 0) for n in row)] for name, row in zip(self.names, shared, strict=True)]
        kinds = "l" + "r" * len(self.names)
        return section(say(_("Items in common")), note=note, table=table(["", *self.names], rows, kinds))

    def exposure(self) -> Found:
        say, rows = self.say, self.found["exposure"]
        head = [say(_("In so many forms")), say(_("Items of the list"))]
        cells = [[self.told(row["forms"], 0), self.told(row["n_items"], 0)] for row in rows]
        picture = exposure(rows, self.draw) if max(row["forms"] for row in rows) > 1 else None
        return section(say(_("Exposure")), picture=picture, table=table(head, cells, "rr"))
