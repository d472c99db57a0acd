"""Charts of assembled forms side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from exam_engine.kit.errors import _
from exam_engine.measuring.named import Row
from exam_engine.measuring.report import plots
from exam_engine.measuring.report.pictures import Drawing
from exam_engine.measuring.report.plots import Axis, Bar, Line, Point, chart
from item_bank.statistics.responses import Floats

#: More lines than this cannot be told apart: then the lowest and the highest of all forms are drawn.
MOST_LINES = 6


def curves(
    labels: tuple[str, str],
    at: Sequence[float],
    forms: Floats,
    names: Sequence[str],
    draw: Drawing,
    targets: Sequence[Point] = (),
) -> str:
    """forms (k, n): of each form a value at each of n places. labels: of both axes."""
    lines = _lines(at, forms, names, draw)
    if targets:
        lines.append(Line(draw.say(_("Target")), targets, joined=False))
    top = plots.ceiling(max([float(forms.max()), *(value for _at, value in targets)]))
    return chart(
        f"{labels[1]} – {labels[0]}", Axis(labels[0], min(at), max(at)), Axis(labels[1], 0, top), draw.told, lines=lines
    )


def off_target(names: Sequence[str], goals: Sequence[Row], draw: Drawing) -> str | None:
    """How far each form's information is from the target at each ability, in hundredths of it; None of one ability."""
    say, goals = draw.say, [one for one in goals if one["goal"] == "information"]
    if len(goals) < 2:
        return None
    at = [one["theta"] for one in goals]
    off = 100 * (np.array([one["sums"] for one in goals]).T / np.array([one["target"] for one in goals]) - 1)
    most = plots.ceiling(max(float(np.abs(off).max()), 0.1))
    apart = (max(at) - min(at)) / 12
    x = Axis(say(_("Ability (logits)")), min(at) - apart, max(at) + apart)
    y = Axis(say(_("Information off the target (%)")), -most, most)
    return chart(y.label, x, y, draw.told, lines=_lines(at, off, names, draw, marked=True), ticks=at)


def _lines(
    at: Sequence[float], forms: Floats, names: Sequence[str], draw: Drawing, *, marked: bool = False
) -> list[Line]:
    if len(names) > MOST_LINES:
        ends = ((_("Lowest of all forms"), forms.min(axis=0)), (_("Highest of all forms"), forms.max(axis=0)))
        return [Line(draw.say(name), _points(at, values), marked=marked) for name, values in ends]
    return [Line(name, _points(at, values), marked=marked) for name, values in zip(names, forms, strict=True)]


def _points(at: Sequence[float], values: Floats) -> list[Point]:
    return list(zip(at, values.tolist(), strict=True))


def exposure(rows: Sequence[Row], draw: Drawing) -> str:
    """How many items stand in one form, in two, …; those in none would dwarf them."""
    say = draw.say
    used = [Bar(row["forms"] - 0.4, row["forms"] + 0.4, float(row["n_items"])) for row in rows if row["forms"]]
    most = max(row["forms"] for row in rows)
    x, y = (
        Axis(say(_("In so many forms")), 0.4, most + 0.6),
        Axis(say(_("Items of the list")), 0, plots.ceiling(max(one.value for one in used))),
    )
    return chart(say(_("Exposure")), x, y, draw.told, bars=used, ticks=[float(one) for one in range(1, most + 1)])
