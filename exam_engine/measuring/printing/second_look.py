"""Which items deserve a second look, and why, from all parts of an analysis: figures, keys, groups, model."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from exam_engine.kit.errors import _
from exam_engine.measuring.figures.written import OMITTED_ROW
from exam_engine.measuring.named import Row
from exam_engine.reports.hints import Hint, of_figures

TONES = ("danger", "warning", "")
#: Below this many candidates an item's rows say too little.
ENOUGH = 30
#: Its hint comes before all others: a wrong map looks like a wrong key.
BY_FORM = _("not as hard on one form")
_LARGE, _MODERATE, _SMALL = (
    _("differs between groups"),
    _("differs moderately between groups"),
    _("differs a little between groups"),
)
#: Of one tone, the larger first; before them comes what is of no groups.
_BY_SIZE = (_LARGE, _MODERATE, _SMALL)
#: Adjusted p values below it are told.
SIGNIFICANT = 0.05
#: Methods that compare all groups at once, and tell nothing of one.
_OF_ALL = ("generalised",)
#: A mean square above it: more noise than a measure stands (Wright & Linacre 1994).
MISFIT = 1.5
#: Standard errors up to which chance explains it.
BY_CHANCE = 2.0


def second_look(told: Mapping[str, Any]) -> dict[str, list[Hint]]:
    """Of the document of `analyse`: item → its hints, the gravest first; those without any are there, too."""
    return {row["item"]: with_others(told, row["item"], _own(told, row)) for row in told["classical"]["items"]}


def with_others(told: Mapping[str, Any], item: str, own: Sequence[Hint]) -> list[Hint]:
    """own: of the item's own figures. With what forms, groups and the model say of it, the gravest first."""
    form = next((row["differs_on"] for row in by_form(told) if row["item"] == item), None)
    fit = next((row for row in told.get("fit", ()) if row["item"] == item), None)
    found = [
        *(_of_form(own, form) if form is not None else own),
        *(hint for one in told.get("dif", ()) if one["item"] == item for hint in of_groups(one)),
        *(_of_fit(fit) if fit else ()),
    ]
    return sorted(found, key=rank)


def by_form(told: Mapping[str, Any]) -> list[Row]:
    """Rows of `position_items` that are not as hard on one numbered form as on the others."""
    return [row for row in told.get("forms", {}).get("position_items", ()) if row["differs_on"] is not None]


def rank(hint: Hint) -> tuple[int, int]:
    """The gravest first."""
    tone = -1 if hint.label == BY_FORM else TONES.index(hint.tone)
    return tone, _BY_SIZE.index(hint.label) + 1 if hint.label in _BY_SIZE else 0


def _own(told: Mapping[str, Any], row: Row) -> Sequence[Hint]:
    item = row["item"]
    return (
        *_of_options(told.get("distractors", {}).get(item, ())),
        *_of_statements(told.get("statements", {}).get(item, ())),
        *_of_numbers(told.get("numbers", {}).get(item, ())),
        *_of_figures(row),
    )


def _of_form(of_all: Sequence[Hint], form: str) -> Iterator[Hint]:
    """Figures over all forms say little of a key as long as one form may have been read by a wrong map."""
    text = _(
        "Not as hard on form %(form)s as on the others: check the map of that form first, then its printed text and "
        "key."
    )
    yield Hint("danger", BY_FORM, text, {"form": form})
    for hint in of_all:
        if hint.tone:
            text = _("What else stands out may come from form %(form)s alone: check its map before key and wording.")
            yield Hint("warning", hint.label, text, {"form": form})
        else:
            yield hint


def _of_figures(row: Row) -> Sequence[Hint]:
    """Of a row of `classical.items`. As the pages have a row: a figure that is not defined is None."""
    share = row["not_reached"] / row["presented"] if row["presented"] else None
    known = {name: row[name] if math.isfinite(row[name]) else None for name in ("facility", "item_rest")}
    return of_figures({**known, "n": row["n"], "presented": row["presented"], "not_reached_share": share})


