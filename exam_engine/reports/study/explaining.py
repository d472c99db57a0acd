"""What each statistic means, with an example from this very sitting."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from exam_engine.kit.errors import _
from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.report.analysed import Analysed
from exam_engine.measuring.report.writer import Writer
from exam_engine.reports.enough import enough

#: Parameters of an example, or None where this sitting has none.
Example = Callable[[Row, Writer], Mapping[str, str] | None]


def explained(page: str, found: Analysed, write: Writer) -> Iterator[Found]:
    """Of the statistics of a page: name, meaning, and an example where there is one."""
    _ = write.say
    for name, meaning, example, params in _OF_PAGES.get(page, ()):
        known = params(found.told, write)
        yield {"name": _(name), "meaning": _(meaning), "example": _(example, **known) if known else ""}


def _scores(told: Row, write: Writer) -> Mapping[str, str] | None:
    if told["classical"]["design"] == "drawn":
        return None
    scores, test = told["classical"]["scores"], told["classical"]
    figures = {name: write.told(scores[name]) for name in ("mean", "median", "sd")}
    low, high = scores["mean"] - scores["sd"], scores["mean"] + scores["sd"]
    return figures | {"low": write.told(low), "high": write.told(high), "items": str(len(test["items"]))}


def _alpha(told: Row, write: Writer) -> Mapping[str, str] | None:
    test = told["classical"]
    known = test["design"] != "drawn" and enough("reliability", told["n_persons"])
    if not known or not test["alpha"] or test["alpha"] != test["alpha"]:
        return None
    noise = write.told(100 * (1 - max(0.0, test["alpha"])), 0)
    figures = {name: write.told(test[name]) for name in ("alpha", "lower", "upper", "sem")}
    apart = 1.96 * 2**0.5 * test["sem"]
    return figures | {"noise": noise, "apart": write.told(apart)}


def _item(told: Row, write: Writer, of: Callable[[Row], float], *, highest: bool) -> Mapping[str, str] | None:
    """The item that stands out by a figure."""
    rows = [row for row in told["classical"]["items"] if row["n"] and of(row) == of(row)]
    if not rows:
        return None
    row = (max if highest else min)(rows, key=of)
    value = of(row)
    return {"item": row["item"], "value": write.told(value), "percent": write.told(100 * value, 0)}


def _hardest(told: Row, write: Writer) -> Mapping[str, str] | None:
    return _item(told, write, lambda row: row["facility"], highest=False)


def _sharpest(told: Row, write: Writer) -> Mapping[str, str] | None:
    if not enough("discrimination", told["n_persons"]):
        return None
    return _item(told, write, lambda row: row["item_rest"], highest=True)


def _unreached(told: Row, write: Writer) -> Mapping[str, str] | None:
    found = _item(told, write, lambda row: row["not_reached"] / (row["presented"] or 1), highest=True)
    return found if found and found["percent"] != "0" else None


def _none(_told: Row, _write: Writer) -> None:
    return None


def _model(told: Row, write: Writer) -> Mapping[str, str] | None:
    rows = [row for row in (told["irt"] or {}).get("items", ()) if row.get("b") is not None and row["reliable"]]
    if not rows:
        return None
    row = max(rows, key=lambda one: one["b"])
    return {"item": row["item"], "b": write.told(row["b"]), "a": write.told(row["a"])}


def _misfit(told: Row, write: Writer) -> Mapping[str, str] | None:
    rows = [row for row in told["fit"] if row["outfit"] == row["outfit"]]
    if not rows:
        return None
    row = max(rows, key=lambda one: one["outfit"])
    return {"item": row["item"], "value": write.told(row["outfit"])}


def _information(told: Row, write: Writer) -> Mapping[str, str] | None:
    rows = (told["irt"] or {}).get("information") or ()
    known = [row for row in rows if row.get("se")]
    if not known:
        return None
    best = min(known, key=lambda row: row["se"])
    return {"theta": write.told(best["theta"], 1), "se": write.told(best["se"])}


def _dif(told: Row, write: Writer) -> Mapping[str, str] | None:
    rows = [row for row in told["dif"] if row.get("mantel_haenszel")]
    rows = [row for row in rows if row["mantel_haenszel"]["delta"] == row["mantel_haenszel"]["delta"]]
    if not rows:
        return None
    row = max(rows, key=lambda one: abs(one["mantel_haenszel"]["delta"]))
    found = row["mantel_haenszel"]
    return {"item": row["item"], "value": write.told(found["delta"]), "letter": str(found["ets"] or "–")}


def _slowest(told: Row, write: Writer) -> Mapping[str, str] | None:
    rows = [row for row in (told["times"] or {}).get("items", ()) if row["median"]]
    if not rows:
        return None
    row = max(rows, key=lambda one: one["median"])
    return {"item": row["item"], "median": write.told(row["median"], 0), "rapid": write.told(row["rapid"], 0)}


_Entry = tuple[str, str, str, Example]
_FACILITY: _Entry = (
    _("Facility"),
    _("The share of the item's points that candidates earned, from 0 to 1. Higher is easier."),
    _("Here: on item %(item)s, the hardest, %(percent)s %% of the points were earned: its facility is %(value)s."),
    _hardest,
)
_DISCRIMINATION: _Entry = (
    _("Discrimination"),
    _(
        "Whether those who do well on all other items do better on this one, too: from −1 to 1. Above 0.3 is good, "
        "about 0 tells nobody apart, below 0 mostly means a wrong key."
    ),
    _("Here: item %(item)s tells candidates apart best, with %(value)s."),
    _sharpest,
)
_INTERVAL: _Entry = (
    _("95 % interval"),
    _(
        "Other candidates of the same kind would have given a somewhat different figure. It would lie within this "
        "interval in 95 of 100 such groups: the fewer candidates, the wider."
    ),
    "",
    _none,
)
_UNREACHED: _Entry = (
    _("Not reached"),
    _("Candidates who stopped before this item. Many of them at the end of a paper say that time was short."),
    _("Here: %(percent)s %% did not get to item %(item)s."),
    _unreached,
)
_ITEM = (_FACILITY, _DISCRIMINATION, _INTERVAL, _UNREACHED)
_OF_PAGES: Mapping[str, Sequence[_Entry]] = {
    "items": _ITEM,
    "summary": (
        (
            _("Mean and median"),
            _("The mean is the sum of all scores over their number; half of the candidates have the median or less."),
            _("Here: the mean is %(mean)s, the median %(median)s. A mean below it comes from some low scores."),
            _scores,
        ),
        (
            _("Standard deviation"),
            _("How far scores lie from the mean: about two thirds of the candidates are within one of it."),
            _("Here: it is %(sd)s, so about two thirds scored between %(low)s and %(high)s."),
            _scores,
        ),
        (
            _("Reliability (alpha)"),
            _(
                "Which share of the differences between scores would come again with another paper of the same kind; "
                "the rest is chance. From 0 to 1."
            ),
            _(
                "Here: alpha is %(alpha)s (between %(lower)s and %(upper)s), so about %(noise)s %% of the differences "
                "are chance."
            ),
            _alpha,
        ),
        (
            _("Standard error of measurement"),
            _("How far a score typically lies from the one that the candidate would have on average over many papers."),
            _(
                "Here: %(sem)s points. Two candidates less than %(apart)s points apart could have changed places with "
                "another paper."
            ),
            _alpha,
        ),
        (
            _("Bands and how surely they part"),
            _(
                "Rows: where candidates belong by their true level; columns: where their score put them. What is off "
                "the diagonal is put into a wrong band by chance."
            ),
            "",
            _none,
        ),
    ),
    "test": (
        (
            _("Ability (logits)"),
            _("The scale of a response model, on which candidates and items have a place; 0 is the mean candidate."),
            _("Here: half of the candidates at %(b)s would solve item %(item)s, the hardest by the model."),
            _model,
        ),
        (
            _("Test information"),
            _("Where the test measures sharply: the higher the curve, the smaller the error of abilities there."),
            _("Here: the error is smallest, %(se)s, at ability %(theta)s."),
            _information,
        ),
        (
            _("Wright map"),
            _(
                "Candidates left, items right, on one scale. An item beside a candidate is solved with a chance of one "
                "half; a gap without items is where the test tells little."
            ),
            "",
            _none,
        ),
        (
            _("Infit and outfit"),
            _("How far answers are from what the model expects: 1 is as expected, above 1.5 there is more noise."),
            _("Here: item %(item)s has the largest outfit, %(value)s."),
            _misfit,
        ),
    ),
    "forms": (
        (
            _("Forms"),
            _("The same items in other orders should be as hard on every form. Where one is not, look at its print."),
            "",
            _none,
        ),
    ),
    "fairness": (
        (
            _("Difference (DIF)"),
            _(
                "Whether candidates of two groups who are equally able do equally well on an item. A difference is a "
                "question for the subject team, never a verdict."
            ),
            _("Here: the largest is on item %(item)s, delta %(value)s, class %(letter)s."),
            _dif,
        ),
    ),
    "time": (
        (
            _("Median time"),
            _("Half of the candidates had the item on the screen for no longer than this."),
            _("Here: item %(item)s took longest, %(median)s seconds; %(rapid)s answers to it were rapid."),
            _slowest,
        ),
    ),
}
