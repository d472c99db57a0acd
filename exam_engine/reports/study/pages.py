"""The pages of a study as texts, tables and pictures of a language; stored, so that showing them costs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from exam_engine.kit.errors import _
from exam_engine.measuring.named import Found, Row
from exam_engine.measuring.report import group_tables, plots
from exam_engine.measuring.report.analysed import Analysed
from exam_engine.measuring.report.plots import Axis, Bar, chart
from exam_engine.measuring.report.reporting import Report
from exam_engine.measuring.report.writer import Writer, section, table
from exam_engine.reports.enough import FEWEST, enough
from exam_engine.reports.study import explaining, in_words

#: Groupings and groups as people call them; others are called what they are.
NAMES: Mapping[str, str] = {
    "gender": _("Gender"),
    "device": _("Device"),
    "mode": _("On paper or on screen"),
    "form": _("Form code"),
    "computer": _("Computer"),
    "handheld": _("Phone or tablet"),
    "paper": _("Paper"),
    "screen": _("Screen"),
}
#: Q3 above the mean of all pairs: two items share more than the ability (Christensen, Makransky & Horton 2017).
ALIKE = 0.2
#: Of the first eigenvalue (Reckase 1979).
ONE_ABILITY = 0.2
PARTS = ("summary", "items", "test", "forms", "fairness", "time")


def pages(found: Analysed, locale: str) -> dict[str, Found]:
    """Name → what `reports/study.html` shows: each of PARTS, and item-1, item-2, … by the names of the items; `report`:
    the same as one document for a meeting."""
    write = Writer.of(locale)
    report = Report(found, write)
    sections = {
        "summary": list(_summary(report, write)),
        "items": [],
        "test": list(_test(report, write)),
        "forms": list(_forms(report, write)),
        "fairness": list(_fairness(found, write)),
        "time": list(_time(found, write, report)),
    }
    made: dict[str, Found] = {
        name: {"sections": parts, "cautions": [], "explained": list(explaining.explained(name, found, write))}
        for name, parts in sections.items()
    }
    made["report"] = report.document([], [*_printed(sections, report)])
    made["report"]["cautions"] = [*_waiting(found.told, write), *made["report"]["cautions"]]
    made["summary"]["cautions"] = made["report"]["cautions"]
    each = made["report"]["each"]["items"]
    return made | {f"item-{one['name']}": one for one in each}


def _waiting(told: Row, write: Writer) -> Iterator[str]:
    _ = write.say
    for item, n in told["waiting"].items():
        yield _("Item %(item)s: %(n)s responses wait for a marker and are not in these figures.", item=item, n=n)


def _printed(sections: Mapping[str, Sequence[Found]], report: Report) -> Iterator[Found]:
    """In the order of a meeting: in words, the items, then groups, time and the model."""
    words, *whole = sections["summary"]
    yield words | {"more": " ".join(words["words"])}
    yield from (*whole, report.items(), *sections["fairness"], *sections["time"], *report.modelled())


def _summary(report: Report, write: Writer) -> Iterator[Found]:
    _ = write.say
    yield section(_("In five sentences"), words=list(in_words.summary(report.found, write)))
    yield from report.whole()


def _test(report: Report, write: Writer) -> Iterator[Found]:
    """What a response model says of the whole test."""
    _, found = write.say, report.found
    n = found.told["n_persons"]
    if not found.told["irt"]:
        fewer = in_words.too_few("rasch", n, write)
        why = _("No response model fits these answers.") if enough("rasch", n) else fewer
        yield section(_("Test information"), note=why)
        return
    yield from report.modelled()
    yield _dimensions(found.told, write)
    yield report.items()


def _dimensions(told: Row, write: Writer) -> Found:
    _, dimension = write.say, told["dimension"]
    if not dimension:
        return section(_("One ability or several?"), note=_("Not every candidate met every item: not to be told."))
    share = {"share": write.told(100 * dimension["share"], 0), "ratio": write.told(dimension["ratio"], 1)}
    note = _(
        "The first of the abilities behind the answers accounts for %(share)s %% of their differences, %(ratio)s times "
        "as much as the second.",
        **share,
    )
    if dimension["share"] >= ONE_ABILITY:
        more = _("One ability decides: a single score says what the test measured.")
    else:
        more = _("Several abilities may be at work, or chance is large: look at the sections one by one, too.")
    q3 = told["irt"]["q3"] or {"mean": 0.0, "pairs": ()}
    rows = [
        [one["first"], one["second"], write.told(one["q3"])] for one in q3["pairs"] if one["q3"] > q3["mean"] + ALIKE
    ]
    found = table([_("Item"), _("Item"), "Q3"], rows, "llr") if rows else None
    if rows:
        more += " " + _("These pairs have more in common than the ability: one may give away the other.")
    return section(_("One ability or several?"), note=note, more=more, table=found)


def _forms(report: Report, write: Writer) -> Iterator[Found]:
    _, found = write.say, list(report.forms())
    yield from found
    if not found:
        note = _("There are no numbered forms to compare: all had one order, or each candidate an own one.")
        yield section(_("Numbered forms"), note=note)


def _fairness(found: Analysed, write: Writer) -> Iterator[Found]:
    _ = write.say
    if not found.told["groupings"]:
        yield section(_("Groups"), note=_("Nothing is known that candidates could be compared by."))
    for grouping in found.told["groupings"]:
        name = _(NAMES.get(grouping["name"], grouping["name"]))
        rows = [_group(one, write) for one in grouping["groups"]]
        note = _("A difference of means is no unfairness: groups may know more or less. Items are compared below.")
        heads = [_("Group"), _("Candidates"), _("Mean share of the points"), _("95 % interval")]
        yield section(name, note=note, table=table(heads, rows, "lrrr"), more=_why_not(grouping, write))
        if grouping["matching"]:
            matching = grouping["matching"] | {"reference": _called(grouping["matching"]["reference"], write)}
            of_items = [one | {"focal": _called(one["focal"], write)} for one in grouping["items"]]
            of_sets = [one | {"focal": _called(one["focal"], write)} for one in grouping["sets"]]
            for part in group_tables.differences(of_items, of_sets, matching, write):
                yield part | {"title": f"{name}: {part['title']}"}


def _group(one: Row, write: Writer) -> list[str]:
    if one["mean"] is None:
        return [_called(one["group"], write), write.told(one["n"], 0), "–", "–"]
    low, high = max(0.0, one["mean"] - one["half"]), min(1.0, one["mean"] + one["half"])
    figures = [f"{write.told(100 * one['mean'], 1)} %", f"{write.told(100 * low, 1)}–{write.told(100 * high, 1)} %"]
    return [_called(one["group"], write), write.told(one["n"], 0), *figures]


def _called(group: str, write: Writer) -> str:
    return write.say(NAMES.get(group, group))


def _why_not(grouping: Row, write: Writer) -> str:
    """Why items are not compared, where they are not."""
    _ = write.say
    if grouping["matching"]:
        return ""
    if grouping["name"] == "form":
        return _("Items are compared on the page of the forms.")
    return _(
        "Items are not compared: that needs %(all)s candidates or more in groups of at least %(group)s.",
        all=FEWEST["dif"],
        group=FEWEST["dif_group"],
    )


def _time(found: Analysed, write: Writer, report: Report) -> Iterator[Found]:
    _, told = write.say, found.told
    if told["speededness"]:
        yield section(_("Was there time enough?"), words=list(in_words.speed(told["speededness"], write)))
    times = told["times"]
    if not times:
        n = told["n_persons"]
        note = _("No times are known.") if enough("verdict", n) else in_words.too_few("verdict", n, write)
        yield section(_("Time on each item"), note=note)
        return
    rows = times["items"]
    top = plots.ceiling(max((one["median"] or 0.0 for one in rows), default=1.0))
    bars = [Bar(at + 0.6, at + 1.4, one["median"] or 0.0) for at, one in enumerate(rows)]
    x, y = Axis(_("Item"), 0.4, len(rows) + 0.6), Axis(_("Median seconds"), 0, top)
    picture = chart(_("Median time on each item"), x, y, report.draw.told, bars=bars)
    cells = [
        [
            one["item"],
            write.told(one["n"], 0),
            write.told(one["median"], 0),
            write.told(one["mean"], 0),
            write.told(one["rapid"], 0),
            write.told(100 * one["fidelity"], 1) + " %",
        ]
        for one in rows
    ]
    heads = [_("Item"), "n", _("Median (s)"), _("Mean (s)"), _("Rapid answers"), _("Answers given in earnest")]
    note = _(
        "Time: how long the item was on the candidate's screen, over all visits. Rapid: in less than a tenth of the "
        "mean time, ten seconds at most; too short to have read it."
    )
    yield section(_("Time on each item"), note=note, picture=picture, table=table(heads, cells, "lrrrrr"))