def _of_options(rows: Sequence[Row]) -> Iterator[Hint]:
    most = max((row["shares"][-1] for row in rows if row["key"]), default=math.nan)
    for row in rows:
        option = {"option": row["option"]}
        if row["suspect"]:
            text = _("Option %(option)s may be the key: it goes with higher scores more than the key does. Check it.")
            yield Hint("danger", _("check the key"), text, option)
        elif not row["key"] and row["option"] != OMITTED_ROW and row["shares"][-1] > most:
            text = _("More of the best third chose %(option)s than the key: look at its wording, and at the key.")
            yield Hint("warning", _("the best chose otherwise"), text, option)


def _of_statements(rows: Sequence[Row]) -> Iterator[Hint]:
    for row in rows:
        statement = {"statement": row["statement"]}
        if row["suspect"]:
            text = _("Statement %(statement)s: the best third mostly judge it against the key. Check which is right.")
            yield Hint("danger", _("check the key"), text, statement)
        elif row["n"] >= ENOUGH and row["rest"] < -2 / math.sqrt(row["n"] - 1):
            text = _("Statement %(statement)s: the better the score, the fewer judge it rightly. Look at its wording.")
            yield Hint("warning", _("statement misleads"), text, statement)


def _of_numbers(rows: Sequence[Row]) -> Iterator[Hint]:
    for row in rows:
        if row["suspect"]:
            text = _("The answer %(answer)s may be right: it goes with higher scores more than the key does. Check it.")
            yield Hint("danger", _("check the key"), text, {"answer": row["answer"]})


def of_groups(row: Row) -> Iterator[Hint]:
    """Of a row of `dif` or `dif_sets`; that groups differ is no judgement on the item."""
    group = {"group": row["focal"]}
    match ets_class(row)[:1], difference(row) < 0:
        case "C", True:
            text = _(
                "At equal ability harder for group %(group)s: a large difference (class C), no verdict. Ask the "
                "subject team why."
            )
            yield Hint("warning", _LARGE, text, group)
        case "C", False:
            text = _(
                "At equal ability easier for group %(group)s: a large difference (class C), no verdict. Ask the "
                "subject team why."
            )
            yield Hint("warning", _LARGE, text, group)
        case "B", True:
            text = _("At equal ability harder for group %(group)s: a moderate difference (class B).")
            yield Hint("", _MODERATE, text, group)
        case "B", False:
            text = _("At equal ability easier for group %(group)s: a moderate difference (class B).")
            yield Hint("", _MODERATE, text, group)
        case _ if _least(p for method, p in row["adjusted"].items() if method not in _OF_ALL) < SIGNIFICANT:
            text = _(
                "At equal ability a small difference for group %(group)s, or one at some scores only; chance alone "
                "hardly explains it."
            )
            yield Hint("", _SMALL, text, group)


def _least(values: Iterable[float | None]) -> float:
    return min((one for one in values if one is not None and not math.isnan(one)), default=1.0)


def ets_class(row: Row) -> str:
    """Of a row of `dif`: A, B, C of items of right and wrong, AA, BB, CC of others; empty where neither is defined."""
    return str((row.get("mantel_haenszel") or row.get("mantel") or {}).get("ets") or "")


def difference(row: Row) -> float:
    """Mantel–Haenszel delta, of items of several points the standardised mean difference: below 0 harder for the focal
    group."""
    if "mantel_haenszel" in row:
        return float(row["mantel_haenszel"]["delta"])
    return float(row["mantel"]["smd"]) if "mantel" in row else math.nan


def _of_fit(row: Row) -> Iterator[Hint]:
    if row["n"] >= ENOUGH and any(row[name] > MISFIT and row[f"{name}_z"] > BY_CHANCE for name in ("infit", "outfit")):
        text = _("Answers are further from the model than it expects: some are right or wrong against all odds.")
        yield Hint("warning", _("does not fit the model"), text)
