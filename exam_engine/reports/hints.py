"""Which figures of an item deserve a second look, and why. Hints for people, never verdicts. Pure.

One is raised where the 95 % interval of a figure lies beyond the threshold as a whole, so that chance seldom raises it:
of a sound test of 40 items with 35 candidates less than one item (`make bench`, `flags.false_per_test`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Any

from exam_engine.kit.errors import _
from exam_engine.reports.enough import enough
from exam_engine.reports.intervals import fisher, wilson

EASY, HARD = 0.95, 0.15
WEAK = 0.15
MANY_NOT_REACHED = 0.10
#: Share of the wrong answers below which hardly anybody takes a distractor.
IDLE = 0.05
#: `doubt` above which another answer may be the right one: found by simulation (tests/bench/flags.py).
DOUBTED = 1.4


@dataclass(frozen=True, slots=True)
class Hint:
    """`text` is an msgid that states the reason and what to do; `facts` one of what a teacher can check."""

    tone: str
    label: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    facts: str = ""


def hints(row: Mapping[str, Any]) -> Sequence[Hint]:
    """The gravest first. Fewer than 100 candidates: one word for all, with the facts."""
    found = [*_about_key(row), *of_figures(row), *_about_options(row)] if enough("flag", row["n"]) else []
    if enough("verdict", row["n"]):
        return found
    return [Hint("", _LOOK, one.text, one.params, one.facts) for one in found]


def of_figures(row: Mapping[str, Any]) -> Sequence[Hint]:
    """Of `n`, `facility`, `item_rest`, `presented` and `not_reached_share` alone."""
    return (*_about_discrimination(row), *_about_share(row), *_about_time(row)) if enough("flag", row["n"]) else ()


def doubt(answer: Mapping[str, Any], key: Sequence[Mapping[str, Any]], n: int) -> float:
    """How much speaks for another answer than the key being right: the difference of the mean rest scores of those who
    gave it and of those who gave the key, in its standard errors, plus the logarithm of how many times as many gave it.
    Means follow from the correlations: M₁ − M = r · s · √((n − n₁)/n₁) (Lord & Novick 1968, 15.3)."""
    many = sum(one["n"] for one in key)
    ahead = sum(one["n"] * _ahead(one, n) for one in key) / many if many else 0.0
    error = sqrt(1 / max(answer["n"], 1) + 1 / max(many, 1))
    return (_ahead(answer, n) - ahead) / error + log((answer["n"] + 0.5) / (many + 0.5))


def _ahead(answer: Mapping[str, Any], n: int) -> float:
    """Mean rest score of those who gave it above that of all, in standard deviations."""
    rest = answer["rest"]
    return rest * sqrt((n - answer["n"]) / answer["n"]) if rest is not None and answer["n"] else 0.0


def _about_key(row: Mapping[str, Any]) -> Iterator[Hint]:
    """The answer that most speaks for, of each part of the item."""
    parts: dict[str, list[Mapping[str, Any]]] = {}
    for answer in row["answers"]:
        parts.setdefault(answer["part"], []).append(answer)
    for part, answers in parts.items():
        key = [one for one in answers if one["right"]]
        others = [(doubt(one, key, row["n"]), one) for one in answers if one["right"] is False and one["n"]]
        if not key or not others:
            continue
        most, answer = max(others, key=lambda one: one[0])
        if most > DOUBTED:
            told: dict[str, object] = {
                "answer": answer["answer"],
                "n": answer["n"],
                "key": sum(one["n"] for one in key),
            }
            told |= {"upper": _percent(_upper(answer)), "upper_key": _percent(sum(_upper(one) for one in key))}
            if part:
                told["answer"] = f"{part}) {answer['answer']}"
            yield Hint("danger", _("key suspect"), _KEY, told, _KEY_FACTS)


def _upper(answer: Mapping[str, Any]) -> float:
    """Share of the highest score group that gave it."""
    return (answer["by_group"] or [0.0])[-1] or 0.0


def _percent(share: float) -> int:
    return round(100 * share)


def _about_discrimination(row: Mapping[str, Any]) -> Iterator[Hint]:
    rest = row["item_rest"]
    if rest is None or not enough("discrimination", row["n"]):
        return
    _low, high = fisher(rest, row["n"])
    if high < 0:
        text = _("Candidates with lower scores did better on it than those with higher ones: check the key first.")
        yield Hint("danger", _("negative discrimination"), text)
    elif high < WEAK:
        text = _("It hardly separates stronger from weaker candidates: look at the distractors and the wording.")
        yield Hint("warning", _("weak discrimination"), text)


def _about_share(row: Mapping[str, Any]) -> Iterator[Hint]:
    facility = row["facility"]
    if facility is None:
        return
    low, high = wilson(facility, row["n"])
    if low > EASY:
        text = _("Nearly everybody earned the points: it hardly tells anybody apart.")
        yield Hint("", _("very easy"), text)
    if high < HARD:
        text = _("Hardly anybody earned the points: check key and stem.")
        yield Hint("warning", _("very hard"), text)


def _about_time(row: Mapping[str, Any]) -> Iterator[Hint]:
    low, _high = wilson(row["not_reached_share"] or 0.0, row["presented"])
    if low > MANY_NOT_REACHED:
        text = _("Many did not get to it: the time may have been too short.")
        yield Hint("warning", _("not reached"), text)


def _about_options(row: Mapping[str, Any]) -> Iterator[Hint]:
    """Of what candidates choose from; rare among what they type means nothing."""
    if not enough("verdict", row["n"]) or not row.get("choosing"):
        return
    wrong = [one for one in row["answers"] if not one["right"]]
    many = sum(one["n"] for one in wrong)
    idle = [one["answer"] for one in wrong if many and wilson(one["n"] / many, many)[1] < IDLE]
    if idle:
        yield Hint("", _("weak distractor"), _IDLE_TEXT, {"answers": ", ".join(idle)})


_LOOK = _("have a look at this item")
_KEY = _("More, or stronger, candidates gave another answer than the key: %(answer)s. Check the key first.")
_KEY_FACTS = _(
    "%(n)s candidates gave %(answer)s, %(key)s the key; of those with the highest scores %(upper)s %% and "
    "%(upper_key)s %%."
)
_IDLE_TEXT = _("Hardly anybody takes %(answers)s: it could be left out, or made more plausible.")
