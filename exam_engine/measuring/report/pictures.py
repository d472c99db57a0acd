"""What a report of an analysis draws: the distribution, the map of persons and items, curves of items and options."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from exam_engine.measuring.figures.written import OMITTED_ROW
from exam_engine.measuring.named import Row
from exam_engine.measuring.printing.aligned import cut
from exam_engine.measuring.report import plots
from exam_engine.measuring.report.plots import Axis, Bar, Line, chart
from item_bank.statistics.distribution import histogram
from item_bank.statistics.irt.information import test_information
from item_bank.statistics.irt.likelihood import determined
from item_bank.statistics.irt.models import Item, Logistic, Nominal
from item_bank.statistics.options import score_groups
from item_bank.statistics.responses import Floats

#: Steps in points that people count scores in, the likeliest first: as many bars as this are told apart.
BY_SCORE = (1, 0.5, 0.25, 0.1, 2, 5, 10, 20, 50)
MOST_SCORES = 60
#: Widths of a class where there are more scores, and how many classes there are at most.
CLASSES = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50)
MOST_CLASSES = 25
#: Logits beyond the persons in which items still have room on the map: one far off would press all others together.
BEYOND = 2.0
#: Groups of ability whose mean is drawn beside an item's curve.
OBSERVED = 10
#: Longer names of items and options are cut in pictures; tables have them whole.
LETTERS = 14
#: Of typed numbers that are drawn beside the right ones.
WRONG_ANSWERS = 4
#: Of the two curves of an item, which stand side by side.
PAIR = (400, 250)


@dataclass(frozen=True, slots=True)
class Drawing:
    """How a language writes texts and numbers."""

    say: Callable[..., str]
    told: Callable[[float], str]


def width(theta: Floats) -> float:
    """How far from 0 abilities are drawn: 4 logits, or as far as persons lie."""
    known = theta[np.isfinite(theta)]
    return float(min(max(4.0, math.ceil(np.abs(known).max(initial=0.0))), 10.0))


def span(theta: Floats, placed: Sequence[tuple[str, float]]) -> tuple[float, float]:
    """From the lowest to the highest of persons and items, at half logits. Persons further out than 10, and items
    further than BEYOND from all persons, are drawn at the edge."""
    known = np.clip(theta[np.isfinite(theta)], -10.0, 10.0)
    items = np.array([value for _name, value in placed])
    if known.size:
        items = np.clip(items, known.min() - BEYOND, known.max() + BEYOND)
    known = np.clip([*known, *items], -10.0, 10.0)
    low, high = math.floor(2 * known.min()) / 2, math.ceil(2 * known.max()) / 2
    return low, max(high, low + 1)


def bars(totals: Floats, maximum: float) -> tuple[list[Bar], bool]:
    """A bar for each score where they lie on few steps, else one for a class of scores; and whether each is of one
    score."""
    steps = (step for step in BY_SCORE if maximum / step <= MOST_SCORES and _on(totals, step))
    step = next(steps, None)
    if step is not None:
        places = np.rint(np.clip(totals, 0, None) / step).astype(np.int64)
        counts = np.bincount(places, minlength=math.floor(maximum / step + 1e-9) + 1)
        placed = [(place * step, float(count)) for place, count in enumerate(counts)]
        return [Bar(score - step / 2, score + step / 2, count) for score, count in placed], True
    width = next((step for step in CLASSES if maximum / step <= MOST_CLASSES), plots.round_step(maximum / MOST_CLASSES))
    found = histogram(totals, maximum, step=width)
    pairs = zip(found.edges[:-1], found.edges[1:], found.counts, strict=True)
    return [Bar(low, high, float(count)) for low, high, count in pairs], False


def _on(totals: Floats, step: float) -> bool:
    return bool(np.allclose(totals / step, np.rint(totals / step), rtol=0, atol=1e-6))


def scores(found: Sequence[Bar], draw: Drawing) -> str:
    _ = draw.say
    most = plots.ceiling(max(one.value for one in found))
    label = _("Distribution of scores")
    x, y = Axis(_("Score"), found[0].low, found[-1].high), Axis(_("Candidates"), 0, most)
    return chart(label, x, y, draw.told, bars=found)


def information(items: Sequence[Item], reach: float, draw: Drawing) -> str:
    _ = draw.say
    theta = np.linspace(-reach, reach, 161)
    found = test_information(items, theta)
    with np.errstate(divide="ignore"):
        errors = 1 / np.sqrt(found)
    # Far out a standard error grows beyond all bounds: what leaves the picture is not drawn.
    most = plots.ceiling(min(float(errors.max()), max(1.0, 4 * float(errors.min()))))
    errors = np.where(errors <= most, errors, np.nan)
    lines = (
        Line(_("Information"), list(zip(theta, found, strict=True)), strong=True),
        Line(_("Standard error"), list(zip(theta, errors, strict=True)), right=True),
    )
    y = Axis(_("Information"), 0, plots.ceiling(float(found.max())))
    right = Axis(_("Standard error"), 0, most)
    label = _("Test information and standard error by ability")
    return chart(label, Axis(_("Ability (logits)"), -reach, reach), y, draw.told, lines=lines, right=right)


def item_curve(
    name: str, item: Item, right: Floats, theta: Floats, values: Sequence[float], reach: float, draw: Drawing
) -> str:
    """Right or wrong: the chance of being right, and the share of groups of ability; else a line a category. right:
    (n,) 1 or 0, −1 where there is no answer. values: what each category is."""
    _ = draw.say
    points = np.linspace(-reach, reach, 81)
    chances = item.curves(points).probability
    if isinstance(item, Logistic):
        lines = [
            Line(_("By the model"), list(zip(points, chances[:, 1], strict=True)), strong=True),
            Line(_("Observed"), observed(right, theta), joined=False),
        ]
    else:
        lines = [
            Line(_("Category %(n)s", n=draw.told(value)), list(zip(points, chances[:, place], strict=True)))
            for place, value in enumerate(values)
        ]
    label = _("Item curve of %(item)s", item=name)
    x = Axis(_("Ability (logits)"), -reach, reach)
    return chart(label, x, Axis(_("Probability"), 0, 1), draw.told, lines=lines, size=PAIR)


def observed(shares: Floats, theta: Floats) -> list[tuple[float, float]]:
    """Mean ability and share right of ten groups of those who answered, from the lowest up."""
    there = (shares >= 0) & np.isfinite(theta)
    if not there.any():
        return []
    right, ability = shares[there], theta[there]
    group = score_groups(ability, OBSERVED)
    return [
        (float(ability[group == one].mean()), float(right[group == one].mean()))
        for one in range(OBSERVED)
        if (group == one).any()
    ]


def option_curves(name: str, rows: Sequence[Row], draw: Drawing) -> str:
    """Share of each score group that chose each option; the key is the strong line."""
    _, lines = draw.say, []
    for row in rows:
        said = short(_("Omitted") if row["option"] == OMITTED_ROW else row["option"])
        lines.append(_by_group(f"{said} ({_('the key')})" if row["key"] else said, row, strong=row["key"]))
    return _curves(_("Option curves of %(item)s", item=name), _("Share"), lines, draw)


def number_curves(name: str, rows: Sequence[Row], draw: Drawing) -> str:
    """As of options: the key, and the most frequent wrong answers."""
    wrong = [row for row in rows if not row["key"] and row["answer"] != OMITTED_ROW][:WRONG_ANSWERS]
    shown = [{**row, "option": row["answer"]} for row in rows if row["key"] or row in wrong]
    return option_curves(name, shown, draw)


def statement_curves(name: str, rows: Sequence[Row], draw: Drawing) -> str:
    """Share of each score group that judged each statement by the key."""
    _ = draw.say
    lines = [_by_group(f"{row['statement']} ({row['key']})", row) for row in rows]
    return _curves(_("Statement curves of %(item)s", item=name), _("Share right"), lines, draw)


def _by_group(said: str, row: Row, *, strong: bool = False) -> Line:
    points = [(group + 1, share) for group, share in enumerate(row["shares"])]
    return Line(said, points, marked=True, strong=strong)


def _curves(label: str, told: str, lines: Sequence[Line], draw: Drawing) -> str:
    _, groups = draw.say, len(lines[0].points)
    x = Axis(_("Score group, from the lowest to the highest"), 0.7, groups + 0.3)
    ticks = [group + 1 for group in range(groups)]
    return chart(label, x, Axis(told, 0, 1), draw.told, lines=lines, ticks=ticks, size=PAIR)


def difficulties(names: Sequence[str], items: Sequence[Item]) -> list[tuple[str, float]]:
    """Where items stand on the scale of ability: difficulty, or each threshold. Nominal ones have no place, nor have
    those that took no part."""
    found: list[tuple[str, float]] = []
    for name, item in zip(names, items, strict=True):
        if not determined([item])[0]:
            continue
        if isinstance(item, Logistic):
            found.append((short(name), item.b))
        elif not isinstance(item, Nominal):
            several = len(item.b) > 1
            found += [(f"{short(name)}·{n}" if several else short(name), at) for n, at in enumerate(item.b, start=1)]
    return found


def wright_map(placed: Sequence[tuple[str, float]], theta: Floats, draw: Drawing) -> str:
    """Persons to the left, items to the right of one scale of ability, the highest on top."""
    _ = draw.say
    low, high = span(theta, placed)
    step, tall = (high - low) / 32, 17
    counts = np.histogram(np.clip(theta[np.isfinite(theta)], low, high), bins=np.linspace(low, high, 33))[0]
    middle, top, end = 200, 34, plots.WIDTH - plots.RIGHT
    rows: list[list[str]] = [[] for _edge in counts]
    for name, value in sorted(placed, key=lambda one: one[1]):
        outside = f" ({draw.told(round(value, 1))})" if not low <= round(value, 1) <= high else ""
        rows[int(min(max((value - low) // step, 0), len(rows) - 1))].append(name + outside)
    base = top + tall * len(rows)
    parts = [plots.text(middle - 56, 20, _("Candidates"), "end"), plots.text(middle + 10, 20, _("Items"))]
    for place, (count, inside) in enumerate(zip(counts, rows, strict=True)):
        y = base - (place + 1) * tall
        long = count / max(1, counts.max()) * (middle - 70)
        parts.append(plots.rectangle(middle - 50 - long, y + 1, long, tall - 2) if count else "")
        parts.append(plots.text(middle + 10, y + tall - 4.5, fitting(inside, end - middle - 10)))
    parts += [plots.rule(at, top, at, base, plots.INK) for at in (middle - 46, middle)]
    for value in Axis("", low, high).ticks():
        level = base - (value - low) / step * tall
        parts.append(plots.text(middle - 23, level + 4.5, draw.told(value), "middle"))
        parts += [plots.rule(at, level, at + 4, level, plots.INK) for at in (middle - 46, middle - 4)]
    return plots.svg(_("Wright map of candidates and items"), plots.WIDTH, base + 14, parts)


def fitting(names: Sequence[str], room: float) -> str:
    """As many as a line holds, by a rough width of letters; then how many more."""
    kept: list[str] = []
    used = 0.0
    for place, name in enumerate(names):
        used += 6 * (len(name) + 1.5)
        if used > room - 30:
            return ", ".join([*kept, f"+{len(names) - place}"])
        kept.append(name)
    return ", ".join(kept)


def short(name: str) -> str:
    """What tells items apart is at the end as often as at the beginning."""
    return cut(name, LETTERS)
